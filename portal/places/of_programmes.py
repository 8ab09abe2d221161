"""What a county sets for each subsidy programme, with a date: rates, rule, payer, and names after the notice."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from portal import money
from portal.errors import Invalid
from portal.kinds.programmes import AFTER_NOTICE, PAYERS, PROGRAMMES, Programme
from portal.text import N_

RATE, RULE, PAID_BY, NAME_SHOWN = "rate", "rule", "paid_by", "name_shown"
_RATE = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,4}))?")


class Spec(NamedTuple):
    """One thing that is set for every programme; `default` takes the programme, `type` is a value of
    `settings.Type`; `is_by_villages`: townships and villages may have their own."""

    label: str
    sentence: str
    type: str
    default: Callable[[Programme], Any]
    choices: Mapping[str, str] = {}
    is_by_villages: bool = False
    is_past_allowed: bool = True


SPECS: Mapping[str, Spec] = {
    RATE: Spec(
        N_("Rate"),
        N_("Yuan for each unit of the basis, up to four decimals; several where there are bands. Lists are compared."),
        "rates",
        lambda programme: [],
        is_by_villages=True,
    ),
    RULE: Spec(
        N_("Rule"),
        N_("Who gets it and for what, in a sentence that stands on every list, so that anyone can recompute it."),
        "text",
        lambda programme: programme.rule.zh,
        is_by_villages=True,
    ),
    PAID_BY: Spec(
        N_("Paid by"),
        N_("What a village pays is looked for in its published books; what the county pays is not in them."),
        "choice",
        lambda programme: programme.paid_by,
        PAYERS,
    ),
    NAME_SHOWN: Spec(
        N_("Names after the notice"),
        N_("How people stand on pages and on paper printed later, once the days on the board are over."),
        "choice",
        lambda programme: programme.names_after,
        AFTER_NOTICE,
        is_past_allowed=False,
    ),
}


def spec_of(key: str) -> tuple[Spec, Programme] | None:
    """What a key such as ``rate.arable`` is, None for keys of another form."""
    what, _dot, code = key.partition(".")
    return (SPECS[what], PROGRAMMES[code]) if what in SPECS and code in PROGRAMMES else None


def keys_of(code: str) -> list[str]:
    """The keys of one programme."""
    return [f"{what}.{code}" for what in SPECS]


def keys(what: str) -> list[str]:
    """The keys of one thing, for all programmes."""
    return [f"{what}.{code}" for code in PROGRAMMES]


def rates(text: str) -> list[int]:
    """Rates as people type them, one a line or divided by commas, in ten-thousandths of a yuan."""
    found = set()
    for word in re.split(r"[\s,\uff0c\u3001]+", text.strip()) if text.strip() else ():
        number = _RATE.fullmatch(word)
        if not number:
            raise Invalid(N_("Rates are needed in yuan with at most four decimals, one a line: 120.5."), field="value")
        found.add(int(number[1]) * money.PRECISION + int((number[2] or "").ljust(4, "0")))
    if 0 in found:
        raise Invalid(N_("A rate is more than nothing."), field="value")
    return sorted(found)


def written_rates(values: Sequence[int]) -> str:
    """Rates as a person would type them."""
    return "\n".join(money.quantity(value) for value in values)
