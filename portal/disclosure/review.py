"""What the signers look at: what changed since last month, five drawn vouchers, the review sheet for paper."""

from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import money
from portal.disclosure import queries, rules, signing
from portal.disclosure.queries import DraftView, Reading
from portal.disclosure.rules import Changes
from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.kinds import finance
from portal.kinds.finance import book_label, owner_label
from portal.notices import Balance, Both, ReviewSheet, Voucher
from portal.places import queries as places
from portal.text import N_, Message

QUESTIONS = (
    ("opening", N_("Is the opening balance the closing balance of last month?")),
    ("bank", N_("Have you seen the bank's own statement, and does its balance agree?")),
    ("cash", N_("Has the cash been counted, and does it agree?")),
    ("vouchers", N_("Have you seen the five vouchers drawn below, with their papers?")),
    ("unseen", N_("Was anything bought or built that nobody of you has seen?")),
    ("absent", N_("Is anything missing that you know happened this month?")),
)
"""The six plain questions of the review sheet; each is answered yes, no or not checked."""

ANSWERS = (("yes", N_("yes")), ("no", N_("no")), ("unchecked", N_("not checked")))
UNANSWERED = ("unanswered", N_("not answered"))
RISES_SHOWN = 3


def answered(given: Mapping[str, str]) -> dict[str, str]:
    """An answer to each of the six questions; "unanswered" where none of those offered was given."""
    offered = dict(ANSWERS)
    return {key: given[key] if given.get(key) in offered else UNANSWERED[0] for key, _question in QUESTIONS}


@dataclass(frozen=True)
class Review:
    """All that a signer is shown besides the lines."""

    code: str
    against_last_month: list[Message]
    since_handed_over: Changes | None
    """Against the content that was handed over before this one; None the first time."""
    drawn: list[Mapping[str, Any]]
    previous_closing: int | None


def review(view: DraftView, reading: Reading) -> Review:
    """Gather the review of a draft that was handed over."""
    content = reading.content or {}
    rounds = queries.handed_over_contents(view.id)
    before = [old for _at, digest, old in rounds if digest != view.digest]
    return Review(
        code=rules.sheet_code(view.id, view.digest or ""),
        against_last_month=against_last_month(view, reading),
        since_handed_over=rules.changes(before[0]["lines"], content["lines"]) if before else None,
        drawn=rules.drawn(content.get("lines", ()), view.digest or ""),
        previous_closing=sum(row[2] for row in reading.previous) if reading.previous is not None else None,
    )


def since_last_handing_over(view: DraftView, reading: Reading) -> Changes | None:
    """What the bookkeeper changed since handing over last; None if nothing was handed over yet."""
    rounds = queries.handed_over_contents(view.id)
    if not rounds or reading.content is None:
        return None
    return rules.changes(rounds[0][2]["lines"], reading.content["lines"])


def against_last_month(view: DraftView, reading: Reading) -> list[Message]:
    """Sentences that compare with the month published last: sums, and the accounts that rose most."""
    if reading.content is None or reading.previous_period is None:
        return []
    item = gazette.current(view.place.id, view.kind.name, reading.previous_period)
    if item is None:
        return []
    try:
        before = gazette.content(item.number)
    except NotFound:  # withheld by order
        return []
    now, then = view.kind.figures(reading.content), view.kind.figures(before)
    sentences = [_compared(label, now[name], then[name]) for name, label in _COMPARED if name in now and name in then]
    return sentences + _rises(reading.content, before)


_COMPARED = (("income", N_("Money in")), ("expense", N_("Money out")))


def _compared(label: str, now: int, then: int) -> Message:
    params = {
        "what": Message(label),
        "now": money.shown(now),
        "then": money.shown(then),
        "by": money.shown(abs(now - then)),
    }
    if now == then:
        return Message(N_("%(what)s: %(now)s yuan, as last month."), params)
    if now > then:
        return Message(N_("%(what)s: %(now)s yuan, %(by)s more than last month (%(then)s)."), params)
    return Message(N_("%(what)s: %(now)s yuan, %(by)s less than last month (%(then)s)."), params)


def _rises(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Message]:
    """The accounts whose spending rose most, largest rise first."""
    then = dict(finance.breakdown(before)["expense"])
    rises = [(fen - then.get(name, 0), name, fen) for name, fen in finance.breakdown(now)["expense"]]
    sentences = []
    for rise, name, fen in sorted(rises, reverse=True)[:RISES_SHOWN]:
        if rise > 0:
            params = {"account": Message(name), "now": money.shown(fen), "by": money.shown(rise)}
            text = (
                N_("%(account)s: %(now)s yuan spent, %(by)s more than last month.")
                if name in then
                else N_("%(account)s: %(now)s yuan spent; nothing last month.")
            )
            sentences.append(Message(text, params))
    return sentences


def review_sheet(view: DraftView, reading: Reading, public_url: str, demo: bool, at: datetime) -> ReviewSheet:
    """The sheet for paper, one A4; its code belongs to exactly this content."""
    content = reading.content or {}
    found = review(view, reading)
    county, township, village = (place.name for place in places.ancestors(view.place.id))
    figures = view.kind.figures(content)
    books = content.get("books", ())
    until = signing.waits_until(view, at)
    return ReviewSheet(
        county=county,
        township=township,
        place=village,
        kind=Message(view.kind.label),
        period=Both(*both_periods(view.period)),
        code=found.code,
        url=f"{public_url}/desk/drafts/{view.id}",
        opening=figures["opening"],
        closing=figures["closing"],
        last_closing=found.previous_closing,
        bank=[_balance(book) for book in books if book["book"] != "cash"],
        cash=[_balance(book) for book in books if book["book"] == "cash"],
        lines=len(content.get("lines", ())),
        vouchers=[_voucher(line) for line in found.drawn],
        changes=found.against_last_month,
        warnings=[finding.message for finding in reading.warnings],
        hand_in=Message(N_("Hand this sheet to the township by %(day)s."), {"day": until}) if until else "",
        demo=demo,
    )


def book_name(book: Mapping[str, Any]) -> Message:
    """A book in words, with its owner: "cash book (villagers' committee)"."""
    params = {"book": book_label(book["book"]), "owner": owner_label(book["owner"])}
    return Message(N_("%(book)s (%(owner)s)"), params)


def _balance(book: Mapping[str, Any]) -> Balance:
    return Balance(book_name(book), book["closing"])


def _voucher(line: Mapping[str, Any]) -> Voucher:
    amount = line.get("expense") or line.get("income") or 0
    return Voucher(line["date"], line.get("voucher", ""), line["summary"], amount)


def both_periods(period: str) -> tuple[str, str]:
    """A month as people write it, Chinese and English: ``("2026年3月", "March 2026")``."""
    year, month = period.split("-")
    return f"{year}年{int(month)}月", f"{month_name[int(month)]} {year}"
