"""Entries typed into a form instead of a workbook: they become rows of one file of the draft, and go its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.accounts.rules import Actor
from portal.database import transaction
from portal.disclosure import assembling, queries
from portal.disclosure.acts import changeable, check_not_published, preparable
from portal.disclosure.preparing import mark_changed, put_files, read_if_small, remove_file
from portal.errors import Conflict, Invalid, NotFound
from portal.gazette import subjects
from portal.kinds.base import Kind, Level
from portal.text import N_, Message
from portal.workbooks import typed
from portal.workbooks.typed import ENTRIES_AT_MOST, NAME


class Refused(Invalid):
    """An entry with faults: `fields` says what is wrong, by column."""

    def __init__(self, fields: Mapping[str, Message]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = fields


@dataclass(frozen=True)
class Entries:
    """What was typed into a draft so far; `seen` tells whether it is still that. `file_id` None: nothing yet."""

    rows: Sequence[Mapping[str, str]] = ()
    file_id: int | None = None
    seen: str = ""


def entries(draft_id: int) -> Entries:
    """The typed entries of a draft, with the cells mended since."""
    file = next((file for file in queries.files(draft_id) if file.name == NAME), None)
    if file is None:
        return Entries()
    _name, body = queries.file_body(draft_id, file.id)
    mended = queries.choices(draft_id).mends.get(file.id, {})
    return Entries(typed.read(queries.draft(draft_id).kind, body, mended), file.id, file.sha256[:16])


def known_names(draft_id: int) -> dict[str, list[str]]:
    """What the village called its subjects before, by column: the same name finds the same project again."""
    view = queries.draft(draft_id)
    names = [name for name in view.kind.subject if name in {column.name for column in view.kind.columns}]
    return subjects.named(view.place.id, view.kind.name, names) if names else {}


def type_in(
    actor: Actor,
    draft_id: int,
    entry: Mapping[str, str],
    at: datetime,
    replaces: int | None = None,
    seen: str = "",
    edition: str | None = None,
) -> None:
    """Add one entry, or put it in the place of entry number `replaces`.

    Refused, with the fields, if the entry has a fault; then nothing is stored. Conflict if the entry to be replaced is
    not what the page showed (`seen`), or the draft was handed over since its `edition`.
    """
    view = preparable(actor, draft_id)
    _check_kind(view.kind)
    before = entries(draft_id)
    rows = list(before.rows)
    if replaces is None:
        rows.append(entry)
    else:
        _check_seen(before, replaces, seen)
        rows[replaces - 1] = entry
    if len(rows) > ENTRIES_AT_MOST:
        raise Invalid(N_("At most %(n)s entries can be typed in. Send a workbook instead."), n=ENTRIES_AT_MOST)
    body = typed.write(view.kind, rows)
    _check(draft_id, view.kind, body, replaces or len(rows), at)
    _put(actor, draft_id, before, body, at, edition)


def remove_typed(actor: Actor, draft_id: int, n: int, seen: str, at: datetime, edition: str | None = None) -> None:
    """Take entry number `n` out again; the file goes with the last one."""
    view = preparable(actor, draft_id)
    before = entries(draft_id)
    _check_seen(before, n, seen)
    rows = [row for index, row in enumerate(before.rows, 1) if index != n]
    if rows or before.file_id is None:
        _put(actor, draft_id, before, typed.write(view.kind, rows), at, edition)
    else:
        remove_file(actor, draft_id, before.file_id, at, edition)


def _check_kind(kind: Kind) -> None:
    if kind.is_carried:
        raise Invalid(N_("Money is posted from its books. Send the workbook of the month."))


def _check_seen(before: Entries, n: int, seen: str) -> None:
    if not 1 <= n <= len(before.rows):
        raise NotFound(N_("This entry is no longer part of the draft."))
    if seen != before.seen:
        raise Conflict(N_("The entries have changed since you opened this page. Load it again."))


def _check(draft_id: int, kind: Kind, body: bytes, n: int, at: datetime) -> None:
    """Refused if the file, read like any other, has an error in entry `n`."""
    with transaction(write=False):
        inputs = assembling.inputs_of(draft_id, at)
    alone = replace(inputs, files=[(0, NAME, body)], choices=replace(inputs.choices, mends={}))
    faults = _empty(kind, typed.read(kind, body, {})[n - 1])
    for finding in assembling.understand(alone).assembly.findings:
        place = typed.place_of(kind, finding.cell or "")
        if finding.level is Level.ERROR and finding.file == NAME and place and place[0] == n:
            faults.setdefault(place[1], finding.message)
    if faults:
        raise Refused(faults)


def _empty(kind: Kind, entry: Mapping[str, str]) -> dict[str, Message]:
    """An entry with nothing in it is no row at all, and no check would speak of it."""
    first = next((column.name for column in kind.input if column.required), kind.input[0].name)
    return {} if entry else {first: Message(N_("Fill in at least this field."))}


def _put(actor: Actor, draft_id: int, before: Entries, body: bytes, at: datetime, edition: str | None) -> None:
    with transaction():
        view = changeable(actor, draft_id, at, seen=edition)
        check_not_published(view.place, view.kind, view.period, view.supersedes)
        if before.seen != entries(draft_id).seen:
            raise Conflict(N_("The entries have changed since you opened this page. Load it again."))
        if before.file_id is None or queries.file_body(draft_id, before.file_id)[1] != body:
            put_files(draft_id, [(NAME, body)], at)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)
