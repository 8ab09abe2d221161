"""Decisions: steps and bodies are understood from words; whether enough came and agreed is computed by the law."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kinds import quorums
from portal.kinds.decision import KIND, STEPS, missing_steps
from portal.money import PRECISION
from tests.kinds.lists import assembled, errors, said

RESOLVED = {
    "matter": "修建文化广场",
    "step": "村民代表会议决议",
    "held_on": date(2026, 3, 8),
    "body": "村民代表会议",
    "due": 36,
    "present": 30,
    "in_favour": 28,
}


def test_the_words_of_files_become_steps_and_bodies() -> None:
    rows = [
        {"matter": "修路", "step": "党支部提议", "held_on": date(2026, 3, 1)},
        {"matter": "修路", "step": "两委会商议", "held_on": date(2026, 3, 2)},
        {
            "matter": "修路",
            "step": "党员大会审议",
            "held_on": date(2026, 3, 3),
            "due": 30,
            "present": 20,
            "in_favour": 16,
        },
        RESOLVED | {"matter": "修路", "held_on": date(2026, 3, 4)},
        {"matter": "修路", "step": "决议公开", "held_on": date(2026, 3, 5)},
        {"matter": "修路", "step": "实施结果公开", "held_on": date(2026, 3, 30)},
    ]
    found = assembled(KIND, rows)
    assert not errors(found)
    lines = found.content["lines"]
    assert [line["step"] for line in lines] == list(STEPS)
    assert [line.get("body") for line in lines] == ["branch", "committees", "party", "representatives", None, None]
    assert len({line["subject"] for line in lines}) == 1 == len({KIND.subject_of(found.content)} - {None})
    assert len({line["key"] for line in lines}) == 6


@pytest.mark.parametrize(
    ("present", "in_favour", "outcome"),
    [(24, 13, "met"), (23, 23, "too_few_came"), (24, 12, "too_few_agreed"), (36, 36, "met")],
)
def test_representatives_need_two_thirds_there_and_more_than_half_of_these(
    present: int, in_favour: int, outcome: str
) -> None:
    found = assembled(KIND, [RESOLVED | {"present": present, "in_favour": in_favour}])
    assert found.content["lines"][0]["quorum"] == outcome
    assert bool(said(found, "quorum")) == (outcome != "met")


def test_the_article_named_is_the_one_in_force_on_the_day() -> None:
    few = RESOLVED | {"present": 10, "in_favour": 9}
    for day, law in ((date(2025, 12, 30), "2018, art. 25"), (date(2026, 1, 2), "2025, art. 30")):
        found = assembled(KIND, [few | {"held_on": day}], period="2026-03" if day.year == 2026 else "2025-12")
        assert law in str(said(found, "quorum")[0].message)


@given(st.dates(date(2018, 1, 1), date(2035, 1, 1)), st.sampled_from(list(quorums.BODIES)))
def test_at_most_one_rule_is_in_force(day: date, body: str) -> None:
    in_force = [r for r in quorums.RULES if r.body == body and r.begins <= day and (r.ends is None or day <= r.ends)]
    assert len(in_force) <= 1
    assert quorums.rule_of(body, day) == (in_force[0] if in_force else None)


@given(st.integers(1, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_more_people_never_make_it_less_than_enough(due: int, present: int, in_favour: int) -> None:
    rule = quorums.rule_of(quorums.ASSEMBLY, date(2026, 3, 1))
    assert rule is not None
    present, in_favour = min(present, due), min(in_favour, present, due)
    if quorums.outcome(rule, due, present, in_favour) == quorums.MET:
        assert Fraction(present, due) > Fraction(1, 2) < Fraction(in_favour, present)
        assert quorums.outcome(rule, due, present, present) == quorums.MET


def test_two_thirds_of_the_households_are_an_assembly_too() -> None:
    row = RESOLVED | {"body": "村民会议", "step": "决议", "due": 300, "present": 200, "in_favour": 101}
    assert assembled(KIND, [row | {"households": True}]).content["lines"][0]["quorum"] == "met"
    assert assembled(KIND, [row | {"present": 199, "households": True}]).content["lines"][0]["quorum"] == "too_few_came"


def test_votes_above_those_present_are_an_error_at_their_cell() -> None:
    found = assembled(KIND, [RESOLVED | {"in_favour": 31}, RESOLVED | {"present": 37, "in_favour": 1}])
    assert [(finding.cell, finding.value) for finding in said(found, "votes")] == [("G2", "31"), ("F3", "37")]
    assert not found.acceptable


def test_a_matter_of_the_assembly_decided_by_the_committees_is_told() -> None:
    found = assembled(KIND, [RESOLVED | {"matter": "误工补贴标准", "body": "村两委会"}])
    assert said(found, "wrong_body") and found.acceptable


def test_steps_in_the_wrong_order_and_days_after_the_period_are_told() -> None:
    rows = [RESOLVED, {"matter": RESOLVED["matter"], "step": "提议", "held_on": date(2026, 3, 9)}]
    assert [finding.cell for finding in said(assembled(KIND, rows), "order")] == ["C2"]
    assert said(assembled(KIND, [RESOLVED | {"held_on": date(2026, 4, 2)}]), "date_outside")


def test_a_levy_above_the_cap_of_the_day_is_told() -> None:
    row = RESOLVED | {"matter": "一事一议修渠", "levy": 1600, "labour": 11 * PRECISION}
    assert len(said(assembled(KIND, [row]), "levy_cap")) == 2
    settings = {"levy_money_cap": 2000, "levy_labour_cap": 12}
    assert not said(assembled(KIND, [row], settings=settings), "levy_cap")


def test_gaps_before_the_last_step_are_visible() -> None:
    assert missing_steps([{"step": "propose"}, {"step": "resolve"}]) == [STEPS["consult"], STEPS["deliberate"]]
    assert missing_steps([{"step": "propose"}]) == []
    assert missing_steps([]) == []


def test_the_story_tells_numbers_and_outcome() -> None:
    (sentence,) = KIND.story(assembled(KIND, [RESOLVED]).content)
    assert "due 36, present 30, in favour 28: enough came and agreed" in str(sentence)
