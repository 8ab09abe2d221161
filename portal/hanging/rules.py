"""How long a notice hung, judged from photos, an officer's word and what villagers say, day by day. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit


class State(StrEnum):
    """What is known of a notice on the board."""

    NO_PHOTO = "no-photo"  # published, to be hung, nothing shows it yet
    HANGS = "hangs"
    LAST_DUE = "last-due"  # the days are over, and the photo of the last one is lacking
    HUNG = "hung"  # between first and last photo lie the days
    GONE = "gone"  # taken down too early: it must be posted again
    UNSHOWN = "unshown"  # its days are over, and no photo ever showed it


class Read(StrEnum):
    """What the code in a photo said: help for whoever sends it, and no proof."""

    THIS = "this"
    OTHER = "other"
    NONE = "none"


def read(number: int, codes: Collection[int]) -> Read:
    """What the notices whose codes were read say of one of which this is meant to be a photo."""
    if number in codes:
        return Read.THIS
    return Read.OTHER if codes else Read.NONE


def check_codes(texts: Iterable[str]) -> list[str]:
    """The check codes in the addresses that QR codes say; whatever else they say is nothing to us."""
    found = []
    for text in texts:
        try:
            parts = urlsplit(text)
        except ValueError:  # brackets that are no address
            continue
        if parts.path.endswith("/verify"):
            found += parse_qs(parts.query).get("code", [])[:1]
    return found


@dataclass(frozen=True)
class Seen:
    """What an officer showed (a photo: it hangs) or said (it does not) on a day."""

    day: date
    is_there: bool


@dataclass(frozen=True)
class Said:
    """How many times anybody said on a day that it does not hang."""

    day: date
    voices: int


@dataclass(frozen=True)
class Run:
    """One time on the board: the days of its first and its newest photo, and the day on which it was gone too early."""

    first: date
    last: date
    gone_on: date | None = None


@dataclass(frozen=True)
class Question:
    """Somebody said that it does not hang, and no photo has answered yet; after `until` silence is the answer."""

    day: date
    voices: int
    until: date


@dataclass(frozen=True)
class Hanging:
    """What was judged: `runs` of photos, the last of them the present one unless it is gone; `since` and `until` are
    the days that pages and paper say, of what must be posted again those of a sheet hung up today; `gone_on` is set
    while it must."""

    state: State
    runs: Sequence[Run]
    since: date
    until: date
    days: int
    gone_on: date | None = None
    question: Question | None = None
    names_until: date = date.min
    """Till when names on it are shown. What was seen to be gone shows them for another time, so that it can be posted
    again; what is gone because nobody answered does not: else anybody could bring names back by asking."""

    @property
    def run(self) -> Run | None:
        """The present time on the board, None before the first photo and while it must be posted again."""
        return self.runs[-1] if self.runs and self.runs[-1].gone_on is None else None

    def ought_to_hang(self, today: date) -> bool:
        """Must it be on the board today? What was taken down too early must, until it is posted again."""
        return self.state is State.GONE or (self.state is not State.UNSHOWN and today <= self.until)

    def days_left(self, today: date) -> int:
        """How many days it still hangs at least; of what must be posted again all of them."""
        return self.days if self.state is State.GONE else max(0, (self.until - today).days)


def judge(
    published: date, days: int, answer_days: int, seen: Sequence[Seen], said: Sequence[Said], today: date
) -> Hanging:
    """What is known on `today` of a notice that hangs `days` days. `seen` in the order in which it came.

    What villagers say is a question that a photo answers, also one of the same day; a question that stays without a
    photo for `answer_days` days is taken for true. What was gone before its time begins anew with the next photo.
    """
    course = _Course(published, timedelta(days), timedelta(answer_days))
    events = [(one.day, 0, one) for one in said] + [(one.day, 1, one) for one in seen]
    for day, _order, one in sorted(events, key=lambda event: event[:2]):
        if day > today:
            break
        course.wait_until(day)
        if isinstance(one, Said):
            course.ask(one)
        elif one.is_there:
            course.show(day)
        else:
            course.miss(day)
    course.wait_until(today)
    return course.judged(today)


class _Course:
    """Goes through the days."""

    def __init__(self, published: date, days: timedelta, answer_days: timedelta) -> None:
        self.published, self.days, self.answer_days = published, days, answer_days
        self.over: list[Run] = []
        self.run: Run | None = None
        self.gone_on: date | None = None
        self.names_until: date | None = None  # set while it is gone
        self.names_ended: date | None = None  # set by a photo that came when names were over: it brings none back
        self.question: Question | None = None

    @property
    def until(self) -> date:
        """Till when it hangs: from its first photo, before that from its publication."""
        return (self.run.first if self.run else self.published) + self.days

    def wait_until(self, day: date) -> None:
        """Silence is an answer."""
        if self.question and day > self.question.until:
            self._is_gone(self.question.day, names_until=self.until)

    def ask(self, said: Said) -> None:
        if self.question:
            self.question = replace(self.question, voices=self.question.voices + said.voices)
        elif self.gone_on is None and said.day < self.until:
            self.question = Question(said.day, said.voices, said.day + self.answer_days)

    def show(self, day: date) -> None:
        self.question = None
        ended = self.names_until if self.gone_on and self.names_until else self.until
        if self.run is None and day > ended:
            self.names_ended = self.names_ended or ended
        self.run = replace(self.run, last=day) if self.run else Run(day, day)
        self.gone_on = None

    def miss(self, day: date) -> None:
        if self.gone_on is None and day < self.until:
            self._is_gone(day, names_until=day + self.days)

    def _is_gone(self, day: date, names_until: date) -> None:
        if self.run:
            self.over.append(replace(self.run, gone_on=day))
        self.run, self.question, self.gone_on, self.names_until = None, None, day, names_until

    def judged(self, today: date) -> Hanging:
        runs = [*self.over, self.run] if self.run else self.over
        since = today if self.gone_on else self.until - self.days
        state = self._state(today)
        until = since + self.days
        while_gone = self.names_until if self.gone_on else None
        names_until = self.names_ended or while_gone or until
        return Hanging(state, runs, since, until, self.days.days, self.gone_on, self.question, names_until)

    def _state(self, today: date) -> State:
        if self.gone_on:
            return State.GONE
        if self.run is None:
            return State.NO_PHOTO if today <= self.until else State.UNSHOWN
        if self.run.last >= self.until:
            return State.HUNG
        return State.LAST_DUE if today >= self.until else State.HANGS
