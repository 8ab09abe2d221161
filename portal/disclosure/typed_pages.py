"""What a draft's page shows of typing in: the entries so far, and the form for one more or for one to be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from portal.disclosure import forms, typed
from portal.disclosure.queries import DraftView
from portal.kinds.base import Column, Kind
from portal.web.forms import Form
from portal.workbooks.typed import columns

ALL = "all"
"""Stands for the step: ask for every column."""


@dataclass(frozen=True)
class Typing:
    """`rows` are (number, what it says); `steps` what can be chosen first (code, label), `step` what was; `form` is
    None until a step is chosen; `changing` the number of the entry in the form; `lists` (id, names) are offered."""

    rows: Sequence[tuple[int, str]]
    steps: Sequence[tuple[str, str]]
    step: str
    form: Form | None
    changing: int | None
    seen: str
    lists: Sequence[tuple[str, Sequence[str]]]

    @property
    def has_faults(self) -> bool:
        return self.form is not None and bool(self.form.errors)


def typing_of(view: DraftView, step: str, changing: int | None, given: Mapping[str, str] | None = None) -> Typing:
    """The entries of a draft, and the form: with `given` values, with those of the entry that is changed, or empty."""
    kind, found = view.kind, typed.entries(view.id)
    if changing is not None and not 1 <= changing <= len(found.rows):
        changing = None
    values = given if given is not None else found.rows[changing - 1] if changing else {}
    by_step = step_column(kind)
    if by_step and not step and values:
        step = values.get(by_step.name) if values.get(by_step.name) in kind.asked else ALL  # type: ignore[assignment]
    shown = asked(kind, step, values) if step or not by_step else []
    if by_step and step in kind.asked:
        values = {by_step.name: step, **values}
    known = typed.known_names(view.id)
    form = forms.entry_form(shown, values, known) if shown else None
    return Typing(
        rows=[(n, _said(kind, row)) for n, row in enumerate(found.rows, 1)],
        steps=[(code, gettext(by_step.words[code])) for code in kind.asked] if by_step else [],
        step=step,
        form=form,
        changing=changing,
        seen=found.seen,
        lists=[(forms.known_id(name), names) for name, names in known.items() if names],
    )


def step_column(kind: Kind) -> Column | None:
    """The column by whose value the form asks for different things."""
    return next((column for column in kind.input if kind.asked and set(kind.asked) <= set(column.words)), None)


def asked(kind: Kind, step: str, values: Mapping[str, str]) -> list[Column]:
    """The columns to ask for: those of the step, and any that is filled already."""
    wanted = kind.asked.get(step)
    return [column for column in columns(kind) if wanted is None or column.name in wanted or column.name in values]


def _said(kind: Kind, row: Mapping[str, str]) -> str:
    """An entry in one line: what was typed, in the order of the columns."""
    parts = [(column, row[column.name]) for column in columns(kind) if column.name in row]
    return " · ".join(gettext(column.words[text]) if text in column.words else text for column, text in parts)
