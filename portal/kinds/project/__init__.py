"""Projects: what is built or bought with the village's money, from the decision to the final account."""

from collections.abc import Mapping, Sequence
from datetime import date
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
from portal.money import quantity, shown
from portal.text import N_, Message, day_text

__all__ = ["KIND", "STEPS", "WAYS", "Event", "Story", "fold", "item_in"]

TOLD = 8
"""Projects of which the story of a register says what is missing."""
TOLD_LINES = 4
"""Lines of a posting about one project that its story tells."""


def _key(line: Mapping[str, Any]) -> str:
    return f"{line.get(SUBJECT.name, '')}:{line['step']}" if SUBJECT.name in line else ""


def _figures(content: Mapping[str, Any]) -> dict[str, int]:
    """Sums of the projects as they stand, also those that earlier postings told of. What nobody posted is no zero."""
    projects = content["projects"]
    told = {name: [one[name] for one in projects if name in one] for name in ("budget", "contract", "paid")}
    sums = {f"all_{name}": sum(amounts) for name, amounts in told.items() if amounts}
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
    """What is posted of one project; of each, which steps nobody posted; what it is and whose money it takes."""
    projects = content["projects"]
    lacking = [_lacks(one) for one in projects[:TOLD] if one["missing"]]
    if len(projects) != 1:
        return lacking
    told = [_told(line) for line in content["lines"][:TOLD_LINES]]
    about = [Message(text, {"what": projects[0][name]}) for name, text in _ABOUT.items() if name in projects[0]]
    return [*told, *lacking, *about]


_ABOUT = {"purpose": N_("Built or bought: %(what)s."), "source": N_("The money comes from: %(what)s.")}


def _told(line: Mapping[str, Any]) -> Message:
    """One line in a sentence: its step, with its day and sum where they are known."""
    amount, written = _amount(line), line.get("accepted_on", line.get("date"))
    day = day_text(date.fromisoformat(written)) if written else None
    params: dict[str, Any] = {"step": Message(STEPS[line["step"]])}
    if line["step"] == "progress" and "progress" in line:
        return Message(N_("%(step)s: %(percent)s percent."), {**params, "percent": quantity(line["progress"])})
    if amount is None:
        return Message(N_("%(step)s, %(day)s."), {**params, "day": day}) if day else Message(N_("%(step)s."), params)
    params["sum"] = shown(amount)
    if day is None:
        return Message(N_("%(step)s: %(sum)s yuan."), params)
    return Message(N_("%(step)s, %(day)s: %(sum)s yuan."), {**params, "day": day})


def _lacks(project: Mapping[str, Any]) -> Message:
    steps = listed([Message(STEPS[step]) for step in project["missing"]])
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
    empty=lambda desk: {"projects": []},
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
    **_RECIPE.parts,
    figures=_figures,
    headline=(
        Figure("all_budget", N_("Budget")),
        Figure("all_contract", N_("Contract with its changes")),
        Figure("all_paid", N_("Paid so far")),
        Figure("missing", N_("Steps not posted"), type=Type.INTEGER),
    ),
    check_labels=checks.LABELS,
    subject=("name",),
    subject_of=one_subject,
    search_text=_search_text,
    title=lambda line: str(line.get("name") or line["key"]),
    amount=_amount,
    heading=_heading,
    story=_story,
    nothing_said=lambda content: Message(N_("In this period nothing was built or bought: no project went a step on.")),
    grains=(MONTH, QUARTER, YEAR),
    facts=("ledger", "posted", "limits"),
    fold=fold,
    in_ledger=_in_ledger,
    asked=ASKED,
    order=20,
)
