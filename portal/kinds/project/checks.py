"""From rows to lines of projects: steps and ways understood, payments looked up in the accounts, what is odd told."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.clock import period_bounds
from portal.kinds.base import Level, Posted
from portal.kinds.ledger import Ledger, Match, is_same_party, written
from portal.kinds.listing import CHECK_LABELS, CHECKS, SUBJECT, Desk, Entry
from portal.kinds.project import steps
from portal.kinds.project.fold import WHOLE, Story, fold
from portal.kinds.subjects import in_time
from portal.kinds.words import listed
from portal.money import PRECISION, shown
from portal.text import N_, Message

PROJECT_CHECKS: Mapping[str, Level] = {
    **CHECKS,
    "step_unknown": Level.ERROR,
    "progress_over": Level.ERROR,
    "finished_before_started": Level.ERROR,
    "day_future": Level.ERROR,
    "decision_none": Level.WARNING,
    "paid_before_decision": Level.WARNING,
    "paid_before_acceptance": Level.WARNING,
    "paid_over_contract": Level.WARNING,
    "contract_over_budget": Level.WARNING,
    "final_over_contract": Level.WARNING,
    "accepted_without_contract": Level.WARNING,
    "way_weak": Level.WARNING,
    "payment_unfound": Level.WARNING,
    "payee_other": Level.WARNING,
    "paid_sum": Level.WARNING,
}

LABELS = {
    **CHECK_LABELS,
    "step_unknown": N_("A step of a project that is not understood"),
    "progress_over": N_("A progress of more than 100 percent"),
    "finished_before_started": N_("Works finished before they began"),
    "day_future": N_("A day that has not come yet"),
    "decision_none": N_("A project without a decision"),
    "paid_before_decision": N_("A payment before the decision"),
    "paid_before_acceptance": N_("All paid before the works were accepted"),
    "paid_over_contract": N_("More paid than the contract says"),
    "contract_over_budget": N_("A contract above the budget"),
    "final_over_contract": N_("A final account above the contract"),
    "accepted_without_contract": N_("Works accepted without a contract"),
    "way_weak": N_("A contractor chosen in a weaker way than the sum asks for"),
    "payment_unfound": N_("A payment that is not in the published accounts"),
    "payee_other": N_("A payment to somebody else than the contractor"),
    "paid_sum": N_("Paid so far other than the payments posted"),
}

_AT = {
    "decision_none": "decision",
    "paid_before_decision": "date",
    "paid_before_acceptance": "paid",
    "paid_over_contract": "paid",
    "contract_over_budget": "contract_amount",
    "final_over_contract": "final_account",
    "accepted_without_contract": "accepted_on",
    "way_weak": "way",
}
"""The column at which a doubt about a project is shown."""

UNNUMBERED = 1 << 40
"""Stands for the number of what is not published yet: after everything that is."""


def each(entry: Entry, desk: Desk) -> bool:
    """Understand one row: its step, the way, the progress; values that cannot be."""
    content = entry.content
    text = content.pop("step", "")
    step = steps.step_of(text) if text else steps.step_reached(content)
    if not step:
        desk.say("step_unknown", N_("This step is not understood. Write one of: %(steps)s."), entry, "step",
                 steps=listed([Message(label) for label in steps.STEPS.values()]))  # fmt: skip
    content["step"] = step or steps.step_reached(content)
    if content.get("way"):
        content["way"] = steps.way_of(content["way"])
    _check_progress(entry, desk)
    if content.get("finished", "9999") < content.get("started", ""):
        desk.say("finished_before_started", N_("The works cannot finish before they began. Correct one of the days."),
                 entry, "finished")  # fmt: skip
    for name in ("date", "accepted_on"):
        if content.get(name, "") > desk.context.today.isoformat():
            desk.say("day_future", N_("This day has not come yet. Post it when it has happened."), entry, name)
    _put_in_order(content)
    return True


def _put_in_order(content: dict[str, Any]) -> None:
    """The subject stands last in a line, whatever was filled in later."""
    if SUBJECT.name in content:
        content[SUBJECT.name] = content.pop(SUBJECT.name)


def _check_progress(entry: Entry, desk: Desk) -> None:
    """A cell formatted as percent holds 0.6 for 60 %."""
    progress = entry.content.get("progress")
    if progress is None:
        return
    if 0 < progress <= PRECISION:
        entry.content["progress"] = progress = progress * 100
        read = Message(N_("A progress of at most 1 was read as a share of the whole: 0.6 is 60 percent."))
        if read not in desk.decisions:
            desk.decisions.append(read)
    if progress > WHOLE:
        desk.say("progress_over", N_("There is no progress above 100 percent. Correct it."), entry, "progress")


def whole(entries: Sequence[Entry], desk: Desk) -> dict[str, Any]:
    """Check each project together with what was posted of it before, and say how it stands now."""
    ledger = Ledger(desk.context.facts.get("ledger", ()), "expense")
    posted: dict[str, list[Posted]] = {}
    for one in desk.context.facts.get("posted", ()):
        posted.setdefault(one.line.get(SUBJECT.name, ""), []).append(one)
    by_project: dict[str, list[Entry]] = {}
    for entry in entries:
        if subject := entry.content.get(SUBJECT.name):
            by_project.setdefault(subject, []).append(entry)
    states = []
    for subject, of_one in by_project.items():
        story = _follow(posted.get(subject, []), of_one, desk, ledger)
        states.append(_state(subject, story))
    return {"projects": states}


def _follow(before: Sequence[Posted], entries: Sequence[Entry], desk: Desk, ledger: Ledger) -> Story:
    """Add the rows of one project to what is known, one after another."""
    today = min(desk.context.today, period_bounds(desk.period)[1])  # what came later is not lacking yet
    own = [Posted(UNNUMBERED, n, desk.period, today, entry.content) for n, entry in enumerate(entries)]
    known = in_time([*before, *own])
    entry_of = dict(zip(map(id, own), entries, strict=True))
    for n, posted in enumerate(known):
        if entry := entry_of.get(id(posted)):
            _check_paid(entry, fold(known[:n], today), desk)
            _ask_way(entry, fold(known[: n + 1], today), desk)
    story = fold(known, today)
    for entry in entries:
        _look_up(entry, story, desk, ledger)
    for check, message in story.doubts:
        _say(desk, check, message, entries[-1], _AT[check])
    return story


def _say(desk: Desk, check: str, message: Message, entry: Entry, at: str) -> None:
    """A warning is printed apart from its line, so it names the project."""
    desk.say(check, N_("%(name)s: %(what)s"), entry, at, name=entry.content["name"], what=message)


def _ask_way(entry: Entry, story: Story, desk: Desk) -> None:
    """Which way the sum asks for by the limits of its day; said in lines about the choice or the contract."""
    content = entry.content
    amount = story.contract if story.contract is not None else story.budget
    if amount is None or not {"way", "contract_amount"} & content.keys():
        return
    facts = desk.context.facts
    day = content.get("date") or content.get("started") or desk.context.today.isoformat()
    due, limit = steps.way_due(amount, steps.limits_on(day, facts.get("limits", ()), desk.context.settings))
    content["way_due"] = due
    if limit:
        content["limit"] = limit
    _put_in_order(content)


def _check_paid(entry: Entry, story: Story, desk: Desk) -> None:
    """Paid so far is what was paid before and this payment."""
    content = entry.content
    if story.paid is None or not {"paid", "payment"} <= content.keys():
        return
    expected = story.paid + content["payment"]
    if content["paid"] != expected:
        text = N_("%(before)s were paid before; with %(now)s that makes %(sum)s, not %(paid)s.")
        sums = {"before": story.paid, "now": content["payment"], "sum": expected, "paid": content["paid"]}
        _say(desk, "paid_sum", Message(text, {name: shown(fen) for name, fen in sums.items()}), entry, "paid")


def _look_up(entry: Entry, story: Story, desk: Desk, ledger: Ledger) -> None:
    """Find the payment among the published lines of money; what is not there is told, once that month is published."""
    content = entry.content
    amount, vouchers = content.get("payment"), content.get("voucher", "")
    if amount is None and not vouchers:
        return
    match = found(content, story.facts, ledger)
    day = content.get("date") if content["step"] == "payment" else None
    if match.lines:
        content["ledger"] = written(match.lines)
        _put_in_order(content)
        _compare(entry, story, desk, match)
    elif ledger.covers(day):
        at = "voucher" if vouchers else "payment"
        text = N_("This payment is not among the published lines of the accounts.")
        _say(desk, "payment_unfound", Message(text), entry, at)


def found(line: Mapping[str, Any], facts: Mapping[str, Any], ledger: Ledger) -> Match:
    """The lines of money that a payment is; `facts` are what is known of its project."""
    day = line.get("date") if line.get("step") == "payment" else None
    return ledger.find(
        line.get("payment"), str(line.get("voucher", "")), day, str(facts.get("contractor", "")), str(line["name"])
    )


def _compare(entry: Entry, story: Story, desk: Desk, match: Match) -> None:
    amount = entry.content.get("payment")
    if amount is not None and match.amount != amount:
        text = N_("The accounts have %(ledger)s under this voucher, not %(amount)s.")
        params = {"ledger": shown(match.amount), "amount": shown(amount)}
        _say(desk, "payment_unfound", Message(text, params), entry, "payment")
    contractor = str(story.facts.get("contractor", ""))
    others = [str(line["payee"]) for line in match.lines if line.get("payee")]
    if contractor and any(not is_same_party(contractor, other) for other in others):
        text = N_("The accounts say that somebody else than the contractor was paid.")
        _say(desk, "payee_other", Message(text), entry, "voucher")


def _state(subject: str, story: Story) -> dict[str, Any]:
    """How a project stands, as the item keeps it."""
    sums = {"budget": story.budget, "contract": story.total, "paid": story.paid, "final_account": story.final_account}
    state = {"subject": subject, "name": story.name, "state": story.state, "missing": list(story.missing)}
    about = {name: story.facts[name] for name in ("purpose", "source") if name in story.facts}
    return state | about | {name: fen for name, fen in sums.items() if fen is not None}
