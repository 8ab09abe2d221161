"""What the page of a subject shows: a project's, an asset's, a matter's postings over time, and a place's subjects."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal import clock
from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.gazette import subjects
from portal.gazette.queries import ItemView
from portal.kinds import KINDS, ledger, payees
from portal.kinds.base import Kind, Posted, Privacy
from portal.kinds.listing import SUBJECT
from portal.kinds.subjects import in_time, key
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.public import surroundings
from portal.text import N_, Message

DECISION, FINANCE = "decision", "finance"
LINES_AT_MOST = 20
"""Lines of one item that a subject's page lists; more are a link to the item."""
SUBJECTS_AT_MOST = 100
MONTHS_AROUND = 12


@dataclass(frozen=True)
class Told:
    """One item that tells of the subject: its lines about it (or how many, if they are `too_many`), who signed."""

    item: ItemView
    on: date
    figures: Mapping[str, int]
    lines: Sequence[Posted]
    too_many: int
    signoffs: Sequence[Mapping[str, Any]]

    @property
    def signed(self) -> list[Mapping[str, Any]]:
        """The offices that decided, without the maker."""
        return [one for one in self.signoffs if one["decision"] != "made"]


@dataclass(frozen=True)
class Money:
    """A line of the accounts that a posting speaks of; `is_later`: found now, not when it was posted."""

    number: int
    n: int
    line: Mapping[str, Any]
    is_later: bool


@dataclass(frozen=True)
class SubjectPage:
    """A subject with all that was posted about it, newest item first; `story` is what its kind folds of it."""

    place_line: list[PlaceView]
    kind: Kind
    subject: str
    title: str | Message
    told: list[Told]
    story: Any = None
    money: Mapping[tuple[int, int], Sequence[Money]] = field(default_factory=dict)
    decisions: int = 0
    """Lines of decisions about a matter of the same name."""
    phone: str = ""
    months: Set[str] = frozenset()
    """The months of which the accounts are published."""

    def covers(self, when: str) -> bool:
        """Are accounts published of the month of a day (ISO), or of any month of a year or quarter?"""
        grain = clock.grain_of(when)
        if grain is None or grain == clock.MONTH:
            return when[:7] in self.months
        first, last = (clock.period_of(day) for day in clock.period_bounds(when))
        return any(first <= month <= last for month in self.months)

    @property
    def place(self) -> PlaceView:
        return self.place_line[-1]

    def of(self, number: int) -> Told | None:
        """What was told in an item."""
        return next((one for one in self.told if one.item.number == number), None)

    def money_of(self, posted: Posted) -> Sequence[Money]:
        return self.money.get((posted.number, posted.n), ())


def has_subjects(kind: Kind) -> bool:
    """Do lines of this kind say what they are about?"""
    return any(column.name == SUBJECT.name for column in kind.columns)


def subject_page(code: str, kind_name: str, subject: str) -> SubjectPage:
    """The page of a subject of a place; NotFound if nothing was posted about it."""
    place, kind = places.place(code), KINDS.get(kind_name)
    if kind is None or not has_subjects(kind):
        raise NotFound(N_("Nothing of this kind is posted here."))
    lines = subjects.posted_lines([place.id], kind.name, subject).get(place.id, [])
    told = _told(place.id, kind, subject, lines)
    if not told:
        raise NotFound(N_("Nothing was posted about this."))
    around = surroundings.around(place.id)
    name = title_of(kind, lines[-1].line) if lines else kind.called(gazette.content(told[0].item.number))
    return SubjectPage(
        place_line=around.place_line,
        kind=kind,
        subject=subject,
        title=name,
        told=told,
        story=kind.fold(lines, clock.today()) if kind.fold and lines else None,
        money=money_of(place.id, kind, lines),
        decisions=_decisions(place.id, kind, lines),
        months={item.period or "" for item in gazette.items_of(place.id, FINANCE)} if kind.in_ledger else set(),
        phone=str(around.settings.value("township_phone", around.ids, clock.today())),
    )


def title_of(kind: Kind, line: Mapping[str, Any]) -> str:
    """What a subject is called on a page of its own, where natural persons do not stand by their full name."""
    title = kind.title(line)
    masked = {column.name for column in kind.columns if column.privacy is Privacy.MASKED}
    names_people = any(line.get(name) == title for name in masked)
    return payees.masked(title) if names_people else title


