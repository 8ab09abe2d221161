"""One line of a correction as a form: its fields, and the cells of the portal's own workbook behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from portal import money, workbooks
from portal.accounts.rules import Actor
from portal.database import transaction
from portal.disclosure import assembling, editions, originals, queries
from portal.disclosure.acts import preparable
from portal.disclosure.preparing import mend
from portal.disclosure.queries import DraftView, FileView, Reading, Sheet
from portal.disclosure.typed import Refused
from portal.errors import Conflict, Invalid, NotFound
from portal.kinds.base import Assembly, Column, Level, Privacy, Type, letters
from portal.text import N_, Message, translator

_NOT_ASKED = ("opening", "entry", "book", "owner", "period", "village", "serial")
"""Columns that a line's form does without: they belong to the sheet, or follow from the rest."""
_OF_THE_BOOK = ("book", "owner")
_TELLING = ("voucher", "summary")
"""Columns by which a person knows a line of a book again; of another list its first text does."""


@dataclass(frozen=True)
class Field:
    """One field: the cell it stands for and what it says; an internal one is empty and kept as long as it is."""

    column: Column
    cell: str
    value: str

    @property
    def is_internal(self) -> bool:
        return self.column.privacy is Privacy.INTERNAL


@dataclass(frozen=True)
class LineForm:
    """A line (`n` from 1) with its fields; one beyond the last is a line to be added to one of the `sheets`."""

    n: int
    file: FileView
    sheet: Sheet
    row: int
    fields: Sequence[Field]
    sheets: Sequence[Sheet]
    is_new: bool

    @property
    def called(self) -> str:
        """Which line it is, in its own words: its voucher and what it was for."""
        said = {one.column.name: one.value for one in self.fields if one.value and not one.is_internal}
        told = [said[name] for name in _TELLING if name in said]
        texts = [one.value for one in self.fields if one.column.type is Type.TEXT and one.column.name in said]
        return " ".join(told or texts[:1])


def line_form(view: DraftView, n: int, language: str, sheet: str = "") -> LineForm:
    """The form of line `n`; Conflict if it comes from a file that somebody sent: it is changed there."""
    reading, file = queries.reading(view.id), _generated(view)
    lines = (reading.content or {}).get("lines", ())
    sheets = [one for one in reading.sheets if one.file == file.name]
    if n == len(lines) + 1:
        chosen = next((one for one in sheets if one.sheet == sheet), sheets[0] if sheets else None)
        if chosen is None:
            raise Conflict(N_("The workbook has no sheet any more. Discard the draft and begin again."))
        row = _next_row(view, file, chosen)
        return LineForm(n, file, chosen, row, _fields(view, chosen, row, {}, language), sheets, True)
    if not 1 <= n <= len(lines):
        raise NotFound(N_("There is no line %(n)s in this posting."), n=n)
    chosen, row = _origin(reading, file, n, sheets)
    values = view.kind.written({"books": [], "lines": [lines[n - 1]]})[-1].rows[-1]
    return LineForm(n, file, chosen, row, _fields(view, chosen, row, values, language), sheets, False)


def _generated(view: DraftView) -> FileView:
    for file in queries.files(view.id):
        if file.is_generated:
            return file
    raise Conflict(N_("The lines come from a file that was sent. Change them there, and send it again."))


def _origin(reading: Reading, file: FileView, n: int, sheets: Sequence[Sheet]) -> tuple[Sheet, int]:
    name, sheet, row = reading.origins[n - 1]
    found = next((one for one in sheets if (one.file, one.sheet) == (name, sheet)), None)
    if found is None or name != file.name:
        raise Conflict(N_("The lines come from a file that was sent. Change them there, and send it again."))
    return found, row


def _next_row(view: DraftView, file: FileView, sheet: Sheet) -> int:
    """The row below the last one, those already added among them."""
    _name, body = queries.file_body(view.id, file.id)
    mends = queries.choices(view.id).mends.get(file.id, {})
    added = [int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for name, cell in mends if name == sheet.sheet]
    return max(workbooks.preview(body, file.name, sheet.sheet, 1, 1).height, *added, 1) + 1


def _fields(view: DraftView, sheet: Sheet, row: int, values: Mapping[str, Any], language: str) -> list[Field]:
    columns = {column.name: column for column in view.kind.input}
    places = sorted((index, name) for name, (index, _heading) in sheet.columns.items() if name not in _NOT_ASKED)
    return [
        Field(columns[name], f"{letters(index)}{row}", _shown(values.get(name), columns[name], language))
        for index, name in places
    ]


