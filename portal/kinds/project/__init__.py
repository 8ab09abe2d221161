"""Projects: what is built or bought with the village's money, from the decision to the final account."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.clock import MONTH, QUARTER, YEAR
from portal.kinds.base import Figure, Kind, Posted, Rhythm, Type
from portal.kinds.ledger import Ledger
from portal.kinds.listing import SUBJECT, Recipe, one_subject
from portal.kinds.payees import is_organisation
from portal.kinds.project import checks
from portal.kinds.project.columns import ASKED, COLUMNS, INPUT
from portal.kinds.project.fold import Event, Story, fold, item_in
from portal.kinds.project.steps import STEPS, WAYS
from portal.kinds.words import listed
from portal.money import shown
from portal.text import N_, Message

__all__ = ["KIND", "STEPS", "WAYS", "Event", "Story", "fold", "item_in"]

TOLD = 8
"""Projects of which the story of a register says what is missing."""
_SUMS = {"budget": N_("budget %(fen)s"), "contract": N_("contract %(fen)s"), "paid": N_("paid so far %(fen)s"),
         "final_account": N_("final account %(fen)s")}  # fmt: skip


def _key(line: Mapping[str, Any]) -> str:
    return f"{line.get(SUBJECT.name, '')}:{line['step']}" if SUBJECT.name in line else ""


def _figures(content: Mapping[str, Any]) -> dict[str, int]:
    """Sums of the projects as they stand, also those that earlier postings told of."""
    projects = content["projects"]
    sums = {f"all_{name}": sum(one.get(name, 0) for one in projects) for name in ("budget", "contract", "paid")}
    return {"projects": len(projects), **sums, "missing": sum(len(one["missing"]) for one in projects)}


def _heading(content: Mapping[str, Any]) -> Message:
    projects = content["projects"]
    if len(projects) != 1:
        return Message(KIND.label)
    reached = {line["step"] for line in content["lines"]}
    if len(reached) != 1:
        return Message(N_("Project: %(name)s"), {"name": projects[0]["name"]})
    return Message(N_("Project: %(name)s, %(step)s"),
                   {"name": projects[0]["name"], "step": Message(STEPS[reached.pop()])})  # fmt: skip


def _story(content: Mapping[str, Any]) -> list[Message]:
    """How each project stands, and which steps nobody posted."""
    projects = content["projects"]
    told = [_told(one) for one in projects] if len(projects) == 1 else []
    return [*(one for one in told if one), *(_lacks(one) for one in projects[:TOLD] if one["missing"])]


def _told(project: Mapping[str, Any]) -> Message | None:
    sums = [Message(text, {"fen": shown(project[name])}) for name, text in _SUMS.items() if name in project]
    if not sums:
        return None
    params = {"name": project["name"], "sums": listed(sums)}
    return Message(N_("%(name)s, in yuan: %(sums)s."), params)


def _lacks(project: Mapping[str, Any]) -> Message:
    steps = listed([STEPS[step] for step in project["missing"]])
    return Message(N_("%(name)s: not posted so far: %(steps)s."), {"name": project["name"], "steps": steps})


def _search_text(line: Mapping[str, Any]) -> str:
    """Name and purpose, and the contractor if it is a firm."""
    contractor = str(line.get("contractor", ""))
    firm = contractor if is_organisation(contractor) else ""
    return " ".join(filter(None, (str(line.get("name", "")), str(line.get("purpose", "")), firm)))


def _amount(line: Mapping[str, Any]) -> int | None:
    """The sum that a line's step is about."""
    about = {"budget": "budget", "contract": "contract_amount", "change": "change_amount", "payment": "payment",
             "final_account": "final_account"}  # fmt: skip
    found = line.get(about.get(line["step"], "budget"))
    return found if found is not None or line["step"] != "payment" else line.get("paid")


def _in_ledger(posted: Posted, lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list(checks.found(posted.line, posted.line, Ledger(lines, "expense")).lines)


_RECIPE = Recipe(
    input=INPUT,
    columns=COLUMNS,
    checks=checks.PROJECT_CHECKS,
    key=_key,
    each=checks.each,
    whole=checks.whole,
    subject=("name",),
    may_be_negative=("change_amount", "payment"),
    unsummed=("progress",),
)

KIND = Kind(
    name="project",
    version=1,
    label=N_("Projects"),
    rhythm=Rhythm.EVENT,
    columns=COLUMNS,
    input=INPUT,
    assemble=_RECIPE.assemble,
    figures=_figures,
    headline=(
        Figure("projects", N_("Number of projects"), type=Type.INTEGER),
        Figure("all_budget", N_("Budget")),
        Figure("all_contract", N_("Contracts with changes")),
        Figure("all_paid", N_("Paid so far")),
    ),
    checks=_RECIPE.checks,
    check_labels=checks.LABELS,
    subject=("name",),
    subject_of=one_subject,
    search_text=_search_text,
    title=lambda line: str(line.get("name") or line["key"]),
    amount=_amount,
    heading=_heading,
    story=_story,
    grains=(MONTH, QUARTER, YEAR),
    facts=("ledger", "posted", "limits"),
    fold=fold,
    in_ledger=_in_ledger,
    asked=ASKED,
    order=20,
)
