"""The verbs of slips: codes made for the township, opened by households, and what these answer."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update

from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.errors import Invalid, NotFound
from portal.gazette import installation
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.recipients import queries, rules
from portal.recipients.models import Confirmation, Recipient, Slip
from portal.recipients.queries import Household
from portal.recipients.rules import Way
from portal.text import N_


@dataclass(frozen=True)
class Made:
    """A household with the code just made for it; the code is in clear here and nowhere else."""

    household: Household
    code: str


def code_hash(code: str) -> bytes:
    """What is kept of a code: a hash under the receipt key."""
    return hmac.digest(installation.current().receipt_key(), f"slip {code}".encode(), sha256)


def make_slips(actor: Actor, place: PlaceView, since: str, at: datetime) -> list[Made]:
    """New codes for every household that the village's lists name since a period; older codes of theirs end.

    For the township, which prints and seals them: no village account may do this or see it.
    """
    with transaction() as session:
        actor.must(Permission.RECIPIENTS_MANAGE, places.line(place.id))
        made = []
        for household in queries.households(place, since):
            recipient_id = _recipient_id(place, household)
            holding = (Slip.recipient_id == recipient_id, Slip.ends_at.is_(None))
            session.execute(update(Slip).where(*holding).values(ends_at=at))
            made.append(Made(household, _new_slip(actor, recipient_id, at)))
        if not made and since:
            raise Invalid(
                N_("No list of %(place)s since then names anybody. Choose an earlier year."), place=place.name
            )
        if not made:
            raise Invalid(N_("No list of %(place)s names anybody yet."), place=place.name)
        return made


def desk_code(actor: Actor, place: PlaceView, match: bytes, at: datetime) -> Made:
    """A code for somebody who stands at the township's desk and has shown who he is; it works once, within an hour."""
    with transaction():
        actor.must(Permission.RECIPIENTS_MANAGE, places.line(place.id))
        household = next((one for one in queries.households(place) if one.match == match), None)
        if household is None:
            raise NotFound(N_("There is no such household."))
        recipient_id = _recipient_id(place, household)
        code = _new_slip(actor, recipient_id, at, ends_at=at + rules.DESK_CODE_LASTS, is_for_once=True)
        return Made(household, code)


def _recipient_id(place: PlaceView, household: Household) -> int:
    row = db.session.scalar(select(Recipient).where(Recipient.place_id == place.id, Recipient.match == household.match))
    if row is None:
        row = Recipient(place_id=place.id, match=household.match)
        db.session.add(row)
    row.name, row.group = household.name.encode(), household.group.encode()
    db.session.flush()
    return row.id


def _new_slip(
    actor: Actor, recipient_id: int, at: datetime, ends_at: datetime | None = None, is_for_once: bool = False
) -> str:
    code = rules.new_code()
    slip = Slip(
        recipient_id=recipient_id,
        code=code_hash(code),
        made_by=actor.person_id,
        made_at=at,
        ends_at=ends_at,
        is_for_once=is_for_once,
    )
    db.session.add(slip)
    db.session.flush()
    return code


def open_slip(text: str, at: datetime) -> int:
    """The recipient whose code was typed; a desk code is used up by that. Invalid for a slip of the pen, NotFound for a
    code that nobody has (any more)."""
    code = rules.typed(text)
    with transaction():
        slip = queries.of_slip(code_hash(code), at)
        if slip is None:
            raise NotFound(
                N_(
                    "This code is not known, a newer slip has taken its place, or its list was withheld by order. "
                    "Ask the township."
                )
            )
        if slip.is_for_once:
            slip.ends_at = at
        return slip.recipient_id


def answer(recipient_id: int, number: int, key: str, said: str, at: datetime) -> None:
    """What a household says of one payment on its own page; it may say otherwise later."""
    with transaction():
        place, household = queries.recipient(recipient_id)
        _note(place.id, household, number, key, said, Way.SLIP, None, at)


def enter_list(actor: Actor, place: PlaceView, number: int, answers: Mapping[str, str], at: datetime) -> int:
    """What stands on a tick list of a roster, collected by somebody outside the committee; how many were entered.

    `answers` by line key; lines without a tick are left out.
    """
    with transaction():
        actor.must(Permission.RECIPIENTS_MANAGE, places.line(place.id))
        of_line = {
            granted.key: household
            for household in queries.households(place)
            for granted in household.granted
            if granted.number == number
        }
        for key, said in answers.items():
            if key not in of_line:
                raise Invalid(N_("The list has changed since it was printed. Print it anew."))
            household = of_line[key]
            recipient_id = _recipient_id(place, household)
            kept = Household(household.match, household.name, household.group, household.granted, recipient_id)
            _note(place.id, kept, number, key, said, Way.LIST, actor.person_id, at)
        return len(answers)


def _note(
    place_id: int, household: Household, number: int, key: str, said: str, way: Way, by: int | None, at: datetime
) -> None:
    if said not in rules.OFFERED:
        raise Invalid(N_("Choose one of the answers offered."), field="answer")
    if not any((granted.number, granted.key) == (number, key) for granted in household.granted):
        raise Invalid(N_("This payment is not on your list any more. Go back and look again."))
    db.session.add(
        Confirmation(
            place_id=place_id,
            recipient_id=household.id,
            number=number,
            key=key,
            answer=said,
            way=way,
            entered_by=by,
            at=at,
        )
    )
    db.session.flush()
