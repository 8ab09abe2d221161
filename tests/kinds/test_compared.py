"""Two versions of a posting as people are told what changed: of a month, and of a list of recipients."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.kinds import KINDS
from portal.kinds.base import Privacy
from portal.kinds.compared import ADDED, CHANGED, REMOVED, Compared, Field, compared
from portal.text import translator
from tests.public import county as sample

FINANCE, SUBSIDY = KINDS["finance"], KINDS["subsidy"]


def month(**changed: Any) -> dict[str, Any]:
    lines = sample.month_lines("2026-03")
    lines[3] |= changed
    return sample.content("2026-03", lines=[{name: v for name, v in one.items() if v is not None} for one in lines])


def test_a_field_is_told_as_it_was_and_as_it_is() -> None:
    found = compared(FINANCE, month(), month(payee="钱小曼", handler=None, date="2026-03-13"))
    [line] = found.lines
    assert (line.what, line.n, line.was, line.title) == (CHANGED, 4, 4, "银-004 水渠清淤人工费")
    assert line.fields == [
        Field("Date", date(2026, 3, 12), date(2026, 3, 13)),
        Field("Payee", "钱小满", "钱小曼"),
        Field("Handled by", "吴守田", None),
    ]
    assert not found.figures and not found.books
    assert found.was(4) is line and found.became(4) is line and found.was(1) is None


def test_a_changed_sum_moves_the_large_figures() -> None:
    found = compared(FINANCE, month(), month(expense=300_000))
    assert [(figure.name, old, new) for figure, old, new in found.figures] == [
        ("expense", 816_240, 756_240),
        ("closing", 11_725_775, 11_785_775),
    ]
    assert found.lines[0].fields == [Field("Money out", "3,600.00", "3,000.00")]


def test_whole_lines_are_told_with_all_that_they_say() -> None:
    before, now = month(), month()
    del now["lines"][4]
    now["lines"].append(sample.line(7, "2026-03-30", "换锁", 0, 5_000, account_name="管理费用"))
    added, removed = compared(FINANCE, before, now).lines
    assert (added.what, added.n, added.was, added.title) == (ADDED, 6, None, "银-007 换锁")
    assert Field("Money out", None, "50.00") in added.fields
    assert (removed.what, removed.n, removed.was) == (REMOVED, None, 5)
    assert Field("Payee", sample.SHOP, None) in removed.fields


def test_an_account_and_a_book_are_told_in_the_readers_language() -> None:
    [line] = compared(FINANCE, month(), month(account="522", account_name="管理费用", book="cash")).lines
    told = {one.label: [part.render(translator("en")) for part in (one.before, one.now)] for one in line.fields}  # type: ignore[union-attr]
    assert told == {
        "Account": ["Public-welfare expenses", "Administrative expenses"],
        "Book": ["basic account", "cash book"],
    }


def test_what_is_technical_is_told_only_where_nothing_else_changed() -> None:
    [line] = compared(FINANCE, month(), month(account="54101")).lines
    assert [one.label for one in line.fields] == ["Account code"]


def test_openings_and_closings_of_several_books_are_told() -> None:
    before, now = month(), month()
    for content, opening in ((before, 100), (now, 300)):
        book = {
            **content["books"][0],
            "book": "cash",
            "opening": opening,
            "closing": opening,
            "income": 0,
            "expense": 0,
        }
        content["books"] = [*content["books"], book]
    found = compared(FINANCE, before, now)
    assert [(str(one.book), one.label, one.before, one.now) for one in found.books] == [
        ("cash book (villagers' committee)", "Opening balance", 100, 300),
        ("cash book (villagers' committee)", "Closing balance", 100, 300),
    ]
    assert not found.lines


# ---------------------------------------------------------------- names


def roster(*rows: tuple[str, int], **more: Any) -> dict[str, Any]:
    lines = [
        {"key": str(n), "name": name, "group": "1组", "amount": amount, "programme": "arable"}
        for n, (name, amount) in enumerate(rows, 1)
    ]
    return {"period": "2025", "programme": "arable", "lines": lines, "warnings": [], **more}


OLD = roster(("甘小满", 6000), ("龙春生", 4800), ("欧阳秀英", 100))
NEW = roster(("甘小曼", 6000), ("欧阳秀英", 300))


def texts(found: Compared) -> str:
    return repr(found)


def test_a_list_is_told_by_people_as_long_as_its_names_are_shown() -> None:
    found = compared(SUBSIDY, OLD, NEW)
    assert [(line.what, line.title) for line in found.lines] == [
        (CHANGED, "甘小曼 1组"),
        (CHANGED, "欧阳秀英 1组"),
        (REMOVED, "龙春生 1组"),
    ]


def test_names_that_are_no_longer_shown_are_not_told_either() -> None:
    found = compared(SUBSIDY, OLD, NEW, hides_names=True)
    assert not any(name in texts(found) for name in ("甘小满", "甘小曼", "龙春生", "秀英"))
    [field] = found.lines[0].fields
    assert field.is_hidden and field.now == "甘某"
    assert found.lines[1].fields == [Field("Amount", "1.00", "3.00")]


def test_a_note_hides_the_name_of_the_version_before() -> None:
    after = roster(("甘小曼", 6000), ("欧阳秀英", 300))
    after["lines"][0]["note"] = "原误写甘小满"
    assert "甘小满" not in texts(compared(SUBSIDY, OLD, after, hides_names=True))


def test_the_rule_that_changed_is_told_as_sentences() -> None:
    before, now = roster(("甘小满", 6000), rate=[1_205_000]), roster(("甘小满", 6000), rate=[1_200_000])
    found = compared(SUBSIDY, before, now)
    was, is_now = SUBSIDY.story(before), SUBSIDY.story(now)
    assert [pair for pair in found.words if pair[0] != pair[1]] == list(found.words)
    assert (was == is_now) == (not found.words)


@pytest.mark.parametrize("name", KINDS)
def test_no_internal_value_of_any_kind_is_told(name: str) -> None:
    """Even if one stood in a line: only what a kind shows is told."""
    kind = replace(KINDS[name], figures=lambda content: {}, headline=(), story=lambda content: [])
    inside = [one.name for one in kind.input if one.privacy is Privacy.INTERNAL]
    line = {"key": "1", "summary": "电费", "name": "甘小满"} | dict.fromkeys(inside, "990101198001010011")
    other = line | dict.fromkeys(inside, "990101198001010038")
    for before, now in (([line], [other]), ([], [line]), ([line], [])):
        assert "99010119800101" not in repr(compared(kind, {"lines": before}, {"lines": now}))


def test_where_nothing_changed_nothing_is_told() -> None:
    assert not compared(FINANCE, month(), month())
