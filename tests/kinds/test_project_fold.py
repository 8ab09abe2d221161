"""Whatever is posted of a project, in whatever pieces: the story loses nothing, adds up, and repeats nothing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.kinds.base import Posted
from portal.kinds.project import STEPS, Story, fold
from portal.kinds.project.steps import PARTS, step_reached

TODAY = date(2026, 4, 16)
DAYS = st.dates(date(2024, 1, 1), TODAY).map(date.isoformat)
FEN = st.integers(1, 10**9)
COLUMNS = {
    "date": DAYS,
    "decision": st.sampled_from(["村民代表会议", "2025年3月1日村民代表会议"]),
    "budget": FEN,
    "way": st.sampled_from(["direct", "quotes", "tender"]),
    "way_due": st.sampled_from(["direct", "quotes", "township", "county"]),
    "contractor": st.sampled_from(["清溪建筑工程有限公司", "甘小满"]),
    "contract_amount": FEN,
    "change_amount": st.integers(-(10**6), 10**6),
    "started": DAYS,
    "finished": DAYS,
    "progress": st.integers(0, 100 * 10_000),
    "payment": FEN,
    "paid": FEN,
    "accepted_on": DAYS,
    "final_account": FEN,
}


@st.composite
def lines(draw: Any) -> dict[str, Any]:
    filled = draw(st.fixed_dictionaries({}, optional=COLUMNS))
    step = draw(st.sampled_from([*STEPS, step_reached(filled)]))
    return {"name": "水渠改造", "step": step, **filled}


def posted(some: Sequence[dict[str, Any]]) -> list[Posted]:
    return [Posted(number, 1, "2026-03", TODAY, line) for number, line in enumerate(some, 1)]


def sums(story: Story) -> tuple[Any, ...]:
    return story.budget, story.contract, story.changes, story.paid, story.final_account


@given(st.lists(lines(), max_size=8))
def test_every_filled_column_of_a_step_is_told(some: list[dict[str, Any]]) -> None:
    story = fold(posted(some), TODAY)
    for line in some:
        for step, (marks, _also) in PARTS.items():
            for name in marks:
                if name in line:
                    assert any(event.values.get(name) == line[name] for event in story.of(step)), (step, name)
    assert {event.step for event in story.events} >= {line["step"] for line in some}


@given(st.lists(lines(), max_size=8))
def test_what_is_missing_was_never_posted_and_the_steps_stand_in_order(some: list[dict[str, Any]]) -> None:
    story = fold(posted(some), TODAY)
    assert not set(story.missing) & {event.step for event in story.events}
    order = [list(STEPS).index(event.step) for event in story.events]
    assert order == sorted(order)
    assert [list(STEPS).index(step) for step in story.missing] == sorted(map(list(STEPS).index, story.missing))
    if story.events:
        assert list(STEPS).index(story.state) == order[-1]


@given(st.lists(lines(), max_size=8))
def test_paid_is_the_last_statement_and_the_payments_after_it(some: list[dict[str, Any]]) -> None:
    paid = None
    for line in some:
        paid = line["paid"] if "paid" in line else (paid or 0) + line["payment"] if "payment" in line else paid
    assert fold(posted(some), TODAY).paid == paid


@given(st.lists(st.builds(lambda fen: {"name": "水渠改造", "step": "payment", "payment": fen}, FEN)), st.randoms())
def test_payments_add_up_in_any_order(some: list[dict[str, Any]], lot: Any) -> None:
    mixed = list(some)
    lot.shuffle(mixed)
    story = fold(posted(mixed), TODAY)
    assert (story.paid or 0) == sum(line["payment"] for line in some)
    assert len(story.of("payment")) == len(some)


@given(lines(), st.integers(2, 4))
def test_a_register_that_is_posted_again_says_nothing_new(line: dict[str, Any], times: int) -> None:
    register = {name: value for name, value in line.items() if name not in ("payment", "date")} | {"step": "acceptance"}
    once, again = fold(posted([register]), TODAY), fold(posted([register] * times), TODAY)
    assert sums(again) == sums(once)
    assert [event.values for event in again.events] == [event.values for event in once.events]
    assert list(again.missing) == list(once.missing) and list(again.doubts) == list(once.doubts)


@given(st.lists(lines(), max_size=8))
def test_doubts_are_the_ones_of_the_sums(some: list[dict[str, Any]]) -> None:
    story = fold(posted(some), TODAY)
    checks = {check for check, _message in story.doubts}
    if story.total is not None and story.paid is not None:
        assert ("paid_over_contract" in checks) == (story.paid > story.total)
    if story.total is not None and story.budget is not None:
        assert ("contract_over_budget" in checks) == (story.total > story.budget)
    assert ("accepted_without_contract" in checks) == bool(story.of("acceptance") and not story.of("contract"))
    assert len(checks) == len(story.doubts)
