"""Pages of a kind: a place's items and subjects, and one subject with all that was posted about it."""

from typing import Any

from flask import render_template

from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.kinds import KINDS, payees
from portal.kinds.base import Column, Privacy
from portal.places import queries as places
from portal.places.rules import ROLE_LABELS
from portal.public import paper, queries, subject_queries
from portal.public.item_views import cell_text
from portal.public.views import blueprint, figure_text
from portal.text import N_
from portal.web.declared import open_to_all


@blueprint.get("/places/<code>/<kind>")
@open_to_all
def items(code: str, kind: str) -> str:
    """A place's items of one kind: its subjects, and the items by year."""
    if kind not in KINDS:
        raise NotFound(N_("Nothing of this kind is posted here."))
    found = places.place(code)
    listed = gazette.items_of(found.id, kind)
    return render_template(
        "public/items.html",
        place_line=places.ancestors(found.id),
        kind=KINDS[kind],
        columns=_columns(KINDS[kind].columns),
        items=listed,
        subjects=subject_queries.subjects_of(found.id, KINDS[kind]),
        figures=gazette.figures([item.number for item in listed]),
        called=queries.called(listed) if KINDS[kind].heading else {},
        figure_text=figure_text,
        shown=shown,
    )


@blueprint.get("/places/<code>/<kind>/<subject>")
@open_to_all
def subject(code: str, kind: str, subject: str) -> str:
    """One subject: what its kind makes of its postings, and each of them with who signed."""
    page = subject_queries.subject_page(code, kind, subject)
    return render_template(
        "public/subject.html",
        page=page,
        columns=_columns(page.kind.columns),
        listed=[column for column in page.kind.columns if not column.is_technical and column.name != "name"],
        shown=shown,
        role_labels=ROLE_LABELS,
        decision_labels=paper.DECISION_LABELS,
        line_title=lambda line: subject_queries.title_of(page.kind, line),
    )


def _columns(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {column.name: column for column in columns}


def shown(column: Column, value: Any) -> str:
    """A line's value on the page of its subject: natural persons stand by their full name in their line only."""
    return payees.masked(str(value)) if column.privacy is Privacy.MASKED else cell_text(column, value)
