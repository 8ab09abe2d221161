"""The township's letter to a village about what it has not posted: drawn, and written down as a reminder."""

from datetime import datetime
from io import BytesIO

from portal import clock, notices
from portal.accounts.rules import Actor, Permission
from portal.config import Settings
from portal.duties import boards
from portal.duties import services as duties
from portal.errors import NotFound
from portal.places import queries as places
from portal.places.rules import Level
from portal.public import letters
from portal.text import N_


def letter(actor: Actor, code: str, language: str, settings: Settings, at: datetime) -> bytes:
    """The letter as a PDF; Invalid if the village owes nothing, Forbidden where somebody else oversees it."""
    place, today = places.place(code), clock.today(at)
    line = places.ancestors(place.id)
    actor.must(Permission.DRAFTS_ORDER, [each.id for each in line])
    if place.level != Level.VILLAGE:
        raise NotFound(N_("There is no village with the code %(code)s."), code=code)
    owed = [duty for one in boards.unposted([place], line[0].id, today) for duty in one.duties]
    contact = places.responsible([place], today).get(place.id)
    out = BytesIO()
    drawn = letters.reminder(place, line[-2], owed, contact, settings, today)
    notices.draw_letter(drawn, out, language=language, fonts=settings.fonts)
    duties.note_letter(actor, place, owed, at)
    return out.getvalue()
