"""What somebody typed into a form, as the csv file that it becomes: so typed entries go the way of every workbook."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from portal.kinds.base import Column, Kind, letters
from portal.kinds.listing import SERIAL
from portal.workbooks.addresses import position
from portal.workbooks.headings import PARTS, Vocabulary, key
from portal.workbooks.reading import spec

NAME = "typed.csv"
"""The name of this file among those of a draft."""
ENTRIES_AT_MOST = 200
_END = "合计"
"""Closes the table, so that nothing typed is taken for signatures below it."""

Entry = Mapping[str, str]
"""What was typed, by column; empty fields absent."""


def columns(kind: Kind) -> list[Column]:
    """The columns that can be typed in: all that a file of the kind can have, but its running number."""
    return [column for column in kind.input if column.name != SERIAL.name]


def headings(kind: Kind) -> dict[str, str]:
    """The heading of each column in the file: its label, or another word where the label is read otherwise."""
    words = Vocabulary([spec(column) for column in kind.input])
    return {column.name: _heading(column, words) for column in columns(kind)}


def _heading(column: Column, words: Vocabulary) -> str:
    for text in (column.label, *column.aliases, column.name):
        if words.find(text) == column.name and key(text) not in PARTS:
            return text
    raise ValueError(f"no heading means {column.name}")


def write(kind: Kind, entries: Sequence[Entry]) -> bytes:
    """The file that holds these entries."""
    heads = headings(kind)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(heads.values())
    for entry in entries:
        writer.writerow([_plain(entry.get(name, "")) for name in heads])
    writer.writerow([_END, *[""] * (len(heads) - 1)])
    return out.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """Without what could be taken for the divider of a csv file."""
    return " ".join(text.replace(";", "；").split())


def read(kind: Kind, body: bytes, mended: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    """The entries of a file of `write`, with the cells that were mended in it since."""
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1:-1]
    for (_sheet, cell), text in mended.items():
        number, index = position(cell)
        if 2 <= number < len(rows) + 2 and index < len(rows[number - 2]):
            rows[number - 2][index] = text
    names = list(headings(kind))
    return [{name: text for name, text in zip(names, row, strict=False) if text} for row in rows]


def place_of(kind: Kind, cell: str) -> tuple[int, str] | None:
    """Which entry (from 1) and column a cell of the file is."""
    found = re.fullmatch(r"([A-Z]+)([0-9]+)", cell)
    names = list(headings(kind))
    index = next((i for i in range(len(names)) if found and letters(i) == found[1]), None)
    return (int(found[2]) - 1, names[index]) if found and index is not None else None
