"""A roster as a whole: who stands on it twice, does the total agree, did the village pay it?"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.clock import period_bounds, period_of, shift_period
from portal.kinds import identity
from portal.kinds.listing import Desk, Entry
from portal.kinds.payees import normalised
from portal.kinds.programmes import VILLAGE, Programme
from portal.kinds.report import first_few
from portal.kinds.subsidy import which
from portal.kinds.subsidy.rows import BACK_PAY, gathered
from portal.kinds.subsidy.which import Rules
from portal.money import fen, shown
from portal.text import N_

SHARED_BY = 3  # own choice: a couple may have one account
LEDGER_MONTHS = 3  # own choice: money is booked a little before or after its period
LINES_NAMED = 20
_TOTAL = re.compile(r"(?:合计|总计|共计|总金额|发放总额|合计金额)(?:金额)?[^\d\n]{0,8}([\d,]+(?:\.\d{1,2})?)\s*元")


def whole(entries: Sequence[Entry], desk: Desk) -> dict[str, Any]:
    """Checks the list; the rest of the content: programme, rule, rates, batch, the payment in the village's books."""
    if entries and not any({"name", "household"} & table.columns.keys() for table in desk.tables):
        desk.say("no_names", N_("No column holds the names. Match the columns by hand."))
    _twice(entries, desk)
    _shared_accounts(entries, desk)
    _cut_accounts(entries, desk)
    _say_gathered(entries, desk)
    total = sum(entry.content.get("amount", 0) for entry in entries)
    _total_stated(total, desk)
    batch = which.batch_of(entries, desk)
    more: dict[str, Any] = {"batch": batch} if batch else {}
    programme: Programme | None = desk.known.get(which.PROGRAMME)
    if programme is None:
        return more
    rules: Rules = desk.known[which.RULES]
    more |= {
        "programme": programme.code,
        "name": programme.name.to_json(),
        "basis": programme.basis.to_json(),
        "unit": programme.unit.to_json(),
        "rule": rules.rule.to_json(),
        "paid_by": rules.paid_by,
    }
    if rules.rates:
        more["rates"] = list(rules.rates)
    if rules.paid_by == VILLAGE and total > 0:
        more |= _payment(programme, total, desk)
    return more


# ---------------------------------------------------------------- people and accounts


def _twice(entries: Sequence[Entry], desk: Desk) -> None:
    """A person stands on a list once; a second line has its reason in the note."""
    cards: dict[str, int] = {}
    names: dict[tuple[str, str], list[Entry]] = {}
    for n, entry in enumerate(entries, 1):
        key = _full_name(entry), str(entry.content.get("group", ""))  # as `rows.each` has normalised it
        names.setdefault(key, []).append(entry)
        number = entry.internal.get("id_number")
        if not number:
            continue
        first = cards.setdefault(identity.same_person(number), n)
        if first != n and not (_has_reason(entry) or _has_reason(entries[first - 1])):
            text = N_(
                "This identity card stands in line %(n)s too. Put the sums together, or give the reason in the note "
                "(back-pay, recovery, adjustment)."
            )
            desk.say("id_twice", text, entry, "id_number", n=first)
    for same in names.values():
        has_all = all(entry.internal.get("id_number") for entry in same)  # then the cards tell them apart
        if len(same) > 1 and not has_all and _full_name(same[0]) and not any(map(_has_reason, same)):
            gathered(desk, "name_twice").extend(same)


def _full_name(entry: Entry) -> str:
    return str(entry.internal.get("name") or entry.content.get("name", ""))


def _has_reason(entry: Entry) -> bool:
    return "note" in entry.content and bool(BACK_PAY.search(str(entry.content["note"])))


def _shared_accounts(entries: Sequence[Entry], desk: Desk) -> None:
    """Accounts into which several people's money goes: how many, not which."""
    people: dict[str, set[str]] = {}
    for entry in entries:
        if account := entry.internal.get("bank_account"):
            people.setdefault(account, set()).add(entry.internal.get("id_number") or _full_name(entry))
    shared = {account for account, of_it in people.items() if len(of_it) >= SHARED_BY}
    if shared:
        lines = sum(entry.internal.get("bank_account") in shared for entry in entries)
        text = N_("Accounts into which the money of %(people)s people or more goes: %(n)s, with %(lines)s lines.")
        desk.say("bank_shared", text, people=SHARED_BY, n=len(shared), lines=lines)


