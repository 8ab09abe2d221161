"""An item opened for showing: its content and signatures, what surrounds its place, and how its people stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.hanging import queries as hanging
from portal.hanging.queries import Hung
from portal.kinds import KINDS
from portal.kinds.base import Kind
from portal.kinds.programmes import SURNAME
from portal.places import of_programmes
from portal.public.surroundings import Around
from portal.text import N_


def kind_of(item: ItemView) -> Kind:
    """The kind of a posting; NotFound for a record, which has neither lines nor a notice."""
    if item.kind not in KINDS:
        raise NotFound(N_("This entry of the gazette has no lines and no notice; its sealed record can be downloaded."))
    return KINDS[item.kind]


def opened(item: ItemView) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Content (brought up to date) and signatures of an item, from its payload and the names beside it alone."""
    return gazette.opened(item.number, kind_of(item).name)


@dataclass(frozen=True)
class OnBoard:
    """From when to when a notice is on the board, how long names on it are shown, and what is known of it there; `hung`
    is None for what is nothing for the board."""

    since: date
    until: date
    names_until: date
    hung: Hung | None = None


def on_board(item: ItemView, where: Around) -> OnBoard:
    """How an item stands on the board today; one that was replaced, on the day of that."""
    published = clock.today(item.published_at)
    days, answer_days = (int(where.settings.value(key, where.ids, published)) for key in hanging.SETTINGS)
    replaced_on = clock.today(gazette.item(item.superseded_by).published_at) if item.superseded_by else None
    hung = hanging.of_item(item, days, answer_days, clock.today(), replaced_on)
    if hung is None:
        until = published + timedelta(days)
        return OnBoard(published, until, until)
    return OnBoard(hung.judged.since, hung.judged.until, hung.judged.names_until, hung)


def hides_names(
    item: ItemView, kind: Kind, content: Mapping[str, Any], where: Around, board: OnBoard | None = None
) -> bool:
    """Do people stand with their surname only, because the notice is over and the county has decided so, as things are
    today? What was taken over from older records was on the board long ago."""
    if not _keeps_surnames(kind, content, where):
        return False
    return item.taken_over or clock.today() > (board or on_board(item, where)).names_until


def _keeps_surnames(kind: Kind, content: Mapping[str, Any], where: Around) -> bool:
    if kind.names_key is None or not content["lines"]:
        return False
    key = kind.names_key(content)
    if not of_programmes.spec_of(key):
        return True  # a programme that is no longer known
    return bool(where.settings.value(key, where.ids, clock.today()) == SURNAME)