def _shown(value: Any, column: Column, language: str) -> str:
    """A value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, Message):
        return value.render(translator(language))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.type is Type.MONEY:
        return money.yuan(value)
    if column.type is Type.QUANTITY:
        return money.quantity(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def correct_line(
    actor: Actor,
    draft_id: int,
    n: int,
    typed: Mapping[str, str],
    at: datetime,
    language: str = "zh",
    sheet: str = "",
    seen: str | None = None,
) -> None:
    """Put what was typed into the cells of a line, or of a new one; Invalid if nothing differs from what stands there,
    and, with the fields (`Refused`), if the line would be none any more.

    A field that was not sent stays as it is.
    """
    view = preparable(actor, draft_id)
    form = line_form(view, n, language, sheet)
    changed = {
        field.cell: text
        for field in form.fields
        if (text := typed.get(field.column.name, field.value).strip()) != field.value.strip()
    }
    if not changed:
        raise Invalid(N_("Nothing was changed. Write into the field what it should say."))
    if form.is_new:
        changed |= _of_the_book(view, form, language)
    cells = {(form.file.id, form.sheet.sheet, cell): text for cell, text in changed.items()}
    editions.check(seen, view, as_a_whole=True)
    _check(view, form, cells, at)
    mend(actor, draft_id, cells, at, seen, as_a_whole=True)  # the number of a line moves when another comes or goes


def _check(view: DraftView, form: LineForm, cells: Mapping[tuple[int, str, str], str], at: datetime) -> None:
    """Refused if the workbook, read with these cells, had a new error in the row or no line of it: the line would only
    vanish from the list, and the error stand somewhere else on the page."""
    with transaction(write=False):
        inputs = assembling.inputs_of(view.id, at)
    if any(assembling.is_large(body) for _id, _name, body in inputs.files):
        return  # the worker reads it; nobody waits for that twice
    known = {(error.check, error.file, error.sheet, error.cell) for error in queries.reading(view.id).errors}
    mends = {file_id: dict(texts) for file_id, texts in inputs.choices.mends.items()}
    for (file_id, sheet, cell), text in cells.items():
        mends.setdefault(file_id, {})[sheet, cell] = text
    understood = assembling.understand(replace(inputs, choices=replace(inputs.choices, mends=mends)))
    faults: dict[str, Message] = {}
    names = {field.cell: field.column.name for field in form.fields}
    for found in understood.assembly.findings:
        row = (found.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        here = (found.file, found.sheet, row) == (form.file.name, form.sheet.sheet, str(form.row))
        if here and found.level is Level.ERROR and (found.check, found.file, found.sheet, found.cell) not in known:
            faults.setdefault(names.get(found.cell or "", ""), found.message)
    if not faults and _is_gone(understood.assembly, form):
        faults[""] = Message(N_("So this would be no line any more. To take it out, use the button below the form."))
    if faults:
        raise Refused(faults)


def _is_gone(assembly: Assembly, form: LineForm) -> bool:
    row = form.file.name, form.sheet.sheet, form.row
    return assembly.content is not None and row not in {(one.file, one.sheet, one.row) for one in assembly.origins}


def _of_the_book(view: DraftView, form: LineForm, language: str) -> dict[str, str]:
    """A new line says whose book it stands in, as every line of its sheet does."""
    assert view.supersedes is not None
    leaves = view.kind.written(originals.content_of(view.supersedes) or {"books": [], "lines": []})
    at = list(form.sheets).index(form.sheet)
    first = leaves[at].rows[0] if at < len(leaves) and leaves[at].rows else {}
    columns = {column.name: column for column in view.kind.input}
    return {
        f"{letters(form.sheet.columns[name][0])}{form.row}": _shown(first[name], columns[name], language)
        for name in _OF_THE_BOOK
        if name in first and name in form.sheet.columns
    }


def remove_line(actor: Actor, draft_id: int, n: int, at: datetime, seen: str | None = None) -> None:
    """Empty the row of a line, so that it is none any more."""
    form = line_form(queries.draft(draft_id), n, "zh")
    if form.is_new:
        raise NotFound(N_("There is no line %(n)s in this posting."), n=n)
    cells = [f"{letters(index)}{form.row}" for index, _heading in form.sheet.columns.values()]
    emptied = {(form.file.id, form.sheet.sheet, cell): "" for cell in cells}
    mend(actor, draft_id, emptied, at, seen, as_a_whole=True)
