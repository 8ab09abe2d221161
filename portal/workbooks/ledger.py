"""A whole history from one csv file: typed rows in batches, fast and in bounded memory."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from portal.errors import Invalid
from portal.kinds.base import Column, Finding, Kind, Level, Row, Type, letters
from portal.text import N_, Message
from portal.workbooks import values
from portal.workbooks.containers import BROKEN, EMPTY, NO_SPREADSHEET, Refusal, inspect
from portal.workbooks.grids import UNKNOWN_LETTERS, delimiter
from portal.workbooks.headings import Header, Vocabulary, find_header
from portal.workbooks.reading import spec, typed_rows
from portal.workbooks.tables import ALIKE, MISSING
from portal.workbooks.values import Fault, Memo

WHERE = (
    Column(
        "village", N_("Village code"), Type.CODE, ("村代码", "行政区划代码", "村编码", "village code"), required=True
    ),
    Column("period", N_("Period"), Type.CODE, ("期间", "月份", "会计期间", "所属期"), required=True),
)
"""What every row of a history says besides the kind's own columns."""

NO_HEADER = N_("The first row of the file must hold the headings.")
ONLY_CSV = N_("A history is read from a csv file. Save the workbook as csv and try again.")

_MEMO = 100_000  # cells remembered of a column before starting anew: memory stays bounded
_PARSERS = {
    "text": values.text,
    "code": values.code,
    "integer": values.integer,
    "quantity": values.quantity,
    "flag": values.flag,
    "money": values.money(),
    "date": values.day(),
}


class Batch(NamedTuple):
    """Rows in the file's order, and what is wrong with their cells (a faulty cell is absent from its row); `columns` as
    a `Table` has them."""

    rows: list[Row]
    findings: list[Finding]
    columns: dict[str, tuple[int, str]]


def read_rows(path: Path | str, kind: Kind, *, extra: Sequence[Column] = WHERE, batch: int = 1_000) -> Iterator[Batch]:
    """Batches of typed rows of a csv file with the kind's headings and those of `extra` (default: village and period).

    Small batches stay in the processor's cache. Dates must carry their year. Raises Invalid if the file is no csv, its
    letters cannot be read, or a required column is missing.
    """
    path = Path(path)
    encoding = _encoding(path)
    columns = [*extra, *kind.input]
    words = Vocabulary([spec(column) for column in columns])
    with path.open(encoding=encoding, newline="") as stream:
        start = stream.read(20_000)
        stream.seek(0)
        csv.field_size_limit(1 << 20)
        reader = csv.reader(stream, delimiter=delimiter(start))
        try:
            header = _header(next(reader, []), words, {column.name: column for column in columns}, path.name)
            yield from _batches(reader, header, words, path, batch)
        except csv.Error as error:
            raise Invalid(Message(BROKEN)) from error


def _encoding(path: Path) -> str:
    """The first of UTF-8 (with or without mark), UTF-16 and GB18030 in which the whole file is valid."""
    with path.open("rb") as stream:
        start = stream.read(4096)
        if not start:
            raise Invalid(Message(EMPTY))
        try:
            if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
                raise Refusal(ONLY_CSV)
            inspect(start, 0)
        except Refusal as refusal:
            raise Invalid(Message(refusal.message, refusal.params)) from refusal
        for encoding in ["utf-16"] if start[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]:
            stream.seek(0)
            if _is_valid(stream, encoding):
                return encoding
    raise Invalid(Message(UNKNOWN_LETTERS))


def _is_valid(stream: Any, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := stream.read(1 << 20):
            if "\0" in decoder.decode(piece):
                raise Invalid(Message(NO_SPREADSHEET))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _header(row: list[str], words: Vocabulary, columns: dict[str, Column], file: str) -> Header:
    header = find_header([row], words, {})
    if header is None:
        raise Invalid(Message(NO_HEADER))
    for first, second in header.alike:
        raise Invalid(Message(ALIKE, {"first": f"{letters(first)}1", "second": f"{letters(second)}1"}))
    for name in words.required:
        if name not in header.columns:
            raise Invalid(Message(MISSING, {"label": Message(columns[name].label)}))
    return header


def _batches(reader: Any, header: Header, words: Vocabulary, path: Path, batch: int) -> Iterator[Batch]:
    taken = [(name, index, Memo(_PARSERS[words.types[name]])) for name, index in header.columns.items()]
    names = [name for name, _index, _memo in taken]
    columns = {name: (index, header.texts[index]) for name, index, _memo in taken}
    width = max(index for _name, index, _memo in taken) + 1
    number = 2
    while lines := list(islice(reader, batch)):
        if min(map(len, lines)) < width:
            for line in lines:
                line.extend([""] * (width - len(line)))
        raw = list(zip(*lines, strict=False))
        findings: list[Finding] = []
        cells = [_column(raw[i], memo, i, number, header, path.name, findings) for _name, i, memo in taken]
        rows = typed_rows(names, cells, range(number, number + len(lines)))
        yield Batch([row for row in rows if row.values], findings, columns)
        number += len(lines)


def _column(
    raw: Sequence[str], memo: Memo, index: int, number: int, header: Header, file: str, findings: list[Finding]
) -> list[Any]:
    """A column of a batch, typed; its faults go to `findings`."""
    if len(memo) > _MEMO:
        memo.clear()
    memo.faulty = False
    found = list(map(memo.__getitem__, raw))
    # A fault remembered from an earlier batch does not raise the flag again, so it is never kept.
    if memo.faulty:
        for n, value in enumerate(found):
            if type(value) is Fault:
                found[n] = None
                memo.pop(raw[n], None)
                cell, heading = f"{letters(index)}{number + n}", header.texts[index]
                message = Message(value.message)
                findings.append(Finding(Level.ERROR, "value", message, file, None, cell, heading, raw[n]))
    return found
