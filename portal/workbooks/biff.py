"""What an old Excel workbook (.xls) says of its formulas: which were never calculated, which cells show an error.

The reader hands over both as blanks, so the records of the workbook's stream are looked through here.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from portal.workbooks.addresses import Place
from portal.workbooks.compound import Compound, Damaged

_BIFF8 = 0x0600
_BOF, _EOF, _SHEET, _RECALCULATED = 0x0809, 0x000A, 0x0085, 0x01C1
_FORMULA, _BOOLEAN_OR_ERROR = 0x0006, 0x0205
_SUMMARY = "\x05SummaryInformation"
_PLACEHOLDERS = frozenset({
    b"\x03\0\0\0\0\0\xff\xff",  # an empty text
    bytes(8),  # nought
    struct.pack("<d", 4),
})  # fmt: skip
"""What libraries that cannot calculate put where a formula's result belongs: xlwt; POI and others; JExcelAPI."""
_DULL = re.compile(
    rb"(?s:\xfd\0\x0a\0.{10}|\x03\x02\x0e\0.{14}|\x7e\x02\x0a\0.{10}|\x01\x02\x06\0.{6}|\x08\x02\x10\0.{16})*+"
)
"""Texts, numbers, blanks and rows: nearly all records there are, passed over together."""


class Oddities(NamedTuple):
    """Sheet → cells whose formula was never calculated, and cells that show an error."""

    blanks: dict[str, set[Place]]
    errors: dict[str, set[Place]]


def oddities(data: bytes) -> Oddities:
    """The odd cells of a workbook; none for a file that is damaged or of another version: the reader says so itself.

    Excel, WPS and LibreOffice calculate what they save. So a formula counts as never calculated only if nothing shows
    that one of them wrote the file, and all formulas of the file hold one and the same placeholder.
    """
    try:
        return _oddities(Compound(data))
    except (Damaged, struct.error, ValueError, IndexError):
        return Oddities({}, {})


def _oddities(file: Compound) -> Oddities:
    stream = file.stream("Workbook")
    is_calculated = _SUMMARY in file.names
    sheets: list[tuple[int, str]] = []
    for kind, at in _records(stream, 0, len(stream)):
        if kind == _BOF and struct.unpack_from("<H", stream, at)[0] != _BIFF8:
            raise Damaged
        if kind == _EOF:
            break
        if kind == _SHEET:
            sheets.append((struct.unpack_from("<I", stream, at)[0], _name(stream, at + 6)))
        is_calculated = is_calculated or kind == _RECALCULATED
    found = Oddities({}, {})
    results: set[bytes] = set()
    sheets.sort()
    for (start, name), end in zip(sheets, [*(start for start, _name in sheets[1:]), len(stream)], strict=True):
        found.errors[name], formulas = _cells(stream, start, end)
        if not is_calculated:
            results.update(formulas.values())
            found.blanks[name] = set(formulas)
    if len(results) != 1 or not results <= _PLACEHOLDERS:
        found.blanks.clear()
    return found


def _records(stream: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(type, first byte) of each record between two places."""
    unpack = struct.Struct("<HH").unpack_from
    while (start := _DULL.match(stream, start, end).end()) + 4 <= end:  # type: ignore[union-attr]
        kind, length = unpack(stream, start)
        if not kind:
            return
        yield kind, start + 4
        start += 4 + length


def _cells(stream: bytes, start: int, end: int) -> tuple[set[Place], dict[Place, bytes]]:
    """Cells of a sheet that show an error, and what each other formula came to."""
    errors: set[Place] = set()
    formulas: dict[Place, bytes] = {}
    depth = 0  # charts stand inside a sheet
    for kind, at in _records(stream, start, end):
        if kind == _FORMULA and depth == 1:
            row, column, result = struct.unpack_from("<HH2x8s", stream, at)
            if _is_error(result):
                errors.add((row + 1, column))
            else:
                formulas[row + 1, column] = result
        elif kind == _BOOLEAN_OR_ERROR and depth == 1:
            row, column, is_error = struct.unpack_from("<HH3xB", stream, at)
            if is_error:
                errors.add((row + 1, column))
        elif kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
    return errors, formulas


def _is_error(result: bytes) -> bool:
    return result[0] == 2 and result.endswith(b"\xff\xff")


def _name(stream: bytes, at: int) -> str:
    """A sheet's name: a length, a byte that tells whether its characters have two bytes, the characters."""
    length, is_wide = stream[at : at + 2]
    raw = stream[at + 2 : at + 2 + length * (1 + (is_wide & 1))]
    return raw.decode("utf-16-le" if is_wide & 1 else "latin-1", "replace").replace("\0", "")
