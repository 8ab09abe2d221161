"""A large roster beside a month of as many lines, in turn: to its checked preview, into the gazette, as page and paper.

A roster has a sum to compute again in every line, numbers of cards to check and names to mask: all this may cost half
as much again as the same number of lines of money, not more. What it keeps inside is encrypted and hashed, which money
has not: beside its publication stands that of a month and the floor of keeping the same values.
"""

import hmac
import io
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path

import xlsxwriter
from flask import Flask

from portal import keys, notices
from portal.app import create_app
from portal.clock import COUNTY_TIME, shift_period
from portal.config import Settings
from portal.database import Encrypted, create_all, transaction
from portal.gazette import search
from portal.gazette import services as gazette
from portal.kinds import KINDS
from portal.kinds.base import Assembly, Context
from portal.notices.typeface import FONTS
from portal.places.queries import PlaceView
from portal.public import paper
from portal.workbooks import extract
from tests.bench.ledger import month_xlsx
from tests.bench.measure import Result, at_most, in_turn
from tests.disclosure import village
from tests.kinds.rosters import card

LINES = 5_000
FACTOR = 1.5
PREVIEW, PUBLICATION, PAGE, NOTICE = "checked preview", "publication", "page", "notice"
RUNS = {PREVIEW: 11, PAGE: 41, NOTICE: 5}
AT = datetime(2026, 4, 2, 10, 0, tzinfo=COUNTY_TIME)
HEAD = ("序号", "户主姓名", "身份证号", "所在组", "手机号", "一卡通账号", "补贴面积", "补贴标准", "补贴金额")
SURNAMES, NAMES = "甘龙文白苏马何周林陈", "小满春生长贵秀英有田河兰大山清远明"
RATE = 120.5
KEY = bytes(32)
FLOOR = """
PRAGMA journal_mode = WAL;
CREATE TABLE line (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE match (id INTEGER, what TEXT, hash BLOB NOT NULL, PRIMARY KEY (id, what));
CREATE INDEX found ON match (what, hash);
"""
CHOICES: Mapping[str, Mapping[str, str]] = {"finance": {"book": "basic"}, "subsidy": {"programme": "arable"}}


def rosters(folder: Path, lines: int = LINES) -> list[Result]:
    """5,000 recipients beside 5,000 payments of a month, each step in the same run."""
    ledger, roster = folder / "ledger.xlsx", folder / "roster.xlsx"
    month_xlsx(ledger, lines)
    roster_xlsx(roster, lines)
    app, settings = _installation(folder)
    with app.app_context():
        place = village.build()
        acts = [_steps(app, settings, place, kind, path) for kind, path in (("subsidy", roster), ("finance", ledger))]
        found = []
        keep = _keeping(preview("subsidy", roster).internal, folder / "floor.db")
        for (name, ours), (_name, peer) in zip(*acts, strict=True):
            what, beside = f"roster of {lines:,} lines: {name}", "a month of as many lines"
            if name == PUBLICATION:
                seconds, limit, bare = in_turn(ours, peer, keep, runs=7)
                limit, beside = limit + bare, f"{beside}, and bare keeping of what stays inside"
            else:
                seconds, limit = in_turn(ours, peer, runs=RUNS[name])
            found.append(at_most(what, seconds, limit, "s", beside, FACTOR))
        return found


def _steps(
    app: Flask, settings: Settings, place: PlaceView, kind: str, path: Path
) -> list[tuple[str, Callable[[], object]]]:
    """What is measured of a kind, by name."""
    assembly, periods = preview(kind, path), count()
    number = publish(place, kind, assembly, periods)
    client = app.test_client()
    return [
        (PREVIEW, partial(preview, kind, path)),
        (PUBLICATION, partial(publish, place, kind, assembly, periods)),
        (PAGE, lambda: client.get(f"/zh/gazette/{number}").close()),
        (NOTICE, lambda: notices.draw(paper.notice_of(number, settings), io.BytesIO(), "A4", "zh", FONTS)),
    ]


def _keeping(inside: Sequence[Mapping[str, str]], path: Path) -> Callable[[], None]:
    """The floor of what stays inside: each line's values encrypted, each value hashed with a key, all of them inserted
    by SQLite's own driver into tables with the same indexes, in one transaction."""
    assert Encrypted.cipher is not None
    sealed, turns = Encrypted.cipher.encrypt, count()
    floor = sqlite3.connect(path, isolation_level=None)
    floor.executescript(FLOOR)

    def keep() -> None:
        first = next(turns) << 20
        floor.execute("BEGIN IMMEDIATE")
        bodies = ((first + n, sealed(json.dumps(values).encode())) for n, values in enumerate(inside))
        floor.executemany("INSERT INTO line VALUES (?, ?)", bodies)
        hashes = (
            (first + n, what, hmac.digest(KEY, value.encode(), "sha256")[:16])
            for n, values in enumerate(inside)
            for what, value in values.items()
        )
        floor.executemany("INSERT INTO match VALUES (?, ?, ?)", hashes)
        floor.execute("COMMIT")

    return keep


def preview(kind: str, path: Path) -> Assembly:
    """From the file to what the bookkeeper sees."""
    extraction = extract(path, path.name, KINDS[kind])
    context = Context(village.CODE, "2026-03", AT.date(), choices=CHOICES[kind])
    assembly = KINDS[kind].assemble(extraction.tables, context)
    if not assembly.acceptable or len(assembly.origins) < 1:
        raise RuntimeError(f"not the preview that was meant: {assembly.findings[:3]} {assembly.questions[:3]}")
    return assembly


def publish(place: PlaceView, kind: str, assembly: Assembly, periods: "count[int]") -> int:
    """Into the gazette, each time of another month."""
    assert assembly.content is not None
    content = {**assembly.content, "period": shift_period("2020-01", next(periods))}
    subject = KINDS[kind].subject_of(content)
    entry = gazette.Entry(
        kind, place.code, place.id, content["period"], subject, content, internal=assembly.internal
    )  # fmt: skip
    return gazette.publish([entry], AT)[0]


def roster_xlsx(path: Path, lines: int) -> None:
    """A list of recipients with valid numbers of cards, telephones and accounts, all invented."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("花名册")
        sheet.write(0, 0, "青禾村2026年3月耕地地力保护补贴发放明细表")
        sheet.write_row(1, 0, HEAD)
        for n in range(lines):
            name = SURNAMES[n % 10] + NAMES[n % 16] + NAMES[n // 16 % 16]
            area = 1 + n % 90 / 10
            row = (n + 1, name, card(n % 1000, f"19{50 + n // 1000 % 50}0412"), f"{n % 12 + 1}组",
                   f"138{n:08d}", f"6217{n:015d}", area, RATE, round(area * RATE, 2))  # fmt: skip
            sheet.write_row(n + 2, 0, row)


def _installation(folder: Path) -> tuple[Flask, Settings]:
    """An empty installation that keeps no pages."""
    keys.make_missing(folder / "keys")
    database = f"sqlite:///{folder / 'portal.db'}"
    settings = Settings(folder, database, "http://portal.example", testing=True, page_cache_mb=0)
    app = create_app(settings)
    with app.app_context(), transaction() as session:
        create_all(session.connection())
        search.create(session.connection())
    return app, settings
