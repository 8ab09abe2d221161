"""Publishing: items are numbered, sealed and written with their lines in the act's own transaction."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from portal.database import db, insert_rows, on_commit, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.gazette import erasing, generation, installation, internal, lines, names, seal
from portal.gazette.models import CheckpointRow, Item, Log, Withholding
from portal.kinds import KINDS
from portal.text import N_

WITHHOLDING = "withholding"
"""The kind of the record that says by whose order an item is withheld."""


@dataclass(frozen=True)
class Entry:
    """What is to be published. `place` is the 12-digit code at that time, `content` and `signoffs` JSON values;
    `supersedes` the number of the item that this one corrects; `taken_over` marks older records; `internal` are values
    of the lines that are kept but not published."""

    kind: str
    place: str
    place_id: int
    period: str | None
    subject: str | None
    content: dict[str, Any]
    signoffs: list[dict[str, Any]] = field(default_factory=list)
    supersedes: int | None = None
    taken_over: bool = False
    internal: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Sealed:
    """An entry with its number and what was sealed of it."""

    number: int
    entry: Entry
    beside: names.Beside
    payload: str
    digest: str
    header: bytes
    leaf: bytes


# ---------------------------------------------------------------- acts


def open_log(origin: str, at: datetime) -> None:
    """Give the log its name (like ``portal.example.cn/log``) and key, from the next item on; once per installation,
    and again after a restore that begins a new origin."""
    with transaction() as session:
        if not origin or any(character.isspace() or character == "+" for character in origin):
            raise Invalid(N_("The name of a log has no spaces and no plus sign."), field="origin")
        size = session.scalar(select(func.max(CheckpointRow.size))) or 0
        key = seal.public_key(installation.signing_key())
        session.add(Log(origin=origin, public_key=key, first=size + 1, opened_at=at))
        session.flush()


def publish(entries: Sequence[Entry], at: datetime) -> list[int]:
    """Publish entries as one batch; their numbers, in order. Joins the running act.

    Invalid for content that cannot be sealed (floats, control characters); Conflict if the item to be superseded was
    superseded already, or the log is not in order. One signed checkpoint a batch; pages are dropped on commit.
    """
    if not entries:
        return []
    with transaction() as session:
        connection = session.connection()
        log = _log(session, at)
        frontier = _frontier(session)
        _check_superseded(session, entries)
        sealed = []
        for entry in entries:
            each = _seal(entry, frontier.size + 1, log.origin, at)
            frontier.append(each.leaf)
            sealed.append(each)
        _write(connection, sealed, at)
        _write_checkpoint(session, log, frontier, at)
        on_commit(generation.bump)
    return [each.number for each in sealed]


def withhold(
    number: int, order_reference: str, actor_name: str, at: datetime, person_id: int | None = None, **more: Any
) -> int:
    """Withhold item `number` by order, as `withhold_all`; the record's number. Invalid without an order."""
    if not order_reference.strip():
        raise Invalid(N_("An item is withheld only by an order: please give its reference."), field="order")
    content = {"order": order_reference.strip(), "actor": actor_name, **more}
    return withhold_all({number: content}, at, person_id)[number]


def withhold_all(orders: Mapping[int, Mapping[str, Any]], at: datetime, person_id: int | None = None) -> dict[int, int]:
    """Withhold items by order (`orders`: what the record of each says): a record names the order, then everything that
    is kept of their content is erased, in every room. Who may do this is asked in `withholding`.

    Returns the records' numbers. The headers and the log stay, so everything still verifies. NotFound for no such item;
    Conflict if one is withheld already or is itself such a record.
    """
    with transaction() as session:
        items = [withholdable(number) for number in sorted(orders)]
        entries = [
            Entry(WITHHOLDING, item.place, item.place_id, item.period, str(item.number), _content(item, orders))
            for item in items
        ]
        records = dict(zip(sorted(orders), publish(entries, at), strict=True))
        session.execute(
            insert(Withholding), [{"number": number, "record": record} for number, record in records.items()]
        )
        erasing.erase(erasing.Erasure(items, at, person_id))
    return records