def _cut_accounts(entries: Sequence[Entry], desk: Desk) -> None:
    """Accounts that end with noughts from the sixteenth digit on: one may do so by chance, most of them never."""
    long = [entry for entry in entries if len(entry.internal.get("bank_account", "")) > identity.KEPT]
    cut = [entry for entry in long if identity.is_cut(entry.internal["bank_account"])]
    if len(cut) > 1 and len(cut) * 2 > len(long):
        for entry in cut:
            desk.say("number_shortened", identity.SENTENCES[identity.MANGLED], entry, "bank_account")


_GATHERED = (
    ("id_old", "id_number", N_("Old identity cards with 15 digits: %(n)s lines (%(lines)s).")),
    (
        "id_rounded",
        "id_number",
        N_("Identity cards that end with three noughts, perhaps rounded: %(n)s lines (%(lines)s)."),
    ),
    (
        "name_twice",
        "name",
        N_("The same name in the same group, and not each with an identity card: %(n)s lines (%(lines)s)."),
    ),
    ("rate_differs", "rate", N_("%(n)s lines at %(rate)s, the rate in force is %(official)s (lines %(lines)s).")),
    ("back_pay", "amount", N_("Sums that are not basis × rate, with the reason in the note: %(n)s lines (%(lines)s).")),
    ("note_hardship", "note", N_("Notes that speak of poverty, minors or victims: %(n)s lines (%(lines)s).")),
)


def _say_gathered(entries: Sequence[Entry], desk: Desk) -> None:
    """One sentence for all lines of a warning, at the first of them; it names lines, never people."""
    numbers = {entry: n for n, entry in enumerate(entries, 1)}
    for check, column, text in _GATHERED:
        found = gathered(desk, check)
        if found:
            lines = first_few(map(str, sorted(numbers[entry] for entry in found)), LINES_NAMED)
            more = _rates(found, desk) if check == "rate_differs" else {}
            desk.say(check, text, found[0], column, n=len(found), lines=lines, **more)


def _rates(found: Sequence[Entry], desk: Desk) -> dict[str, str]:
    """By which rates the lines were paid, and which are in force."""
    return {
        "rate": which.rates_text(sorted({entry.content["rate"] for entry in found})),
        "official": which.rates_text(desk.known[which.RULES].rates),
    }


# ---------------------------------------------------------------- sums


def _total_stated(total: int, desk: Desk) -> None:
    """A total in the title or under the table ("合计金额：12,345.00元") is the list's."""
    stated = [
        fen(found[1].replace(",", ""))
        for table in desk.tables
        for found in _TOTAL.finditer(normalised(f"{table.title}\n{table.foot}"))
    ]
    if stated and total not in stated:
        text = N_("The text states %(stated)s yuan together, the lines add up to %(total)s.")
        desk.say("total_stated", text, stated=shown(stated[0]), total=shown(total))


def _payment(programme: Programme, total: int, desk: Desk) -> dict[str, Any]:
    """Where the village's books show that the list was paid: one payment of its sum, else all that speak of it."""
    first, last = period_bounds(desk.period)
    begins = period_bounds(shift_period(period_of(first), -LEDGER_MONTHS))[0]
    ends = period_bounds(shift_period(period_of(last), LEDGER_MONTHS))[1]
    found = [
        line
        for line in desk.context.facts.get("ledger", ())
        if line.get("expense", 0) > 0
        and not line.get("transfer")
        and begins <= date.fromisoformat(line["date"]) <= ends
        and programme.is_named_in((line.get("summary", ""), line.get("account_name", "")))
    ]
    exact = [line for line in found if line["expense"] == total]
    if exact:
        return {"ledger": _link(min(exact, key=lambda line: abs(date.fromisoformat(line["date"]) - last)))}
    together = sum(line["expense"] for line in found)
    if found and together == total:
        return {"ledger": {**_link(found[0]), "more": [_link(line) for line in found[1:]]}}
    params: dict[str, Any] = {"first": begins, "last": ends, "total": shown(total), "found": shown(together)}
    if found:
        text = N_(
            "The village pays this: the list adds up to %(total)s yuan, its published books of %(first)s to %(last)s "
            "show %(found)s."
        )
    else:
        text = N_(
            "The village pays this, but its published books of %(first)s to %(last)s show no payment for it "
            "(%(total)s yuan)."
        )
    desk.say("ledger", text, None, **params)
    return {}


def _link(line: Mapping[str, Any]) -> dict[str, Any]:
    """Number, key and place of a published payment."""
    return {"number": line["number"], "n": line["n"], "key": line["key"], "amount": line["expense"]}
