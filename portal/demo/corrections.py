"""The demo's corrections: one of a description, and one of a sum that is carried through the months after it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.rules import Actor
from portal.disclosure import importing, queries, services
from portal.disclosure.rules import Decision
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.money import yuan
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import Level, Role

Officer = Callable[[int, Role, Level, datetime], Actor]
MONTHS_BACK = 2  # so many months go along
TOO_MUCH = 6_000  # fen by which a payment was entered too high


def correct(codes: Sequence[str], officer: Officer, now: datetime) -> None:
    """Both corrections, signed yesterday, in villages of `codes` in which nothing of money waits for signatures."""
    free = [place for place in map(places.place, codes) if not _waits(place)]
    posted = [(place, gazette.items_of(place.id, "finance")) for place in free]
    at = now - timedelta(days=1)
    of_sums = [(place, items) for place, items in posted if len(items) > MONTHS_BACK]
    for place, items in of_sums[:1]:
        _correct_a_sum(place, items[MONTHS_BACK], officer, at)
    others = [(place, items) for place, items in posted if items and place not in [one for one, _ in of_sums[:1]]]
    for place, _items in (others or of_sums)[:1]:
        _correct_a_description(place, gazette.items_of(place.id, "finance")[0], officer, at)


def _waits(place: PlaceView) -> bool:
    return any(view.kind.is_carried for view in queries.drafts([place.id], only_open=True))


def _correct_a_sum(place: PlaceView, item: ItemView, officer: Officer, at: datetime) -> None:
    """The largest plain payment in cash or bank: the invoice is over less."""
    lines = gazette.content(item.number)["lines"]
    n, line = _paid(lines)
    right = yuan(line["expense"] - TOO_MUCH)
    reason = f"{line['voucher']}的发票是{right}元,误记为{yuan(line['expense'])}元"
    _signed(place, item, reason, n, {"expense": right}, officer, at, is_carried=True)


def _correct_a_description(place: PlaceView, item: ItemView, officer: Officer, at: datetime) -> None:
    """The summary of the largest payment says more."""
    n, line = _paid(gazette.content(item.number)["lines"])
    summary = f"{line['summary']}(含上月未付部分)"
    _signed(place, item, f"{line['voucher']}的摘要没有写全", n, {"summary": summary}, officer, at)


def _paid(lines: Sequence[Mapping[str, Any]]) -> tuple[int, Mapping[str, Any]]:
    paid = [(n, line) for n, line in enumerate(lines, 1) if line.get("expense") and not line.get("transfer")]
    return max(paid, key=lambda pair: pair[1]["expense"])


def _signed(
    place: PlaceView,
    item: ItemView,
    reason: str,
    n: int,
    fields: Mapping[str, str],
    officer: Officer,
    at: datetime,
    is_carried: bool = False,
) -> None:
    """The correction on its whole way, as its people do it."""
    with clock.stopped(at):
        keeper = importing.acting_for_bookkeeper(place, at)
        draft = services.start_correction(keeper, item.number, reason, at)
        services.correct_line(keeper, draft, n, fields, at)
        if is_carried:
            services.carry_through(keeper, draft, True, at)
        services.hand_over(keeper, draft, at)
        for role in (Role.HEAD, Role.COMMITTEE):
            digest = queries.draft(draft).digest or ""
            services.sign(officer(place.id, role, Level.VILLAGE, at), draft, Decision.SIGNED, "", digest, at)
