"""An item opened for showing: its content and signatures, what surrounds its place, and how its people stand."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.kinds import KINDS
from portal.kinds.base import Kind
from portal.kinds.programmes import SURNAME
from portal.places import of_programmes
from portal.public.surroundings import Around
from portal.text import N_


def kind_of(item: ItemView) -> Kind:
    """The kind of a posting; NotFound for a record, which has no page of its own yet."""
    if item.kind not in KINDS:
        raise NotFound(N_("This entry of the gazette has no page; its sealed record can be downloaded."))
    return KINDS[item.kind]


def opened(item: ItemView) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Content (brought up to date) and signatures of an item, from its payload and the names beside it alone."""
    return gazette.opened(item.number, kind_of(item).name)


def hanging(item: ItemView, where: Around) -> tuple[date, date]:
    """From which day to which the notice hangs."""
    first = clock.today(item.published_at)
    return first, first + timedelta(days=int(where.settings.value("hanging_days", where.ids, first)))


def hides_names(item: ItemView, kind: Kind, content: Mapping[str, Any], where: Around) -> bool:
    """Do people stand with their surname only, because the notice is over and the county has decided so, as things are
    today? What was taken over from older records was on the board long ago."""
    is_over = item.taken_over or clock.today() > hanging(item, where)[1]
    return is_over and _keeps_surnames(kind, content, where)


def _keeps_surnames(kind: Kind, content: Mapping[str, Any], where: Around) -> bool:
    if kind.names_key is None:
        return False
    key = kind.names_key(content)
    if not of_programmes.spec_of(key):
        return True  # a programme that is no longer known
    return bool(where.settings.value(key, where.ids, clock.today()) == SURNAME)
