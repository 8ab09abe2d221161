"""Letters about what is late or missing: a villager's to township and county, the township's to the village."""

from collections.abc import Sequence
from datetime import date

from portal import clock
from portal.config import Settings
from portal.duties import queries as duties
from portal.duties import rules
from portal.duties.rules import TURN, Duty, State, citation
from portal.errors import Invalid, NotFound
from portal.notices.sheets import Both, Letter, Text
from portal.notices.voice import day
from portal.places import queries as places
from portal.places.queries import Contact, PlaceView
from portal.public.paper import both_periods
from portal.text import LANGUAGES, N_, Message

FACTS_AT_MOST = 12  # what a letter of one page holds


def report(code: str, kind: str, about: str, period: str, settings: Settings, today: date) -> Letter:
    """The letter with which a villager turns to township and county, as the law of today allows; NotFound where nothing
    is late or missing, Invalid for what is no period."""
    place = places.place(code)
    line = places.ancestors(place.id)
    ids = [each.id for each in line]
    dated = places.dated_settings(("township_phone", *duties.SETTINGS), ids)
    key = f"{kind}:{about}" if about else kind
    duty = _duty(place, ids, dated, key, period, today)
    above = line[:-1] or line
    phone = str(dated.value("township_phone", ids, today))
    return Letter(
        title=Message(_TITLES[duty.state]),
        to=_authorities(above),
        place=place.name,
        url=_page(place, settings),
        facts=[
            (Message(N_("Village")), place.name),
            (Message(N_("What")), _what(duty)),
            (Message(N_("Due on")), Both(*(day(duty.due, language) for language in LANGUAGES))),
            (Message(N_("As it is")), _state(duty, today)),
            *_basis(duty, today),
        ],
        body=[_law(today), Message(_WISHES[duty.state])],
        remarks=Message(N_("What I want to add, for instance what is untrue")),
        blanks=[Message(text) for text in (NAME, PHONE, DATE, SIGNATURE)],
        receipt=[
            Message(N_("Receipt for the villager")),
            Message(N_("Received: a letter about %(place)s, %(what)s."), {"place": place.name, "what": _what(duty)}),
            *([Message(N_("Phone of the township: %(phone)s"), {"phone": phone})] if phone else []),
        ],
        receipt_blanks=[Message(text) for text in (RECEIVED_BY, RECEIVED_ON)],
        foot=_foot(place, settings, today),
        demo=settings.demo,
    )


NAME, PHONE, DATE, SIGNATURE = N_("Name (optional)"), N_("Phone"), N_("Date"), N_("Signature")
RECEIVED_BY, RECEIVED_ON = N_("Received by, stamp"), N_("Received on")
_TITLES = {
    State.MISSING: N_("Please have it posted"),
    State.LATE: N_("Please look into a late posting"),
}
_WISHES = {
    State.MISSING: N_("I ask that this be looked into, that publication be ordered, and that I be told the result."),
    State.LATE: N_("I ask that it be looked into why this was late, and that I be told the result."),
}


def _duty(place: PlaceView, ids: Sequence[int], dated: places.Dated, key: str, period: str, today: date) -> Duty:
    rule = rules.rule_of(key)
    if rule is None:
        raise NotFound(N_("Nothing of this kind is due here."))
    if clock.grain_of(period) is None:
        raise Invalid(N_("Write the period like 2026-03, 2026-Q1 or 2026."), field="period")
    duty = duties.duty_of(place, ids, dated, key, period, today)
    if duty is None or not duty.is_at_fault:
        raise NotFound(N_("This was posted in time, or is not due yet: there is nothing to report."))
    return duty


def _authorities(above: Sequence[PlaceView]) -> Text:
    """Whom the law names: the township, or the county and its departments."""
    names = {"township": above[-1].name, "county": above[0].name}
    return Message(N_("To the government of %(township)s, or of %(county)s and its departments"), names)


def _what(duty: Duty) -> Message:
    return Message(N_("%(label)s, %(period)s"), {"label": Message(duty.label), "period": both_periods(duty.period)})


