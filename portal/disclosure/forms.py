"""What the pages of a draft send: files, mended cells, answers, columns, decisions, as plain values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput

from portal.kinds.base import Column, Type
from portal.web.forms import Form

CELL = "cell|"
QUESTION = "question|"
REVIEW = "review|"
_CELL_FIELD = re.compile(r"cell\|([0-9]{1,18})\|([^|]*)\|(.*)", re.DOTALL)
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COLUMN_FIELD = re.compile(r"column\|([0-9]{1,5})")


def uploads(files: Iterable[FileStorage]) -> list[tuple[str, bytes]]:
    """Name and bytes of each file chosen; a field left empty is no file."""
    return list(one_by_one(files))


def one_by_one(files: Iterable[FileStorage]) -> Iterator[tuple[str, bytes]]:
    """As `uploads`, each file read when it is asked for: many photos need not lie in memory side by side."""
    for file in files:
        if file.filename:
            with file.stream:
                yield file.filename, file.read()


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


# ---------------------------------------------------------------- one entry, typed in

ENTRY = "typed"
_MODES = {Type.MONEY: "decimal", Type.QUANTITY: "decimal", Type.INTEGER: "numeric"}
_HINTS = {Type.MONEY: _l("In yuan, such as 1234.50.")}


def entry_form(columns: Sequence[Column], values: Mapping[str, str], known: Mapping[str, Sequence[str]]) -> Form:
    """A form with a field for each column; `values` stand in it, `known` are offered while typing."""
    fields = {column.name: _field(column, values.get(column.name, ""), known.get(column.name)) for column in columns}
    form: Form = type("EntryForm", (Form,), fields)(None, prefix=ENTRY, data=dict(values))
    return form


def _field(column: Column, value: str, known: Sequence[str] | None) -> Any:
    label, hint = gettext(column.label), _HINTS.get(column.type, "")
    options = {code: gettext(words) for code, words in column.words.items()}
    if column.type is Type.FLAG:
        options = {"yes": gettext("yes"), "no": gettext("no")}
    kw: dict[str, Any] = {"required": True} if column.required else {}
    if options:
        unknown = {value: value} if value and value not in options else {}
        choices = [SelectChoice(code, words) for code, words in {"": "", **options, **unknown}.items()]
        return SelectField(label, choices=choices, validate_choice=False, description=hint, render_kw=kw)
    kw |= {"maxlength": "500", "autocomplete": "off"}
    if column.type is Type.DATE and (not value or _ISO_DAY.fullmatch(value)):
        return StringField(label, widget=DateInput(), description=hint, render_kw=kw)
    if column.type in _MODES:
        kw["inputmode"] = _MODES[column.type]
    if known:
        kw["list"] = known_id(column.name)
    return StringField(label, description=hint, render_kw=kw)


def known_id(name: str) -> str:
    """The id of the list of names that are offered for a column."""
    return f"{ENTRY}-{name}-known"


def refuse(form: Form, faults: Mapping[str, str]) -> None:
    """Put what is wrong with an entry at its fields; what belongs to none of them, above the form."""
    for name, text in faults.items():
        if name in form:
            form[name].errors = [text]
        else:
            form.form_errors.append(text)


def entry(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by column; empty fields left out."""
    before = f"{ENTRY}-"
    named = {field.removeprefix(before): text.strip() for field, text in form.items() if field.startswith(before)}
    return {name: text[:500] for name, text in named.items() if text and name != "csrf_token"}
