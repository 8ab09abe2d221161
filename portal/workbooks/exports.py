"""Workbooks out: the template, the same sheets with the faulty cells marked, and texts that no program executes."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from portal.kinds.base import Column, Finding, Kind, Leaf, Type
from portal.money import PRECISION
from portal.text import N_, Message, Translate, translator
from portal.workbooks.addresses import Place, position
from portal.workbooks.grids import Sheet
from portal.workbooks.reading import Source, grids
from portal.workbooks.values import seen

_LONGEST = 32_767  # characters a cell can hold
_COMMENT = 2_000  # longer ones make some programs call the file damaged
_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_FORMATS = {
    Type.MONEY: "#,##0.00",
    Type.DATE: "yyyy-mm-dd",
    Type.INTEGER: "0",
    Type.QUANTITY: "0.####",
    Type.CODE: "@",
    Type.TEXT: "@",
}
_EXAMPLES = {
    Type.MONEY: N_("For example 1234.50. Only the number."),
    Type.DATE: N_("For example 2026-03-05."),
    Type.INTEGER: N_("For example 3."),
    Type.QUANTITY: N_("For example 3.25. Only the number."),
    Type.CODE: N_("Letters and digits, as on the paper."),
    Type.FLAG: N_("Yes or no."),
    Type.TEXT: N_("A few plain words."),
}
REQUIRED = N_("Must be filled in.")
NEVER_PUBLISHED = N_("Kept inside and encrypted; it is never published.")
YES, NO = N_("yes"), N_("no")
_FONT = {"font_name": "Microsoft YaHei", "font_size": 11}


def defused(text: str) -> str:
    """`text` with an apostrophe before it if a spreadsheet would take it for a formula; numbers stay as they are."""
    if text.startswith(_DANGEROUS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def template(kind: Kind, language: str) -> bytes:
    """An empty xlsx with the headings of a kind in a language, number formats and a comment at each heading."""
    out = io.BytesIO()
    translate = translator(language)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_sheet_name(translate(kind.label), set()))
        head = book.add_format({**_FONT, "bold": True, "bottom": 1, "bg_color": "#F2F2F2"})
        _write_head(book, sheet, _template_columns(kind), language, head)
    return out.getvalue()


def _write_head(book: Any, sheet: Any, columns: Sequence[Column], language: str, head: Any) -> list[Any]:
    """The row of headings; the formats of the columns under them."""
    translate = translator(language)
    shapes = []
    for index, column in enumerate(columns):
        shape = book.add_format({**_FONT, "num_format": _FORMATS.get(column.type, "General")})
        is_long = column.type is Type.TEXT and (column.searchable or column.required)
        sheet.set_column(index, index, 30 if is_long else 15, shape)
        sheet.write_string(0, index, _heading(column, language, translate), head)
        sheet.write_comment(0, index, _hint(column, translate))
        shapes.append(shape)
    sheet.freeze_panes(1, 0)
    return shapes


def filled(leaves: Iterable[Leaf], language: str) -> bytes:
    """An xlsx with these sheets: headings in row 1 as in the template, every row below a line (`extract` reads it with
    `plain`)."""
    out = io.BytesIO()
    translate = translator(language)
    taken: set[str] = set()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        head = book.add_format({**_FONT, "bold": True, "bottom": 1, "bg_color": "#F2F2F2"})
        for leaf in leaves:
            name = leaf.name.render(translate) if isinstance(leaf.name, Message) else leaf.name
            sheet = book.add_worksheet(_sheet_name(name, taken))
            shapes = _write_head(book, sheet, leaf.columns, language, head)
            for number, row in enumerate(leaf.rows, 1):
                for index, column in enumerate(leaf.columns):
                    if row.get(column.name) is not None:
                        _fill(sheet, number, index, row[column.name], column.type, translate, shapes[index])
    return out.getvalue()


def _fill(out: Any, row: int, column: int, value: Any, type_: Type, translate: Translate, shape: Any) -> None:
    """One value as its column holds it; a text stays a text."""
    if isinstance(value, Message):
        value = value.render(translate)
    if type_ is Type.DATE and not isinstance(value, date):
        value = date.fromisoformat(value)
    if isinstance(value, bool):
        out.write_string(row, column, translate(YES if value else NO), shape)
    elif isinstance(value, int):
        parts = {Type.MONEY: 100, Type.QUANTITY: PRECISION}.get(type_, 1)
        out.write_number(row, column, value / parts if parts > 1 else value, shape)
    elif isinstance(value, date):
        out.write_datetime(row, column, value, shape)
    elif value != "":
        out.write_string(row, column, str(value)[:_LONGEST], shape)


def _template_columns(kind: Kind) -> list[Column]:
    """Of what the importer knows, that which reaches a line, is required, or tells people apart; the rest is for other
    programs' exports."""
    lines = {column.name for column in kind.columns}
    return [one for one in kind.input if one.required or one.name in lines or one.is_matched] or list(kind.input)


