"""From rows to lines of contracts: units, terms and rents completed; what is over, owed or let too cheaply is told."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import quantiles
from typing import Any

from portal.clock import period_bounds
from portal.kinds.base import Level
from portal.kinds.contract import columns
from portal.kinds.ledger import Ledger, Match, is_same_party, written
from portal.kinds.listing import CHECK_LABELS, CHECKS, SUBJECT, Desk, Entry
from portal.kinds.report import first_few
from portal.kinds.words import code_of
from portal.money import PRECISION, shown
from portal.text import N_, Message, day_text

CONTRACT_CHECKS: Mapping[str, Level] = {
    **CHECKS,
    "ends_before_begins": Level.ERROR,
    "expired": Level.WARNING,
    "rent_unpaid": Level.WARNING,
    "rent_low": Level.WARNING,
    "rent_unfound": Level.WARNING,
    "term_long": Level.WARNING,
    "gone": Level.WARNING,
}
LABELS = {
    **CHECK_LABELS,
    "ends_before_begins": N_("A contract that ends before it begins"),
    "expired": N_("A contract that is over and still in the list"),
    "rent_unpaid": N_("Rent that is due and not received"),
    "rent_low": N_("A rent far below what neighbours pay"),
    "rent_unfound": N_("Rent received that is not in the published accounts"),
    "term_long": N_("A contract longer than the law allows"),
    "gone": N_("Contracts of the last list that still run and are gone"),
}
NAMED_AT_MOST = 5
LEASE_YEARS = 20
CONTRACTING_YEARS = {"land": 30, "forest": 70}
"""How long a contract may run: a lease 20 years (Civil Code, art. 705); arable land and forest that are contracted out
to households 30 and 70 (Law on the contracting of rural land, art. 21)."""
FEWEST = 5
"""Neighbours' rents without which nothing is compared."""
_DEFAULT_UNITS = {"land": "mu", "forest": "mu", "water": "mu", "building": "m2"}


def each(entry: Entry, desk: Desk) -> bool:
    """Complete one row: codes, unit, end, years, what is due, rent of one unit; and its days."""
    content = entry.content
    _name_codes(entry)
    _complete_term(content)
    rent, area = content.get("annual_rent"), content.get("area")
    if rent and area and area > 0:
        content["per_unit"] = round(rent * PRECISION / area)
    if rent is not None and "due" not in content and (_is_year_over(desk.period) or _is_called_due(entry)):
        content["due"] = rent
    if content.get("from") and content.get("to", "9999") < content["from"]:
        desk.say(
            "ends_before_begins", N_("A contract cannot end before it begins. Correct one of the days."), entry, "to"
        )
    else:
        _check_end(entry, desk)
    if SUBJECT.name in content:
        content[SUBJECT.name] = content.pop(SUBJECT.name)
    return True


def _name_codes(entry: Entry) -> None:
    content = entry.content
    named = code_of(content.get("class", ""), columns.CLASS_WORDS, columns.CLASSES)
    content["class"] = named or code_of(content.get("asset", ""), columns.CLASS_WORDS) or "other"
    if "area" in content:
        unit = content.get("unit") or entry.table.columns.get("area", (0, ""))[1]
        default = _DEFAULT_UNITS.get(content["class"], "piece")
        content["unit"] = code_of(unit, columns.UNIT_WORDS, columns.UNITS) or content.get("unit") or default
    for name, words, known in (
        ("way", columns.WAY_WORDS, columns.WAYS),
        ("status", columns.STATUS_WORDS, columns.STATUSES),
    ):
        if content.get(name):
            content[name] = code_of(content[name], words, known) or content[name]


