"""Contracts about the village's assets and resources: who has them, for how long, for what rent, and what came in."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.clock import MONTH, QUARTER, YEAR
from portal.kinds.base import Figure, Kind, Posted, Rhythm, Type
from portal.kinds.contract import checks
from portal.kinds.contract.columns import CLASSES, COLUMNS, INPUT, UNITS, WAYS
from portal.kinds.contract.fold import Asset, Lease, fold
from portal.kinds.ledger import Ledger
from portal.kinds.listing import SUBJECT, Recipe, one_subject
from portal.kinds.measures import Before, Measure
from portal.kinds.payees import is_organisation
from portal.kinds.words import listed
from portal.text import N_, Message

__all__ = ["CLASSES", "KIND", "UNITS", "WAYS", "Asset", "Lease", "fold"]

BY_CLASS = N_("Rent of a year by class")


def _figures(content: Mapping[str, Any]) -> dict[str, int]:
    lines = content["lines"]
    sums = {name: sum(line.get(name, 0) for line in lines) for name in ("annual_rent", "due", "received")}
    owed = sum(max(0, line.get("due", 0) - line.get("received", 0)) for line in lines)
    return {"contracts": len(lines), **sums, "owed": owed, "expired": len(_told(content, "expired"))}


def _told(content: Mapping[str, Any], check: str) -> list[str]:
    """The keys of the lines that a check warned about."""
    return [warning["key"] for warning in content.get("warnings", ()) if warning["check"] == check]


def _story(content: Mapping[str, Any]) -> list[Message]:
    """Which contracts are over, unpaid, or cheap."""
    assets = {line["key"]: str(line.get("asset", "")) for line in content["lines"]}
    told = []
    for check, text in _TOLD.items():
        names = [assets[key] for key in _told(content, check)]
        if names:
            more = [Message(N_("%(n)s in all"), {"n": len(names)})] if len(names) > NAMED else []
            told.append(Message(text, {"names": listed([*names[:NAMED], *more])}))
    return told


NAMED = 4
"""Assets that a sentence names."""
_TOLD = {
    "expired": N_("Over and still in the list: %(names)s."),
    "rent_unpaid": N_("Rent due and not received: %(names)s."),
    "rent_low": N_("Rent far below what neighbours pay: %(names)s."),
}


def _breakdown(content: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    sums: dict[str, int] = {}
    for line in content["lines"]:
        if line.get("annual_rent"):
            sums[line["class"]] = sums.get(line["class"], 0) + line["annual_rent"]
    parts = sorted(sums.items(), key=lambda pair: -pair[1])
    return {BY_CLASS: [(CLASSES[class_], fen) for class_, fen in parts]} if len(parts) > 1 else {}


def _measures(content: Mapping[str, Any]) -> list[Measure]:
    """The rent of a year; what villages have to let differs too much for a sum per head."""
    has_rent = any(line.get("annual_rent") for line in content["lines"])
    return [Measure("annual_rent", before=(Before.YEAR,))] if has_rent else []


def _search_text(line: Mapping[str, Any]) -> str:
    """Asset and place, and who rents it if it is no person."""
    party = str(line.get("party", ""))
    firm = party if is_organisation(party) else ""
    return " ".join(filter(None, (str(line.get("asset", "")), str(line.get("location", "")), firm)))


def _in_ledger(posted: Posted, lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list(checks.found(posted.line, posted.period or "", Ledger(lines, "income")).lines)


_RECIPE = Recipe(
    input=INPUT,
    columns=COLUMNS,
    checks=checks.CONTRACT_CHECKS,
    key=lambda line: str(line.get(SUBJECT.name, "")),
    each=checks.each,
    whole=checks.whole,
    subject=("asset",),
    unsummed=("term",),
)

KIND = Kind(
    name="contract",
    version=1,
    label=N_("Contracts about assets"),
    rhythm=Rhythm.PERIOD,
    **_RECIPE.parts,
    figures=_figures,
    headline=(
        Figure("contracts", N_("Number of contracts"), type=Type.INTEGER),
        Figure("annual_rent", N_("Rent of a year")),
        Figure("received", N_("Received this year")),
        Figure("owed", N_("Due and not received")),
    ),
    check_labels=checks.LABELS,
    subject=("asset",),
    subject_of=one_subject,
    search_text=_search_text,
    title=lambda line: str(line.get("asset") or line["key"]),
    amount=lambda line: line.get("annual_rent"),
    story=_story,
    nothing_said=lambda content: Message(N_("Nothing of the village is let or contracted out.")),
    breakdown=_breakdown,
    measures=_measures,
    grains=(QUARTER, MONTH, YEAR),
    is_single=True,
    facts=("ledger", "neighbours", "posted"),
    fold=fold,
    in_ledger=_in_ledger,
    order=30,
)
