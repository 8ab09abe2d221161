"""The verbs of the call list: a draw each month, calls with five questions, the counts that are published."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.clock import COUNTY_TIME
from portal.database import db, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.gazette import followed, internal
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import Level
from portal.recipients import queries, rules
from portal.recipients.models import Call, CallRound, Confirmation, Recipient
from portal.recipients.queries import ROSTER
from portal.recipients.rules import Way
from portal.text import N_

RECORD = "calls"
"""The kind of the gazette's record of a round."""


@dataclass(frozen=True)
class Drawn:
    """A line that the lot chose."""

    number: int
    n: int
    key: str
    name: str
    group: str
    amount: int


def draw(actor: Actor, township: PlaceView, at: datetime) -> int:
    """Draw this month's calls of a township, a round for each programme; how many rounds are new.

    The lot is the log's newest checkpoint from before the month: nobody chooses it, and everybody can draw again.
    Telephone numbers are read under the actor's name, which is kept.
    """
    if township.level != Level.TOWNSHIP:
        raise Invalid(N_("%(place)s is not a township."), place=township.name)
    period = clock.period_of(clock.today(at))
    first = datetime.combine(clock.period_bounds(period)[0], time(), COUNTY_TIME)
    with transaction():
        actor.must(Permission.CALLS_MAKE, places.line(township.id))
        settings = places.settings_in_force(township.id, clock.today(at))
        lot = gazette.checkpoint_before(first)
        if lot is None:
            raise Conflict(N_("Nothing was published before this month, so there is nobody to call yet."))
        known = set(
            db.session.scalars(
                select(CallRound.programme).where(CallRound.place_id == township.id, CallRound.period == period)
            )
        )
        made = 0
        for programme, items in sorted(queries.programmes_of(township.id, at).items()):
            if programme not in known:
                chosen = _chosen(items, f"{lot}\n{programme}", int(settings["calls_per_programme"]))
                made += _begin(actor, township, programme, period, lot, chosen, settings["planted_phones"], at)
        return made


def _chosen(items: Sequence[gazette.ItemView], lot: str, count: int) -> list[Drawn]:
    lines = {
        f"{item.number} {line['key']}": Drawn(
            item.number, line["n"], line["key"], str(line.get("name", "")), str(line.get("group", "")),
            line.get("amount", 0),
        )
        for item in items
        for line in gazette.lines(item.number, ROSTER)
    }  # fmt: skip
    return [lines[key] for key in rules.draw(lines, lot, count)]


def _begin(
    actor: Actor,
    township: PlaceView,
    programme: str,
    period: str,
    lot: str,
    chosen: Sequence[Drawn],
    planted: Sequence[str],
    at: datetime,
) -> int:
    """Write a round down, with an invented household among the others where the county keeps a number for it."""
    if not chosen:
        return 0
    row = CallRound(place_id=township.id, programme=programme, period=period, lot=lot[-64:], made_at=at)
    db.session.add(row)
    db.session.flush()
    chance = random.SystemRandom()  # lot and number are known to the officer, who is not to know which call checks
    people: list[tuple[Drawn, str, bool]] = [(one, _phone(actor, one, period, at), False) for one in chosen]
    if planted and len(chosen) > 1:
        people.insert(chance.randrange(len(people) + 1), (_invented(chosen, chance), chance.choice(planted), True))
    for position, (one, phone, is_planted) in enumerate(people, 1):
        who = {"name": one.name, "group": one.group, "phone": phone, "amount": one.amount}
        db.session.add(
            Call(
                round_id=row.id,
                position=position,
                is_planted=is_planted,
                number=one.number,
                key=one.key,
                who=json.dumps(who, ensure_ascii=False).encode(),
                tries=0,
            )
        )
    db.session.flush()
    return 1


def _phone(actor: Actor, one: Drawn, period: str, at: datetime) -> str:
    try:
        return str(internal.read(actor, one.number, one.n, f"call list {period}", at).get("phone", ""))
    except NotFound:
        return ""


