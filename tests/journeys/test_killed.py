"""The server is killed at any moment: what an act did is there wholly or not at all, and the work goes on."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.clock import shift_period
from portal.config import Settings
from portal.database import db, missing_guards, transaction
from portal.disclosure import queries, services
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import State
from portal.evidence import installation as evidence
from portal.evidence import services as papers
from portal.evidence.rules import Bearer, Document
from portal.gazette import queries as gazette
from portal.gazette import withholding
from portal.gazette.queries import ItemView
from portal.gazette.services import WITHHOLDING
from portal.gazette.verify import verify
from portal.gazette.withholding import Asked
from portal.jobs.services import HANDLERS, _lease, run_due
from portal.places.queries import PlaceView
from portal.places.rules import Role
from tests.desk import withheld
from tests.desk.withheld import NAME
from tests.disclosure import rosters, village
from tests.disclosure.test_views import begun, signed_in
from tests.disclosure.village import AT, actor
from tests.evidence.samples import photo
from tests.journeys.served import LOST, Browser, Server

SEED = 20_240_301
FIRST = "2024-03"  # the server's clock runs: any month that is over, in which the offices are held, will do
KILLS = ("upload", "publish", "anything", "upload", "publish", "anything", "publish")
"""In the middle of what the server is killed, in this order."""
KILLED_AT_MOST = 2  # times while one and the same correction or withholding is done
ENTRIES = 40
STEPS_AT_MOST = 200  # a few dozen are needed; more would be a month that does not get on


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Server]:
    with app.app_context():
        village.build(clock.now())
        rosters.appointed(Role.COUNTY, "柳明", "county")
        village.open_accounts()
        db.engine.dispose()
    server = Server(settings, "--no-worker")
    server.start()
    yield server
    server.kill()


def workbook(period: str) -> tuple[str, bytes]:
    """A cash book of a month in which every entry brings ten yuan, beginning with what the last month left."""
    months = (int(period[:4]) - 2024) * 12 + int(period[5:]) - 3
    opening = months * ENTRIES * 10
    rows: list[tuple[object, ...]] = [("", "", "上月结余", "", None, None, opening, "", "")]
    for n in range(1, ENTRIES + 1):
        day = f"{period}-{(n - 1) * 28 // ENTRIES + 1:02d}"
        rows.append((day, f"现-{n:03d}", f"卖树苗第{n}次", "经营收入", 10, None, opening + 10 * n, "", ""))
    return village.cash(rows)


@dataclass(frozen=True)
class Standing:
    """Where a month stands, as far as an act can move it."""

    state: State | None
    files: int
    signatures: int
    items: int


def standing(view: DraftView | None, place: PlaceView) -> Standing:
    items = len(gazette.items_of(place.id))
    if view is None:
        return Standing(None, 0, 0, items)
    return Standing(view.state, len(queries.files(view.id)), len(view.signatures), items)


class Village:
    """The people of a village, who bring month after month into the gazette whatever happens to the server."""

    def __init__(self, app: Flask, server: Server) -> None:
        self.app, self.server = app, server
        self.people = {login: Browser(server, login, village.PASSWORD) for login in ("bookkeeper", "head", "committee")}
        self.period = FIRST
        self.took: dict[str, float] = {}
        self.steps = 0

    def look(self) -> tuple[DraftView | None, Standing]:
        """The month's draft (None before it is begun) and where it stands; the database is let go again."""
        with self.app.app_context():
            place = village.place()
            view = next(iter(queries.drafts([place.id], period=self.period)), None)
            found = view, standing(view, place)
            db.session.remove()
            db.engine.dispose()
        return found

    def next_step(self) -> tuple[str, Callable[[], object]]:
        """What is to be done now, and how; a month that is published makes way for the next."""
        view, now = self.look()
        if now.state is State.PUBLISHED:
            self.period = shift_period(self.period, 1)
            return self.next_step()
        keeper = self.people["bookkeeper"]
        if view is None:
            return "begin", lambda: keeper.post(
                keeper.get("/desk/"), "/desk/drafts", village=village.CODE, kind="finance", period=self.period
            )
        here = f"/desk/drafts/{view.id}"
        if not now.files:
            return "upload", lambda: keeper.post(keeper.get(here), f"{here}/files", [workbook(self.period)])
        if view.is_being_read:
            return "read", lambda: keeper.post(keeper.get(here), f"{here}/read-again")
        if now.state is State.PREPARING:
            return "hand over", lambda: keeper.post(keeper.get(here), f"{here}/hand-over")
        login = "committee" if now.signatures else "head"
        signer = self.people[login]
        return "publish" if now.signatures else "sign", lambda: self.sign(signer, here)

    def sign(self, signer: Browser, here: str) -> None:
        page = signer.get(here)
        signer.post(page, f"{here}/decide", seen=page.field("seen"), decision="signed", unanswered="meant")

    def step(self) -> str:
        """Do what is to be done now, undisturbed; its name."""
        self.steps += 1
        assert self.steps < STEPS_AT_MOST, self.look()
        name, act = self.next_step()
        begun = time.monotonic()
        act()
        self.took[name] = time.monotonic() - begun
        return name

    def killed_while(self, act: Callable[[], object], after: float) -> None:
        """Do something, and kill the server `after` so many seconds, whether it is done or not."""

        def try_it() -> None:
            try:
                act()
            except (*LOST, AssertionError):  # the page that came back is half a page
                return

        doing = threading.Thread(target=try_it)
        doing.start()
        time.sleep(after)
        self.server.kill()
        doing.join()
        self.server.start()

    def work(self) -> None:
        """Step after step, until the server is gone."""
        while True:
            self.step()


