"""What a posting is about: one project, asset or matter, found again over the years under a key made of its name.

Its postings stand in the order of what they tell of, not of when they were published.
"""

import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from portal.clock import period_bounds
from portal.kinds.base import Posted
from portal.kinds.payees import normalised

_NOISE = re.compile(r"[\W_]+")


def key(*names: str) -> str:
    """The key of a subject: twelve hexadecimal digits. Width, case, blanks and punctuation of a name do not matter.

    A header carries it, so it is no free text: a name that has to be withheld later does not stay in the log.
    """
    plain = "\n".join(_NOISE.sub("", normalised(name).casefold()) for name in names)
    return sha256(plain.encode()).hexdigest()[:12]


def in_time(lines: Iterable[Posted]) -> list[Posted]:
    """Lines by the end of their period, by their own date (without one: at its end), then as they were published: so a
    correction stands where its period is."""
    return sorted(lines, key=when)


def when(one: Posted) -> tuple[date, str, int, int]:
    """A line's place in the order of time."""
    end = period_bounds(one.period)[1] if one.period else one.on
    return end, str(one.line.get("date") or end.isoformat()), one.number, one.n