def _invented(chosen: Sequence[Drawn], chance: random.Random) -> Drawn:
    """A household that does not exist, put together from two that do; with the sum of one of them it could be told
    by the sum that stands in the round twice."""
    one, other = chance.sample(list(chosen), 2)
    return Drawn(one.number, 0, "", one.name[:1] + other.name[1:], other.group, (one.amount + other.amount) // 2)


def not_reached(actor: Actor, call_id: int, at: datetime, seen: int | None = None) -> None:
    """Nobody answered; after the second try the household counts as not reached. Conflict where more tries were noted
    than whoever says so has `seen`: a second click is no second call."""
    with transaction():
        call = _open_call(actor, call_id)
        if seen is not None and seen != call.tries:
            raise Conflict(N_("This try was noted already. Call once more later, then note it."))
        call.tries, call.tried_at, call.by = call.tries + 1, at, actor.person_id
        if call.tries >= rules.TRIES:
            call.done_at = at


def answered(actor: Actor, call_id: int, replies: Mapping[str, str], at: datetime) -> None:
    """What the household said; it becomes its confirmation, which no village account sees."""
    offered = dict(rules.REPLIES)
    with transaction():
        call = _open_call(actor, call_id)
        given = {key: replies[key] for key, _question in rules.QUESTIONS if replies.get(key) in offered}
        outcome = rules.outcome_of_call(given)
        if outcome is None:
            raise Invalid(N_("Answer at least whether it is the right household and whether the money came."))
        call.replies, call.tries, call.tried_at = json.dumps(given).encode(), call.tries + 1, at
        call.by, call.done_at = actor.person_id, at
        if not call.is_planted:
            _confirm(call, outcome, actor, at)


def _open_call(actor: Actor, call_id: int) -> Call:
    call = db.session.get(Call, call_id, populate_existing=True)
    if call is None:
        raise NotFound(N_("There is no such call."))
    place_id = db.session.scalar(select(CallRound.place_id).where(CallRound.id == call.round_id))
    assert place_id is not None
    actor.must(Permission.CALLS_MAKE, places.line(place_id))
    if call.done_at is not None:
        raise Conflict(N_("This call was noted already."))
    return call


def _confirm(call: Call, outcome: rules.Answer, actor: Actor, at: datetime) -> None:
    number, key = followed.place_now(call.number, call.key)  # the list may have been corrected since the draw
    place = places.place_by_id(gazette.item(number).place_id)
    household = next(
        (
            one
            for one in queries.households(place)
            if any((granted.number, granted.key) == (number, key) for granted in one.granted)
        ),
        None,
    )
    if household is None:  # the corrected list names it no more
        return
    row = db.session.scalar(select(Recipient).where(Recipient.place_id == place.id, Recipient.match == household.match))
    if row is None:
        row = Recipient(
            place_id=place.id, match=household.match, name=household.name.encode(), group=household.group.encode()
        )
        db.session.add(row)
        db.session.flush()
    db.session.add(
        Confirmation(
            place_id=place.id,
            recipient_id=row.id,
            number=number,
            key=key,
            answer=outcome,
            way=Way.CALL,
            entered_by=actor.person_id,
            at=at,
        )
    )


def publish(actor: Actor, round_id: int, at: datetime) -> int:
    """Publish what a finished round came to; the record's number. Single answers are never told: below five households
    reached only how many were called."""
    with transaction():
        row = db.session.get(CallRound, round_id, populate_existing=True)
        if row is None:
            raise NotFound(N_("There is no such round of calls."))
        place = places.place_by_id(row.place_id)
        actor.must(Permission.CALLS_MAKE, places.line(place.id))
        found = queries.round_(round_id)
        if row.record is not None:
            raise Conflict(N_("This round is published already, as number %(number)s."), number=row.record)
        if found.done < found.total:
            raise Conflict(N_("%(n)s calls are still to be made."), n=found.total - found.done)
        content: dict[str, Any] = {"programme": row.programme, "period": row.period, "called": found.tally.called}
        if found.tally.may_be_published:
            content |= {name: getattr(found.tally, name) for name in ("reached", "confirmed", "corrected")}
        assert RECORD not in KINDS  # a record of the portal, not a posting
        entry = gazette_services.Entry(RECORD, place.code, place.id, row.period, row.programme, content)
        (row.record,) = gazette_services.publish([entry], at)
        return row.record
