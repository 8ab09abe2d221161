"""What the township prints for households: slips with codes, tick lists."""

from collections.abc import Sequence
from io import BytesIO

from portal import notices
from portal.accounts.rules import Actor, Permission
from portal.config import Settings
from portal.gazette import queries as gazette
from portal.kinds import KINDS
from portal.money import shown
from portal.notices import Both
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.recipients import queries, rules
from portal.recipients.queries import ROSTER, CallView, Granted
from portal.recipients.slips import Made
from portal.text import LANGUAGES, N_, Message, period_text


def slips(made: Sequence[Made], place: PlaceView, language: str, settings: Settings) -> bytes:
    """The slips of a village as a PDF, in the order of groups and names."""
    address = f"{settings.public_url}/{language}/mine"
    sheets = [
        notices.Slip(
            place.name,
            one.household.name,
            one.household.group,
            [(_what(granted), granted.amount) for granted in one.household.granted],
            rules.written(one.code),
            address,
        )
        for one in made
    ]
    out = BytesIO()
    notices.draw_slips(sheets, out, language, settings.fonts, settings.demo)
    return out.getvalue()


def _what(granted: Granted) -> Message:
    words = {"programme": granted.programme, "period": _both(granted.period)}
    return Message(N_("%(programme)s %(period)s"), words)


def _both(period: str) -> Both:
    return Both(*(period_text(period, language) for language in LANGUAGES))


def tick_list(actor: Actor, number: int, language: str, settings: Settings) -> bytes:
    """A roster with boxes behind every name; for the township, which has it carried round."""
    item = queries.roster(number)
    actor.must(Permission.RECIPIENTS_MANAGE, places.line(item.place_id))
    content = gazette.content(number)
    sheet = notices.TickList(
        places.place_by_id(item.place_id).name,
        KINDS[ROSTER].called(content),
        _both(item.period or ""),
        f"{item.check_code}",
        [
            notices.TickLine(n, str(line.get("name", "")), str(line.get("group", "")), line.get("amount", 0))
            for n, line in enumerate(content["lines"], 1)
        ],
        settings.demo,
    )
    out = BytesIO()
    notices.draw_tick_list(sheet, out, language, settings.fonts)
    return out.getvalue()


def told(question: str, call: CallView, programme: Message) -> Message:
    """A question of the call list with the names filled in."""
    who = {"name": call.name, "village": call.village, "group": call.group}
    return Message(question, {**who, "amount": shown(call.amount), "programme": programme})
