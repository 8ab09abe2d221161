"""The bank's payout file of a published roster: read like any workbook, compared, and only what it says kept."""

from datetime import date, datetime

from portal import workbooks
from portal.accounts.rules import Actor
from portal.disclosure import rules
from portal.errors import Invalid
from portal.gazette import payouts
from portal.kinds import payout
from portal.kinds.base import Finding
from portal.text import N_, Message


def record_payout(actor: Actor, number: int, name: str, body: bytes, paid_on: date, at: datetime) -> int:
    """Compare the bank's file (names, accounts, sums, states) with roster `number`; the payout's id.

    The file itself is not kept. Invalid, with the first cell that cannot be read, or where columns are missing.
    """
    if not body:
        raise Invalid(N_("Choose a file first."), field="file")
    try:
        read = workbooks.extract(body, rules.clean_name(name), payout.FORM)
    except Invalid as error:
        raise Invalid(error.message, field="file") from error
    if read.findings:
        raise Invalid(_told(read.findings[0]), field="file")
    return payouts.record(actor, number, payout.given(read.tables), paid_on, at)


def _told(finding: Finding) -> Message:
    """What is wrong, and at which cell; not what stands there."""
    where = " ".join(part for part in (finding.sheet, finding.cell) if part)
    if not where:
        return finding.message
    return Message(N_("%(where)s: %(message)s"), {"where": where, "message": finding.message})
