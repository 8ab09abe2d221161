"""Signs that no notice can be printed with: told at their cells while the bookkeeper can still write them otherwise."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portal import notices
from portal.errors import Invalid
from portal.kinds.base import PRINTABLE, Assembly, Finding, Kind, Row, Table, Type
from portal.kinds.report import level_in_force
from portal.notices.typeface import FONTS
from portal.text import N_, Message

CELLS_AT_MOST = 100

UNPRINTABLE = N_(
    "The notice's font has no sign “%(signs)s” (%(codes)s), so the notice could not be printed. "
    "Write it in another way, a rare character of a name for instance in pinyin."
)
MORE = N_("%(n)s more cells have signs that the notice's font lacks.")

Place = tuple[str, str, str | None, str | None, str]
"""File, sheet, cell, heading, text."""


class Paper:
    """Where the fonts of this installation lie; set when the application starts."""

    fonts: Path = FONTS


def findings(kind: Kind, assembly: Assembly, tables: Sequence[Table], settings: Mapping[str, Any]) -> list[Finding]:
    """A finding for each cell from which such a sign would come to paper."""
    check, default, _label = PRINTABLE
    level = level_in_force(settings, check, default)
    lines = (assembly.content or {}).get("lines", ())
    columns = [one.name for one in kind.columns if one.type in (Type.TEXT, Type.CODE) and not one.is_technical]
    if level is None or not (signs := _missing({line.get(name, "") for line in lines for name in columns})):
        return []
    found = [
        Finding(level, check, _message(signs.intersection(text)), file, sheet, cell, heading, text)
        for file, sheet, cell, heading, text in _cells(lines, columns, signs, assembly, tables)
    ]
    if hidden := len(found[CELLS_AT_MOST:]):
        return [*found[:CELLS_AT_MOST], Finding(level, check, Message(MORE, {"n": hidden}))]
    return found


def _message(signs: set[str]) -> Message:
    codes = " ".join(f"U+{ord(sign):04X}" for sign in sorted(signs))
    return Message(UNPRINTABLE, {"signs": "".join(sorted(signs)), "codes": codes})


def _missing(texts: set[str]) -> set[str]:
    """The signs of the texts that the font lacks. It has all of GB 2312: it is loaded only where there are others."""
    signs = "".join(set("".join(texts)))
    usual = signs.encode("gb2312", "ignore").decode("gb2312")
    if not (rare := set(signs).difference(usual)):
        return set()
    try:
        return notices.missing(rare, Paper.fonts)
    except Invalid:
        return set()  # no fonts here: whoever prints is told


def _cells(
    lines: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    signs: set[str],
    assembly: Assembly,
    tables: Sequence[Table],
) -> list[Place]:
    """Where one of the signs comes from into a line, each place once; without a cell if no cell of its row has it."""
    rows: dict[int, dict[int, Row]] = {}
    found: dict[Place, None] = {}
    for index, line in enumerate(lines):
        own = "".join(line.get(name, "") for name in columns)
        if signs.isdisjoint(own):
            continue
        origin = assembly.origins[index]
        table = tables[origin.table]
        if origin.table not in rows:
            rows[origin.table] = {row.number: row for row in table.rows}
        row = rows[origin.table][origin.row]
        here = signs.intersection(own)
        cells: list[tuple[str | None, str | None, str]] = [
            (table.cell(row, name), table.columns[name][1], text)
            for name, text in row.values.items()
            if type(text) is str and name in table.columns and not here.isdisjoint(text)
        ]
        for cell in cells or [(None, None, own)]:
            found[origin.file, origin.sheet, *cell] = None
    return list(found)
