"""What the pages of a draft send: files, mended cells, answers, columns, decisions, as plain values."""

import re
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import FileStorage, MultiDict

CELL = "cell|"
QUESTION = "question|"
COLUMN = "column|"
REVIEW = "review|"
_CELL_FIELD = re.compile(r"cell\|([0-9]{1,18})\|([^|]*)\|(.*)", re.DOTALL)
_COLUMN_FIELD = re.compile(r"column\|([0-9]{1,5})")


def uploads(files: Iterable[FileStorage]) -> list[tuple[str, bytes]]:
    """Name and bytes of each file chosen; a field left empty is no file."""
    return [(file.filename, file.read()) for file in files if file.filename]


def cell_field(file_id: int, sheet: str | None, cell: str) -> str:
    """The name of the field that mends a cell."""
    return f"{CELL}{file_id}|{cell}|{sheet or ''}"


def cells(form: MultiDict[str, str]) -> dict[tuple[int, str, str], str]:
    """The mended cells; a field that still says what the cell says is no mending (its twin `was|…` tells)."""
    found = {}
    for field, text in form.items():
        named = _CELL_FIELD.fullmatch(field)
        if named and text.strip() != form.get(f"was|{field}", "").strip():
            found[int(named[1]), named[3], named[2]] = text.strip()
    return found


def typed(form: Mapping[str, str], field: str, otherwise: str) -> str:
    """What a form that comes back to its page had in a field, if it was changed there; else what the cell says."""
    text = form.get(field, "").strip()
    return text if text != form.get(f"was|{field}", "").strip() else otherwise


def answers(form: Mapping[str, str], prefix: str = QUESTION) -> dict[str, str]:
    """Fields with a prefix, by what follows it; empty ones left out."""
    return {field.removeprefix(prefix): value for field, value in form.items() if field.startswith(prefix) and value}


def columns(form: Mapping[str, str]) -> dict[int, str]:
    """The meaning chosen for each column, by its 0-based index; `?` leaves it as it is."""
    named = ((_COLUMN_FIELD.fullmatch(field), value) for field, value in form.items())
    return {int(name[1]): value for name, value in named if name and value != "?"}


def signer(form: Mapping[str, str]) -> tuple[str, int]:
    """Role and person id of who signed on paper; a person id of 0 is nobody."""
    role, _bar, person = form.get("signer", "").partition("|")
    return role, int(person) if re.fullmatch("[0-9]{1,18}", person) else 0
