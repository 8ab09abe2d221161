"""What the signers look at: what changed since last month, five drawn vouchers, the review sheet for paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import money
from portal.disclosure import changed, queries, rules, signing
from portal.disclosure.queries import DraftView, Reading
from portal.disclosure.rules import Decision
from portal.errors import Invalid, NotFound
from portal.gazette import queries as gazette
from portal.kinds import finance, names
from portal.kinds.base import DRAWN, Kind
from portal.kinds.changes import Changes, changes
from portal.kinds.finance import book_label, owner_label
from portal.notices import Both, ReviewSheet, Text, Voucher
from portal.notices.changed import changed_texts, in_one
from portal.notices.voice import said
from portal.places import queries as places
from portal.text import LANGUAGES, N_, Message, period_text

ANSWERS = (("yes", N_("yes")), ("no", N_("no")), ("unchecked", N_("not checked")))
UNANSWERED = ("unanswered", N_("not answered"))
RISES_SHOWN = 3


def answered(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    """An answer to each question of the kind; "unanswered" where none of those offered was given."""
    offered = dict(ANSWERS)
    return {key: given[key] if given.get(key) in offered else UNANSWERED[0] for key, _question in kind.questions}


def check_meant(decision: str, answers: Mapping[str, str], is_confirmed: bool) -> None:
    """Invalid where somebody signs without answering any question, until he says that he means it. Who reserves,
    refuses or sends back gives a reason of his own."""
    if decision == Decision.SIGNED and answers and set(answers.values()) == {UNANSWERED[0]} and not is_confirmed:
        text = N_("You have answered none of the %(n)s questions. Nothing is signed yet.")
        raise Invalid(text, field="unanswered", n=len(answers))


@dataclass(frozen=True)
class Review:
    """All that a signer is shown besides the lines."""

    code: str
    against_last_month: list[Message]
    since_handed_over: Changes | None
    """Against the content that was handed over before this one; None the first time."""
    drawn_lines: list[tuple[int, Mapping[str, Any]]]
    """Lines drawn by lot, each with its number in the list."""
    previous_closing: int | None

    @property
    def drawn(self) -> list[Mapping[str, Any]]:
        return [line for _n, line in self.drawn_lines]


def review(view: DraftView, reading: Reading) -> Review:
    """Gather the review of a draft that was handed over."""
    content = reading.content or {}
    rounds = queries.handed_over_contents(view.id)
    lines = content.get("lines", ())
    places_of_keys = {line["key"]: n for n, line in enumerate(lines, 1)}
    before = [old for _at, digest, old in rounds if digest != view.digest]
    return Review(
        code=rules.sheet_code(view.id, view.digest or ""),
        against_last_month=against_last_month(view, reading),
        since_handed_over=changes(before[0]["lines"], content["lines"]) if before else None,
        drawn_lines=[(places_of_keys[line["key"]], line) for line in rules.drawn(lines, view.digest or "")],
        previous_closing=sum(row[2] for row in reading.previous) if reading.previous is not None else None,
    )


def since_last_handing_over(view: DraftView, reading: Reading) -> Changes | None:
    """What the bookkeeper changed since handing over last; None if nothing was handed over yet."""
    rounds = queries.handed_over_contents(view.id)
    if not rounds or reading.content is None:
        return None
    return changes(rounds[0][2]["lines"], reading.content["lines"])


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
    until = signing.waits_until(view, at)
    return ReviewSheet(
        county=county,
        township=township,
        place=village,
        kind=Message(view.kind.label),
        period=both_periods(view.period),
        code=found.code,
        url=f"{public_url}/desk/drafts/{view.id}",
        questions=[(Message(text), _facts(key, content, found)) for key, text in view.kind.questions],
        vouchers=[_voucher(n, line, view.kind) for n, line in found.drawn_lines],
        drawn_after=[key for key, _text in view.kind.questions].index(DRAWN) + 1,
        correction=_correction(view, reading),
        changes=found.against_last_month,
        warnings=[finding.message for finding in reading.warnings],
        hand_in=Message(N_("Hand this sheet to the township by %(day)s."), {"day": until}) if until else "",
        demo=demo,
    )


def _correction(view: DraftView, reading: Reading) -> list[Text]:
    """What the sheet's draft corrects and why, what changed, and which later months go along."""
    found = changed.correction_of(view, reading)
    if found is None:
        return []
    why = {"number": found.number, "reason": view.reason or ""}
    told: list[Text] = [Message(N_("This corrects number %(number)s, because: %(reason)s"), why)]
    goes_along = N_("%(month)s goes along: its balances move.")
    told += [Message(goes_along, {"month": both_periods(one.period)}) for one in found.months]
    return [*told, *in_one(changed_texts(found.found))]


def book_name(book: Mapping[str, Any]) -> Message:
    """A book in words, with its owner: "cash book (villagers' committee)"."""
    params = {"book": book_label(book["book"]), "owner": owner_label(book["owner"])}
    return Message(N_("%(book)s (%(owner)s)"), params)


def _facts(key: str, content: Mapping[str, Any], found: Review) -> Text:
    """The figures that a question is about."""
    books = content.get("books", ())
    if key == "opening":
        last = "—" if found.previous_closing is None else money.shown(found.previous_closing)
        params = {"last": last, "opening": money.shown(sum(book["opening"] for book in books))}
        return Message(N_("last closing %(last)s, opening %(opening)s"), params)
    if key in ("bank", "cash"):
        held = [book for book in books if (book["book"] == "cash") == (key == "cash")]
        return Both(
            *("; ".join(f"{said(book_name(b), lang)} {money.shown(b['closing'])}" for b in held) for lang in LANGUAGES)
        )
    if key == "absent":
        return Message(N_("lines: %(n)s"), {"n": len(content.get("lines", ()))})
    return ""


def _voucher(n: int, line: Mapping[str, Any], kind: Kind) -> Voucher:
    amount = kind.amount(line)
    number = line.get("voucher", "") if kind.is_carried else str(n)
    title = kind.title(line) if kind.names_key is None else f"{names.who(kind, line)} {line.get('group', '')}".strip()
    return Voucher(line.get("date"), number, title, None if amount is None else abs(amount))


def both_periods(period: str) -> Both:
    """A period as people write it, Chinese and English: ``Both("2026年3月", "March 2026")``."""
    return Both(*(period_text(period, language) for language in LANGUAGES))
