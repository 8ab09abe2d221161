"""Subsidies: who got what from a programme, by which basis and rate; a roster of one programme and batch."""

from collections.abc import Mapping
from typing import Any

from portal.clock import MONTH, QUARTER, YEAR
from portal.kinds import subjects
from portal.kinds.base import Kind, Rhythm
from portal.kinds.listing import Recipe
from portal.kinds.programmes import PROGRAMMES
from portal.kinds.subsidy import which
from portal.kinds.subsidy.columns import CHECK_LABELS, CHECKS, COLUMNS, HEADLINE, INPUT, MEASURES, QUESTIONS
from portal.kinds.subsidy.roster import whole
from portal.kinds.subsidy.rows import each
from portal.kinds.subsidy.story import BY_GROUP, breakdown, figures, heading, story
from portal.text import N_, Message

__all__ = ["BY_GROUP", "KIND"]


def subject_of(content: Mapping[str, Any]) -> str | None:
    """The programme, and the batch where there is one; no free text, for it stands in the header."""
    code, batch = content.get("programme"), content.get("batch")
    return f"{code}.{subjects.key(batch)}" if code and batch else code


def search_text(line: Mapping[str, Any]) -> str:
    """A list is found by its programme, once: at its first line. Names are not found at all."""
    programme = PROGRAMMES.get(str(line.get("programme", "")))
    return f"{programme.name.zh} {programme.name.en}" if programme and line["key"] == "1" else ""


def title(line: Mapping[str, Any]) -> str:
    """The programme; never the name, for titles go into searches and feeds."""
    programme = PROGRAMMES.get(str(line.get("programme", "")))
    return programme.name.zh if programme else str(line["key"])


_RECIPE = Recipe(
    input=INPUT,
    columns=COLUMNS,
    checks=CHECKS,
    prepare=which.prepare,
    each=each,
    whole=whole,
    may_be_negative=("amount",),
)

KIND = Kind(
    name="subsidy",
    version=2,
    upgrade={1: lambda content: content},  # before, the payload itself held the names that are now sealed apart
    label=N_("Subsidies"),
    rhythm=Rhythm.EVENT,
    **_RECIPE.parts,
    figures=figures,
    headline=HEADLINE,
    check_labels=CHECK_LABELS,
    subject_of=subject_of,
    search_text=search_text,
    title=title,
    heading=heading,
    story=story,
    nothing_said=lambda content: Message(N_("In this period no subsidy or aid was allotted to anybody.")),
    breakdown=breakdown,
    measures=lambda content: MEASURES,
    questions=QUESTIONS,
    grains=(MONTH, QUARTER, YEAR),
    is_single=True,
    split=("programme", "batch"),
    facts=("ledger", "programmes"),
    is_indexed=False,
    names_key=lambda content: f"name_shown.{content.get('programme', '')}",
    order=20,
)
