"""What the pages of one item show: figures, books, where money came from and went, comparisons, lines, signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from portal import clock
from portal.duties import queries as duties
from portal.duties.rules import Duty
from portal.errors import Invalid, NotFound
from portal.gazette import payouts, seal
from portal.gazette import queries as gazette
from portal.gazette.names import Beside
from portal.gazette.queries import ItemView
from portal.hanging import queries as hanging
from portal.hanging.queries import Hung, Photo
from portal.kinds import KINDS, names, payees
from portal.kinds.base import Figure, Kind
from portal.kinds.payout import told
from portal.kinds.records import RECORDS, Record
from portal.kinds.subsidy import BY_GROUP
from portal.places import queries as places
from portal.places.queries import Dated, PlaceView, TermView
from portal.places.rules import Level
from portal.public import comparisons, papers, rules, versions
from portal.public.opening import hides_names, kind_of, on_board, opened
from portal.public.surroundings import around
from portal.public.versions import Versions, versions_of
from portal.text import N_, Message

LINES_A_PAGE = 300
GROUPS_SHOWN = 40
"""Villagers' groups stand in the order of their numbers, so none is added up while there are not many more than real
villages have."""


@dataclass(frozen=True)
class ItemPage:
    """One item with everything around it; `place_line` runs from the county down to the item's place."""

    item: ItemView
    kind: Kind
    place_line: list[PlaceView]
    content: dict[str, Any]
    signoffs: Sequence[Mapping[str, Any]]
    settings: Dated
    versions: Versions
    officers: Sequence[TermView] = ()
    month: Duty | None = None
    compared: Sequence[rules.Told] = ()
    """What its figures are measured against, a sentence each."""
    posted_from: date = field(default=date.min)
    """From when to when the notice is on the board: from its first photo, before that from its publication."""
    posted_to: date = field(default=date.min)
    hung: Hung | None = None
    """What is known of it on the board; None for what is nothing for the board."""
    names_are_hidden: bool = False
    """Do people stand with their surname only, because the notice is over?"""

    @property
    def place(self) -> PlaceView:
        return self.place_line[-1]

    @property
    def township(self) -> PlaceView:
        return self.place_line[-2] if len(self.place_line) > 1 else self.place_line[-1]

    @cached_property
    def figures(self) -> dict[str, int]:
        return self.kind.figures(self.content)

    @property
    def headline(self) -> list[Figure]:
        """The large figures that there are."""
        return [figure for figure in self.kind.headline if figure.name in self.figures]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return self.content.get("lines", [])

    @cached_property
    def told_by_bank(self) -> list[Message]:
        """How many lines the bank has paid, where it was recorded."""
        found = payouts.of(self.item.number)[:1] if self.kind.name == payouts.KIND else []
        return [sentence for one in found for sentence in told(one.total, one.paid, one.failed, one.paid_on)]

    @cached_property
    def papers(self) -> papers.Counts:
        """How many papers lie behind each line, by its key."""
        return papers.counts(self.item)

    @cached_property
    def photos(self) -> list[Photo | None]:
        """The first and the newest photo on the board, None for one that is shown to nobody, or not yet."""
        found = [self.hung.first, self.hung.last] if self.hung else [None, None]
        return [one if one and one.copy_digest and is_photo_shown(one.copy_digest) else None for one in found]

    @property
    def phone(self) -> str:
        return str(self.settings.value("township_phone", [place.id for place in self.place_line], self.posted_from))

    @property
    def heading(self) -> Message:
        return self.kind.called(self.content)

    @property
    def nothing(self) -> Message | None:
        """The sentence of an item that says that there was nothing."""
        return self.kind.told_of_nothing(self.content)

    @property
    def story(self) -> list[Message]:
        """What explains the item; first of all that there was nothing, where it says so."""
        told = self.kind.story(self.content)
        return [self.nothing, *told] if self.nothing else told

    @cached_property
    def charts(self) -> list[tuple[str, list[rules.Bar]]]:
        """The kind's parts under their titles, as bars on one scale."""
        parts = self.kind.breakdown(self.content)
        longest = max((amount for side in parts.values() for _name, amount in side), default=0)
        rest = N_("all others")
        return [
            (title, rules.bars(side, longest, GROUPS_SHOWN if title == BY_GROUP else rules.PARTS_SHOWN, rest))
            for title, side in parts.items()
        ]

    def payee_slug(self, line: Mapping[str, Any]) -> str | None:
        """The page of a line's payee: an organisation, or an officer in office on the line's date; else none."""
        name = line.get("payee")
        if not name:
            return None
        if payees.is_organisation(name) or is_officer(name, line.get("date", ""), self.officers):
            return payees.slug(name)
        return None


def is_officer(name: str, day: str, terms: Sequence[TermView]) -> bool:
    """Did somebody of this name hold an office of the place on this day (ISO)?"""
    if not day:
        return False
    on = date.fromisoformat(day)
    return any(
        term.name == name and term.confirmed and term.begins <= on and (term.ends is None or on <= term.ends)
        for term in terms
    )


def item_page(item: ItemView, compare: bool = True) -> ItemPage:
    """An item's page; NotFound if its content is withheld. `compare` costs up to three more queries."""
    kind = kind_of(item)
    content, signoffs = opened(item)
    where = around(item.place_id)
    board = on_board(item, where)
    among = versions_of(item, where)
    hides = hides_names(item, kind, content, where, board)
    if hides:
        content, signoffs = names.hidden(kind, content, signoffs, *versions.others(among))
    return ItemPage(
        item=item,
        kind=kind,
        place_line=where.place_line,
        content=content,
        signoffs=signoffs,
        settings=where.settings,
        officers=where.officers,
        month=duties.of_item(item, content.get("lines", ()), where.ids, where.ground, clock.today()),
        compared=comparisons.of(item, kind, content, where) if compare else (),
        versions=among,
        posted_from=board.since,
        posted_to=board.until,
        hung=board.hung,
        names_are_hidden=hides,
    )


