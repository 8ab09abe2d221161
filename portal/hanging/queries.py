"""Reads of the board: what should hang in a village today, how long a notice has hung, its photos, named boards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, select

from portal import clock
from portal.clock import COUNTY_TIME
from portal.database import db
from portal.errors import NotFound
from portal.evidence import sweeping
from portal.evidence.models import EvidenceFile
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.hanging import rules
from portal.hanging.models import Board, Sighting, Voice
from portal.hanging.rules import Hanging, Question, Read, Said, Seen, State
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places.models import Person
from portal.places.queries import Dated, PlaceView
from portal.places.rules import Level
from portal.text import N_

SETTINGS = ("hanging_days", "board_answer_days")
LOOKS_BACK = timedelta(days=400)
"""What was taken down longer ago is asked for on its own page alone."""
LAST_WANTED = timedelta(days=30)
"""So long after its days a notice is asked for the photo of the last one."""


@dataclass(frozen=True)
class Photo:
    """What an officer showed or said: `small_digest` and `copy_digest` are None while a photo is being prepared."""

    number: int
    day: date
    at: datetime
    is_there: bool
    file_id: int | None
    copy_digest: str | None
    small_digest: str | None
    codes: Sequence[int]
    person: str

    @property
    def read(self) -> Read:
        """What the code in it said."""
        return rules.read(self.number, self.codes)


@dataclass(frozen=True)
class Voices:
    """How often it was said on a day, at which board."""

    day: date
    board: int
    count: int


@dataclass(frozen=True)
class Hung:
    """A notice and what is known of it on the board on `today`."""

    item: ItemView
    today: date
    judged: Hanging
    seen: Sequence[Photo] = ()
    said: Sequence[Voices] = ()

    @property
    def photos(self) -> list[Photo]:
        return [one for one in self.seen if one.is_there]

    @property
    def first(self) -> Photo | None:
        """The first photo of the present time on the board, or of the one that ended too early."""
        run = self.judged.runs[-1] if self.judged.runs else None
        return next((one for one in self.photos if run and one.day == run.first), None)

    @property
    def last(self) -> Photo | None:
        """The newest photo, if it is of another day than the first."""
        run = self.judged.runs[-1] if self.judged.runs else None
        found = [one for one in self.photos if run and run.first < one.day == run.last]
        return found[-1] if found else None

    @property
    def question(self) -> Question | None:
        return self.judged.question

    @property
    def ought(self) -> bool:
        """Must it hang today?"""
        return self.judged.ought_to_hang(self.today)

    @property
    def left(self) -> int:
        """Days left."""
        return self.judged.days_left(self.today)

    @property
    def wants(self) -> str:
        """What its village has to do about it: ``again``, ``answer``, ``first``, ``last``; "" if nothing."""
        state = self.judged.state
        if state is State.GONE:
            return "again"
        if self.judged.question:
            return "answer"
        if state is State.NO_PHOTO:
            return "first"
        return "last" if state is State.LAST_DUE and self.today <= self.judged.until + LAST_WANTED else ""


def hold_photos() -> None:
    """Let the sweeper know which files are photos of boards."""
    shown = select(Sighting.id).where(
        Sighting.place_id == EvidenceFile.place_id, Sighting.digest == EvidenceFile.digest
    )
    sweeping.hold("hanging", shown.exists())


# ---------------------------------------------------------------- one notice


def hangs_at_all(item: ItemView) -> bool:
    """Is this something for the board? Older records were there long ago, and what is withheld must not be shown."""
    return item.kind in KINDS and not item.taken_over and item.withheld_by is None


def of_item(item: ItemView, days: int, answer_days: int, today: date, replaced_on: date | None = None) -> Hung | None:
    """What is known of one notice; None for what is nothing for the board. One that was replaced is judged as it stood
    on that day."""
    if not hangs_at_all(item):
        return None
    seen, said = _seen([item.number]).get(item.number, ()), _said([item.number]).get(item.number, ())
    return _hung(item, days, answer_days, min(today, replaced_on or today), seen, said)


def _hung(
    item: ItemView, days: int, answer_days: int, today: date, seen: Sequence[Photo], said: Sequence[Voices]
) -> Hung:
    judged = rules.judge(
        clock.today(item.published_at),
        days,
        answer_days,
        [Seen(one.day, one.is_there) for one in seen],
        [Said(one.day, one.count) for one in said],
        today,
    )
    return Hung(item, today, judged, seen, said)


_SEEN = (
    select(
        Sighting.number, Sighting.day, Sighting.at, Sighting.is_there, EvidenceFile.id, EvidenceFile.copy_digest,
        EvidenceFile.small_digest, Sighting.codes, Person.name,
    )
    .outerjoin(
        EvidenceFile, (EvidenceFile.place_id == Sighting.place_id) & (EvidenceFile.digest == Sighting.digest)
    )
    .outerjoin(Person, Person.id == Sighting.person_id)
    .where(Sighting.number.in_(bindparam("numbers", expanding=True)))
    .order_by(Sighting.id)
)  # fmt: skip
_SAID = (
    select(Voice.number, Voice.day, Voice.board, Voice.voices)
    .where(Voice.number.in_(bindparam("numbers", expanding=True)))
    .order_by(Voice.day, Voice.board)
)


def _seen(numbers: Collection[int]) -> Mapping[int, list[Photo]]:
    found: dict[int, list[Photo]] = {}
    for row in db.session.connection().execute(_SEEN, {"numbers": list(numbers)}):
        found.setdefault(row.number, []).append(Photo(*row[:-1], person=row.name or ""))
    return found


def _said(numbers: Collection[int]) -> Mapping[int, list[Voices]]:
    found: dict[int, list[Voices]] = {}
    for number, day, board_n, count in db.session.connection().execute(_SAID, {"numbers": list(numbers)}):
        found.setdefault(number, []).append(Voices(day, board_n, count))
    return found


def is_known(number: int, digest: str) -> date | None:
    """The day on which this very photo came in for a notice, None if it did not."""
    return db.session.scalar(select(Sighting.day).where(Sighting.number == number, Sighting.digest == digest))


def shown_in(digest: str) -> list[int]:
    """The notices that this public copy (or small copy) shows: those for which it was sent, and those whose codes were
    read in it."""
    query = (
        select(Sighting.number, Sighting.codes)
        .join(EvidenceFile, (EvidenceFile.place_id == Sighting.place_id) & (EvidenceFile.digest == Sighting.digest))
        .where((EvidenceFile.copy_digest == digest) | (EvidenceFile.small_digest == digest))
        .where(EvidenceFile.is_sealed.is_(False))
    )
    return sorted({number for row in db.session.execute(query) for number in (row.number, *row.codes)})


# ---------------------------------------------------------------- villages


def standing(villages: Sequence[PlaceView], today: date) -> list[Hung]:
    """The notices of villages that must hang today, or of which something is lacking; a handful of queries whatever
    the number of villages. What was published last comes first."""
    ids = [village.id for village in villages]
    if not ids:
        return []
    lines = _lines(villages)
    settings = places.dated_settings(SETTINGS, {place_id for line in lines.values() for place_id in line})
    longest = max(int(settings.value("hanging_days", line, today)) for line in lines.values())
    items = {item.number: item for item in gazette.items_since(ids, _start(today - LAST_WANTED - timedelta(longest)))}
    items |= gazette.items(_talked_of(ids, today - LOOKS_BACK) - set(items))
    there = [item for item in items.values() if hangs_at_all(item) and item.superseded_by is None]
    numbers = [item.number for item in there]
    seen, said = _seen(numbers), _said(numbers)
    found = [
        _hung(item, *_days(item, settings, lines), today, seen.get(item.number, ()), said.get(item.number, ()))
        for item in sorted(there, key=lambda item: -item.number)
    ]
    return [one for one in found if one.ought or one.wants]


def _days(item: ItemView, settings: Dated, lines: Mapping[int, Sequence[int]]) -> tuple[int, int]:
    on, line = clock.today(item.published_at), lines[item.place_id]
    days, answer_days = (int(settings.value(key, line, on)) for key in SETTINGS)
    return days, answer_days


def _lines(villages: Sequence[PlaceView]) -> dict[int, tuple[int, ...]]:
    county = places.county().id
    return {village.id: tuple(filter(None, (county, village.parent_id, village.id))) for village in villages}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), COUNTY_TIME)


def _talked_of(place_ids: Collection[int], since: date) -> set[int]:
    """The notices of which somebody showed or said something since a day."""
    shown = select(Sighting.number).where(Sighting.place_id.in_(place_ids), Sighting.day >= since)
    said = select(Voice.number).where(Voice.place_id.in_(place_ids), Voice.day >= since)
    return set(db.session.scalars(shown.union(said)))


@dataclass(frozen=True)
class ToDo:
    """What a village has to do about its board: how many notices want what."""

    village: PlaceView
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def to_do(villages: Sequence[PlaceView], today: date) -> list[ToDo]:
    """Village by village in the order given; those with nothing to do too."""
    counts: dict[int, dict[str, int]] = {}
    for one in standing(villages, today):
        if one.wants:
            of_place = counts.setdefault(one.item.place_id, {})
            of_place[one.wants] = of_place.get(one.wants, 0) + 1
    return [ToDo(village, counts.get(village.id, {})) for village in villages]


# ---------------------------------------------------------------- boards


@dataclass(frozen=True)
class BoardView:
    """A board of a village: `n` 0 is the main one, which has no name of its own."""

    village: PlaceView
    n: int = 0
    name: str = ""

    @property
    def code(self) -> str:
        """What stands in its permanent address."""
        return f"{self.village.code}-{self.n}" if self.n else self.village.code


def boards(village: PlaceView) -> list[BoardView]:
    """The boards of a village, the main one first."""
    rows = db.session.scalars(
        select(Board).where(Board.place_id == village.id, Board.ended_at.is_(None)).order_by(Board.n)
    )
    return [BoardView(village), *(BoardView(village, row.n, row.name) for row in rows)]


def board(code: str, n: int = 0) -> BoardView:
    """A board by its village's code, also a former one, and its number; one that was given up is the main one. NotFound
    for a place that has no board."""
    village = places.place(code)
    if village.level != Level.VILLAGE:
        raise NotFound(N_("Only villages have a board. Choose a village."))
    return next((one for one in boards(village) if one.n == n), BoardView(village))
