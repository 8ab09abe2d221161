"""Projects: steps and ways understood from their words, and everything that does not fit together said at its cell."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.kinds import subjects
from portal.kinds.base import Assembly, Posted
from portal.kinds.ledger import links
from portal.kinds.project import KIND, fold, item_in
from portal.kinds.project.fold import ACCOUNT_WITHIN, SILENT_FOR, day_in
from portal.kinds.project.steps import step_of, way_of
from portal.money import PRECISION
from tests.kinds.lists import TODAY, errors, said
from tests.kinds.lists import assembled as read
from tests.kinds.test_ledger import FIRM, MARCH, money

NAME = "水渠改造"
LIMITS = {
    "village_purchase_from": 10_000_00,
    "township_purchase_from": 300_000_00,
    "county_purchase_from": 2_000_000_00,
}
DECISION = {"step": "决策", "date": date(2026, 1, 5), "decision": "2026年1月5日村民代表会议", "budget": 90_000_00}
CHOICE = {"step": "招标", "date": date(2026, 2, 1), "way": "比选", "contractor": FIRM}
CONTRACT = {"step": "合同", "date": date(2026, 2, 10), "contractor": FIRM, "contract_amount": 80_000_00}
PAYMENT = {"step": "付款", "date": date(2026, 3, 12), "payment": 30_000_00, "voucher": "银-012"}
ACCEPTED = {"step": "验收", "date": date(2026, 3, 20), "accepted_on": date(2026, 3, 20), "accepted_by": "验收小组5人"}


def assembled(
    *rows: dict[str, Any], posted: list[Posted] | None = None, ledger: Any = (MARCH,), **more: Any
) -> Assembly:
    facts = {"ledger": list(ledger), "posted": posted or [], **more}
    return read(KIND, [{"name": NAME, **row} for row in rows], settings=LIMITS, facts=facts)


def published(*rows: dict[str, Any], number: int = 5, period: str = "2026-02") -> list[Posted]:
    lines = assembled(*rows).content["lines"]
    return [Posted(number, n, period, TODAY, line) for n, line in enumerate(lines, 1)]


def test_a_project_from_decision_to_acceptance_has_nothing_to_say() -> None:
    found = assembled(DECISION, CHOICE, CONTRACT, PAYMENT, ACCEPTED)
    assert found.acceptable and found.content["warnings"] == []
    assert [line["step"] for line in found.content["lines"]] == [
        "decision", "selection", "contract", "payment", "acceptance"
    ]  # fmt: skip
    (state,) = found.content["projects"]
    assert state == {
        "subject": subjects.key(NAME), "name": NAME, "state": "acceptance", "missing": [],
        "budget": 90_000_00, "contract": 80_000_00, "paid": 30_000_00,
    }  # fmt: skip
    assert KIND.figures(found.content) == {
        "projects": 1, "all_budget": 90_000_00, "all_contract": 80_000_00, "all_paid": 30_000_00, "missing": 0
    }  # fmt: skip
    assert KIND.subject_of(found.content) == subjects.key(NAME)


def test_a_payment_keeps_number_and_key_of_its_line_in_the_accounts() -> None:
    (line,) = assembled(PAYMENT).content["lines"]
    assert links(line["ledger"]) == [(7, MARCH["key"])]


def test_a_register_row_tells_its_furthest_step() -> None:
    row = {"budget": 9_000_00, "decision": "村民代表会议", "contract_amount": 8_000_00, "paid": 8_000_00}
    (line,) = assembled(row | {"accepted_on": date(2026, 3, 1)}).content["lines"]
    assert line["step"] == "acceptance" and line["way_due"] == "direct" and "limit" not in line
    (line,) = assembled({"started": date(2026, 1, 1), "progress": 6_000}).content["lines"]
    assert (line["step"], line["progress"]) == ("progress", 60 * PRECISION)


@pytest.mark.parametrize(
    ("rows", "check", "cell"),
    [
        ([CONTRACT, CONTRACT | {"contract_amount": 95_000_00}, DECISION], "contract_over_budget", "E4"),
        ([PAYMENT | {"date": date(2026, 1, 2), "voucher": ""}, DECISION], "paid_before_decision", "C3"),
        ([DECISION, CONTRACT, {"step": "付款", "paid": 80_000_00}], "paid_before_acceptance", "H4"),
        ([DECISION, CONTRACT, {"step": "付款", "paid": 80_000_01}], "paid_over_contract", "H4"),
        ([DECISION, ACCEPTED], "accepted_without_contract", "F3"),
        ([CONTRACT], "decision_none", "A2"),
        ([DECISION, CONTRACT | {"way": "直接发包"}], "way_weak", "H3"),
        ([DECISION, CONTRACT, {"step": "决算", "final_account": 81_000_00}], "final_over_contract", "H4"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_a_warning(rows: list[dict[str, Any]], check: str, cell: str) -> None:
    found = assembled(*rows)
    assert [finding.cell for finding in said(found, check)] == [cell]
    assert not errors(found) and check in [warning["check"] for warning in found.content["warnings"]]


@pytest.mark.parametrize(
    ("row", "check"),
    [
        ({"progress": 101 * PRECISION}, "progress_over"),
        ({"started": date(2026, 3, 2), "finished": date(2026, 3, 1)}, "finished_before_started"),
        ({"accepted_on": date(2027, 1, 1)}, "day_future"),
        ({"step": "吃饭"}, "step_unknown"),
    ],
)
def test_what_cannot_be_is_an_error(row: dict[str, Any], check: str) -> None:
    assert check in errors(assembled(row))


def test_what_was_posted_before_counts() -> None:
    before = published(DECISION, CHOICE, CONTRACT)
    quiet = assembled(PAYMENT, posted=before)
    assert quiet.content["warnings"] == [] and quiet.content["projects"][0]["contract"] == 80_000_00
    much = assembled(PAYMENT | {"payment": 90_000_00, "voucher": ""}, posted=before, ledger=())
    assert said(much, "paid_over_contract") and said(much, "paid_before_acceptance")


def test_an_older_posting_that_comes_late_does_not_undo_a_newer_one() -> None:
    newer = published(PAYMENT | {"paid": 50_000_00}, number=9, period="2026-04")
    found = assembled(DECISION, {"step": "付款", "payment": 20_000_00, "paid": 20_000_00}, posted=newer, ledger=())
    assert found.content["projects"][0]["paid"] == 50_000_00 and not said(found, "paid_sum")


def test_paid_so_far_is_what_was_paid_before_and_now() -> None:
    before = published(DECISION, CONTRACT, PAYMENT)
    right = {"step": "付款", "payment": 20_000_00, "paid": 50_000_00}
    assert not said(assembled(right, posted=before, ledger=()), "paid_sum")
    (wrong,) = said(assembled(right | {"paid": 60_000_00}, posted=before, ledger=()), "paid_sum")
    assert "50,000.00, not 60,000.00" in str(wrong.message)


def test_a_payment_is_looked_up_in_the_published_accounts() -> None:
    assert said(assembled(PAYMENT | {"voucher": "银-099"}), "payment_unfound")[0].value == "银-099"
    (differing,) = said(assembled(PAYMENT | {"payment": 31_000_00}), "payment_unfound")
    assert str(differing.message).startswith("水渠改造: The accounts have 30,000.00 under this voucher")
    other = money(7, "2026-03-12", "银-012", 30_000_00, "别家建材店")
    assert said(assembled(CONTRACT, PAYMENT, ledger=(other,)), "payee_other")
    not_yet = PAYMENT | {"date": date(2026, 4, 8)}
    assert not said(assembled(not_yet | {"voucher": "银-001"}), "payment_unfound"), "April is not published yet"


def test_the_limits_of_the_day_hold_not_those_of_today() -> None:
    history = [{"from": "0001-01-01", **LIMITS}, {"from": "2026-02-15", **LIMITS, "village_purchase_from": 100_000_00}]
    old = assembled(DECISION, CONTRACT | {"way": "直接委托"}, limits=history)
    assert old.content["lines"][1]["limit"] == 10_000_00 and said(old, "way_weak")
    new = assembled(DECISION, CONTRACT | {"way": "直接委托", "date": date(2026, 2, 20)}, limits=history)
    assert new.content["lines"][1]["way_due"] == "direct" and not said(new, "way_weak")


def test_steps_and_ways_are_understood_in_many_words() -> None:
    words = ("竣工验收", "工程款支付", "合同变更", "签订合同", "询价", "竣工决算", "acceptance", "final account")
    assert [step_of(word) for word in words] == [
        "acceptance", "payment", "change", "contract", "selection", "final_account", "acceptance", "final_account"
    ]  # fmt: skip
    assert [way_of(word) for word in ("公开招标", "乡镇公共资源交易中心", "县公共资源交易中心", "熟人")] == [
        "tender", "township", "county", "熟人"
    ]  # fmt: skip
    assert day_in("经2026年1月5日会议") == "2026-01-05" and day_in("2026.13.5") is None
    assert [item_in(text) for text in ("公报第12号", "12", "item 12", "村民代表会议")] == [12, 12, 12, None]


def test_the_story_says_what_nobody_posted() -> None:
    content = assembled(PAYMENT, {"step": "进度", "progress": 100 * PRECISION}).content
    assert [str(sentence) for sentence in KIND.story(content)] == [
        "payment, 12 March 2026: 30,000.00 yuan.",
        "progress: 100 percent.",
        "水渠改造: not posted so far: decision, budget, choice of the contractor, contract, acceptance.",
    ]
    assert str(KIND.called(content)) == "Project: 水渠改造"
    assert str(KIND.called(assembled(PAYMENT).content)) == "Project: 水渠改造, payment"


def test_the_search_finds_firms_and_no_persons() -> None:
    line = {"name": NAME, "purpose": "衬砌800米", "contractor": FIRM}
    assert KIND.search_text(line) == f"{NAME} 衬砌800米 {FIRM}"
    assert KIND.search_text(line | {"contractor": "甘小满"}) == f"{NAME} 衬砌800米"


def test_an_accepted_and_paid_project_lacks_its_final_account() -> None:
    lines = published(
        DECISION, CHOICE, CONTRACT, ACCEPTED, {"step": "付款", "date": date(2026, 3, 25), "paid": 80_000_00}
    )
    story = fold(lines, TODAY)
    assert list(story.missing) == ["final_account"] and not story.doubts


def test_an_accepted_project_is_to_be_paid_and_accounted_for_within_a_while() -> None:
    lines = published(DECISION, CHOICE, CONTRACT, ACCEPTED)
    accepted = max(date.fromisoformat(event.day) for event in fold(lines, TODAY).events if event.day)
    assert list(fold(lines, accepted + ACCOUNT_WITHIN).missing) == []
    assert list(fold(lines, accepted + ACCOUNT_WITHIN + timedelta(days=1)).missing) == ["payment", "final_account"]


def test_a_project_of_which_nothing_was_heard_for_half_a_year_after_its_contract_has_a_gap() -> None:
    lines = published(DECISION, CHOICE, CONTRACT)
    signed = max(date.fromisoformat(event.day) for event in fold(lines, TODAY).events if event.day)
    assert list(fold(lines, signed + SILENT_FOR).missing) == []
    assert list(fold(lines, signed + SILENT_FOR + timedelta(days=1)).missing) == ["progress"]
