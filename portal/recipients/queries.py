"""Reads of recipients: what lists say of whom, which slips hold, what was answered, how the calls stand."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from portal import clock
from portal.database import db
from portal.errors import NotFound
from portal.gazette import followed, internal
from portal.gazette import queries as gazette
from portal.kinds import KINDS, programmes
from portal.kinds.groups import group_order
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.recipients import rules
from portal.recipients.models import Call, CallRound, Confirmation, Recipient, Slip
from portal.recipients.rules import Answer, Tally, Way
from portal.text import N_, Message

ROSTER = "subsidy"


@dataclass(frozen=True)
class Granted:
    """One line of a list, as its recipient sees it; `amount` in fen."""

    number: int
    n: int
    key: str
    programme: Message
    period: str
    amount: int
    paid_on: str
    answer: str = ""


@dataclass(frozen=True)
class Household:
    """A recipient of a village with all that lists say was granted, newest first."""

    match: bytes
    name: str
    group: str
    granted: list[Granted] = field(default_factory=list)
    id: int = 0


def roster(number: int) -> gazette.ItemView:
    """The list of recipients with this number; NotFound for anything else that was published."""
    item = gazette.item(number)
    if item.kind != ROSTER:
        raise NotFound(N_("Item %(number)s is no list of recipients."), number=number)
    return item


def households(place: PlaceView, since: str = "") -> list[Household]:
    """Everybody whom the village's lists name in periods from `since` on, by group and name."""
    found: dict[bytes, Household] = {}
    match_hash = internal.matcher()
    for item in gazette.items_of(place.id, ROSTER, first=since or None):
        if item.withheld_by:
            continue
        programme = KINDS[ROSTER].called(gazette.content(item.number))
        numbers = internal.hashes(item.number, followed.PERSON)
        for line in gazette.lines(item.number, ROSTER):
            name, group = str(line.get("name", "")), str(line.get("group", ""))
            match = numbers.get(line["n"]) or match_hash("name", f"{place.id}|{name}|{group}")
            household = found.setdefault(match, Household(match, name, group))
            household.granted.append(
                Granted(
                    item.number, line["n"], line["key"], programme, item.period or "",
                    line.get("amount", 0), line.get("paid_on", ""),
                )
            )  # fmt: skip
    return sorted(found.values(), key=lambda one: (group_order(one.group), one.name))


def recipient(recipient_id: int) -> tuple[PlaceView, Household]:
    """A recipient with what was granted and answered; NotFound."""
    row = db.session.get(Recipient, recipient_id)
    if row is None:
        raise NotFound(N_("There is no such household."))
    place = places.place_by_id(row.place_id)
    household = next((one for one in households(place) if one.match == row.match), None)
    name, group = row.name.decode(), row.group.decode()
    given = _answers(recipient_id)
    granted = [
        Granted(g.number, g.n, g.key, g.programme, g.period, g.amount, g.paid_on, given.get((g.number, g.key), ""))
        for g in (household.granted if household else ())
    ]
    return place, Household(row.match, name, group, granted, row.id)


def match_of(recipient_id: int) -> str | None:
    """By what a recipient is known again, as hexadecimal digits; None for one that is no more."""
    found = db.session.scalar(select(Recipient.match).where(Recipient.id == recipient_id))
    return found.hex() if found else None


def _answers(recipient_id: int) -> dict[tuple[int, str], str]:
    """The newest answer to each line, where it stands now: what was said of a payment outlives a corrected list."""
    query = select(Confirmation).where(Confirmation.recipient_id == recipient_id).order_by(Confirmation.id)
    rows = db.session.scalars(query).all()
    now = followed.places_now({(row.number, row.key) for row in rows})
    return {now[row.number, row.key]: row.answer for row in rows}


def of_slip(code_hash: bytes, at: datetime) -> Slip | None:
    """The slip of a code, if it holds at this moment."""
    holds = or_(Slip.ends_at.is_(None), Slip.ends_at > at)
    return db.session.scalar(select(Slip).where(Slip.code == code_hash, holds))


@dataclass(frozen=True)
class Village:
    """A village on the township's page of recipients."""

    place: PlaceView
    recipients: int
    slips_made_at: datetime | None
    answers: Mapping[str, int]
    is_burst: bool


def villages(township_id: int, at: datetime) -> list[Village]:
    """The villages of a township: how many slips hold since when, and what was answered in the last year."""
    found = places.villages_under(township_id)
    ids = [place.id for place in found]
    made = {
        place_id: (count, made_at)
        for place_id, count, made_at in db.session.execute(
            select(Recipient.place_id, func.count(Slip.id), func.max(Slip.made_at))
            .join(Slip, Slip.recipient_id == Recipient.id)
            .where(Recipient.place_id.in_(ids), Slip.ends_at.is_(None))
            .group_by(Recipient.place_id)
        )
    }
    answers, times = _counted(ids, at - timedelta(days=366))
    return [
        Village(
            place,
            made.get(place.id, (0, None))[0],
            made.get(place.id, (0, None))[1],
            answers.get(place.id, {}),
            rules.is_burst(times.get(place.id, [])),
        )
        for place in found
    ]


