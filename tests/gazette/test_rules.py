"""What somebody types who withholds by order."""

import pytest

from portal.errors import Invalid
from portal.gazette.rules import numbers, told_in


def test_numbers_are_read_between_commas_and_blanks() -> None:
    assert numbers(" 15，12、 12;7 ", "also") == [7, 12, 15]


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "²", "x", "1" * 19, "9" * 5000])
def test_what_is_no_number_of_an_item_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid, match="Write numbers"):
        numbers(typed, "also")


def test_what_officers_wrote_is_found_outside_lines_and_is_not_who_signed() -> None:
    content = {"reason": "甲", "lines": [{"note": "乙"}], "parts": [{"text": "丙"}], "n": 1}
    signoffs = [{"office": "head", "person": "丁", "reason": "戊"}, {"office": "committee", "person": "己"}]
    assert list(told_in({"content": content, "signoffs": signoffs}))[:2] == ["甲", "丙"]
    assert "丁" not in "".join(told_in({"content": content, "signoffs": signoffs}))
