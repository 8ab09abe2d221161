"""How many have to come and how many to agree, by body and day: dated rules with their source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from portal.text import N_

ASSEMBLY, REPRESENTATIVES, MEMBERS, MEMBER_REPRESENTATIVES = "assembly", "representatives", "members", "member_reps"
PARTY, COMMITTEES, BRANCH, GROUP = "party", "committees", "branch", "group"
BODIES = {
    ASSEMBLY: N_("villagers' assembly"),
    REPRESENTATIVES: N_("villagers' representatives"),
    MEMBERS: N_("members of the collective"),
    MEMBER_REPRESENTATIVES: N_("members' representatives of the collective"),
    PARTY: N_("party members"),
    COMMITTEES: N_("the two committees"),
    BRANCH: N_("party branch"),
    GROUP: N_("villagers' group"),
}

MET, TOO_FEW_CAME, TOO_FEW_AGREED, UNKNOWN = "met", "too_few_came", "too_few_agreed", "unknown"
OUTCOMES = {
    MET: N_("enough came and agreed"),
    TOO_FEW_CAME: N_("too few came"),
    TOO_FEW_AGREED: N_("too few agreed"),
    UNKNOWN: N_("numbers not stated"),
}


@dataclass(frozen=True)
class Share:
    """A part of a number: more than it (`is_over`), or at least it."""

    part: Fraction
    is_over: bool = False

    def is_reached(self, number: int, of: int) -> bool:
        return number > of * self.part if self.is_over else number >= of * self.part


@dataclass(frozen=True)
class Rule:
    """What a body needs from `begins` to `ends` (both included; None: open): `came` of those due, `agreed` of those
    present, or of all those due where `of_all`."""

    body: str
    came: Share
    agreed: Share
    source: str
    of_all: bool = False
    begins: date = date(1998, 11, 4)
    ends: date | None = None


HALF = Share(Fraction(1, 2), is_over=True)
TWO_THIRDS = Share(Fraction(2, 3))
NEW_LAW, LAST_DAY = date(2026, 1, 1), date(2025, 12, 31)
COLLECTIVE_LAW = date(2025, 5, 1)

RULES: Sequence[Rule] = (
    Rule(ASSEMBLY, HALF, HALF, N_("Organic Law of 2018, art. 22"), ends=LAST_DAY),
    Rule(ASSEMBLY, HALF, HALF, N_("Organic Law of 2025, art. 26"), begins=NEW_LAW),
    Rule(REPRESENTATIVES, TWO_THIRDS, HALF, N_("Organic Law of 2018, art. 25"), ends=LAST_DAY),
    Rule(REPRESENTATIVES, TWO_THIRDS, HALF, N_("Organic Law of 2025, art. 30"), begins=NEW_LAW),
    Rule(
        MEMBERS, TWO_THIRDS, TWO_THIRDS, N_("Law on rural collective economic organisations, art. 27"),
        of_all=True, begins=COLLECTIVE_LAW,
    ),
    Rule(
        MEMBER_REPRESENTATIVES, TWO_THIRDS, TWO_THIRDS, N_("Law on rural collective economic organisations, art. 28"),
        of_all=True, begins=COLLECTIVE_LAW,
    ),
    Rule(PARTY, TWO_THIRDS, HALF, N_("Four deliberations, two disclosures"), of_all=True),
)  # fmt: skip
"""The law says of the assembly: more than half of the adults, or two thirds of the households (`HOUSEHOLDS`)."""

HOUSEHOLDS = TWO_THIRDS


def rule_of(body: str, on: date) -> Rule | None:
    """The rule for a body in force on a day; None for a body without one."""
    for rule in RULES:
        if rule.body == body and rule.begins <= on and (rule.ends is None or on <= rule.ends):
            return rule
    return None


def outcome(
    rule: Rule, due: int | None, present: int | None, in_favour: int | None, *, are_households: bool = False
) -> str:
    """Did enough come and agree? `UNKNOWN` where a number is not stated. Households are counted where the list says so:
    then two thirds of them have to be there."""
    if not due or present is None or in_favour is None:
        return UNKNOWN
    came = HOUSEHOLDS if are_households and rule.body == ASSEMBLY else rule.came
    if not came.is_reached(present, due):
        return TOO_FEW_CAME
    return MET if rule.agreed.is_reached(in_favour, due if rule.of_all else present) else TOO_FEW_AGREED
