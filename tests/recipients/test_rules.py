"""Codes find slips of the pen, the lot is nobody's choice, and small counts are never told."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import COUNTY_TIME
from portal.errors import Invalid
from portal.recipients import rules
from portal.recipients.rules import Answer

NOON = datetime(2026, 4, 16, 12, tzinfo=COUNTY_TIME)


def test_a_code_is_sixteen_digits_read_in_fours_however_it_is_typed() -> None:
    code = rules.new_code()
    assert len(code) == 16 and code.isdigit()
    written = rules.written(code)
    assert [len(part) for part in written.split()] == [4, 4, 4, 4]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for typed in (code, written, written.replace(" ", "-"), f"  {wide} "):
        assert rules.typed(typed) == code


@given(st.integers(0, 15), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(place: int, step: int) -> None:
    code = rules.new_code()
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    with pytest.raises(Invalid, match="One digit is not right"):
        rules.typed(wrong)


@pytest.mark.parametrize("text", ["", "123", "12345678901234567", "abcd efgh ijkl mnop"])
def test_what_can_be_no_code_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="sixteen digits"):
        rules.typed(text)


@given(st.sets(st.text(min_size=1, max_size=6), max_size=40), st.text(min_size=1), st.integers(0, 10))
def test_the_lot_draws_the_same_whatever_order_the_lists_have(keys: set[str], lot: str, count: int) -> None:
    drawn = rules.draw(sorted(keys), lot, count)
    assert drawn == rules.draw(sorted(keys, reverse=True), lot, count)
    assert len(drawn) == min(count, len(keys)) == len(set(drawn)) and set(drawn) <= keys


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"known": "yes", "got": "yes", "sum": "yes", "kept": "no"}, Answer.RECEIVED),
        ({"known": "yes", "got": "yes", "sum": "no"}, Answer.WRONG_SUM),
        ({"known": "yes", "got": "yes", "sum": "yes", "kept": "yes"}, Answer.KEPT_BACK),
        ({"known": "yes", "got": "yes", "sum": "no", "kept": "yes"}, Answer.KEPT_BACK),
        ({"known": "yes", "got": "no"}, Answer.NOT_RECEIVED),
        ({"known": "no"}, Answer.NOT_MINE),
        ({"known": "yes", "got": "unknown"}, None),
        ({}, None),
    ],
)
def test_five_replies_come_to_one_answer(replies: dict[str, str], outcome: Answer | None) -> None:
    assert rules.outcome_of_call(replies) is outcome


def test_counts_are_published_from_five_households_up() -> None:
    four = rules.tally([Answer.RECEIVED] * 3 + [Answer.WRONG_SUM, None, None])
    assert (four.called, four.reached, four.confirmed, four.corrected) == (6, 4, 3, 1)
    assert not four.may_be_published
    assert rules.tally([Answer.RECEIVED] * 5).may_be_published


def test_ten_answers_within_an_hour_are_a_question() -> None:
    slow = [NOON + timedelta(minutes=7 * n) for n in range(30)]
    assert not rules.is_burst(slow)
    assert rules.is_burst([*slow, *(NOON + timedelta(hours=9, minutes=n) for n in range(10))])
    assert not rules.is_burst([])
