"""Numbers of people are found however they are written, and what is none is left alone."""

import pytest

from portal.kinds.privacy import suspicious_digits, without_digits


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电话13800138000", "phone"),
        ("１３８ ００１３ ８０００", "phone"),
        ("138-0013-8000", "phone"),
        ("1 3 8 0 0 1 3 8 0 0 0", "phone"),
        ("138\u200b00138000", "phone"),
        ("+86 13800138000", "phone"),
        ("073188888888", "phone"),
        ("2024 13800138000", "phone"),
        ("11010519491231002X", "id"),
        ("110105 19491231 002x", "id"),
        ("110105491231002", "id"),
        ("6222 0212 3456 7890 123", "card"),
        ("合同12345678901", "number"),
    ],
)
def test_a_number_of_a_person_is_found(text: str, kind: str) -> None:
    assert suspicious_digits(text) == kind
    assert without_digits(text).count("*") >= 11 and suspicious_digits(without_digits(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01-2024-12-31电费",
        "20240101-20241231",
        "2024.1.1-2024.12.31",
        "20240301001",
        "8人3天 3600元",
        "1,234,567.00",
        "No. 12345678",
        "",
    ],
)
def test_dates_amounts_and_short_numbers_are_left_alone(text: str) -> None:
    assert suspicious_digits(text) is None and without_digits(text) == text
