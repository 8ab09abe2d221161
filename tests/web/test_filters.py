"""Amounts, dates and months as people write them, in both languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from portal.text import N_, Message
from portal.web import filters


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context("/"):
        g.language = request.param
        yield request.param


def test_amounts_have_thousands_and_a_true_minus() -> None:
    assert (filters.money(123450), filters.money(-5), filters.money(0)) == ("1,234.50", "−0.05", "0.00")
    assert filters.money(None) == ""


@given(st.integers(-(10**15), 10**15))
def test_no_amount_loses_a_fen(fen: int) -> None:
    assert round(float(filters.money(fen).replace(",", "").replace("−", "-")) * 100) == fen


def test_days_are_written_as_people_do(language: str) -> None:
    assert filters.day("2026-03-05") == {"zh": "3月5日", "en": "5 Mar"}[language]
    assert filters.day(date(2026, 3, 5), year=True) == {"zh": "2026年3月5日", "en": "5 Mar 2026"}[language]
    assert filters.day(None) == ""


def test_a_moment_is_shown_in_county_time(language: str) -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert filters.day(late) == {"zh": "3月5日", "en": "5 Mar"}[language]
    assert filters.moment(late).endswith(" 07:30")


def test_months_are_written_out(language: str) -> None:
    assert filters.period("2026-03") == {"zh": "2026年3月", "en": "March 2026"}[language]
    assert filters.period(None) == ""


def test_a_message_is_shown_from_any_of_its_forms(language: str) -> None:
    text = Message(N_("Page %(n)s of %(total)s"), {"n": 1, "total": 2})
    shown = filters.message(text)
    assert shown == filters.message(text.to_json())
    assert "1" in shown
    assert filters.message("x%y") == "x%y"


def test_months_and_days_within_a_message_are_written_out_and_nothing_else(language: str) -> None:
    later = Message(N_("%(later)s is already published, so %(period)s is closed. Enter what was forgotten in the open "
                       "month."), {"later": "2026-04", "period": "2026-Q1"})  # fmt: skip
    assert {"zh": "2026年4月", "en": "April 2026"}[language] in filters.message(later)
    assert {"zh": "2026年第1季度", "en": "Q1 2026"}[language] in filters.message(later)
    until = Message(N_("Hand this sheet to the township by %(day)s."), {"day": date(2026, 4, 20)})
    for form in (until, until.to_json()):
        assert {"zh": "2026年4月20日", "en": "20 Apr 2026"}[language] in filters.message(form)
    quoted = Message(N_("No place is called “%(words)s”."), {"words": "2026-02-30"})
    assert "2026-02-30" in filters.message(quoted)


def test_several_texts_are_listed_as_in_a_sentence(language: str) -> None:
    assert filters.listed(["甲", "乙"]) == {"zh": "甲、乙", "en": "甲, 乙"}[language]
