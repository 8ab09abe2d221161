"""What the pages of a draft send: files, mended cells, answers, columns, decisions, as plain values."""

from collections.abc import Iterable, Mapping

from werkzeug.datastructures import FileStorage, MultiDict

CELL = "cell|"
QUESTION = "question|"
COLUMN = "column|"
REVIEW = "review|"


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
        if field.startswith(CELL) and text.strip() != form.get(f"was|{field}", "").strip():
            file_id, cell, sheet = field.removeprefix(CELL).split("|", 2)
            if file_id.isdigit():
                found[int(file_id), sheet, cell] = text.strip()
    return found


def answers(form: Mapping[str, str], prefix: str = QUESTION) -> dict[str, str]:
    """Fields with a prefix, by what follows it; empty ones left out."""
    return {field.removeprefix(prefix): value for field, value in form.items() if field.startswith(prefix) and value}


def columns(form: Mapping[str, str]) -> dict[int, str]:
    """The meaning chosen for each column, by its 0-based index; `?` leaves it as it is."""
    return {
        int(field.removeprefix(COLUMN)): value
        for field, value in form.items()
        if field.startswith(COLUMN) and field.removeprefix(COLUMN).isdigit() and value != "?"
    }
