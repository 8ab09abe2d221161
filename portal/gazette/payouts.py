"""What the bank paid of a published roster: the file compared by whole numbers that nobody reads, and its counts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import db, on_commit, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.gazette import generation, internal, queries
from portal.gazette.models import Payout
from portal.kinds import payout
from portal.kinds.payout import FAILED, PAID, Due, Given
from portal.places import queries as places
from portal.text import N_

KIND = "subsidy"


@dataclass(frozen=True)
class PayoutView:
    """What the bank's files have said by a day: `paid` and `failed` of `total` lines; `extra` rows on no line and
    `differing` sums of the last file."""

    id: int
    number: int
    paid_on: date
    total: int
    paid: int
    failed: int
    extra: int
    differing: int
    at: datetime


@dataclass(frozen=True)
class Details:
    """Who: lines as (n, name, sum, what the bank said), those that the bank has not paid first."""

    view: PayoutView
    failed: list[tuple[int, str, int, str]] = field(default_factory=list)
    absent: list[tuple[int, str, int]] = field(default_factory=list)
    differing: list[tuple[int, str, int, int]] = field(default_factory=list)
    extra: list[tuple[str, int, str, str]] = field(default_factory=list)


def record(actor: Actor, number: int, rows: Sequence[Given], paid_on: date, at: datetime) -> int:
    """Compare the bank's file with a published roster and keep what it says; the payout's id.

    A later file changes what an earlier one said of the same lines: a payment that failed may be repeated. Conflict
    for a roster that was corrected or withheld; Invalid for a file without rows or with a state that nobody knows.
    """
    with transaction() as session:
        item = queries.item(number)
        line = places.line(item.place_id)
        actor.must(Permission.PAYOUTS_RECORD, line)
        if item.kind != KIND:
            raise NotFound(N_("Item %(number)s is no list of recipients."), number=number)
        if item.superseded_by or item.withheld_by:
            raise Conflict(
                N_("Item %(number)s was corrected or withheld. Take the list that holds now."), number=number
            )
        _check(rows, paid_on, at)
        due = _due(number)
        match_hash = internal.matcher()
        keys = [frozenset((what, match_hash(what, text)) for what, text in row.numbers.items()) for row in rows]
        found, extra = payout.matched(rows, keys, due)
        states = {**_last_states(number), **{n: _state(row) for n, row in found.items()}}
        amounts = {one.n: one.amount for one in due}
        differing = {str(n): row.amount for n, row in found.items() if row.amount != amounts[n]}
        office = actor.office_for(Permission.PAYOUTS_RECORD, line)
        details = {
            "lines": {str(n): state for n, state in states.items()},
            "differing": differing,
            "extra": [[row.name, row.amount, row.state, row.reason] for row in extra],
        }
        kept = Payout(
            number=number,
            paid_on=paid_on,
            total=len(due),
            paid=sum(state == PAID for state, _reason in states.values()),
            failed=sum(state == FAILED for state, _reason in states.values()),
            extra=len(extra),
            differing=len(differing),
            details=json.dumps(details, ensure_ascii=False).encode(),
            person_id=actor.person_id or None,
            office_id=office.office_id if office else None,
            at=at,
        )
        session.add(kept)
        session.flush()
        on_commit(generation.bump)
        return kept.id


def _check(rows: Sequence[Given], paid_on: date, at: datetime) -> None:
    if not rows:
        raise Invalid(N_("No row was found in the file. Is it the bank's payout file?"), field="file")
    if paid_on > clock.today(at):
        raise Invalid(N_("This day has not come yet."), field="paid_on")
    unclear = next((row for row in rows if not row.state), None)
    if unclear is not None:
        text = N_("At %(cell)s nobody can see whether the payment succeeded. Write 成功 (paid) or 失败 (failed).")
        raise Invalid(text, field="file", cell=unclear.cell)


def _due(number: int) -> list[Due]:
    keys = internal.keys_of(number)
    return [
        Due(line["n"], line.get("name", ""), line.get("amount", 0), frozenset(keys.get(line["n"], ())))
        for line in queries.lines(number, KIND)
    ]


def _state(row: Given) -> tuple[str, str]:
    return row.state, row.reason if row.state == FAILED else ""


def _last_states(number: int) -> dict[int, tuple[str, str]]:
    """What the files so far have said of each line."""
    query = select(Payout.details).where(Payout.number == number).order_by(Payout.id.desc()).limit(1)
    body = db.session.scalar(query)
    lines: Mapping[str, Any] = json.loads(body)["lines"] if body else {}
    return {int(n): (state, reason) for n, (state, reason) in lines.items()}


_COLUMNS = (
    Payout.id, Payout.number, Payout.paid_on, Payout.total, Payout.paid, Payout.failed, Payout.extra, Payout.differing,
    Payout.at,
)  # fmt: skip


def of(number: int) -> list[PayoutView]:
    """What was recorded for a roster, newest first."""
    query = select(*_COLUMNS).where(Payout.number == number).order_by(Payout.id.desc())
    return [PayoutView(*row) for row in db.session.execute(query)]


def details(actor: Actor, number: int) -> Details | None:
    """The newest, line by line, for who records payouts or may read what is internal; None before the first."""
    item = queries.item(number)
    line = places.line(item.place_id)
    if not actor.may(Permission.PAYOUTS_RECORD, line):
        actor.must(Permission.INTERNAL_READ, line)
    views = of(number)
    if not views:
        return None
    body = db.session.scalar(select(Payout.details).where(Payout.id == views[0].id))
    told = json.loads(body or b"{}")
    lines = {one.n: one for one in _due(number)}
    states = {int(n): state for n, state in told["lines"].items()}
    return Details(
        view=views[0],
        failed=[
            (n, lines[n].name, lines[n].amount, reason)
            for n, (state, reason) in sorted(states.items())
            if state == FAILED
        ],
        absent=[(n, one.name, one.amount) for n, one in lines.items() if n not in states],
        differing=[(int(n), lines[int(n)].name, lines[int(n)].amount, fen) for n, fen in told["differing"].items()],
        extra=[(name, fen, state, reason) for name, fen, state, reason in told["extra"]],
    )
