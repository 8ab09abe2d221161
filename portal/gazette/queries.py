"""Reading the published record: items, their content and lines, figures, search. Plain values out, no ORM objects."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, func, select
from sqlalchemy.orm import aliased

from portal.database import db
from portal.errors import NotFound
from portal.gazette import lines as read_models
from portal.gazette import names, seal
from portal.gazette import search as index
from portal.gazette.models import LINE_BITS, LINE_TABLES, CheckpointRow, FigureRow, Item, Payload, Withholding
from portal.kinds import KINDS
from portal.kinds.names import sealed_columns
from portal.text import N_

_later = aliased(Item)
_SUPERSEDED_BY = select(_later.number).where(_later.supersedes == Item.number).scalar_subquery()
_WITHHELD_BY = select(Withholding.record).where(Withholding.number == Item.number).scalar_subquery()
_IS_CURRENT = ~select(_later.number).where(_later.supersedes == Item.number).exists()
_SHOWN = (
    Item.number,
    Item.kind,
    Item.place,
    Item.place_id,
    Item.period,
    Item.subject,
    Item.supersedes,
    _SUPERSEDED_BY.label("superseded_by"),
    _WITHHELD_BY.label("withheld_by"),
    Item.taken_over,
    Item.published_at,
    Item.header,
)


@dataclass(frozen=True)
class ItemView:
    """An item without its content. `place` is the code it was published under; `withheld_by` the number of the record
    that withholds its content; `header` what was sealed."""

    number: int
    kind: str
    place: str
    place_id: int
    period: str | None
    subject: str | None
    supersedes: int | None
    superseded_by: int | None
    withheld_by: int | None
    taken_over: bool
    published_at: datetime
    header: str

    @property
    def check_code(self) -> str:
        return seal.check_code(self.number, self.header.encode())


@dataclass(frozen=True)
class Hit:
    """A line found; `line` as in the payload, with ``n``."""

    number: int
    n: int
    kind: str
    place_id: int
    period: str | None
    line: dict[str, Any]


# ---------------------------------------------------------------- items


_ITEM = select(*_SHOWN).where(Item.number == bindparam("number"))  # built once: building costs more than running


def item(number: int) -> ItemView:
    """Item `number`; NotFound."""
    row = db.session.connection().execute(_ITEM, {"number": number}).one_or_none()
    if row is None:
        raise NotFound(N_("There is no item %(number)s."), number=number)
    return _view(row)


def items(numbers: Collection[int]) -> dict[int, ItemView]:
    """The items with these numbers, by number; unknown ones are left out."""
    rows = db.session.execute(select(*_SHOWN).where(Item.number.in_(numbers)))
    return {row.number: _view(row) for row in rows}


_CURRENT = (
    select(*_SHOWN)
    .where(
        Item.place_id == bindparam("place_id"),
        Item.kind == bindparam("kind"),
        Item.period == bindparam("period"),
        _IS_CURRENT,
    )
    .order_by(Item.number.desc())
    .limit(1)
)


def current(place_id: int, kind: str, period: str) -> ItemView | None:
    """The item that holds for a place, kind and period now: the newest that no other supersedes."""
    parameters = {"place_id": place_id, "kind": kind, "period": period}
    row = db.session.connection().execute(_CURRENT, parameters).one_or_none()
    return None if row is None else _view(row)


def current_of(place_id: int, kind: str, period: str, subject: str | None) -> ItemView | None:
    """As `current`, of one subject (None: of none)."""
    query = select(*_SHOWN).where(
        Item.place_id == place_id, Item.kind == kind, Item.period == period, Item.subject == subject, _IS_CURRENT
    )
    row = db.session.execute(query.order_by(Item.number.desc()).limit(1)).one_or_none()
    return None if row is None else _view(row)


def items_of(
    place_id: int, kind: str | None = None, first: str | None = None, last: str | None = None
) -> list[ItemView]:
    """A place's current items, newest period first; `first` and `last` bound the period, both included."""
    return items_of_places([place_id], kind, first, last)


def items_of_places(
    place_ids: Collection[int], kind: str | None = None, first: str | None = None, last: str | None = None
) -> list[ItemView]:
    """The current items of several places, newest period first, in one query."""
    query = select(*_SHOWN).where(Item.place_id.in_(place_ids), _IS_CURRENT)
    if kind is not None:
        query = query.where(Item.kind == kind)
    if first is not None:
        query = query.where(Item.period >= first)
    if last is not None:
        query = query.where(Item.period <= last)
    newest = (func.coalesce(Item.period, "").desc(), Item.number.desc())
    return [_view(row) for row in db.session.execute(query.order_by(*newest))]


def items_since(place_ids: Collection[int], since: datetime) -> list[ItemView]:
    """The current items of places that were published since a moment, the newest first."""
    query = select(*_SHOWN).where(Item.place_id.in_(place_ids), Item.published_at >= since, _IS_CURRENT)
    return [_view(row) for row in db.session.execute(query.order_by(Item.number.desc()))]