def sound(app: Flask, settings: Settings) -> None:
    """The database is whole, guarded, and says of the gazette what the gazette says of itself."""
    file = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert file.execute("PRAGMA foreign_key_check").fetchall() == []
    file.close()
    with app.app_context():
        report = verify()
        assert report.ok, report.message
        with transaction(write=False) as session:
            assert not missing_guards(session.connection())
        place = village.place()
        views = queries.drafts([place.id])
        drafted = sorted(view.number for view in views if view.number)
        alone = [number for number in range(1, report.items + 1) if not _goes_with_another(gazette.item(number))]
        assert drafted == alone
        assert all((view.number is not None) == (view.state is State.PUBLISHED) for view in views)
        db.session.remove()
        db.engine.dispose()


def _goes_with_another(item: ItemView) -> bool:
    """Is there no draft of its own for it? A record of the gazette, or a month that a correction took along."""
    return item.kind == WITHHOLDING or (not item.withheld_by and "carried_from" in gazette.content(item.number))


ALLOWED: dict[str, Callable[[Standing], Standing]] = {
    "upload": lambda was: replace(was, files=1),
    "publish": lambda was: Standing(State.PUBLISHED, was.files, was.signatures + 1, was.items + 1),
}
"""Where an act that was done wholly leaves a month."""


def test_whenever_the_server_is_killed_acts_are_done_wholly_or_not_at_all(
    server: Server, app: Flask, settings: Settings
) -> None:
    chance = random.Random(SEED)
    people = Village(app, server)
    while people.step() != "publish":
        pass  # a first month in peace: how long everything takes here
    for kill in KILLS:
        if kill == "anything":
            people.killed_while(people.work, chance.uniform(0, sum(people.took.values())))
        else:
            while (named := people.next_step())[0] != kill:
                people.step()
            _view, before = people.look()
            people.killed_while(named[1], chance.uniform(0, 1.2 * people.took[kill]))
            _view, after = people.look()
            assert after in (before, ALLOWED[kill](before)), kill
        sound(app, settings)
    month = people.period
    while people.period <= month:  # the month at which the last kill was, and the step that begins the next
        people.step()
    sound(app, settings)
    with app.app_context():
        contents = [gazette.content(item.number) for item in gazette.items_of(village.place().id)]
    assert all(len(content["lines"]) == ENTRIES for content in contents)
    assert len({content["period"] for content in contents}) == len(contents) >= 1 + KILLS.count("publish")
    first, newer = corrected_though_killed(people, settings, chance)
    withheld_though_killed(people, settings, chance, [first, newer])


# ---------------------------------------------------------------- what is done to months that hang already


def whole_or_nothing(
    people: Village, act: Callable[[], object], looking: Callable[[], Any], done: Any, chance: random.Random
) -> None:
    """Kill the server while something is done: it is done wholly or not at all. Then it is done undisturbed."""

    def look() -> Any:
        with people.app.app_context():
            found = looking()
            db.session.remove()
            db.engine.dispose()
        return found

    before = look()
    for _time in range(KILLED_AT_MOST):
        people.killed_while(act, chance.uniform(0, people.took["publish"]))
        now = look()
        assert now in (before, done)
        if now == done:
            return
    act()
    assert look() == done


