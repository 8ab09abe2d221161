"""The raw cells of a file, sheet by sheet; blank rows are left out but counted, so that addresses stay right."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from portal.text import N_
from portal.workbooks.addresses import Place
from portal.workbooks.containers import BROKEN, LOCKED, NO_SPREADSHEET, Contents, Refusal

TOO_MANY_ROWS = N_(
    "The sheet “%(sheet)s” has more than %(rows)s rows. Upload it in parts, for instance month by month."
)
TOO_MANY_COLUMNS = N_(
    "The sheet “%(sheet)s” has more than %(columns)s columns. "
    "Delete what stands far to the right of the table, or copy the table into a new workbook."
)
UNKNOWN_LETTERS = N_(
    "The letters of this text file cannot be read. Open it in Excel or WPS, choose “Save as”, "
    "pick “Excel workbook (.xlsx)” and upload the new file."
)
HIDDEN = N_("The sheet “%(sheet)s” is hidden and was left out. Show it in Excel and upload again if it belongs here.")
EMPTY_SHEET = N_("The sheet “%(sheet)s” is empty and was left out.")

Merge = tuple[Place, Place]
"""First and last cell of merged cells, both as (0-based row, 0-based column)."""


class Sheet(NamedTuple):
    """`rows[i]` are the cells of row number `numbers[i]` (1-based), all of one length; blank rows are absent."""

    name: str
    numbers: list[int]
    rows: list[list[Any]]
    merges: list[Merge]

    def put(self, place: Place, text: str) -> None:
        """Write `text` into a cell, making room for it."""
        number, column = place
        width = len(self.rows[0]) if self.rows else 0
        if column >= width:
            for row in self.rows:
                row.extend([""] * (column + 1 - width))
            width = column + 1
        if number not in self.numbers:
            at = sum(known < number for known in self.numbers)
            self.numbers.insert(at, number)
            self.rows.insert(at, [""] * width)
        self.rows[self.numbers.index(number)][column] = text


class Skipped(NamedTuple):
    """A sheet that was left out, and why."""

    sheet: str
    message: str


def sheets(data: bytes, contents: Contents, stem: str, rows: int, columns: int) -> Iterator[Sheet | Skipped]:
    """Every sheet of a file; `stem` names the only sheet of a csv. Refusal beyond `rows` or `columns`."""
    if contents.format == "csv":
        yield _limited(Sheet(stem, *_csv(data, stem, rows), []), columns)
    else:
        yield from _workbook(data, rows, columns)


def _limited(sheet: Sheet, columns: int) -> Sheet:
    if sheet.rows and len(sheet.rows[0]) > columns:
        raise Refusal(TOO_MANY_COLUMNS, sheet=sheet.name, columns=columns)
    return sheet


def _workbook(data: bytes, rows: int, columns: int) -> Iterator[Sheet | Skipped]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            if meta.visible != SheetVisibleEnum.Visible:
                yield Skipped(meta.name, HIDDEN)
                continue
            yield _sheet(book.get_sheet_by_name(meta.name), rows, columns)
    except PasswordError as error:
        raise Refusal(LOCKED) from error
    except (CalamineError, ValueError, OSError) as error:
        raise Refusal(BROKEN) from error


def _sheet(source: Any, most: int, columns: int) -> Sheet | Skipped:
    if source.start is None:
        return Skipped(source.name, EMPTY_SHEET)
    left = source.start[1]
    if left + source.width > columns:
        raise Refusal(TOO_MANY_COLUMNS, sheet=source.name, columns=columns)
    numbers: list[int] = []
    kept: list[list[Any]] = []
    blank = [""] * source.width
    padding = [""] * left
    for number, row in enumerate(source.iter_rows(), 1):
        if row != blank:
            numbers.append(number)
            kept.append(padding + row if left else row)
            if len(numbers) > most:
                raise Refusal(TOO_MANY_ROWS, sheet=source.name, rows=most)
    if not kept:
        return Skipped(source.name, EMPTY_SHEET)
    return Sheet(source.name, numbers, kept, source.merged_cell_ranges or [])


def decoded(data: bytes) -> str:
    """The text of a csv: UTF-8 or UTF-16 with a mark, UTF-8, else GB18030; Refusal if it is none of them."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and b"\0" in data:
        raise Refusal(NO_SPREADSHEET)
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text
    raise Refusal(UNKNOWN_LETTERS)


def delimiter(start: str) -> str:
    """Comma, semicolon or tab: whichever divides the first lines into most cells."""
    lines = start.splitlines()[:30]
    counts: Mapping[str, int] = {mark: sum(line.count(mark) for line in lines) for mark in ",\t;"}
    # A thousands comma stands inside quotes or beside other delimiters, so tab and semicolon win when they are regular.
    for mark in "\t;":
        if counts[mark] and sum(mark in line for line in lines) * 2 > len(lines):
            return mark
    return max(",\t;", key=lambda mark: counts[mark])


def _csv(data: bytes, name: str, most: int) -> tuple[list[int], list[list[Any]]]:
    text = decoded(data)
    csv.field_size_limit(1 << 20)
    numbers: list[int] = []
    kept: list[list[Any]] = []
    try:
        # A spreadsheet shows a quoted line break inside one row: rows are counted as it counts them.
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text[:20_000])), 1):
            if any(row):
                numbers.append(number)
                kept.append(row)
                if len(numbers) > most:
                    raise Refusal(TOO_MANY_ROWS, sheet=name, rows=most)
    except csv.Error as error:
        raise Refusal(BROKEN) from error
    width = max(map(len, kept), default=0)
    for row in kept:
        row.extend([""] * (width - len(row)))
    return numbers, kept