def newest(limit: int, kind: str | None = None) -> list[ItemView]:
    """The items published last, newest first."""
    query = select(*_SHOWN) if kind is None else select(*_SHOWN).where(Item.kind == kind)
    return [_view(row) for row in db.session.execute(query.order_by(Item.number.desc()).limit(limit))]


def versions(number: int) -> list[ItemView]:
    """The item, all that it corrects and all that correct it, oldest first."""
    found = [item(number)]
    while found[0].supersedes is not None:
        found.insert(0, item(found[0].supersedes))
    while found[-1].superseded_by is not None:
        found.append(item(found[-1].superseded_by))
    return found


def periods_published(kind: str) -> set[tuple[int, str, str | None]]:
    """Every (place id, period, subject) that has an item of the kind; what a backfill that goes on leaves out."""
    columns = (Item.place_id, Item.period, Item.subject)
    query = select(*columns).where(Item.kind == kind, Item.period.is_not(None)).distinct()
    return {(row.place_id, row.period, row.subject) for row in db.session.execute(query)}


def checkpoint(size: int | None = None) -> str | None:
    """The newest signed checkpoint (or that at `size` items); None before the first publication."""
    query = select(CheckpointRow.note).order_by(CheckpointRow.size.desc()).limit(1)
    return db.session.scalar(query if size is None else query.where(CheckpointRow.size == size))


def checkpoint_before(at: datetime) -> str | None:
    """The newest signed checkpoint from before a moment; None before the first publication. A lot for draws: it was
    fixed by all that had been published, so nobody chose it."""
    query = select(CheckpointRow.note).where(CheckpointRow.at < at).order_by(CheckpointRow.size.desc()).limit(1)
    return db.session.scalar(query)


def withheld_last() -> int | None:
    """The number of the newest record that withholds something: it changes when something is withheld."""
    return db.session.scalar(select(func.max(Withholding.record)))


def _view(row: Any) -> ItemView:
    return ItemView(*row)  # the fields are in the order of _SHOWN


# ---------------------------------------------------------------- content


_PAYLOAD = select(Payload.text).where(Payload.number == bindparam("number"))


def payload_text(number: int) -> str:
    """The payload byte for byte as sealed; NotFound, with the record's number if it is withheld."""
    text = db.session.connection().scalar(_PAYLOAD, {"number": number})
    if text is None:
        withheld_by = item(number).withheld_by
        if withheld_by is None:
            raise NotFound(N_("The content of item %(number)s is missing. Run `portal verify`."), number=number)
        raise NotFound(
            N_("Item %(number)s is withheld by order; the order is named in item %(record)s."),
            number=number,
            record=withheld_by,
        )
    return text


def content(number: int) -> dict[str, Any]:
    """The content with its names, brought up to the kind's current version; NotFound as in `payload_text`."""
    return opened(number, item(number).kind)[0]


def opened(number: int, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Content (as in `content`) and sign-offs of item `number` of a kind; NotFound as in `payload_text`."""
    payload = json.loads(payload_text(number))
    return read_models.opened(kind, payload, names_beside(number, kind)), payload["signoffs"]


def names_beside(number: int, kind: str) -> names.Beside | None:
    """The names that were sealed as digests, with their salts, line by line; None where the kind seals none."""
    if kind not in KINDS or not sealed_columns(KINDS[kind]):
        return None
    return names.of(db.session.connection(), number, number).get(number)


def records_of(place_id: int, kind: str, limit: int) -> list[tuple[int, str | None, dict[str, Any]]]:
    """The newest current items of a place and kind as (number, period, content); withheld ones are left out."""
    query = (
        select(Item.number, Item.period, Payload.text)
        .join(Payload)
        .where(Item.place_id == place_id, Item.kind == kind, _IS_CURRENT)
        .order_by(func.coalesce(Item.period, "").desc(), Item.number.desc())
        .limit(limit)
    )
    rows = db.session.execute(query)
    return [(number, period, read_models.current_content(kind, text)) for number, period, text in rows]


def signoffs(number: int) -> list[dict[str, Any]]:
    """The sign-offs as sealed; NotFound as in `payload_text`."""
    return json.loads(payload_text(number))["signoffs"]


_LINES = {
    kind: select(*table.columns.values()[2:])  # without id and number
    .where(table.c.id.between(bindparam("first"), bindparam("last")))
    .order_by(table.c.id)
    for kind, table in LINE_TABLES.items()
}


def lines(number: int, kind: str | None = None) -> list[dict[str, Any]]:
    """The item's lines with ``n`` (1-based), in order; `kind`, where known, saves a query."""
    statement = _LINES.get(kind or item(number).kind)
    if statement is None:
        return []
    first, last = read_models.line_ids(number)
    found = db.session.connection().execute(statement, {"first": first, "last": last})
    names = tuple(found.keys())
    return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in found]


def line(number: int, n: int) -> dict[str, Any]:
    """Line `n` of the item; NotFound."""
    table = LINE_TABLES.get(item(number).kind)
    row = None
    if table is not None and 0 < n < 1 << LINE_BITS:
        row = db.session.execute(select(table).where(table.c.id == (number << LINE_BITS) + n)).one_or_none()
    if row is None:
        raise NotFound(N_("Item %(number)s has no line %(n)s."), number=number, n=n)
    return _line(row)