def _complete_term(content: dict[str, Any]) -> None:
    """The end follows from the years, or the years from the end."""
    begins, ends, years = content.get("from"), content.get("to"), content.get("term")
    if begins and not ends and years and years % PRECISION == 0:
        last = after_years(date.fromisoformat(begins), years // PRECISION) - timedelta(days=1)
        content["to"] = last.isoformat()
    elif begins and ends and not years and ends > begins:
        first, next_day = date.fromisoformat(begins), date.fromisoformat(ends) + timedelta(days=1)
        whole = next_day.year - first.year
        if whole and after_years(first, whole) in (next_day, next_day - timedelta(days=1)):
            content["term"] = whole * PRECISION


def after_years(day: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _is_year_over(period: str) -> bool:
    """Does the period reach the end of its year? Only then all of the year's rent is due."""
    _first, last = period_bounds(period)
    return (last.month, last.day) == (12, 31)


def _is_called_due(entry: Entry) -> bool:
    return "应收" in entry.table.columns.get("annual_rent", (0, ""))[1]


def _check_end(entry: Entry, desk: Desk) -> None:
    content = entry.content
    _first, last = period_bounds(desk.period)
    ends, begins = content.get("to"), content.get("from")
    if ends and ends < last.isoformat() and content.get("status") != "ended":
        text = N_("This contract ended on %(day)s. Say in the list what became of it: renewed, let anew, or ended.")
        _say(desk, "expired", Message(text, {"day": day_text(date.fromisoformat(ends))}), entry, "to")
    years = CONTRACTING_YEARS.get(content["class"], LEASE_YEARS)
    if begins and ends and ends > after_years(date.fromisoformat(begins), years).isoformat():
        text = N_("This contract runs longer than the %(years)s years that the law allows.")
        _say(desk, "term_long", Message(text, {"years": years}), entry, "to")


def whole(entries: Sequence[Entry], desk: Desk) -> dict[str, Any]:
    """Compare each rent with what was received, with the published accounts and with the neighbours'."""
    ledger = Ledger(desk.context.facts.get("ledger", ()), "income")
    neighbours = desk.context.facts.get("neighbours", ())
    for entry in entries:
        _check_paid(entry, desk)
        _look_up(entry, desk, ledger)
        _compare(entry, desk, neighbours)
    _say_gone(entries, desk)
    return {}


def _say_gone(entries: Sequence[Entry], desk: Desk) -> None:
    """Assets do not leave the list in silence: what still ran in the list before this one stands in it too."""
    first, _last = period_bounds(desk.period)
    before = [
        one for one in desk.context.facts.get("posted", ()) if one.period and period_bounds(one.period)[1] < first
    ]
    newest = max((one.period for one in before), key=lambda period: period_bounds(period)[1], default=None)
    here = {entry.content.get(SUBJECT.name) for entry in entries}
    gone = {
        str(one.line["asset"]): None
        for one in before
        if one.period == newest and one.line.get(SUBJECT.name) not in here and _still_runs(one.line, first)
    }
    if gone:
        text = N_(
            "The list before this one had contracts that still run and are not in this one: %(n)s (%(assets)s). Put "
            "them in, and say in the row what became of them."
        )
        desk.say("gone", text, n=len(gone), assets=first_few(gone, NAMED_AT_MOST))


def _still_runs(line: Mapping[str, Any], on: date) -> bool:
    return bool(line.get("asset")) and line.get("status") != "ended" and str(line.get("to", "9999")) >= on.isoformat()


def _check_paid(entry: Entry, desk: Desk) -> None:
    due, received = entry.content.get("due"), entry.content.get("received", 0)
    if due is not None and received < due and entry.content.get("status") != "ended":
        text = N_("%(due)s were due and %(received)s came in: %(short)s are missing.")
        sums = {"due": due, "received": received, "short": due - received}
        message = Message(text, {name: shown(fen) for name, fen in sums.items()})
        _say(desk, "rent_unpaid", message, entry, "received")


def _look_up(entry: Entry, desk: Desk, ledger: Ledger) -> None:
    """Find the rent among the published lines of money of the year."""
    content = entry.content
    received = content.get("received", 0)
    match = found(content, desk.period, ledger)
    if match.lines:
        content["ledger"] = written(match.lines)
        if SUBJECT.name in content:
            content[SUBJECT.name] = content.pop(SUBJECT.name)
    is_short = match.amount != received if match.is_named else match.amount < received
    if received and is_short and any(month.startswith(desk.period[:4]) for month in ledger.months):
        text = N_("%(received)s are called received; the published accounts show %(ledger)s of it.")
        at = "voucher" if content.get("voucher") else "received"
        params = {"received": shown(received), "ledger": shown(match.amount)}
        _say(desk, "rent_unfound", Message(text, params), entry, at)


def found(line: Mapping[str, Any], period: str, ledger: Ledger) -> Match:
    """The lines of money that this year's rent is: those of its vouchers, else of the party, else about the asset."""
    if not line.get("received"):
        return Match()
    year, last = f"{period[:4]}-01-01", period_bounds(period)[1].isoformat()
    if line.get("voucher"):
        return ledger.find(None, str(line["voucher"]), last, str(line.get("party", "")))
    match = ledger.of_party(str(line.get("party", "")), str(line.get("asset", "")), year, last)
    party = str(line.get("party", ""))
    own = [one for one in match.lines if party and one.get("payee") and is_same_party(party, str(one["payee"]))]
    return Match(own, sum(one["income"] for one in own)) if own else match


def _compare(entry: Entry, desk: Desk, neighbours: Sequence[Mapping[str, Any]]) -> None:
    """Far below means: under the lower quartile fence of the same class and unit, from five rents on."""
    content = entry.content
    if not content.get("per_unit"):
        return
    rents = [
        one["per_unit"]
        for one in neighbours
        if (one["class"], one["unit"]) == (content["class"], content["unit"])
        and one["subject"] != content.get("subject")
    ]
    fence = lower_fence(rents)
    if fence is not None and content["per_unit"] < fence:
        text = N_(
            "%(rent)s yuan for one unit; of %(n)s comparable contracts of the township a quarter is below %(low)s."
        )
        params = {"rent": shown(content["per_unit"]), "n": len(rents), "low": shown(_quarter(rents))}
        _say(desk, "rent_low", Message(text, params), entry, "annual_rent")


def _say(desk: Desk, check: str, message: Message, entry: Entry, at: str) -> None:
    """A warning is printed apart from its line, so it names the asset."""
    desk.say(check, N_("%(name)s: %(what)s"), entry, at, name=entry.content.get("asset", ""), what=message)


def lower_fence(rents: Sequence[int]) -> int | None:
    """The lower quartile less one and a half times the distance of the quartiles; None for too few rents."""
    if len(rents) < FEWEST:
        return None
    low, _middle, high = quantiles(rents, n=4, method="inclusive")
    return round(low - 1.5 * (high - low))


def _quarter(rents: Sequence[int]) -> int:
    return round(quantiles(rents, n=4, method="inclusive")[0])
