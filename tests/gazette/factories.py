"""A village and its months, in plain values, for tests of the record."""

from datetime import UTC, datetime
from typing import Any

from portal.database import db, transaction
from portal.gazette.services import Entry
from portal.places.models import Place

AT = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)

Village = tuple[int, str]  # its id and code


def a_village(name: str = "Willow Bend") -> Village:
    """A new village in a county and township of its own."""
    with transaction():
        parent = None
        for level in ("county", "township", "village"):
            place = Place(level=level, name=name, parent_id=parent)
            db.session.add(place)
            db.session.flush()
            parent = place.id
        return place.id, f"{110101000000 + place.id}"


def a_line(
    n: int, summary: str = "支付三月电费", payee: str = "柳湾供电所", expense: int = 12_50, **more: Any
) -> dict[str, Any]:
    """One payment in cash."""
    line = {"key": f"committee:cash:现-{n:03d}:1", "owner": "committee", "book": "cash", "date": f"2026-03-{n:02d}"}
    line |= {"voucher": f"现-{n:03d}", "entry": "1", "summary": summary, "expense": expense}
    return line | ({"payee": payee} if payee else {}) | more


def content_of(lines: list[dict[str, Any]], period: str = "2026-03", opening: int = 1000_00) -> dict[str, Any]:
    """A month of one cash book with these lines."""
    income, expense = (sum(line.get(side, 0) for line in lines) for side in ("income", "expense"))
    book = {"owner": "committee", "book": "cash", "opening": opening, "income": income, "expense": expense}
    book |= {"transfer_in": 0, "transfer_out": 0, "closing": opening + income - expense, "lines": len(lines)}
    return {"period": period, "books": [book], "lines": lines, "warnings": []}


def a_month(village: Village, lines: list[dict[str, Any]] | None = None, period: str = "2026-03", **more: Any) -> Entry:
    """A month's entry, two payments unless told otherwise."""
    given = [a_line(1), a_line(2, "购买路灯灯泡", "", 80_00)] if lines is None else lines
    return Entry("finance", village[1], village[0], period, None, content_of(given, period), **more)
