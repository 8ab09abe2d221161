"""The county's dated settings: each with its type, default, sentence, source and mark (law, seen, own)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from portal.places import of_programmes
from portal.places.rules import ROLE_LABELS, Level, Role
from portal.text import N_, Message


class Type(Enum):
    """What a value is: int, list of ints, fen, bool, text, list of texts, list of dates, list of roles, a check's
    level, one of the setting's choices, or a list of rates (ten-thousandths of a yuan)."""

    NUMBER = "number"
    NUMBERS = "numbers"
    MONEY = "money"
    FLAG = "flag"
    TEXT = "text"
    WORDS = "words"
    DATES = "dates"
    ROLES = "roles"
    CHECK = "check"
    CHOICE = "choice"
    RATES = "rates"


class Mark(Enum):
    """How well a default is founded: read in a law, seen in practice, or our own choice."""

    LAW = "law"
    SEEN = "seen"
    OWN = "own"


CHECK_PREFIX = "check."
CHECK_LEVELS = ("error", "warning")
VAGUE_WORDS = (
    "其他", "其它", "杂费", "杂支", "费用", "开支", "支出", "零星支出", "其他支出", "日常支出", "日常开支",
    "other", "sundries", "misc",
)  # fmt: skip
SIGNING_ROLES = (Role.HEAD, Role.SECRETARY, Role.COMMITTEE)
DUTIES: Mapping[str, str] = {
    "finance": N_("Income and spending"),
    "subsidy": N_("Subsidies"),
    "project": N_("Projects"),
    "contract": N_("Contracts"),
    "decision": N_("Decisions"),
    "statement:assets": N_("Assets"),
    "statement:claims": N_("Claims"),
    "statement:debts": N_("Debts"),
    "statement:report": N_("Annual report"),
    "statement:distribution": N_("Distribution of the surplus"),
}
"""What a village may owe its villagers, and what it is called; `portal.duties.rules` says by which law and when."""


@dataclass(frozen=True)
class Setting:
    """One setting. `levels`: where it may be set (a lower place overrides a higher one); `minimum` and `maximum` in
    the value's own unit; `is_past_allowed` for facts such as the population, which may hold from an earlier day."""

    key: str
    type: Type
    default: Any
    label: str
    sentence: str
    source: str
    mark: Mark
    levels: tuple[Level, ...] = (Level.COUNTY,)
    minimum: int | None = None
    maximum: int | None = None
    is_past_allowed: bool = False
    is_fixed: bool = False
    """Set once by `portal init`, never by a page."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Of a CHOICE: value → what it is called (an English source string)."""
    programme: Message | None = None
    """The subsidy programme that it is about; these stand in a group of their own."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What each word may be, and what it is called: value → English source string; empty: any word."""


