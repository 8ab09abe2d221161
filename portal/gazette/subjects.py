"""Reading what was posted about subjects (a project, an asset, a matter): lines over the items, in order of time."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_

from portal import clock
from portal.database import db
from portal.gazette.models import LINE_TABLES, Item, Payload
from portal.gazette.queries import _IS_CURRENT, _SHOWN, Hit, ItemView, _hit, _hits, _view, _with_item, items
from portal.kinds.base import Posted
from portal.kinds.subjects import in_time

Link = tuple[int, str]
"""Number and key of a line, as another line keeps it."""


def posted_lines(place_ids: Collection[int], kind: str, subject: str | None = None) -> dict[int, list[Posted]]:
    """The current lines of a kind (about one subject, if it is given), by place, in order of time."""
    table = LINE_TABLES[kind]
    query = (
        _with_item(table)
        .add_columns(Item.published_at)
        .join_from(Item, table, table.c.number == Item.number)
        .where(Item.place_id.in_(place_ids), Item.kind == kind, _IS_CURRENT)
    )
    if subject is not None:
        query = query.where(table.c.subject == subject)
    found: dict[int, list[Posted]] = {}
    for *row, published_at in db.session.execute(query):
        hit = _hit(row)
        on = clock.today(published_at)
        found.setdefault(hit.place_id, []).append(Posted(hit.number, hit.n, hit.period, on, hit.line))
    return {place_id: in_time(lines) for place_id, lines in found.items()}


def items_about(place_id: int, kind: str, subject: str) -> list[ItemView]:
    """A place's current items that are as a whole about one subject, newest period first."""
    query = select(*_SHOWN).where(Item.place_id == place_id, Item.kind == kind, Item.subject == subject, _IS_CURRENT)
    return [_view(row) for row in db.session.execute(query.order_by(Item.period.desc(), Item.number.desc()))]


def periods_about(place_id: int, kind: str, subject: str | None) -> list[str]:
    """The periods of a place's current items about one subject (None: about none); withheld ones are left out."""
    is_about = Item.subject.is_not_distinct_from(subject)
    query = select(Item.period).join(Payload).where(Item.place_id == place_id, Item.kind == kind, is_about, _IS_CURRENT)
    return [period for period in db.session.scalars(query) if period]


def signoffs_of(numbers: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Who signed each of these items; withheld ones are left out."""
    rows = db.session.execute(select(Payload.number, Payload.text).where(Payload.number.in_(numbers)))
    return {number: json.loads(text)["signoffs"] for number, text in rows}


def where_now(kind: str, links: Collection[Link]) -> dict[Link, tuple[int, int]]:
    """For each link the number and `n` of the line that holds today: corrections keep keys. What was withheld or taken
    out is left out."""
    newest = _newest({number for number, _key in links})
    wanted = {(newest[number], key): (number, key) for number, key in links if number in newest}
    table = LINE_TABLES[kind]
    query = select(table.c.number, table.c.key, table.c.n).where(tuple_(table.c.number, table.c.key).in_(wanted))
    return {wanted[number, key]: (number, n) for number, key, n in (db.session.execute(query) if wanted else ())}


def _newest(numbers: Collection[int]) -> dict[int, int]:
    """The item that holds now for each of these."""
    found = {number: number for number in items(numbers)}
    while True:
        known = items(set(found.values()))
        later = {old: known[now].superseded_by for old, now in found.items() if known[now].superseded_by}
        if not later:
            return found
        found |= {old: now for old, now in later.items() if now is not None}


def named(place_id: int, kind: str, columns: Sequence[str]) -> dict[str, list[str]]:
    """The different values that a place's current lines have in some columns, for choosing instead of typing anew."""
    table = LINE_TABLES[kind]
    found = {}
    for name in columns:
        query = (
            select(table.c[name])
            .join_from(Item, table, table.c.number == Item.number)
            .where(Item.place_id == place_id, Item.kind == kind, _IS_CURRENT, table.c[name].is_not(None))
            .distinct()
            .order_by(table.c[name])
        )
        found[name] = [str(value) for value in db.session.scalars(query)]
    return found


def kinds_posted(place_id: int) -> set[str]:
    """The kinds of which a place has posted something."""
    return set(db.session.scalars(select(Item.kind).where(Item.place_id == place_id).distinct()))


@dataclass(frozen=True)
class Newest:
    """A subject by the line that was published last about it; `items` is in how many items it stands."""

    subject: str
    hit: Hit
    items: int


def newest_of(place_id: int, kind: str, limit: int) -> list[Newest]:
    """The subjects about which a place posted last, newest publication first."""
    table = LINE_TABLES[kind]
    last = func.max(table.c.id).label("last")
    grouped = (
        select(table.c.subject, last, func.count(table.c.number.distinct()).label("items"))
        .join_from(Item, table, table.c.number == Item.number)
        .where(Item.place_id == place_id, Item.kind == kind, _IS_CURRENT, table.c.subject.is_not(None))
        .group_by(table.c.subject)
        .order_by(last.desc())
        .limit(limit)
    )
    rows = db.session.execute(grouped).all()
    hits = {hit.line["subject"]: hit for hit in _hits([row.last for row in rows])}
    return [Newest(row.subject, hits[row.subject], row.items) for row in rows if row.subject in hits]
