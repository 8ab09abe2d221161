"""A kind of item in one file, as docs/kinds.md tells it: money that each household gives for one purpose."""

from collections.abc import Mapping
from typing import Any

from portal.kinds.base import Column, Figure, Kind, Level, Privacy, Rhythm, Type
from portal.kinds.listing import CHECK_LABELS, CHECKS, SERIAL, Desk, Entry, Recipe
from portal.kinds.measures import PER_HEAD, Before, Measure
from portal.text import N_

INPUT = (
    SERIAL,
    Column(
        "household", N_("Household"), Type.TEXT, ("户主", "户主姓名"), required=True, privacy=Privacy.MASKED, weight=2
    ),
    Column("purpose", N_("Purpose"), Type.TEXT, ("用途", "筹资用途"), required=True, searchable=True, weight=3),
    Column("people", N_("People"), Type.INTEGER, ("人数",), required=True),
    Column("amount", N_("Amount"), Type.MONEY, ("金额", "筹资金额"), required=True),
    Column("given_on", N_("Given on"), Type.DATE, ("日", "day")),
    Column("note", N_("Note"), Type.TEXT, ("备注",), below=True),
    Column("card", N_("Bank card"), Type.CODE, ("银行卡号",), privacy=Privacy.INTERNAL, is_matched=True),
)


def _each(entry: Entry, desk: Desk) -> bool:
    people, amount = entry.content.get("people", 0), entry.content.get("amount", 0)
    if amount > people * 15_00:
        desk.say("too_much", N_("More than 15 yuan a head."), entry, "amount")
    return True


def _figures(content: Mapping[str, Any]) -> dict[str, int]:
    lines = content["lines"]
    return {"amount": sum(line.get("amount", 0) for line in lines), "households": len(lines)}


_RECIPE = Recipe(
    input=INPUT,
    columns=INPUT[1:-1],
    checks={**CHECKS, "too_much": Level.WARNING},
    key=lambda line: line.get("household", ""),
    each=_each,
)

KIND = Kind(
    name="levy",
    version=1,
    label=N_("Levies"),
    rhythm=Rhythm.EVENT,
    **_RECIPE.parts,
    figures=_figures,
    headline=(Figure("amount", N_("Given together")), Figure("households", N_("Households"), type=Type.INTEGER)),
    check_labels={**CHECK_LABELS, "too_much": N_("More than the province allows")},
    search_text=lambda line: str(line.get("purpose", "")),
    title=lambda line: str(line.get("purpose", "")),
    measures=lambda content: [Measure("amount", before=(Before.YEAR,), per_head=PER_HEAD, count="households")],
    grains=("month", "year"),
)
