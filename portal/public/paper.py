"""From the gazette to paper: the notice of an item, with everything that stands on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import clock
from portal.config import Settings
from portal.duties.queries import FINANCE
from portal.duties.rules import right_to_turn
from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.kinds import base as kinds
from portal.kinds.base import Figure, Type
from portal.kinds.compared import Compared, compared
from portal.kinds.finance import book_label, owner_label
from portal.kinds.groups import group_order
from portal.money import quantity, shown
from portal.notices.changed import changed_texts, in_one
from portal.notices.sheets import YUAN, Amount, Book, Both, Cell, Column, Notice, Payment, Signature, Text
from portal.notices.voice import said
from portal.places import queries as places
from portal.places.rules import ROLE_LABELS, Role
from portal.public.item_queries import ItemPage, item_page
from portal.text import LANGUAGES, N_, Message, period_text

LARGEST = 5
NUMBER = Column(Message(N_("No.")))
"""The number that a complaint names, as the page of the month shows it."""
MADE = "made"
DECISION_LABELS = {
    MADE: N_("prepared the accounts"),
    "signed": N_("signed"),
    "reserved": N_("signed with a reservation"),
    "refused": N_("refused to sign"),
    "silent": N_("did not sign"),
    "ordered": N_("ordered publication"),
}
"""What an office's decision is called on public pages."""


def notice_of(number: int, settings: Settings, group: str | None = None) -> Notice:
    """The notice of an item, language-independent; NotFound if there is none, or if it is withheld.

    With `group` a sheet for one villagers' group alone, to hang where it lives; lines keep their numbers of the list.
    """
    page = item_page(gazette.item(number), compare=False)
    return _notice(page, settings) if group is None else _of_group(page, settings, group)