def _state(duty: Duty, today: date) -> Message:
    if duty.posting is None:
        text = N_("on %(day)s not posted, %(days)s days late")
        return Message(text, {"day": today, "days": duty.days})
    text = N_("posted on %(day)s, %(days)s days late (gazette item %(number)s)")
    return Message(text, {"day": duty.posting.on, "days": duty.days, "number": duty.posting.number})


def _basis(duty: Duty, today: date) -> list[tuple[Text, Text]]:
    """The law that asks for it, if it is the same today as on the day when it was due."""
    then, now = citation(duty.key, duty.due), citation(duty.key, today)
    return [(Message(N_("Asked for by")), now)] if now is not None and now == then else []


def _law(on: date) -> Message:
    source = citation(TURN, on)
    if source is None:
        return Message(N_("It was not posted in time. I therefore turn to you."))
    text = N_(
        "The law (%(source)s) lets villagers turn to the township, the county or its departments when something is "
        "posted late or untrue; these must investigate, verify and order it to be published."
    )
    return Message(text, {"source": source})


def _page(place: PlaceView, settings: Settings) -> str:
    return f"{settings.public_url}/zh/places/{place.code}"


def _foot(place: PlaceView, settings: Settings, today: date) -> Message:
    return Message(N_("Printed on %(day)s: %(address)s"), {"day": today, "address": _page(place, settings)})


# ---------------------------------------------------------------- the township's letter


def reminder(
    place: PlaceView,
    township: PlaceView,
    owed: Sequence[Duty],
    contact: Contact | None,
    settings: Settings,
    today: date,
) -> Letter:
    """The letter with which a township asks a village for what it has not posted."""
    source = citation(TURN, today)
    asks = N_("The township must look into it and order it to be published (%(source)s).")
    more = len(owed) - FACTS_AT_MOST
    return Letter(
        title=Message(N_("Reminder: please post")),
        to=Message(N_("To the villagers' committee of %(place)s"), {"place": place.name})
        if contact is None
        else Message(
            N_("To the villagers' committee of %(place)s, %(name)s"), {"place": place.name, "name": contact.name}
        ),
        place=place.name,
        url=_page(place, settings),
        facts=_facts(owed[:FACTS_AT_MOST]),
        body=[
            *([Message(N_("And more, on the village's page: %(n)s"), {"n": more})] if more > 0 else []),
            *([Message(asks, {"source": source})] if source is not None else []),
            Message(N_("Please post it, and write down here why it is late and until when it will be posted.")),
        ],
        remarks=Message(N_("Why it is late, and until when it will be posted")),
        blanks=[Message(text) for text in (N_("For the village"), DATE)],
        receipt=[
            Message(N_("%(township)s: this letter was delivered"), {"township": township.name}),
            Message(
                N_("Delivered: a reminder to %(place)s. What it asks for: %(n)s."),
                {"place": place.name, "n": len(owed)},
            ),
        ],
        receipt_blanks=[Message(text) for text in (N_("Received by"), RECEIVED_ON)],
        foot=_foot(place, settings, today),
        demo=settings.demo,
    )


def _facts(owed: Sequence[Duty]) -> list[tuple[Text, Text]]:
    """One row a period under what it is, which is said once."""
    facts: list[tuple[Text, Text]] = []
    last = ""
    for duty in sorted(owed, key=lambda duty: owed_labels(owed).index(duty.label)):
        facts.append((Message(duty.label) if duty.label != last else "", _owed(duty)))
        last = duty.label
    return facts


def owed_labels(owed: Sequence[Duty]) -> list[str]:
    """What is owed, each once, the longest missing first."""
    return list(dict.fromkeys(duty.label for duty in owed))


def _owed(duty: Duty) -> Message:
    told = {"period": both_periods(duty.period), "day": duty.due, "days": duty.days}
    return Message(N_("%(period)s: due on %(day)s, %(days)s days late"), told)
