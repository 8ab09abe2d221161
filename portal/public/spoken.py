"""What is read out over the village's loudspeaker: the same figures as on the page, in sentences for the ear."""

from collections.abc import Sequence
from typing import Any

from portal.kinds.base import Figure, Type
from portal.money import quantity, shown
from portal.notices.sheets import Text
from portal.public.item_queries import ItemPage
from portal.public.paper import both_periods, largest_payments, told_of_the_correction
from portal.text import N_, Message

TOLD = 3  # payments or parts that are named: more nobody keeps in mind


def script(page: ItemPage) -> list[Text]:
    """Sentences to be read aloud, twice, slowly; about a minute."""
    where = {"place": page.place.name, "what": page.heading, "period": both_periods(page.item.period)}
    return [
        Message(N_("Villagers of %(place)s: this is about %(what)s, %(period)s."), where),
        *told_of_the_correction(page),
        *_figures(page),
        *page.story[:2],
        *_largest(page),
        *_refusals(page.signoffs),
        Message(
            N_("The list hangs on the board from %(a)s to %(b)s. Come and look, and ask about any line."),
            {"a": page.posted_from, "b": page.posted_to},
        ),
        *_where_to_turn(page),
    ]


def _figures(page: ItemPage) -> list[Text]:
    return [
        Message(N_("%(label)s: %(value)s."), {"label": Message(figure.label), "value": _said(figure, value)})
        for figure in page.kind.headline
        if (value := page.figures.get(figure.name)) is not None
    ]


def _said(figure: Figure, value: int) -> Text:
    if figure.type is Type.MONEY:
        return spoken(value)
    return quantity(value) if figure.type is Type.QUANTITY else str(value)


def spoken(fen: int) -> Message:
    """A sum for the ear: fen are left out of it where there are none."""
    if fen % 100:
        return Message(N_("%(amount)s yuan"), {"amount": shown(fen)})
    return Message(N_("%(amount)s yuan"), {"amount": shown(fen).removesuffix(".00")})


def _largest(page: ItemPage) -> list[Text]:
    """The largest payments of a month; of a list nobody's name is read out."""
    found = largest_payments(page.lines, TOLD)
    told: list[Text] = [Message(N_("The largest payments:"))] if found else []
    return told + [
        Message(N_("%(label)s: %(value)s."), {"label": payment.summary, "value": spoken(payment.fen)})
        for payment in found
    ]


_REFUSALS = {
    "reserved": N_("%(who)s signed with a reservation: %(reason)s"),
    "refused": N_("%(who)s refused to sign: %(reason)s"),
}


def _refusals(signoffs: Sequence[Any]) -> list[Text]:
    return [
        Message(_REFUSALS[sign["decision"]], {"who": sign.get("person", ""), "reason": sign.get("reason", "")})
        for sign in signoffs
        if sign["decision"] in _REFUSALS
    ]


def _where_to_turn(page: ItemPage) -> list[Text]:
    if not page.phone:
        return []
    params = {"place": page.township.name, "phone": page.phone}
    return [Message(N_("Not satisfied? %(place)s, telephone %(phone)s."), params)]
