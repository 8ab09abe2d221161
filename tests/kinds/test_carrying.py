"""One act that supersedes all later months: openings and closings shift, lines stay."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.kinds.finance import carrying
from portal.kinds.finance.carrying import Month, shifted, shifts

CASH, BASIC = ("committee", "cash"), ("committee", "basic")


def month(opening: dict[tuple[str, str], int], *nets: tuple[tuple[str, str], int], **more: Any) -> dict[str, Any]:
    """A month that opens like this and has these lines (book, fen in or out)."""
    lines = [
        {"key": f"{owner}:{book}:{n}:1", "owner": owner, "book": book, "date": f"2026-03-{n:02d}",
         "summary": f"第{n}笔",
         **({"income": fen} if fen > 0 else {"expense": -fen})}
        for n, ((owner, book), fen) in enumerate(nets, 1)
    ]  # fmt: skip
    books = []
    for key in {**opening, **dict.fromkeys(key for key, _fen in nets)}:
        own = [fen for other, fen in nets if other == key]
        income, expense = sum(fen for fen in own if fen > 0), -sum(fen for fen in own if fen < 0)
        book = {"owner": key[0], "book": key[1], "opening": opening.get(key, 0), "income": income, "expense": expense}
        books.append({**book, "transfer_in": 0, "transfer_out": 0, "closing": book["opening"] + income - expense})
        books[-1]["lines"] = len(own)
    return {"books": books, "lines": lines, "warnings": [], **more}


def closing(content: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(book["owner"], book["book"]): book["closing"] for book in content["books"]}


def opening(content: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(book["owner"], book["book"]): book["opening"] for book in content["books"]}


def test_every_later_month_shifts_by_what_the_closing_changed() -> None:
    march = month({CASH: 1000, BASIC: 500}, (CASH, -100))
    april, may = month(closing(march), (CASH, -200)), month({CASH: 700, BASIC: 500}, (BASIC, 50))
    corrected = month({CASH: 1000, BASIC: 500}, (CASH, -130))
    rows = shifts(march, corrected, [Month(4, "2026-04", april), Month(5, "2026-05", may)])
    assert [(row["number"], row["period"], row["book"], row["delta"]) for row in rows] == [
        (4, "2026-04", "cash", -30),
        (5, "2026-05", "cash", -30),
    ]
    found = shifted(april, carrying.by_month(rows)[4])
    assert opening(found)[CASH] == closing(corrected)[CASH]
    assert found["lines"] == april["lines"]


def test_a_description_shifts_nothing() -> None:
    march = month({CASH: 1000}, (CASH, -100))
    assert shifts(march, {**march, "lines": []}, [Month(4, "2026-04", month(closing(march)))]) == []


def test_a_book_that_was_forgotten_is_not_counted_twice() -> None:
    """April began the bank book with what it held; the correction of March adds it."""
    march, april = month({CASH: 1000}), month({CASH: 1000, BASIC: 700}, (BASIC, 50))
    corrected = month({CASH: 1000, BASIC: 650}, (BASIC, 50))
    assert shifts(march, corrected, [Month(4, "2026-04", april)]) == []


def test_a_book_that_no_later_month_knew_is_opened_in_each() -> None:
    march, april = month({CASH: 1000}), month({CASH: 1000}, (CASH, -5))
    rows = shifts(march, month({CASH: 1000}, (BASIC, 40)), [Month(4, "2026-04", april)])
    found = shifted(april, carrying.by_month(rows)[4])
    assert opening(found) == {CASH: 1000, BASIC: 40} and closing(found) == {CASH: 995, BASIC: 40}
    assert all(book["lines"] in (0, 1) for book in found["books"])


def test_after_a_withheld_month_the_next_ones_own_opening_counts() -> None:
    april = month({CASH: 900}, (CASH, -5))
    assert shifts(None, month({CASH: 1000}, (CASH, -100)), [Month(4, "2026-04", april)]) == []
    [row] = shifts(None, month({CASH: 1000}, (CASH, -120)), [Month(4, "2026-04", april)])
    assert row["delta"] == -20


def test_what_was_said_about_the_cash_is_said_anew() -> None:
    march = month({CASH: 100})
    april = month({CASH: 100}, (CASH, -80), (CASH, -10))
    rows = shifts(march, month({CASH: 100}, (CASH, -30)), [Month(4, "2026-04", april)])
    found = shifted(april, carrying.by_month(rows)[4])
    [warning] = found["warnings"]
    assert warning["check"] == "negative_cash" and warning["key"] == april["lines"][0]["key"]
    back = shifted(found, {CASH: 30})
    assert back["warnings"] == [] and back["books"] == april["books"]
    assert shifted(april, {CASH: -30}, told=())["warnings"] == []


NETS = st.lists(st.tuples(st.sampled_from((CASH, BASIC)), st.integers(-500, 500).filter(bool)), max_size=4)


@given(st.lists(NETS, min_size=2, max_size=5), NETS)
def test_the_balances_carry_on_from_month_to_month(months: list[Any], corrected_nets: Any) -> None:
    """Whatever is corrected: each opening is the closing before it, and each book adds up."""
    held: dict[tuple[str, str], int] = {CASH: 1000}
    made = []
    for nets in months:
        made.append(month(held, *nets))
        held = closing(made[-1])
    corrected = month({CASH: 1000}, *corrected_nets)
    later = [Month(n, f"2026-{n:02d}", content) for n, content in enumerate(made[1:], 4)]
    moved = carrying.by_month(shifts(made[0], corrected, later))
    before = corrected
    for one in later:
        now = shifted(one.content, moved.get(one.number, {}))
        opened = opening(now)
        assert {key: opened.get(key, 0) for key in {*opened, *closing(before)}} == {
            key: closing(before).get(key, 0) for key in {*opened, *closing(before)}
        }
        for book in now["books"]:
            assert book["closing"] == book["opening"] + book["income"] - book["expense"]
        before = now
