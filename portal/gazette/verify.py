"""Does the record hold? Everything is computed again from the payloads, and the first item that fails is named."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, select

from portal.database import transaction
from portal.gazette import installation, lines, names, seal
from portal.gazette.models import LINE_BITS, LINE_TABLES, CheckpointRow, FigureRow, Item, Log, Payload, Withholding
from portal.kinds import KINDS
from portal.text import N_, Message


@dataclass(frozen=True)
class Report:
    """What was found: `items` that were looked at; the number of the first that fails (None where it is the log as a
    whole) and why."""

    ok: bool
    items: int
    failed: int | None = None
    message: Message | None = None


class _Failure(Exception):
    def __init__(self, number: int | None, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.number = number
        self.message = Message(reason, params if number is None else {"number": number, **params})


def verify(progress: Callable[[float], None] | None = None) -> Report:
    """Look at every item in order: payload against its digest, header against the item, line table against payload,
    the log's tree against every checkpoint and its signature. A few MiB of memory, whatever the size."""
    with transaction(write=False) as session:
        check = _Verification(session.connection())
        try:
            check.run(progress or (lambda _share: None))
        except _Failure as failure:
            return Report(False, check.frontier.size, failure.number, failure.message)
        return Report(True, check.frontier.size)


class _Verification:
    """One walk through the record; raises _Failure at the first fault."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.frontier = seal.Frontier()
        self.logs = list(connection.execute(select(Log.__table__).order_by(Log.id)))
        self.checkpoints = iter(connection.execute(select(CheckpointRow.__table__).order_by(CheckpointRow.size)).all())
        self.checkpoint = next(self.checkpoints, None)

    def run(self, progress: Callable[[float], None]) -> None:
        self._check_key()
        last = self.connection.scalar(select(func.max(Item.number))) or 0
        for batch in self._batches():
            stored = self._stored_rows(batch[0].number, batch[-1].number)
            figures = self._stored_figures(batch[0].number, batch[-1].number)
            beside = names.of(self.connection, batch[0].number, batch[-1].number)
            for row in batch:
                self._check_item(row)
                self._check_names(row, beside.get(row.number))
                self._check_read_models(
                    row, stored.get(row.number, []), figures.get(row.number, {}), beside.get(row.number)
                )
            progress(batch[-1].number / last)
        self._check_nothing_beyond(last)
        if self.checkpoint is not None:
            raise _Failure(
                self.frontier.size + 1, N_("Item %(number)s is missing, but a checkpoint was signed over it.")
            )
        if last and (self.connection.scalar(select(func.max(CheckpointRow.size))) or 0) != last:
            raise _Failure(last, N_("No signed checkpoint covers item %(number)s."))

    def _check_key(self) -> None:
        """The log's key must be the installation's: else anybody could sign a record of his own."""
        if self.logs and self.logs[-1].public_key != seal.public_key(installation.signing_key()):
            raise _Failure(None, N_("The log was opened with another key than the one of this installation."))

    def _batches(self) -> Iterator[list[Row[Any]]]:
        columns = (Item.__table__, Payload.text, Withholding.record)
        query = select(*columns).outerjoin(Payload, Payload.number == Item.number)
        query = query.outerjoin(Withholding, Withholding.number == Item.number).order_by(Item.number)
        after = 0
        while rows := self.connection.execute(query.where(Item.number > after).limit(lines.BATCH)).all():
            yield list(rows)
            after = rows[-1].number

    def _check_item(self, row: Row[Any]) -> None:
        expected = self.frontier.size + 1
        if row.number != expected:
            raise _Failure(expected, N_("Item %(number)s is missing."))
        if row.text is None:
            self._check_withheld(row)
        elif sha256(row.text.encode()).hexdigest() != row.payload_sha256:
            raise _Failure(row.number, N_("The content of item %(number)s is not what was sealed."))
        if row.header != self._header(row):
            raise _Failure(row.number, N_("The record of item %(number)s is not what its header says."))
        if seal.leaf_hash(row.header.encode()) != row.leaf:
            raise _Failure(row.number, N_("The header of item %(number)s is not what was sealed."))
        self.frontier.append(row.leaf)
        if self.checkpoint is not None and self.checkpoint.size == row.number:
            self._check_checkpoint(self.checkpoint)
            self.checkpoint = next(self.checkpoints, None)

    def _header(self, row: Row[Any]) -> str | None:
        """The header as it must be, from the item's columns and the log's name; only its schema it says itself."""
        try:
            sealed = json.loads(row.header)
        except ValueError:
            return None
        names = ("number", "kind", "place", "period", "subject", "supersedes", "taken_over", "payload_sha256")
        header = {name: getattr(row, name) for name in names}
        header["schema"] = sealed.get("schema")
        header["origin"] = next((log.origin for log in reversed(self.logs) if log.first <= row.number), None)
        header["published_at"] = row.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return seal.canonical(header).decode()

    def _check_withheld(self, row: Row[Any]) -> None:
        """A payload may be missing only if a sealed record names the order."""
        query = select(Payload.text).join(Item, Item.number == Payload.number)
        text = row.record and self.connection.scalar(query.where(Item.number == row.record, Item.kind == "withholding"))
        if not text or json.loads(text)["content"].get("number") != row.number:
            raise _Failure(row.number, N_("The content of item %(number)s is missing, and no order withholds it."))

    def _check_checkpoint(self, checkpoint: Row[Any]) -> None:
        [log] = [each for each in self.logs if each.id == checkpoint.log_id]
        try:
            note = seal.read_checkpoint(checkpoint.note, log.public_key)
        except ValueError as error:
            reason = N_("The checkpoint at item %(number)s is not signed by the log's key.")
            raise _Failure(checkpoint.size, reason) from error
        if note != seal.Checkpoint(log.origin, self.frontier.size, self.frontier.root()):
            reason = N_("The log up to item %(number)s is not what its checkpoint was signed over.")
            raise _Failure(checkpoint.size, reason)
        if self.frontier.packed() != checkpoint.frontier:
            raise _Failure(checkpoint.size, N_("The checkpoint at item %(number)s was changed."))

    def _check_names(self, row: Row[Any], beside: names.Beside | None) -> None:
        """The names kept beside an item must be those that were sealed; a withheld item has none."""
        content = json.loads(row.text)["content"] if row.text and row.kind in KINDS else {}
        if not names.agree(row.kind, content, beside):
            raise _Failure(row.number, N_("The names of item %(number)s are not those that were sealed."))

    def _check_read_models(
        self, row: Row[Any], stored: list[tuple[Any, ...]], figures: dict[str, int], beside: names.Beside | None
    ) -> None:
        """Line table and figures against the payload; a withheld item and a record have none."""
        expected: tuple[list[tuple[Any, ...]], dict[str, int]] = [], {}
        if row.text is not None and row.kind in KINDS:
            try:
                content = lines.current_content(row.kind, row.text, beside)
                kind = KINDS[row.kind]
                item = lines.Stored(row.number, row.kind, row.place_id, content)
                expected = list(lines.line_rows(item, lines.column_names(kind))), kind.figures(content)
            except (ValueError, TypeError, LookupError) as error:
                raise _Failure(row.number, N_("The content of item %(number)s cannot be read.")) from error
        if (stored, figures) != expected:
            raise _Failure(
                row.number,
                N_(
                    "The lines of item %(number)s differ from its content. Its content is what was sealed: "
                    "`portal rebuild` makes the lines anew."
                ),
            )

    def _check_nothing_beyond(self, last: int) -> None:
        for table in LINE_TABLES.values():
            stray = self.connection.scalar(select(func.max(table.c.id)))
            if stray is not None and stray >> LINE_BITS > last:
                raise _Failure(stray >> LINE_BITS, N_("There are lines of item %(number)s, which was never published."))

    def _stored_rows(self, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
        found: dict[int, list[tuple[Any, ...]]] = {}
        lowest, highest = lines.line_ids(first)[0], lines.line_ids(last)[1]
        for table in LINE_TABLES.values():
            query = select(table).where(table.c.id.between(lowest, highest)).order_by(table.c.id)
            for row in self.connection.execute(query):
                found.setdefault(row.id >> LINE_BITS, []).append(tuple(row))
        return found

    def _stored_figures(self, first: int, last: int) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for row in self.connection.execute(select(FigureRow.__table__).where(FigureRow.number.between(first, last))):
            found.setdefault(row.number, {})[row.name] = row.value
        return found
