"""Choices as they are stored: of one submit, with the person, and in the village's memory."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from portal.accounts.rules import Actor
from portal.database import db
from portal.disclosure import queries
from portal.disclosure.editions import Choice
from portal.disclosure.models import DraftChoice, RememberedChoice
from portal.disclosure.queries import NOTHING, DraftView


def set_nothing(actor: Actor, draft_id: int, value: str, at: datetime) -> None:
    if queries.choices(draft_id).no_dealings != (value == "yes"):
        put_choices(actor, draft_id, [(NOTHING, None, NOTHING, value, None)], at)


def put_choices(actor: Actor, draft_id: int, choices: Sequence[Choice], at: datetime) -> None:
    """Store the choices of one submit."""
    last = db.session.scalar(select(func.max(DraftChoice.act)).where(DraftChoice.draft_id == draft_id)) or 0
    for what, file_id, about, value, remember in choices:
        db.session.add(
            DraftChoice(
                draft_id=draft_id,
                file_id=file_id,
                what=what,
                about=about,
                value=value.encode(),
                remember=remember,
                act=last + 1,
                person_id=actor.person_id,
                at=at,
            )
        )
    db.session.flush()


def remember(view: DraftView, what: str, about: str, value: str, at: datetime) -> None:
    forget(view, what, about)
    db.session.add(
        RememberedChoice(place_id=view.place.id, kind=view.kind.name, what=what, about=about, value=value, at=at)
    )
    db.session.flush()


def forget(view: DraftView, what: str, about: str) -> None:
    db.session.execute(
        delete(RememberedChoice).where(
            RememberedChoice.place_id == view.place.id,
            RememberedChoice.kind == view.kind.name,
            RememberedChoice.what == what,
            RememberedChoice.about == about,
        )
    )
