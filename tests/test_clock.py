"""Periods as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import grain_of, typed_period


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026年3月", "2026-03"),
        (" 2026 年 10 月份 ", "2026-10"),
        ("2026.3", "2026-03"),
        ("２０２６年１２月", "2026-12"),
        ("2026年第一季度", "2026-Q1"),
        ("2026年第4季度", "2026-Q4"),
        ("2026 q2", "2026-Q2"),
        ("2026年", "2026"),
    ],
)
def test_a_period_is_understood_however_it_is_written(typed: str, meant: str) -> None:
    assert typed_period(typed) == meant


@given(st.one_of(st.from_regex(r"20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?", fullmatch=True), st.text(max_size=12)))
def test_a_period_in_its_one_form_stays_and_what_is_none_is_never_made_one_of_another_year(text: str) -> None:
    found = typed_period(text)
    assert found == text.strip() or (grain_of(found) and found[:4].isdigit())
    if grain_of(text):
        assert found == text