def _counted(
    place_ids: Collection[int], since: datetime
) -> tuple[dict[int, dict[str, int]], dict[int, list[datetime]]]:
    """Newest answers by village, counted; and when each answer typed by a household came."""
    newest: dict[tuple[int, int, str], tuple[int, str]] = {}
    times: dict[int, list[datetime]] = {}
    query = select(Confirmation).where(Confirmation.place_id.in_(place_ids), Confirmation.at >= since)
    rows = db.session.scalars(query.order_by(Confirmation.id)).all()
    now = followed.places_now({(row.number, row.key) for row in rows})
    for row in rows:
        newest[row.recipient_id, *now[row.number, row.key]] = row.place_id, row.answer
        if row.way == Way.SLIP:
            times.setdefault(row.place_id, []).append(row.at)
    counts: dict[int, dict[str, int]] = {}
    for place_id, answer in newest.values():
        of_place = counts.setdefault(place_id, {})
        of_place[answer] = of_place.get(answer, 0) + 1
    return counts, times


@dataclass(frozen=True)
class Doubt:
    """Somebody says that a payment is not as the list has it."""

    place: PlaceView
    name: str
    group: str
    answer: Answer
    number: int
    n: int
    at: datetime
    ways: Sequence[Way]
    """How it was said, each way once, the first first: twice told is more than once told."""


def doubts(place_ids: Collection[int]) -> list[Doubt]:
    """Answers other than received that hold, newest first, those of a part that somebody kept before all others: for
    the township, never for a village."""
    said: dict[tuple[int, int, str], list[Confirmation]] = {}
    query = select(Confirmation).where(Confirmation.place_id.in_(place_ids)).order_by(Confirmation.id)
    answers = db.session.scalars(query).all()
    now = followed.places_now({(row.number, row.key) for row in answers})
    for row in answers:
        said.setdefault((row.recipient_id, *now[row.number, row.key]), []).append(row)
    open_ones = {line: rows for line, rows in said.items() if rows[-1].answer != Answer.RECEIVED}
    kept = places.places_by_ids(set(place_ids))
    numbers = {number for _recipient, number, _key in open_ones}
    lines = {number: {line["key"]: line["n"] for line in gazette.lines(number, ROSTER)} for number in numbers}
    found = []
    for (_recipient, number, key), rows in open_ones.items():
        last, who = rows[-1], db.session.get_one(Recipient, rows[-1].recipient_id)
        ways = dict.fromkeys(Way(row.way) for row in rows if row.answer == last.answer)
        found.append(
            Doubt(
                kept[last.place_id], who.name.decode(), who.group.decode(), Answer(last.answer), number,
                lines[number].get(key, 1), last.at, tuple(ways),
            )
        )  # fmt: skip
    newest = sorted(found, key=lambda doubt: doubt.at, reverse=True)
    return sorted(newest, key=lambda doubt: doubt.answer is not Answer.KEPT_BACK)


# ---------------------------------------------------------------- calls


@dataclass(frozen=True)
class Round:
    """A month's calls for one programme in one township."""

    id: int
    place: PlaceView
    programme: str
    period: str
    total: int
    done: int
    tally: Tally
    invented: int
    """Calls said to have reached a number that nobody answers; for county and inspector."""
    record: int | None


def rounds(place_ids: Collection[int]) -> list[Round]:
    """The rounds of these townships, newest first."""
    query = select(CallRound).where(CallRound.place_id.in_(place_ids)).order_by(CallRound.id.desc()).limit(200)
    return [_round(row) for row in db.session.scalars(query)]


def round_(round_id: int) -> Round:
    row = db.session.get(CallRound, round_id)
    if row is None:
        raise NotFound(N_("There is no such round of calls."))
    return _round(row)


def _round(row: CallRound) -> Round:
    calls = db.session.scalars(select(Call).where(Call.round_id == row.id)).all()
    real = [call for call in calls if not call.is_planted and call.done_at]
    outcomes = [rules.outcome_of_call(json.loads(call.replies)) if call.replies else None for call in real]
    return Round(
        row.id,
        places.place_by_id(row.place_id),
        row.programme,
        row.period,
        len(calls),
        sum(call.done_at is not None for call in calls),
        rules.tally(outcomes),
        sum(call.is_planted and call.replies is not None for call in calls),
        row.record,
    )


@dataclass(frozen=True)
class CallView:
    """One call as the officer sees it: nothing tells a planted one from the others."""

    id: int
    round_id: int
    position: int
    name: str
    village: str
    group: str
    phone: str
    amount: int
    tries: int
    is_done: bool
    replies: Mapping[str, str]


def calls(round_id: int) -> list[CallView]:
    """The calls of a round in order."""
    query = select(Call).where(Call.round_id == round_id).order_by(Call.position)
    return [call_view(row) for row in db.session.scalars(query)]


def call_view(row: Call) -> CallView:
    who: dict[str, Any] = json.loads(row.who)
    replies = json.loads(row.replies) if row.replies else {}
    village = places.place_by_id(gazette.item(row.number).place_id).name
    return CallView(
        row.id, row.round_id, row.position, who["name"], village, who["group"], who["phone"], who["amount"], row.tries,
        row.done_at is not None, replies,
    )  # fmt: skip


def programmes_of(township_id: int, at: datetime) -> dict[str, list[gazette.ItemView]]:
    """The current lists of a township's villages of the last twelve months, by programme."""
    first = clock.shift_period(clock.period_of(clock.today(at)), -12)
    ids = [village.id for village in places.villages_under(township_id)]
    found: dict[str, list[gazette.ItemView]] = {}
    for item in gazette.items_of_places(ids, ROSTER, first=first[:4]):
        if item.withheld_by is None and clock.period_bounds(item.period or first)[1] >= clock.period_bounds(first)[0]:
            found.setdefault((item.subject or "").partition(".")[0], []).append(item)
    return found


def programme_name(programme: str) -> Message:
    """What a programme is called."""
    return programmes.called(programme)
