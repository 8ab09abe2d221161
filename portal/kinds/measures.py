"""What of an item is measured against other items, and in which words: a kind declares it, public pages compute it.

Comparable are current items of the same kind and subject (the programme, the class): of the same village before, and of
the township's villages for the same period.
"""

from dataclasses import dataclass
from enum import Enum

from portal.text import N_


class Before(Enum):
    """Which posting of the village a figure stands beside: of the period before, of the same period a year before, or
    the last one before it, whatever its period."""

    STEP = "step"
    YEAR = "year"
    LAST = "last"


@dataclass(frozen=True)
class Words:
    """Sentences with %(amount)s (the difference, never negative), %(when)s and %(what)s (the figure's label)."""

    more: str
    less: str
    same: str


@dataclass(frozen=True)
class Heads:
    """Sentences about a sum per head of the village, with %(what)s: beside the township's median (%(own)s, %(middle)s,
    %(n)s villages), and why it is not: `few` villages (%(n)s of %(m)s), a `short` list (under %(m)s), heads `unknown`.
    """

    beside: str
    few: str
    short: str
    unknown: str


MONEY = Words(
    more=N_("%(what)s: %(amount)s yuan more than in %(when)s."),
    less=N_("%(what)s: %(amount)s yuan less than in %(when)s."),
    same=N_("%(what)s: as much as in %(when)s."),
)
PER_HEAD = Heads(
    beside=N_(
        "%(what)s per head of the village: %(own)s yuan; the middle of the %(n)s villages of the township that have"
        " posted the same for this period is %(middle)s yuan."
    ),
    few=N_(
        "%(what)s per head of the village is not compared: villages of the township with a list to compare with for"
        " this period: %(n)s; needed: %(m)s."
    ),
    short=N_("%(what)s per head of the village is not compared: a list of fewer than %(m)s is too short for it."),
    unknown=N_("%(what)s per head of the village is not given: the number of villagers is not known here."),
)


@dataclass(frozen=True)
class Measure:
    """One figure that is compared: its name among `Kind.headline`, with which postings `before` it, and in which words.

    `per_head` where a sum per head of the village says something; then `count` may name the figure that says how many
    share the sum: what too few share is no measure for a village. `tells_alone`: is it said that there is no posting to
    compare with? `label` is what sentences call the figure, if not as it stands among the large ones.
    """

    figure: str
    before: tuple[Before, ...] = ()
    words: Words = MONEY
    per_head: Heads | None = None
    count: str = ""
    tells_alone: bool = True
    label: str = ""
