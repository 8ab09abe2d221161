"""The bank's file against the list, and what is told of it: no count that would point at a person."""

from datetime import date

import pytest

from portal.kinds.payout import FAILED, PAID, Due, Given, matched, told

DAY = date(2026, 4, 10)


def row(name: str, amount: int = 100, state: str = PAID) -> Given:
    return Given(name, amount, state)


def test_a_number_finds_its_line_before_a_name_does() -> None:
    lines = [Due(1, "甘小满", 100, frozenset({"a"})), Due(2, "龙春生", 100, frozenset({"a"})), Due(3, "甘小满", 90)]
    rows = [row("龙春生"), row("甘小满"), row("甘小满", 90)]
    found, extra = matched(rows, [frozenset("a"), frozenset("a"), frozenset()], lines)
    assert {n: one.name for n, one in found.items()} == {1: "甘小满", 2: "龙春生", 3: "甘小满"} and not extra


def test_a_name_that_two_lines_have_finds_none_unless_the_sum_tells() -> None:
    lines = [Due(1, "甘小满", 100), Due(2, "甘小满", 90)]
    assert matched([row("甘小满", 80)], [frozenset()], lines) == ({}, [row("甘小满", 80)])
    assert matched([row("甘小满", 90)], [frozenset()], lines)[0].keys() == {2}


def test_a_name_that_the_list_shortened_is_found() -> None:
    found, _extra = matched([row("欧阳春生")], [frozenset()], [Due(1, "欧阳某", 100)])
    assert found.keys() == {1}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((8, 8, 0), ["paid all 8 lines"]),
        ((300, 298, 2), ["all but fewer than 5 of 300"]),
        ((300, 290, 10), ["paid 290 of 300", "failed: 10"]),
        ((300, 290, 4), ["paid 290 of 300", "Fewer than 5 payments failed"]),
        ((300, 290, 0), ["paid 290 of 300"]),
        ((300, 3, 297), ["fewer than 5 of 300", "failed: 297"]),
        ((3, 0, 3), ["all but fewer than 5 of 3"]),
        ((300, 0, 300), ["none of 300", "failed: 300"]),
    ],
)
def test_counts_below_five_are_told_only_where_they_are_all(counts: tuple[int, int, int], words: list[str]) -> None:
    sentences = [str(sentence) for sentence in told(*counts, DAY)]
    assert len(sentences) == len(words)
    for sentence, expected in zip(sentences, words, strict=True):
        assert expected in sentence
    assert FAILED not in sentences