def _told(place_id: int, kind: Kind, subject: str, lines: Sequence[Posted]) -> list[Told]:
    by_item: dict[int, list[Posted]] = {}
    for one in lines:
        by_item.setdefault(one.number, []).append(one)
    items = {item.number: item for item in subjects.items_about(place_id, kind.name, subject) if not item.withheld_by}
    items |= gazette.items([number for number in by_item if number not in items])
    figures, signed = gazette.figures(list(items)), subjects.signoffs_of(list(items))
    order = {item.number: _end(item) for item in items.values()}
    return [
        _of_item(items[number], by_item.get(number, []), figures[number], signed.get(number, []))
        for number in sorted(items, key=lambda number: (order[number], number), reverse=True)
    ]


def _of_item(
    item: ItemView, lines: Sequence[Posted], figures: Mapping[str, int], signoffs: Sequence[Mapping[str, Any]]
) -> Told:
    shown = lines if len(lines) <= LINES_AT_MOST else ()
    on = clock.today(item.published_at)
    return Told(item, on, figures, in_time(shown)[::-1], len(lines) - len(shown), signoffs)


def _end(item: ItemView) -> date:
    return clock.period_bounds(item.period)[1] if item.period else clock.today(item.published_at)


def _decisions(place_id: int, kind: Kind, lines: Sequence[Posted]) -> int:
    """How many lines of decisions are about a matter of the subject's name; its page has the same key."""
    if not kind.fold or not lines:
        return 0
    found = subjects.posted_lines([place_id], DECISION, key(kind.title(lines[-1].line)))
    return len(found.get(place_id, ()))


# ---------------------------------------------------------------- the money


def money_of(place_id: int, kind: Kind, lines: Sequence[Posted]) -> dict[tuple[int, int], list[Money]]:
    """The lines of the accounts that these lines speak of, by (number, n): as they were linked when posted, else as
    they are found now among what is published."""
    if kind.in_ledger is None or not lines:
        return {}
    linked = [(one, ledger.links(str(one.line["ledger"]))) for one in lines if "ledger" in one.line]
    now = subjects.where_now(FINANCE, {link for _one, links in linked for link in links})
    found: dict[tuple[int, int], list[Money]] = {}
    for one, links in linked:
        places_now = [now[link] for link in links if link in now]
        found[one.number, one.n] = [Money(number, n, gazette.line(number, n), False) for number, n in places_now]
    rest = [one for one in lines if "ledger" not in one.line]
    accounts = _accounts(place_id, rest) if rest else []
    for one in rest:
        later = kind.in_ledger(one, accounts)
        found[one.number, one.n] = [Money(line["number"], line["n"], line, True) for line in later]
    return {where: some for where, some in found.items() if some}


def _accounts(place_id: int, lines: Sequence[Posted]) -> list[dict[str, Any]]:
    """The village's published lines of money around these lines."""
    bounds = [clock.period_bounds(one.period) for one in lines if one.period]
    if not bounds:
        return []
    first = clock.shift_period(clock.period_of(min(first for first, _last in bounds)), -MONTHS_AROUND)
    last = clock.shift_period(clock.period_of(max(last for _first, last in bounds)), MONTHS_AROUND)
    return [{"number": hit.number, **hit.line} for hit in gazette.place_lines(place_id, FINANCE, first, last)]


# ---------------------------------------------------------------- all subjects of a place


@dataclass(frozen=True)
class Subject:
    """One of a place's subjects in their list: the line posted last about it, in how many items, its kind's story."""

    subject: str
    title: str
    last: Posted
    items: int
    story: Any = None


def subjects_of(place_id: int, kind: Kind) -> list[Subject]:
    """The subjects of a kind about which a place posted, newest first."""
    if not has_subjects(kind):
        return []
    if kind.fold is None:
        newest = subjects.newest_of(place_id, kind.name, SUBJECTS_AT_MOST)
        return [Subject(one.subject, title_of(kind, one.hit.line), _posted(one), one.items) for one in newest]
    today = clock.today()
    by_subject: dict[str, list[Posted]] = {}
    for one in subjects.posted_lines([place_id], kind.name).get(place_id, []):
        by_subject.setdefault(str(one.line.get(SUBJECT.name)), []).append(one)
    found = [
        Subject(subject, title_of(kind, lines[-1].line), lines[-1], len({one.number for one in lines}),
                kind.fold(lines, today))
        for subject, lines in by_subject.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.last.number, reverse=True)


def _posted(one: subjects.Newest) -> Posted:
    return Posted(one.hit.number, one.hit.n, one.hit.period, date.min, one.hit.line)
