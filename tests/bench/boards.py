"""Boards: of a township's 100 villages, of a county's 30 townships, a village's calendar; beside a month's page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accounts import services as accounts
from portal.accounts.rules import OPERATOR
from portal.clock import period_bounds, shift_period
from portal.config import load_settings
from portal.gazette import services as gazette
from portal.gazette.services import Entry
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.queries import PlaceView
from portal.terminal import application, make_tables
from tests.bench.measure import Result, at_most, in_turn
from tests.kinds import lists
from tests.kinds.test_contract import POND
from tests.public import county as sample

COUNTY = "990110000000"
ASKED = ["finance", "subsidy", "project", "contract", "decision"]
LINES = 30
FACTOR = 3


def boards(folder: Path, townships: int = 30, villages: int = 100, months: int = 12) -> list[Result]:
    """No page is kept; in turn with a month's page of 30 lines. Once as served, where what several pages need alike is
    kept until something is published, and once as right after a publication, where nothing is."""
    with _county(folder, townships, villages, months) as (app, month):
        client = app.test_client()
        pages = {
            f"page of a month of {LINES} lines": f"/zh/gazette/{month}",
            f"board of a township, {villages} villages × {months} months": f"/zh/places/{_township(0)}",
            f"board of a county, {townships} townships × {villages} villages": f"/zh/places/{COUNTY}",
            f"calendar of a village, {months} months": f"/zh/places/{_village(0, 0)}",
        }
        fetches = [partial(_fetch, client, address) for address in pages.values()]
        served = in_turn(*fetches, runs=60)
        with patch("portal.gazette.generation.current", return_value=0):  # as before anything is kept
            first = in_turn(*fetches, runs=30)
    return [*_results(list(pages), served, ""), *_results(list(pages), first, ", first after a publication")]


def _results(names: Sequence[str], seconds: Sequence[float], when: str) -> list[Result]:
    peer, *ours = (each * 1000 for each in seconds)
    return [
        at_most(name + when, each, peer, "ms", names[0] + when, FACTOR)
        for name, each in zip(names[1:], ours, strict=True)
    ]


def _fetch(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    answer.close()


def _township(n: int) -> str:
    return f"990110{n + 1:03d}000"


def _village(township: int, n: int) -> str:
    return f"990110{township + 1:03d}{201 + n}"


@contextmanager
def _county(folder: Path, townships: int, villages: int, months: int) -> Iterator[tuple[Flask, int]]:
    """A county that has posted months and quarters, some late, some not yet; the number of a month of 30 lines."""
    instance = folder / "instance-boards"
    url = f"sqlite:///{instance}/portal.db"
    environ = {"PORTAL_INSTANCE": str(instance), "PORTAL_DATABASE_URL": url, "PORTAL_PAGE_CACHE_MB": "0"}
    instance.mkdir(parents=True)
    last = shift_period(clock.period_of(clock.today()), -1)
    first = shift_period(last, 1 - months)
    opened = _morning(period_bounds(first)[0] + timedelta(days=10))
    with application(load_settings(environ), make_keys=True) as app:
        make_tables()
        accounts.load_places(_roster(townships, villages, opened.date()), OPERATOR, opened)
        county = places.county().id
        place_services.set_setting("duties", county, ASKED, opened.date(), "bench", OPERATOR, opened)
        gazette.open_log("bench.example/log", opened)
        month = _post(places.villages_under(county), first, last)
    yield app, month


def _roster(townships: int, villages: int, begins: date) -> bytes:
    rows = ["level,code,name,parent,begins", f"county,{COUNTY},青禾县,,{begins}"]
    for township in range(townships):
        rows.append(f"township,{_township(township)},第{township + 1}镇,{COUNTY},{begins}")
        rows += [
            f"village,{_village(township, n)},第{township + 1}镇{n + 1}村,{_township(township)},{begins}"
            for n in range(villages)
        ]
    return "\n".join(rows).encode()


def _post(villages: Sequence[PlaceView], first: str, last: str) -> int:
    """Months and, by quarter, contracts: each in two batches, in time and late. One village in ten has not posted the
    newest, one in a hundred the newest three. The number of the newest month of the first village."""
    number, period = 0, first
    while period <= last:
        longer = _finance(period, LINES)
        number = _batches(villages, "finance", period, (longer, _finance(period)), (8, 18), last)
        quarter = clock.period_of(period_bounds(period)[1], clock.QUARTER)
        if period_bounds(quarter)[1] == period_bounds(period)[1]:
            content = lists.assembled(KINDS["contract"], [POND], quarter).content
            _batches(villages, "contract", quarter, (content, content), (15, 28), quarter)
        period = shift_period(period, 1)
    return number


def _batches(
    villages: Sequence[PlaceView], kind: str, period: str, contents: tuple[Any, Any], days: tuple[int, int], last: str
) -> int:
    """One period of all villages; `contents`: the first village's, and that of the others. The first number."""
    first, others = contents
    numbers: list[int] = []
    for is_late, day in enumerate(days):
        signed = sample.signoffs(_at(period, day))
        entries = [
            Entry(kind, village.code, village.id, period, None, others if n else first, signed)
            for n, village in enumerate(villages)
            if (n % 8 == 5) == bool(is_late)
            and not (n % 10 == 3 and period == last)
            and not (n % 100 == 7 and period >= shift_period(last, -2))
        ]
        numbers += gazette.publish(entries, min(_at(period, day), clock.now()))
    return numbers[0]


def _finance(period: str, lines: int = 6) -> dict[str, Any]:
    rows = [
        sample.line(n, f"{period}-15", f"路灯维修第{n}次", 0, 12_300, payee="青禾供电公司") for n in range(7, lines + 1)
    ]
    return sample.content(period, lines=sample.month_lines(period, rows))


def _at(period: str, day: int) -> datetime:
    """Ten in the morning of a day of the month after a period."""
    return _morning(period_bounds(period)[1] + timedelta(days=day))


def _morning(day: date) -> datetime:
    return sample.on(day.isoformat())