_ALL = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
_LOWER = (Level.COUNTY, Level.TOWNSHIP)
_OWN_CHOICE = N_("our own choice")
_LIST = (
    Setting(
        "sign_offices", Type.ROLES, [Role.HEAD.value, Role.COMMITTEE.value],
        N_("Offices that sign"),
        N_("A month is published once each of these offices has signed, signed with a reservation, or refused."),
        N_("农经发〔2011〕13号: reviewed before it is published; which offices, our own choice"), Mark.OWN,
    ),
    Setting(
        "silence_days", Type.NUMBER, 5,
        N_("Working days of silence"),
        N_("After so many working days without a signature the township may order publication."),
        N_("Shandong regulation (2018): objections within 5 days; our own choice for working days"), Mark.OWN,
        minimum=1, maximum=30,
    ),
    Setting(
        "finance_due_day", Type.NUMBER, 10,
        N_("Finance is due on day"),
        N_("A month's finance is due on this day of the next month."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=28,
    ),
    Setting(
        "quarterly_due_day", Type.NUMBER, 20,
        N_("Quarterly matters are due on day"),
        N_("Contracts, assets, claims and debts of a quarter are due on this day of the month after it."),
        N_("seen in provinces and counties: by the 20th"), Mark.SEEN, minimum=1, maximum=28,
    ),
    Setting(
        "subsidy_due_days", Type.NUMBER, 5,
        N_("Days for subsidies"),
        N_("A subsidy list is due so many days after the money was allocated."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=30,
    ),
    Setting(
        "decision_due_days", Type.NUMBER, 5,
        N_("Days for decisions"),
        N_("A decision of the villagers is due so many days after it was taken."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=30,
    ),
    Setting(
        "project_due_days", Type.NUMBER, 5,
        N_("Days for projects"),
        N_("A project's decision, contract, payment or acceptance is due so many days after its date."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=30,
    ),
    Setting(
        "duties", Type.WORDS, list(DUTIES),
        N_("What is asked for here"),
        N_("What villages post on this portal, and from when; a village that begins later has its own value."),
        N_("Organic Law (in force 2026-01-01), art. 35; law on rural collective economic organisations"), Mark.LAW,
        levels=_ALL, is_past_allowed=True, names=DUTIES,
    ),
    Setting(
        "assembly_days", Type.DATES, [],
        N_("Days of the members' assembly"),
        N_("The annual report and the plan of distribution are due before the first assembly of a year."),
        N_("the collective's own invitation"), Mark.OWN, levels=_ALL, is_past_allowed=True,
    ),
    Setting(
        "remind_days_before", Type.NUMBERS, [3],
        N_("Reminders before the date"),
        N_("The office that prepares a posting is reminded so many days before it is due."),
        _OWN_CHOICE, Mark.OWN,
    ),
    Setting(
        "remind_days_after", Type.NUMBERS, [1, 5, 15, 30],
        N_("Reminders after the date"),
        N_("While it is not posted, the office is reminded again so many days after it was due."),
        _OWN_CHOICE, Mark.OWN,
    ),
    Setting(
        "annual_report_days", Type.NUMBER, 10,
        N_("Days before the members' assembly"),
        N_("The annual report hangs so many days before the assembly of the collective's members."),
        N_("Law on rural collective economic organisations, art. 45"), Mark.LAW, minimum=10, maximum=60,
    ),
    Setting(
        "subsidy_tolerance", Type.MONEY, 1,
        N_("Rounding of subsidies up to"),
        N_("A sum may differ by so much from basis × rate: 0.05 where sums are rounded to the jiao, 0.50 to the yuan."),
        _OWN_CHOICE, Mark.OWN, levels=_LOWER, minimum=0, maximum=1_00,
    ),
    Setting(
        "hanging_days", Type.NUMBER, 15,
        N_("Days on the board"),
        N_("A notice stays on the board for so many days."),
        N_("Organic Law of the Villagers' Committees (in force 2026-01-01), art. 35: at least 15 days"), Mark.LAW,
        levels=_ALL, minimum=15, maximum=366,
    ),
    Setting(
        "board_answer_days", Type.NUMBER, 3,
        N_("Days to answer that a notice does not hang"),
        N_("Whoever says that a notice does not hang is answered with a photo within so many days; else it counts as "
           "taken down."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=15,
    ),
    Setting(
        "objection_days", Type.NUMBER, 7,
        N_("Days to object"),
        N_("Whoever disagrees with a list may say so for so many days."),
        N_("seen in provinces and counties: 7 days for welfare lists"), Mark.SEEN, minimum=1, maximum=60,
    ),
    Setting(
        "vague_summary_limit", Type.MONEY, 50_000,
        N_("Vague summaries up to"),
        N_("Above this sum a summary such as \"other expenses\" needs a breakdown."),
        _OWN_CHOICE, Mark.OWN, minimum=0,
    ),
    Setting(
        "vague_words", Type.WORDS,
        list(VAGUE_WORDS),
        N_("Vague words"),
        N_("A summary that says no more than one of these words is vague."),
        _OWN_CHOICE, Mark.OWN,
    ),
    Setting(
        "cash_payment_limit", Type.MONEY, 100_000,
        N_("Payments in cash up to"),
        N_("Above this sum a payment goes by bank, except wages, labour, farm produce and travel advances."),
        N_("general cash regulation, which villages copy"), Mark.SEEN, minimum=0,
    ),
    Setting(
        "cash_stock_limit", Type.MONEY, 500_000,
        N_("Cash in the drawer up to"),
        N_("A village keeps no more cash than this; what is above goes to the bank."),
        N_("seen in counties: 5,000 yuan"), Mark.SEEN, levels=_LOWER, minimum=0,
    ),
    Setting(
        "approval_tiers", Type.WORDS, ["500.00", "1000.00", "5000.00"],
        N_("Tiers of approval"),
        N_("Sums in yuan from which a payment needs one more approval."),
        N_("seen in counties: 500, 1,000 and 5,000 yuan"), Mark.SEEN,
    ),
    Setting(
        "major_amount", Type.MONEY, 5_000_000,
        N_("Major sums from"),
        N_("A payment above this sum is posted at once, not only with its month."),
        N_("seen in counties: 50,000 yuan"), Mark.SEEN, minimum=0,
    ),
    Setting(
        "village_purchase_from", Type.MONEY, 1_000_000,
        N_("Purchases by offers from"),
        N_("From this sum on a village asks for several offers."),
        N_("seen in counties: 10,000 yuan"), Mark.SEEN, minimum=0,
    ),
    Setting(
        "township_purchase_from", Type.MONEY, 30_000_000,
        N_("Purchases by the township's trading centre from"),
        N_("From this sum on works and goods are tendered by the township's trading centre."),
        N_("seen in counties: 300,000 yuan"), Mark.SEEN, minimum=0,
    ),
    Setting(
        "county_purchase_from", Type.MONEY, 200_000_000,
        N_("Purchases above the township from"),
        N_("From this sum on works are tendered above the township."),
        N_("seen in counties: 2,000,000 yuan"), Mark.SEEN, minimum=0,
    ),
    Setting(
        "zero_reception", Type.FLAG, True,
        N_("No hospitality"),
        N_("Nothing is spent on receptions from village money."),
        N_("county rules of zero reception"), Mark.LAW,
    ),
    Setting(
        "sealed_papers", Type.WORDS, ["wages", "contract", "identity", "other"],
        N_("Papers that villagers do not see"),
        N_("Papers of these kinds are sealed when they come in: invoice, receipt, wages, slip, contract, identity, "
           "photo, other. Supervisors see them."),
        _OWN_CHOICE, Mark.OWN,
    ),
    Setting(
        "paper_megabytes", Type.NUMBER, 20,
        N_("Megabytes of a paper"),
        N_("A photo or PDF of a paper may have so many megabytes."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=60,
    ),
    Setting(
        "paper_megapixels", Type.NUMBER, 50,
        N_("Million pixels of a paper"),
        N_("A photo of a paper may have so many million pixels."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=100,
    ),
    Setting(
        "paper_pages", Type.NUMBER, 100,
        N_("Pages of a paper"),
        N_("A PDF may have so many pages."),
        _OWN_CHOICE, Mark.OWN, minimum=1, maximum=300,
    ),
    Setting(
        "pool_minimum", Type.NUMBER, 5,
        N_("Villages for a comparison"),
        N_("A median per head is shown only if so many villages have posted the month."),
        _OWN_CHOICE, Mark.OWN, minimum=3, maximum=50,
    ),
    Setting(
        "calls_per_programme", Type.NUMBER, 8,
        N_("Calls a month and programme"),
        N_(
            "So many recipients of each programme are drawn every month in each township and called; counts are "
            "published from five reached up, so some more than five."
        ),
        _OWN_CHOICE, Mark.OWN, levels=_LOWER, minimum=0, maximum=100,
    ),
    Setting(
        "planted_phones", Type.WORDS, [],
        N_("Telephones that nobody answers"),
        N_("One of them stands under an invented name in each call list: who says to have reached it did not call."),
        _OWN_CHOICE, Mark.OWN,
    ),
    Setting(
        "levy_money_cap", Type.MONEY, 1500,
        N_("Levy of money per head and year"),
        N_("One project, one discussion: more than this may not be asked of a head in a year."),
        N_("old caps of provinces: 15 yuan a head"), Mark.SEEN, minimum=0,
    ),
    Setting(
        "levy_labour_cap", Type.NUMBER, 10,
        N_("Levy of workdays per worker and year"),
        N_("One project, one discussion: more days than this may not be asked of a worker in a year."),
        N_("old caps of provinces: 10 workdays"), Mark.SEEN, minimum=0, maximum=60,
    ),
    Setting(
        "holidays", Type.DATES, [],
        N_("Holidays"),
        N_("Days off work besides Saturday and Sunday; silence is counted without them."),
        N_("yearly notice of the State Council"), Mark.LAW, is_past_allowed=True,
    ),
    Setting(
        "worked_days", Type.DATES, [],
        N_("Days worked instead"),
        N_("Saturdays and Sundays that are worked because of a long holiday; they count as working days."),
        N_("yearly notice of the State Council"), Mark.LAW, is_past_allowed=True,
    ),
    Setting(
        "township_phone", Type.TEXT, "",
        N_("Phone for questions"),
        N_("Stands on every notice: where villagers ask and complain."),
        N_("Organic Law (in force 2026-01-01), art. 36: to the township or county"), Mark.LAW,
        levels=_LOWER, maximum=40, is_past_allowed=True,
    ),
    Setting(
        "population", Type.NUMBER, 0,
        N_("Population"),
        N_("Sums per head are made with it; 0 means unknown."),
        N_("the township's own count"), Mark.OWN,
        levels=(Level.VILLAGE,), minimum=0, maximum=1_000_000, is_past_allowed=True,
    ),
    Setting(
        "log_origin", Type.TEXT, "",
        N_("Origin of the log"),
        N_("The name under which this installation's gazette is sealed; it never changes."),
        N_("given at `portal init`"), Mark.OWN, is_fixed=True,
    ),
)  # fmt: skip

SETTINGS: Mapping[str, Setting] = {setting.key: setting for setting in _LIST}


def declaration(key: str, default: str = "error", label: str = N_("Level of a check")) -> Setting:
    """The setting with this key; `check.<name>` are the levels of a kind's checks, with `default` as the level and
    `label` as the name that the kind gives; `rate.<programme>` and the like are in `of_programmes`. KeyError for any
    other key."""
    if key.startswith(CHECK_PREFIX):
        return Setting(
            key, Type.CHECK, default,
            label,
            N_("An error refuses the draft; a warning is shown to those who sign."),
            _OWN_CHOICE, Mark.OWN, levels=_LOWER,
        )  # fmt: skip
    if found := of_programmes.spec_of(key):
        spec, programme = found
        return Setting(
            key, Type(spec.type), spec.default(programme),
            spec.label, spec.sentence, programme.source, Mark.LAW if programme.mark == "law" else Mark.SEEN,
            levels=_ALL if spec.is_by_villages else (Level.COUNTY,), is_past_allowed=spec.is_past_allowed,
            maximum=500 if spec.type == Type.TEXT.value else None, choices=spec.choices, programme=programme.called,
        )  # fmt: skip
    return SETTINGS[key]


ROLE_NAMES = {role.value: ROLE_LABELS[role] for role in SIGNING_ROLES}
