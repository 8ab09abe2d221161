"""Finance: the village's money month by month, entry by entry, in the books it is kept in."""

from collections.abc import Collection, Mapping
from typing import Any

from portal.kinds.base import Kind, Rhythm, Type
from portal.kinds.finance.accounts import english_name
from portal.kinds.finance.assemble import assemble, no_dealings
from portal.kinds.finance.books import SECTIONS, book_label, owner_label
from portal.kinds.finance.columns import CHECK_LABELS, CHECKS, COLUMNS, HEADLINE, INPUT, MEASURES, QUESTIONS
from portal.kinds.finance.leaves import leaves
from portal.kinds.finance.totals import NOT_STATED, breakdown, figures
from portal.kinds.payees import is_organisation
from portal.text import N_, Message

__all__ = ["FINANCE", "KIND", "NOT_STATED", "book_label", "breakdown", "english_name", "owner_label"]


def search_text(line: Mapping[str, Any]) -> str:
    """The summary, and the payee if it is an organisation: no person is found by name."""
    payee = line.get("payee")
    return f"{line['summary']} {payee}" if payee and is_organisation(payee) else str(line["summary"])


def _amount(line: Mapping[str, Any]) -> int | None:
    """Money in as a positive sum, money out as a negative one."""
    return line["income"] if line.get("income") else -line["expense"] if line.get("expense") else None


def _parts(content: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    parts = breakdown(content)
    return {CAME_FROM: parts["income"], WENT_TO: parts["expense"]}


CAME_FROM, WENT_TO = N_("Where it came from"), N_("Where it went")


def _reads_table(names: Collection[str]) -> bool:
    """A day, and at least one sum of money."""
    has_day = "date" in names or {"month", "day"} <= set(names)
    return has_day and any(column.name in names for column in INPUT if column.type is Type.MONEY)


KIND = FINANCE = Kind(
    name="finance",
    version=1,
    label=N_("Income and spending"),
    rhythm=Rhythm.PERIOD,
    columns=COLUMNS,
    input=INPUT,
    assemble=assemble,
    figures=figures,
    headline=HEADLINE,
    checks=CHECKS,
    check_labels=CHECK_LABELS,
    sections=SECTIONS,
    search_text=search_text,
    nothing=no_dealings,
    nothing_label=N_("No dealings this month"),
    nothing_said=lambda content: Message(N_("No dealings in this month: no money came in and none went out.")),
    is_carried=True,
    amount=_amount,
    breakdown=_parts,
    measures=lambda content: MEASURES,
    questions=QUESTIONS,
    reads_table=_reads_table,
    leaves=leaves,
    order=10,
)