def corrected_though_killed(people: Village, settings: Settings, chance: random.Random) -> tuple[int, int]:
    """The first month is corrected, and all months after it are carried along: the old number and the new one."""
    with people.app.app_context():
        draft_id = correction()
        months = sorted(item.period or "" for item in gazette.items_of(village.place().id))
        last = verify().items
        db.session.remove()
        db.engine.dispose()

    def numbers() -> tuple[State, dict[str | None, int]]:
        """Which number holds for which month."""
        now = {item.period: item.number for item in gazette.items_of(village.place().id)}
        return queries.draft(draft_id).state, now

    here, committee = f"/desk/drafts/{draft_id}", people.people["committee"]
    page = committee.get(here)
    whole_or_nothing(
        people,
        lambda: committee.post(page, f"{here}/decide", seen=page.field("seen"), decision="signed", unanswered="meant"),
        numbers,
        (State.PUBLISHED, {month: number for number, month in enumerate(months, last + 1)}),
        chance,
    )
    sound(people.app, settings)
    with people.app.app_context():
        newer = last + 1
        first = gazette.item(newer).supersedes
        db.session.remove()
        db.engine.dispose()
    assert first
    return first, newer


def correction() -> int:
    """The draft in which one line of the first month names somebody and brings twice as much; the head has signed."""
    at = clock.now()
    keeper, [first] = actor("bookkeeper", at), gazette.items_of(village.place().id, "finance", FIRST, FIRST)
    draft_id = services.start_correction(keeper, first.number, "第1笔写错了", at)
    services.correct_line(keeper, draft_id, 1, {"summary": f"{NAME}买树苗", "income": "20"}, at)
    services.carry_through(keeper, draft_id, True, at)
    services.hand_over(keeper, draft_id, at)
    services.sign(actor("head", at), draft_id, "signed", "", queries.draft(draft_id).digest or "", at)
    return draft_id


def withheld_though_killed(people: Village, settings: Settings, chance: random.Random, numbers: Sequence[int]) -> None:
    """Both versions of the first month are withheld; what is kept of them besides the database is erased as well."""
    drawn = settings.instance / "printed" / f"990110001000-{FIRST}-zh.pdf"
    with people.app.app_context():
        request_id = withholding_request(*numbers)
        drawn.parent.mkdir()
        drawn.write_bytes(f"%PDF {NAME}".encode())
        db.session.remove()
        db.engine.dispose()
    here = f"/desk/withholding/{request_id}"
    county = Browser(people.server, "county", village.PASSWORD)
    page = county.get(here)

    def confirm() -> None:
        county.post(page, f"{here}/confirm", seen=page.field("seen"), has_order="y")

    def kept() -> tuple[bool, set[str], int]:
        """Is it still asked, where stands the name, how many files of papers are there? The worker has come round."""
        run_due(HANDLERS)
        is_open = withholding.request_of(actor("township", clock.now()), request_id).is_open
        places = {name for name in withheld.where(settings, NAME) if not name.startswith("file portal.db")}
        return is_open, places, len([*evidence.store().folder.glob("??/*")])

    whole_or_nothing(people, confirm, kept, (False, set(), 0), chance)
    sound(people.app, settings)
    with people.app.app_context():
        assert withheld.where(settings, NAME) == set(), "nor in older pages of the database's file"
        assert all(gazette.item(number).withheld_by for number in numbers)
        db.session.remove()
        db.engine.dispose()


def withholding_request(first: int, newer: int) -> int:
    """The township asks that both versions be withheld, after a paper was given to the corrected line."""
    at = clock.now()
    bearer, key = Bearer(village.place().id, number=newer), gazette.lines(newer)[0]["key"]
    papers.add(actor("bookkeeper", at), bearer, key, photo(1), Document.RECEIPT, at)
    order = ("青禾县人民法院", "〔2024〕青民3号", clock.today(at), "privacy")
    return withholding.request(actor("township", at), Asked(newer, (1,), (first,), *order), at)


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.stopped(AT):
        yield


@pytest.mark.usefixtures("monday")
def test_a_draft_whose_worker_was_killed_is_read_as_soon_as_somebody_asks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.disclosure.assembling.LARGE_FILE", 100)
    with app.app_context():
        village.build()
        village.open_accounts()
    draft_id = begun(app, village.cash())
    with app.app_context():
        assert _lease([*HANDLERS]), "the worker has begun, and will not be heard of again for ten minutes"
        assert not run_due(HANDLERS)
    client, here = signed_in(app, "bookkeeper"), f"/desk/drafts/{draft_id}"
    page = client.page(here)
    assert page.all("progress") and "Read the files now" in page.text
    client.post(f"{here}/read-again", data={name: page.field(name) for name in ("csrf_token", "edition")})
    assert "Everything adds up" in client.page(here).text
    with app.app_context():
        run_due(HANDLERS)
        assert queries.draft(draft_id).is_acceptable, "a job that comes late changes nothing"
