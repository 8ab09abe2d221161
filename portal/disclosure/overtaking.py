"""Drafts that wait while the sums carried over to them change: back to the bookkeeper, and read again."""

from datetime import datetime

from portal.accounts.rules import Actor
from portal.disclosure import queries
from portal.disclosure.acts import check_later, check_not_published, check_openings, record
from portal.disclosure.preparing import mark_changed, read_if_small
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import Act, State
from portal.errors import Conflict


def check(view: DraftView) -> None:
    """Conflict if the draft could not be published as it is: a signature under it would be given for nothing."""
    check_not_published(view.place, view.kind, view.period, view.supersedes)
    check_openings(view)
    check_later(view, queries.reading(view.id).content or {})


def give_back(actor: Actor, published: DraftView, at: datetime) -> None:
    """Inside the publishing transaction: what waits and no longer fits what is published is the bookkeeper's again.

    Otherwise the signers would go on signing what can never be published, and nobody who can mend it would be told.
    """
    if not published.kind.is_carried:
        return
    for view in queries.drafts([published.place.id], State.WAITING, only_open=True):
        if view.kind.name == published.kind.name and not _fits(view):
            record(actor, view.id, Act.OVERTAKEN, at)
            mark_changed(view.id, at)


def _fits(view: DraftView) -> bool:
    try:
        check(view)
    except Conflict:
        return False
    return True


def read_overtaken(published: DraftView, number: int | None, at: datetime) -> None:
    """After something was published as `number`: read the drafts that were given back because of it."""
    if number is None or not published.kind.is_carried:
        return
    for view in queries.drafts([published.place.id], State.SENT_BACK, only_open=True):
        if view.is_being_read and view.happenings[-1].act is Act.OVERTAKEN:
            read_if_small(view.id, at)