def _content(item: Item, orders: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    return {"number": item.number, **orders[item.number]}


def withholdable(number: int) -> Item:
    """Item `number`, if it can be withheld now; NotFound, Conflict."""
    item = db.session.get(Item, number)
    if item is None:
        raise NotFound(N_("There is no item %(number)s."), number=number)
    if item.kind == WITHHOLDING or db.session.get(Withholding, number) is not None:
        raise Conflict(N_("Item %(number)s cannot be withheld, or is withheld already."), number=number)
    return item


def rebuild(progress: Callable[[float], None] | None = None) -> int:
    """Make lines, figures and search index anew from the payloads; the number of items. One transaction."""
    with transaction() as session:
        connection = session.connection()
        lines.clear(connection)
        last = session.scalar(select(func.max(Item.number))) or 0
        for batch in lines.stored_batches(connection):
            lines.write(connection, batch)
            if progress:
                progress(batch[-1].number / last)
        for batch in lines.stored_batches(connection, Item.number.in_(select(Item.supersedes))):
            lines.remove_from_search(connection, batch)
        on_commit(generation.bump)
    return last


# ---------------------------------------------------------------- sealing


def schema_of(kind: str) -> str:
    """What a payload of the kind carries now; records, which no file is read into, are version 1."""
    return KINDS[kind].schema if kind in KINDS else f"{kind}/1"


def payload_text(kind: str, content: dict[str, Any], signoffs: list[dict[str, Any]], salt: str) -> bytes:
    """The payload as it is sealed: canonical JSON of ``{schema, content, signoffs, salt}``."""
    return seal.canonical({"schema": schema_of(kind), "content": content, "signoffs": signoffs, "salt": salt})


def _seal(entry: Entry, number: int, origin: str, at: datetime) -> Sealed:
    content, beside = names.sealed(entry.kind, entry.content)
    # the salt: without it, a withheld name is found by trying the village's 300 names
    try:
        payload = payload_text(entry.kind, content, entry.signoffs, os.urandom(16).hex())
    except ValueError as error:
        raise Invalid(N_("This cannot be published as it is: %(reason)s"), reason=str(error)) from error
    if b"\\u0000" in payload:
        raise Invalid(N_("This cannot be published as it is: %(reason)s"), reason="NUL")
    digest = sha256(payload).hexdigest()
    header = header_of(entry, number, origin, at, digest)
    return Sealed(number, entry, beside, payload.decode(), digest, header, seal.leaf_hash(header))


def header_of(entry: Entry, number: int, origin: str, at: datetime, digest: str) -> bytes:
    """The header: no free text, so that it can stay when a payload is withheld."""
    return seal.canonical(
        {
            "origin": origin,
            "number": number,
            "kind": entry.kind,
            "schema": schema_of(entry.kind),
            "place": entry.place,
            "period": entry.period,
            "subject": entry.subject,
            "supersedes": entry.supersedes,
            "taken_over": entry.taken_over,
            "published_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "payload_sha256": digest,
        }
    )


# ---------------------------------------------------------------- writing


def _log(session: Session, at: datetime) -> Log:
    """The log in force; opened under the installation's own name if nobody opened it before."""
    newest = select(Log).order_by(Log.id.desc()).limit(1)
    log = session.scalar(newest)
    if log is None:
        open_log(installation.current().origin, at)
        log = session.scalars(newest).one()
    if log.public_key != seal.public_key(installation.signing_key()):
        raise Conflict(N_("Nothing can be published: the key of the log is not the one it was opened with."))
    return log


def _frontier(session: Session) -> seal.Frontier:
    """The tree as the newest checkpoint left it; Conflict if there are more items, or fewer, than it says."""
    checkpoint = session.scalar(select(CheckpointRow).order_by(CheckpointRow.size.desc()).limit(1))
    size = checkpoint.size if checkpoint else 0
    if size != (session.scalar(select(func.max(Item.number))) or 0):
        raise Conflict(N_("Nothing can be published: the log and its items disagree. Run `portal verify`."))
    return seal.Frontier.unpacked(size, checkpoint.frontier) if checkpoint else seal.Frontier()


def _check_superseded(session: Session, entries: Sequence[Entry]) -> None:
    for entry in entries:
        if entry.supersedes is None:
            continue
        old = session.get(Item, entry.supersedes)
        if old is None or (old.kind, old.place_id) != (entry.kind, entry.place_id):
            raise NotFound(N_("There is no item %(number)s to be corrected."), number=entry.supersedes)
        if session.scalar(select(Item.number).where(Item.supersedes == entry.supersedes)) is not None:
            raise Conflict(N_("Item %(number)s was corrected already."), number=entry.supersedes)


def _write(connection: Connection, sealed: Sequence[Sealed], at: datetime) -> None:
    connection.execute(insert(Item), [_item_row(each, at) for each in sealed])
    insert_rows(connection, "payload", ("number", "text"), ((each.number, each.payload) for each in sealed))
    lines.write(
        connection,
        [lines.Stored(each.number, each.entry.kind, each.entry.place_id, each.entry.content) for each in sealed],
    )
    for each in sealed:
        internal.write(connection, each.number, each.entry.kind, each.entry.internal)
        names.write(connection, each.number, each.beside)
    superseded = [each.entry.supersedes for each in sealed if each.entry.supersedes is not None]
    if superseded:
        for batch in lines.stored_batches(connection, Item.number.in_(superseded)):
            lines.remove_from_search(connection, batch)


def _item_row(sealed: Sealed, at: datetime) -> dict[str, Any]:
    entry = sealed.entry
    return {
        "number": sealed.number,
        "kind": entry.kind,
        "place_id": entry.place_id,
        "place": entry.place,
        "period": entry.period,
        "subject": entry.subject,
        "supersedes": entry.supersedes,
        "taken_over": entry.taken_over,
        "published_at": at,
        "payload_sha256": sealed.digest,
        "header": sealed.header.decode(),
        "leaf": sealed.leaf,
    }


def _write_checkpoint(session: Session, log: Log, frontier: seal.Frontier, at: datetime) -> None:
    note = seal.sign_checkpoint(seal.Checkpoint(log.origin, frontier.size, frontier.root()), installation.signing_key())
    row = {"size": frontier.size, "log_id": log.id, "note": note, "frontier": frontier.packed(), "at": at}
    session.execute(insert(CheckpointRow).values(row))