_NOT_IN_LINE = {"id", "number"}


def _line(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if value is not None and name not in _NOT_IN_LINE}


# ---------------------------------------------------------------- figures


_FIGURES = select(FigureRow.number, FigureRow.name, FigureRow.value).where(
    FigureRow.number.in_(bindparam("numbers", expanding=True))
)
_FIGURES_OF = (
    select(Item.place_id, Item.period, FigureRow.name, FigureRow.value)
    .join(FigureRow, FigureRow.number == Item.number)
    .where(
        Item.place_id.in_(bindparam("place_ids", expanding=True)),
        Item.kind == bindparam("kind"),
        Item.period.in_(bindparam("periods", expanding=True)),
        Item.subject.is_not_distinct_from(bindparam("subject")),
        _IS_CURRENT,
    )
    .order_by(Item.number)
)


def figures(numbers: Collection[int]) -> dict[int, dict[str, int]]:
    """The figures of items, by number."""
    found: dict[int, dict[str, int]] = {number: {} for number in numbers}
    for number, name, value in db.session.connection().execute(_FIGURES, {"numbers": list(numbers)}):
        found[number][name] = value
    return found


def figures_of(
    place_ids: Collection[int], kind: str, periods: Collection[str], subject: str | None = None
) -> dict[tuple[int, str], dict[str, int]]:
    """The figures of the current items of places and periods about one subject (None: about none), by (place id,
    period); what is not posted is absent."""
    parameters = {"place_ids": list(place_ids), "kind": kind, "periods": list(periods), "subject": subject}
    found: dict[tuple[int, str], dict[str, int]] = {}
    for place_id, period, name, value in db.session.connection().execute(_FIGURES_OF, parameters):
        found.setdefault((place_id, period or ""), {})[name] = value
    return found


def closings(place_id: int, before: str, kind: str = "finance") -> tuple[str, dict[tuple[str, str], int]] | None:
    """The last period before `before` that was posted, and the closing of each (owner, book) in fen; None if none."""
    query = (
        select(Item.period, Payload.text)
        .join(Payload)
        .where(Item.place_id == place_id, Item.kind == kind, Item.period < before, _IS_CURRENT)
        .order_by(Item.period.desc(), Item.number.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    books: Sequence[Mapping[str, Any]] = read_models.current_content(kind, row.text)["books"]
    return row.period, {(book["owner"], book["book"]): book["closing"] for book in books}


def place_lines(place_id: int, kind: str, first: str, last: str) -> list[Hit]:
    """The current lines of a place in the periods from `first` to `last`, both included, in order."""
    table = LINE_TABLES[kind]
    query = _of_place(_with_item(table), table, place_id, kind).where(Item.period >= first, Item.period <= last)
    return [_hit(row) for row in db.session.execute(query.order_by(table.c.id))]


# ---------------------------------------------------------------- search


def search(words: str, place_ids: Sequence[int] | None = None, limit: int = 30, offset: int = 0) -> list[Hit]:
    """Current lines that have all the words, newest publication first; `place_ids` None is everywhere.

    A word counts from two characters side by side; Invalid if there is none.
    """
    return _hits(index.line_ids(db.session.connection(), words, place_ids, limit, offset))


def lines_of_payee(place_id: int, payee: str, limit: int = 500, kind: str = "finance") -> list[Hit]:
    """The current lines of a place with exactly this payee, newest publication first."""
    table = LINE_TABLES[kind]
    query = _of_place(_with_item(table), table, place_id, kind).where(table.c.payee == payee)
    return [_hit(row) for row in db.session.execute(query.order_by(table.c.id.desc()).limit(limit))]


def _of_place(query: Select[Any], table: Table, place_id: int, kind: str) -> Select[Any]:
    """Only the current lines of a place, found through its items."""
    return query.join_from(Item, table, table.c.number == Item.number).where(
        Item.place_id == place_id, Item.kind == kind, _IS_CURRENT
    )


def _with_item(table: Table) -> Select[Any]:
    item = (Item.number, Item.kind, Item.place_id, Item.period)
    return select(*item, *table.columns.values()[2:])  # without id and number


_HITS = {
    kind: _with_item(table)
    .join_from(table, Item, Item.number == table.c.number)
    .where(table.c.id.in_(bindparam("ids", expanding=True)))
    for kind, table in LINE_TABLES.items()
}


def _hits(ids: Sequence[int]) -> list[Hit]:
    """The lines with these ids, in this order."""
    found: dict[int, Hit] = {}
    for statement in _HITS.values() if ids else ():
        for row in db.session.connection().execute(statement, {"ids": ids}):
            hit = _hit(row)
            found[(hit.number << LINE_BITS) + hit.n] = hit
    return [found[line_id] for line_id in ids if line_id in found]


def _hit(row: Any) -> Hit:
    number, kind, place_id, period = row[:4]
    names = LINE_TABLES[kind].columns.keys()[2:]
    line_ = {name: value for name, value in zip(names, row[4:], strict=True) if value is not None}
    return Hit(number, line_["n"], kind, place_id, period, line_)