def names_shown(item: ItemView) -> Beside:
    """The names behind the digests of a sealed list, with their salts, line by line; NotFound if it seals none, and
    once the page shows surnames only."""
    beside = gazette.names_beside(item.number, item.kind)
    if not beside:
        raise NotFound(N_("Item %(number)s seals no names apart."), number=item.number)
    if item_page(item, compare=False).names_are_hidden:
        raise NotFound(N_("The notice of item %(number)s is over: only surnames are shown now."), number=item.number)
    return beside


def is_photo_shown(digest: str) -> bool:
    """May everybody see this copy of a photo of a board? One photo may show several sheets, and it shows what each of
    them says: it ends where the first of them ends."""
    items = gazette.items(hanging.shown_in(digest)).values()
    return bool(items) and all(_is_shown_on_photos(item) for item in items)


def _is_shown_on_photos(item: ItemView) -> bool:
    if item.withheld_by is not None:
        return False
    return item.kind not in KINDS or not item_page(item, compare=False).names_are_hidden  # records hold no names


@dataclass(frozen=True)
class RecordPage:
    """A record that the portal made: what it is called and tells, and whom to ask."""

    item: ItemView
    record: Record
    place_line: list[PlaceView]
    content: dict[str, Any]
    phone: str

    @property
    def place(self) -> PlaceView:
        return self.place_line[-1]

    @property
    def township(self) -> PlaceView:
        return next((place for place in self.place_line if place.level == Level.TOWNSHIP), self.place)

    @property
    def heading(self) -> Message:
        return self.record.heading(self.content)

    @property
    def story(self) -> list[Message]:
        return self.record.story(self.content)


def record_page(item: ItemView) -> RecordPage:
    """A record's page."""
    where = around(item.place_id)
    phone = str(where.settings.value("township_phone", where.ids, clock.today(item.published_at)))
    return RecordPage(item, RECORDS[item.kind], where.place_line, gazette.content(item.number), phone)


@dataclass(frozen=True)
class PayeePage:
    """What one village paid to, or got from, an organisation or an officer in office; sums in fen by year."""

    place_line: list[PlaceView]
    name: str
    is_organisation: bool
    lines: list[tuple[int, int, dict[str, Any]]]

    @cached_property
    def years(self) -> list[tuple[str, int, int, int]]:
        """(year, money in, money out, lines), newest first; moves between books left out."""
        sums: dict[str, list[int]] = {}
        for _number, _n, line in self.lines:
            row = sums.setdefault(line["date"][:4], [0, 0, 0])
            row[2] += 1
            if not line.get("transfer"):
                row[0] += line.get("income", 0)
                row[1] += line.get("expense", 0)
        return [(year, *row) for year, row in sorted(sums.items(), reverse=True)]  # type: ignore[misc]


def payee_page(code: str, slug: str) -> PayeePage:
    """A payee of a village; NotFound for natural persons, who stand in their line and nowhere else."""
    place = places.place(code)
    name = payees.normalised(payees.unslug(slug))
    found = [(hit.number, hit.n, hit.line) for hit in gazette.lines_of_payee(place.id, name)]
    organisation = payees.is_organisation(name)
    if not organisation:
        terms = places.terms(place.id)
        found = [(number, n, line) for number, n, line in found if is_officer(name, line.get("date", ""), terms)]
    if not found:
        raise NotFound(N_("There is no page for this name. Only organisations and officers in office have one."))
    return PayeePage(places.ancestors(place.id), name, organisation, found)


@dataclass(frozen=True)
class LinePage:
    """One line of an item, with who answers questions about it."""

    page: ItemPage
    n: int
    line: dict[str, Any]


def line_page(number: int, n: int) -> LinePage:
    """Line `n` (1-based) of an item; NotFound if there is none."""
    page = item_page(gazette.item(number), compare=False)
    if not 1 <= n <= len(page.lines):
        raise NotFound(N_("There is no line %(n)s in this posting."), n=n)
    return LinePage(page, n, page.lines[n - 1])


@dataclass(frozen=True)
class Verdict:
    """What a typed check code turned out to be: ``genuine``, ``replaced``, ``withheld``, ``mistyped``, ``unknown`` or
    ``forged`` (right in itself, but not the code of that item)."""

    outcome: str
    item: ItemView | None = None
    versions: Versions | None = None
    place_line: Sequence[PlaceView] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    explanation: Message | None = None
    called: Message | None = None


def verdict(typed: str) -> Verdict:
    """Compare a check code from paper with what was published."""
    try:
        number, code = seal.parse_check_code(typed)
    except Invalid as error:
        return Verdict("mistyped", explanation=error.message)
    item = gazette.items([number]).get(number)
    if item is None:
        return Verdict("unknown")
    if item.check_code != code:
        return Verdict("forged")
    where = around(item.place_id)
    if item.kind not in KINDS:
        return Verdict("withheld" if item.withheld_by else "genuine", item, place_line=where.place_line)
    among = versions_of(item, where)
    if item.withheld_by:
        return Verdict("withheld", item, among, where.place_line)
    figures, called = gazette.figures([number])[number], KINDS[item.kind].called(gazette.content(number))
    outcome = "replaced" if item.superseded_by else "genuine"
    return Verdict(outcome, item, among, where.place_line, figures, called=called)