def _heading(column: Column, language: str, translate: Translate) -> str:
    chinese = next((alias for alias in column.aliases if not alias.isascii()), None)
    return chinese if language == "zh" and chinese else translate(column.label)


def _hint(column: Column, translate: Translate) -> str:
    inside = [NEVER_PUBLISHED] if column.is_matched else []
    parts = [_EXAMPLES[column.type], *([REQUIRED] if column.required else []), *inside]
    return "\n".join(translate(part) for part in parts)


def marked(
    source: Source,
    filename: str,
    findings: Iterable[Finding],
    language: str,
    overrides: Mapping[tuple[str, str], str] | None = None,
) -> bytes:
    """The visible sheets of a file as xlsx, every cell where it was, the faulty ones red with a comment in `language`.

    A finding without a cell is told at A1 of its sheet. Findings of other files are passed over. Raises Invalid if the
    file cannot be read.
    """
    sheets = grids(source, filename, overrides=overrides)
    told = [finding for finding in findings if finding.file in (None, filename)]
    translate = translator(language)
    out = io.BytesIO()
    taken: set[str] = set()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        shapes = _shapes(book)
        for sheet in sheets:
            notes = _notes(told, sheet.name, len(sheets) == 1, translate)
            _write(book.add_worksheet(_sheet_name(sheet.name, taken)), sheet, notes, shapes)
        if not sheets:
            book.add_worksheet()
    return out.getvalue()


def _shapes(book: Any) -> dict[tuple[bool, bool], Any]:
    """Cell formats by (faulty, date)."""
    red = {"bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 1, "border_color": "#C00000"}
    day = {"num_format": "yyyy-mm-dd"}
    return {
        (faulty, dated): book.add_format({**(red if faulty else {}), **(day if dated else {})})
        for faulty in (False, True)
        for dated in (False, True)
    }


def _notes(findings: Sequence[Finding], sheet: str, only: bool, translate: Translate) -> dict[Place, str]:
    """Comment texts by cell."""
    notes: dict[Place, list[str]] = {}
    for finding in findings:
        if finding.sheet == sheet or (finding.sheet is None and only):
            place = position(finding.cell) if finding.cell else (1, 0)
            text = finding.message.render(translate)
            if text not in notes.setdefault(place, []):
                notes[place].append(text)
    return {place: "\n".join(texts)[:_COMMENT] for place, texts in notes.items()}


def _write(out: Any, sheet: Sheet, notes: Mapping[Place, str], shapes: Mapping[tuple[bool, bool], Any]) -> None:
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        for column, cell in enumerate(row):
            if cell != "":
                _put(out, number - 1, column, cell, (number, column) in notes, shapes)
    filled = dict(zip(sheet.numbers, sheet.rows, strict=True))
    for (number, column), text in notes.items():
        row = filled.get(number, [])
        if column >= len(row) or row[column] == "":
            out.write_blank(number - 1, column, None, shapes[True, False])
        out.write_comment(number - 1, column, text, {"x_scale": 2})


def _put(out: Any, row: int, column: int, cell: Any, faulty: bool, shapes: Mapping[tuple[bool, bool], Any]) -> None:
    """One cell as what it was; a text stays a text even if it looks like a formula, a number or an address."""
    if isinstance(cell, bool):
        out.write_boolean(row, column, cell, shapes[faulty, False])
    elif isinstance(cell, int | float) and abs(cell) < 1e300:
        out.write_number(row, column, cell, shapes[faulty, False])
    elif isinstance(cell, date | datetime) and 1900 < cell.year < 9999:
        out.write_datetime(row, column, cell, shapes[faulty, True])
    else:
        out.write_string(row, column, seen(cell)[:_LONGEST], shapes[faulty, False])


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ")[:31] or "1"
    found, n = plain, 2
    while found.lower() in taken or found.lower() == "history":
        found, n = f"{plain[:27]} ({n})", n + 1
    taken.add(found.lower())
    return found
