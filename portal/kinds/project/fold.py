"""The story of a project: what its postings tell, step by step; what is missing, and what does not fit together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.kinds.base import Posted
from portal.kinds.project.steps import PARTS, STEPS, WAYS, is_weaker
from portal.money import PRECISION, shown
from portal.text import N_, Message

ORDER = list(STEPS)
WHOLE = 100 * PRECISION
"""A progress of 100 percent."""
ACCOUNT_WITHIN = timedelta(days=90)
"""So long after works were accepted they are to be paid and their final account posted; our measure, no law's."""
SILENT_FOR = timedelta(days=180)
"""So long after the contract nothing may be heard of works; our measure, no law's."""
_DAY = re.compile(r"((?:19|20)\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_ITEM = re.compile(r"(?:公报|公示|gazette|item|no\.?|#)\D{0,8}?(\d{1,9})|(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """One step that a posting tells of; `values` are the line's columns that belong to it, `day` (ISO) when it was."""

    step: str
    day: str | None
    values: Mapping[str, Any]
    posted: Posted

    @property
    def cites(self) -> int | None:
        """The number of the item that a decision names."""
        return item_in(str(self.values.get("decision", "")))


@dataclass(frozen=True)
class Story:
    """All that is known of a project. Sums in fen, None where nothing is said of them; `contract` is without changes.

    `missing` are steps that should be there by now; `doubts` (check, message) what does not fit together.
    """

    name: str
    events: Sequence[Event]
    facts: Mapping[str, Any]
    budget: int | None
    contract: int | None
    changes: int
    paid: int | None
    final_account: int | None
    missing: Sequence[str] = ()
    doubts: Sequence[tuple[str, Message]] = ()

    @property
    def total(self) -> int | None:
        """The contract with its changes."""
        return None if self.contract is None else self.contract + self.changes

    @property
    def state(self) -> str:
        """The furthest step that was reached."""
        return max((event.step for event in self.events), key=ORDER.index, default=ORDER[0])

    def of(self, step: str) -> list[Event]:
        return [event for event in self.events if event.step == step]


@dataclass
class _Sums:
    """The sums of a project while its postings are read."""

    budget: int | None = None
    contract: int | None = None
    changes: int = 0
    paid: int | None = None
    final_account: int | None = None
    was_full: bool = False
    full_on: str | None = None
    """When all of the contract was paid, if a day is known."""
    facts: dict[str, Any] = field(default_factory=dict)

    def read(self, line: Mapping[str, Any]) -> None:
        """A sum that a line states replaces what was known; a payment, or a change on its own, adds to it."""
        self.facts.update({name: value for name, value in line.items() if name not in ("key", "n", "ledger", "note")})
        self.budget = line.get("budget", self.budget)
        self.contract = line.get("contract_amount", self.contract)
        self.final_account = line.get("final_account", self.final_account)
        if "change_amount" in line:
            adds = line.get("step") == "change"
            self.changes = line["change_amount"] + (self.changes if adds else 0)
        if "paid" in line:
            self.paid = line["paid"]
        elif "payment" in line:
            self.paid = (self.paid or 0) + line["payment"]
        if self.is_paid_in_full and not self.was_full:
            self.was_full = True
            self.full_on = line.get("date") if line.get("step") == "payment" else None

    @property
    def is_paid_in_full(self) -> bool:
        return bool(self.paid) and self.contract is not None and (self.paid or 0) >= self.contract + self.changes


def fold(postings: Sequence[Posted], today: date) -> Story:
    """What the postings of one project, oldest first, come to."""
    sums, events = _Sums(), list[Event]()
    for posted in postings:
        sums.read(posted.line)
        for event in _events(posted):
            if not _is_told_already(event, events):
                events.append(event)
    events.sort(key=lambda event: (ORDER.index(event.step), event.day or "", event.posted.number, event.posted.n))
    story = Story(
        str(sums.facts.get("name", "")), events, sums.facts, sums.budget, sums.contract, sums.changes, sums.paid,
        sums.final_account,
    )  # fmt: skip
    missing = _missing(story, sums, today)
    doubts = list(_doubts(story, sums))
    return Story(**{**vars(story), "missing": missing, "doubts": doubts})


def _events(posted: Posted) -> Iterable[Event]:
    """The steps that a line tells of: its own one, and those whose columns it fills."""
    line = posted.line
    own = line.get("step")
    for step, (marks, also) in PARTS.items():
        marked = {name: line[name] for name in marks if name in line}
        if marked or step == own:
            more = {name: line[name] for name in also if name in line}
            yield Event(step, _day_of(step, line), {**marked, **more}, posted)


def _day_of(step: str, line: Mapping[str, Any]) -> str | None:
    """The day of a step: its own column, the line's date if the line is about it, a day that the decision names."""
    if step == "acceptance" and "accepted_on" in line:
        return str(line["accepted_on"])
    if line.get("step") == step and "date" in line:
        return str(line["date"])
    if step == "progress":
        return line.get("finished") or line.get("started")
    return day_in(str(line.get("decision", ""))) if step == "decision" else None


def day_in(text: str) -> str | None:
    """The day that a text names, as ISO."""
    found = _DAY.search(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat() if found else None
    except ValueError:
        return None


def item_in(text: str) -> int | None:
    """The number of the gazette's item that a decision names: 公报第12号, item 12, or the number alone."""
    found = _ITEM.fullmatch(text.strip().rstrip("号"))
    return int(found[1] or found[2]) if found else None


def _is_told_already(event: Event, events: Sequence[Event]) -> bool:
    """Does a register only repeat what was posted before? A payment or a change that is the line's own never does."""
    earlier = [one for one in events if one.step == event.step]
    if not earlier or (event.step in ("payment", "change") and _adds(event)):
        return False
    marks = PARTS[event.step][0]
    said = {name: event.values[name] for name in marks if name in event.values}
    known: dict[str, Any] = {}
    for one in earlier:
        known |= {name: one.values[name] for name in marks if name in one.values}
    is_new_day = event.day is not None and event.day not in [one.day for one in earlier]
    return said.items() <= known.items() and not (is_new_day and event.posted.line.get("step") == event.step)


def _adds(event: Event) -> bool:
    line = event.posted.line
    return "payment" in line if event.step == "payment" else line.get("step") == "change"


def _missing(story: Story, sums: _Sums, today: date) -> list[str]:
    """The steps that nobody posted although the project has gone past them, or has been silent for too long."""
    reached = {event.step for event in story.events}
    furthest = ORDER.index(story.state)
    found = [
        step for step in ("decision", "budget", "contract") if step not in reached and furthest > ORDER.index(step)
    ]
    is_small = story.facts.get("way_due") == "direct"
    if "selection" not in reached and furthest > ORDER.index("selection") and not is_small:
        found.append("selection")
    finished = str(story.facts.get("finished", "9999")) <= today.isoformat()
    is_done = finished or story.facts.get("progress", 0) >= WHOLE or sums.is_paid_in_full
    if "acceptance" not in reached and (is_done or "final_account" in reached):
        found.append("acceptance")
    days = [date.fromisoformat(event.day) for event in story.events if event.day]
    last = max(days, default=today)
    if "acceptance" in reached:
        is_late = today - last > ACCOUNT_WITHIN
        if is_late and "payment" not in reached:
            found.append("payment")
        if (is_late or sums.is_paid_in_full) and "final_account" not in reached:
            found.append("final_account")
    elif "contract" in reached and today - last > SILENT_FOR:
        silent = "acceptance" if "progress" in reached else "progress"
        found += [silent] if silent not in found else []
    return sorted(found, key=ORDER.index)


def _doubts(story: Story, sums: _Sums) -> Iterable[tuple[str, Message]]:
    """What does not fit together: (name of the check, what is said)."""
    yield from _doubts_of_order(story, sums)
    total, paid = story.total, story.paid
    if total is not None and story.budget is not None and total > story.budget:
        text = N_("The contract with its changes (%(a)s) is above the budget (%(b)s).")
        yield _said("contract_over_budget", text, total, story.budget)
    if total is not None and paid is not None and paid > total:
        text = N_("More was paid (%(a)s) than the contract with its changes (%(b)s).")
        yield _said("paid_over_contract", text, paid, total)
    if total is not None and story.final_account is not None and story.final_account > total:
        text = N_("The final account (%(a)s) is above the contract with its changes (%(b)s).")
        yield _said("final_over_contract", text, story.final_account, total)
    way, due = story.facts.get("way", ""), story.facts.get("way_due", "")
    if is_weaker(way, due):
        params = {"limit": shown(story.facts.get("limit", 0)), "due": Message(WAYS[due]), "way": Message(WAYS[way])}
        text = N_("From %(limit)s yuan on the contractor is to be chosen like this: %(due)s. Here: %(way)s.")
        yield "way_weak", Message(text, params)


def _doubts_of_order(story: Story, sums: _Sums) -> Iterable[tuple[str, Message]]:
    decided = min((event.day for event in story.of("decision") if event.day), default=None)
    payments = story.of("payment")
    if not story.of("decision") and story.state not in ("decision", "budget"):
        yield "decision_none", Message(N_("No decision about this project was posted."))
    first = min((event.day for event in payments if event.day), default=None)
    if decided and first and first < decided:
        text = N_("Paid on %(paid)s, before it was decided on %(decided)s.")
        yield "paid_before_decision", Message(text, {"paid": first, "decided": decided})
    accepted = story.of("acceptance")
    accepted_on = min((event.day for event in accepted if event.day), default=None)
    if sums.is_paid_in_full and not accepted:
        yield "paid_before_acceptance", Message(N_("All of the contract is paid, and nobody has accepted the works."))
    elif sums.full_on and accepted_on and sums.full_on < accepted_on:
        text = N_("All of the contract was paid on %(paid)s, before the works were accepted on %(accepted)s.")
        yield "paid_before_acceptance", Message(text, {"paid": sums.full_on, "accepted": accepted_on})
    if accepted and not story.of("contract"):
        yield "accepted_without_contract", Message(N_("The works were accepted, but no contract was posted."))


def _said(check: str, text: str, a: int, b: int) -> tuple[str, Message]:
    return check, Message(text, {"a": shown(a), "b": shown(b)})