def groups_of(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """The villagers' groups of a list, in the order of their numbers; none where there is one only."""
    found = sorted({str(line["group"]) for line in lines if line.get("group")}, key=group_order)
    return found if len(found) > 1 else []


def _of_group(page: ItemPage, settings: Settings, group: str) -> Notice:
    """The sheet of one group: its own figures and changes, its lines under their numbers of the list, and what the
    whole village came to in a sentence."""
    notice = _notice(page, settings)
    rows = [row for row, line in zip(notice.rows, page.lines, strict=True) if _is_of(group, line)]
    if not rows:
        raise NotFound(N_("There is no group %(group)s in this list."), group=group)
    own = _notice(replace(page, content=_only(group, page.content)), settings)
    title = Both(*(f"{said(notice.kind, language)} {group}" for language in LANGUAGES))
    return replace(
        own,
        kind=title,
        rows=rows,
        moved=(),
        story=[*_of_the_village(page), *notice.story],
        changed=changed_texts(_changed_of(page, group)),
    )


def _is_of(group: str, line: Mapping[str, Any]) -> bool:
    return str(line.get("group", "")) == group


def _only(group: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """A content with the lines of one group alone."""
    return {**content, "lines": [line for line in content["lines"] if _is_of(group, line)]}


def _of_the_village(page: ItemPage) -> list[Text]:
    """The large figures of the whole list in one sentence, so that the group's own are not taken for them."""
    told = [(Message(figure.label), _figure(figure, page.figures[figure.name])) for figure in page.headline]
    pair = N_("%(label)s %(value)s")
    parts = [Message(pair, {"label": label, "value": one.written or shown(one.fen)}) for label, one in told]
    text = N_("All groups of the village together: %(figures)s.")
    return [Message(text, {"figures": figures}) for figures in in_one([(parts[0], parts[1:])] if parts else [])]


def _changed_of(page: ItemPage, group: str) -> Compared | None:
    """Of what a correction changed: the group's figures, the sentences, and the lines that are or were of the group."""
    before, found = page.versions.before, page.versions.backwards
    if before is None or found is None:
        return found
    then, now = gazette.content(before.item.number), gazette.content(page.item.number)
    lines = [
        line
        for line in found.lines
        if (line.n and _is_of(group, now["lines"][line.n - 1]))
        or (line.was and _is_of(group, then["lines"][line.was - 1]))
    ]
    return replace(found, figures=compared(page.kind, _only(group, then), _only(group, now)).figures, lines=lines)


def notices_of(place_code: str, period: str, settings: Settings) -> "Batch":
    """The notices of all villages under a place for a period, in the order of their codes; sized, made one by one."""
    villages = places.villages_under(places.place(place_code).id)
    items = gazette.items_of_places([village.id for village in villages], FINANCE, period, period)
    numbers = {item.place_id: item.number for item in reversed(items) if not item.withheld_by}
    return Batch([numbers[village.id] for village in villages if village.id in numbers], settings)


class Batch:
    """Notices to be drawn one after another; `len()` serves the progress bar."""

    def __init__(self, numbers: Sequence[int], settings: Settings) -> None:
        self.numbers = numbers
        self.settings = settings

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Notice]:
        return (notice_of(number, self.settings) for number in self.numbers)


def verify_address(code: str, settings: Settings) -> str:
    """What the QR code opens: the verdict on this very paper, with a link to the month. The page of the item would
    say what was published, but not that the paper in the reader's hand carries the right code, nor that it has been
    replaced since."""
    return f"{settings.public_url}/zh/verify?code={code}"


def _notice(page: ItemPage, settings: Settings) -> Notice:
    books = {(line["owner"], line["book"]) for line in page.lines if "book" in line}
    owners = len({owner for owner, _book in books})
    left_out = ("book",) if len(books) == 1 else ()
    shown_columns = [c for c in page.kind.columns if not c.is_technical and c.name not in left_out]
    columns = [column for column in shown_columns if any(column.name in line for line in page.lines)]
    code = page.item.check_code
    county, township, place = (page.place_line[0], page.township, page.place)
    return Notice(
        county=county.name,
        township=township.name,
        place=place.name,
        kind=page.heading,
        period=both_periods(page.item.period),
        number=page.item.number,
        code=code,
        url=verify_address(code, settings),
        figures=[_figure(figure, page.figures[figure.name]) for figure in page.headline],
        payments=largest_payments(page.lines),
        books=[_book(book) for book in page.content.get("books", ())],
        signatures=[_signature(signoff) for signoff in page.signoffs if signoff["decision"] != MADE],
        maker=next((str(s.get("person", "")) for s in page.signoffs if s["decision"] == MADE), ""),
        posted_from=page.posted_from,
        posted_to=page.posted_to,
        ask=_where_to_ask(page),
        phone=page.phone,
        columns=[NUMBER, *map(_column, columns)],
        rows=[[str(n), *(_cell(line, column, owners) for column in columns)] for n, line in enumerate(page.lines, 1)],
        totals=_totals(page, [column.name for column in columns]),
        moved=[index for index, line in enumerate(page.lines) if line.get("transfer")],
        warnings=[Message.from_json(warning["message"]) for warning in page.content.get("warnings", ())],
        erratum=_erratum(page),
        changed=changed_texts(page.versions.backwards),
        story=page.story,
        sentences=sentences(page),
        unit=YUAN if any(figure.type is Type.MONEY for figure in page.headline) else "",
        taken_over=page.item.taken_over,
        demo=settings.demo,
    )


def _figure(figure: Figure, value: int) -> Amount:
    if figure.type is Type.MONEY:
        return Amount(Message(figure.label), value, figure.sign)
    written = quantity(value) if figure.type is Type.QUANTITY else str(value)
    return Amount(Message(figure.label), value, figure.sign, written)


def both_periods(period: str | None) -> Text:
    """A month, quarter or year as both languages write it."""
    if not period:
        return ""
    return Both(*(period_text(period, language) for language in LANGUAGES))


def largest_payments(lines: Sequence[Mapping[str, Any]], count: int = LARGEST) -> list[Payment]:
    """The largest payments of a month, moves between books left out."""
    paid = [line for line in lines if line.get("expense", 0) > 0 and not line.get("transfer")]
    paid.sort(key=lambda line: -line["expense"])
    return [Payment(line["summary"], line["expense"]) for line in paid[:count]]


def _book(book: Mapping[str, Any]) -> Book:
    return Book(_book_name(book), book["opening"], book["income"], book["expense"], book["closing"])


def _signature(signoff: Mapping[str, Any]) -> Signature:
    at = signoff.get("at")
    return Signature(
        office=Message(ROLE_LABELS[Role(signoff["office"])]),
        name=signoff.get("person", ""),
        day=clock.today(datetime.fromisoformat(at)) if at else None,
        decision=signoff["decision"],
        reason=signoff.get("reason", ""),
    )


def _column(column: kinds.Column) -> Column:
    kind = {Type.MONEY: "money", Type.DATE: "date"}.get(column.type, "text")
    weight = column.weight
    return Column(Message(column.label), kind, weight, below=column.below, summed=kind == "money" and column.is_summed)


def _cell(line: Mapping[str, Any], column: kinds.Column, owners: int) -> Cell:
    """A line's value; a book in words, with whose it is where there is more than one owner."""
    value: Any = line.get(column.name)
    if column.name == "book":
        return _book_name(line) if owners > 1 else book_label(value)
    if value is None or column.type in (Type.MONEY, Type.DATE, Type.TEXT, Type.CODE):
        return value if value is None or column.type is not Type.TEXT else label_of(column, value)
    if column.type is Type.QUANTITY:
        return quantity(value)
    return Message(N_("yes")) if column.type is Type.FLAG else str(value)


def label_of(column: kinds.Column, value: str) -> Text:
    """A value in words, where the column has words for it; else as it is."""
    return Message(column.words[value]) if value in column.words else value


def _book_name(line: Mapping[str, Any]) -> Message:
    words = {"book": book_label(line["book"]), "owner": owner_label(line["owner"])}
    return Message(N_("%(book)s of the %(owner)s"), words)


def _totals(page: ItemPage, names: Sequence[str]) -> list[Cell] | None:
    """The sums under the entries: those of the large figures, where they are a column's; None if there is none."""
    money = {column.name for column in page.kind.columns if column.type is Type.MONEY}
    sums = [page.figures.get(name) if name in money else None for name in names]
    return [None, *sums] if any(total is not None for total in sums) else None


def _where_to_ask(page: ItemPage) -> list[Text]:
    return [
        Message(N_("Ask in the village: the village head or the supervision committee.")),
        Message(N_("Not satisfied? Turn to %(place)s."), {"place": page.township.name}),
        right_to_turn(page.posted_from),
    ]


def _erratum(page: ItemPage) -> list[Text]:
    """What the item corrects, and why."""
    before, reason, cause = page.versions.before, page.versions.this.reason, page.versions.cause
    if before is None:
        return []
    told: list[Text] = [Message(N_("This replaces item %(number)s."), {"number": before.item.number})]
    if reason:
        told.append(Message(N_("Because: %(reason)s"), {"reason": reason}))
    if cause is not None:
        words = {"period": both_periods(cause.period), "number": cause.number}
        told.append(Message(N_("The balances moved because %(period)s was corrected as item %(number)s."), words))
    return told


def told_of_the_correction(page: ItemPage) -> list[Text]:
    """One sentence for those who pass the posting on or read it aloud; none of an item that corrects nothing."""
    before, reason = page.versions.before, page.versions.this.reason
    if before is None:
        return []
    told = {"number": before.item.number, "reason": reason}
    text = (
        N_("This is a correction of item %(number)s, because: %(reason)s")
        if reason
        else N_("This is a correction of item %(number)s.")
    )
    return [Message(text, told)]


def sentences(page: ItemPage) -> list[Text]:
    """Three sentences to pass on in a chat group; of a correction one more, which says so."""
    first, second = _told(page) if page.kind.is_carried else _told_of_a_list(page)
    return [
        first,
        second,
        *told_of_the_correction(page),
        Message(N_("Every line and who signed: gazette item %(number)s."), {"number": page.item.number}),
    ]


def _told(page: ItemPage) -> tuple[Text, Text]:
    """What a month came to, and its largest payment."""
    facts = {name: shown(page.figures.get(name, 0)) for name in ("income", "expense", "closing")}
    largest = largest_payments(page.lines, 1)
    second = (
        Message(
            N_("The largest payment: %(summary)s, %(amount)s yuan."),
            {"summary": largest[0].summary, "amount": shown(largest[0].fen)},
        )
        if largest
        else Message(N_("No money was paid out in this month."))
    )
    first = Message(
        N_("%(place)s, %(period)s: in %(income)s yuan, out %(expense)s yuan, %(closing)s yuan left."),
        {"place": page.place.name, "period": both_periods(page.item.period), **facts},
    )
    return first, second


def _told_of_a_list(page: ItemPage) -> tuple[Text, Text]:
    """What was posted, and its first figures or the first sentence of its story."""
    whose = {"place": page.place.name, "period": both_periods(page.item.period), "what": page.heading}
    story = page.story
    if story:
        return Message(N_("%(place)s, %(period)s: %(what)s."), whose), story[0]
    figures = [(f, _figure(f, page.figures[f.name])) for f in page.headline[:1]]
    for figure, amount in figures:
        told = amount.written or N_("%(amount)s yuan")
        value: Text = amount.written or Message(told, {"amount": shown(amount.fen)})
        return Message(N_("%(place)s, %(period)s: %(what)s."), whose), Message(
            N_("%(label)s: %(value)s."), {"label": Message(figure.label), "value": value}
        )
    return Message(N_("%(place)s, %(period)s: %(what)s."), whose), Message(N_("Lines: %(n)s"), {"n": len(page.lines)})
