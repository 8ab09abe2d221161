"""Finance: the village's money month by month, entry by entry, in the books it is kept in."""

from collections.abc import Mapping
from typing import Any

from portal.kinds.base import Kind, Rhythm
from portal.kinds.finance.accounts import english_name
from portal.kinds.finance.assemble import assemble, no_dealings
from portal.kinds.finance.books import SECTIONS, book_label, owner_label
from portal.kinds.finance.columns import CHECK_LABELS, CHECKS, COLUMNS, HEADLINE, INPUT
from portal.kinds.finance.totals import NOT_STATED, breakdown, figures
from portal.kinds.payees import is_organisation
from portal.text import N_

__all__ = ["FINANCE", "NOT_STATED", "book_label", "breakdown", "english_name", "no_dealings", "owner_label"]


def search_text(line: Mapping[str, Any]) -> str:
    """The summary, and the payee if it is an organisation: no person is found by name."""
    payee = line.get("payee")
    return f"{line['summary']} {payee}" if payee and is_organisation(payee) else str(line["summary"])


FINANCE = Kind(
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
)
