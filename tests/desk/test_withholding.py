"""Withholding by order: two persons, then a withheld name is nowhere, cannot be tried out, and everything answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal import clock
from portal.accounts.rules import OPERATOR, Actor
from portal.config import Settings
from portal.database import db
from portal.desk import withholdings
from portal.disclosure import queries as disclosure
from portal.disclosure import services as drafts
from portal.disclosure import withheld as disclosure_withheld
from portal.disclosure.assembling import digest_of
from portal.disclosure.rules import State
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.evidence import installation as evidence
from portal.evidence import queries as papers
from portal.evidence import services as acts
from portal.evidence.rules import Bearer, Document
from portal.gazette import erasing, generation, seal, services, withholding
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from portal.gazette.withholding import Asked
from portal.kinds import subjects
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import Role
from portal.recipients.models import Call, Recipient
from tests.desk import withheld
from tests.desk.withheld import AT, LATER, NAME
from tests.disclosure import rosters, village
from tests.disclosure.village import actor
from tests.evidence.samples import photo
from tests.pages import PageClient

SURNAMES, GIVEN = ("欧阳", "王", "李", "张", "刘", "陈"), tuple("秀英国强建军丽华春明")
NAMES = {f"{surname}{one}{two}" for surname in SURNAMES for one in GIVEN for two in GIVEN if one != two}
"""Every name that a village is likely to have, the right one among them."""


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.stopped(LATER):
        yield


@pytest.fixture
def place(context: Flask) -> PlaceView:
    return village.build()


@pytest.fixture
def county(place: PlaceView) -> Actor:
    return rosters.appointed(Role.COUNTY, "柳明", "county")


@pytest.fixture
def inspector(place: PlaceView) -> Actor:
    return rosters.appointed(Role.INSPECTOR, "秦正", "inspector")


def asked(number: int, *also: int, lines: tuple[int, ...] = (), **changes: Any) -> Asked:
    order = {
        "authority": "青禾县人民法院",
        "document": "〔2026〕青民3号",
        "ordered_on": date(2026, 4, 28),
        "reason": "privacy",
    }
    return Asked(number, lines, also, **{**order, **changes})


def confirmed(county: Actor, number: int, *also: int, lines: tuple[int, ...] = ()) -> dict[int, int]:
    """Asked for by the township, confirmed by the county."""
    request_id = withholding.request(actor("township", LATER), asked(number, *also, lines=lines), LATER)
    seen = withholding.edition(withholding.request_of(county, request_id))
    return withholding.confirm(county, request_id, seen, LATER)


# ---------------------------------------------------------------- nowhere


@pytest.mark.usefixtures("database")
def test_a_withheld_name_is_nowhere(place: PlaceView, county: Actor, inspector: Actor, settings: Settings) -> None:
    first = withheld.roster(place, inspector)
    second = withheld.corrected(first)
    month = withheld.ledger(place)
    open_one = drafts.start_correction(actor("bookkeeper"), second, "本人要求更正", AT)
    drawn = withheld.printed(settings)
    before = withheld.where(settings, NAME)
    assert before >= {
        *(
            "payload",
            "names_beside",
            "line_subsidy",
            "line_finance",
            "draft",
            "draft_file",
            "draft_state",
            "draft_event",
            "signature",
        ),
        *("payout", "internal_reading", "recipient", "call", "evidence_link", "evidence_act"),
        f"file {drawn.relative_to(settings.instance)}",
    }, "the test looks where names are"
    stored = set(evidence.store().folder.glob("??/*"))
    assert len(stored) == 6
    confirmed(county, second, first, month)
    assert withheld.where(settings, NAME) == set()
    assert withheld.where(settings, "清扫人工费", "欧阳") == set(), "nor what stood beside it, nor a half of it"
    assert not any(path.exists() for path in stored), "its papers are gone from the disk"
    assert disclosure.draft(open_one).state is State.DISCARDED
    assert not db.session.scalars(select(Recipient)).all()
    assert all(json.loads(call.who)["name"] == "" for call in db.session.scalars(select(Call)))
    assert verify().ok
    services.rebuild()
    assert verify().ok
    assert withheld.where(settings, NAME) == set()
    with pytest.raises(NotFound, match="withheld by order"):
        gazette.content(second)


def guesses(content: dict[str, Any]) -> Iterator[str]:
    """Digests that somebody makes who knows everything but the name, and tries all names of the village."""
    plain = json.dumps(content, ensure_ascii=False)
    for name in NAMES:
        guessed = json.loads(plain.replace(NAME, name))
        yield digest_of(guessed)
        yield sha256(seal.canonical({"schema": "finance/1", "content": guessed, "signoffs": []})).hexdigest()
        yield sha256(name.encode()).hexdigest()
        yield subjects.key(name)


@pytest.mark.usefixtures("database")
def test_a_withheld_name_cannot_be_found_by_trying_names(place: PlaceView, county: Actor, settings: Settings) -> None:
    assert NAME in NAMES and len(NAMES) >= 300
    month = withheld.ledger(place)
    tried = set(guesses(gazette.content(month)))
    right = digest_of(gazette.content(month))
    assert right in tried
    found = {name for name, told in withheld.everything(settings).items() if right in told}
    assert found >= {"draft_state", "draft_event", "signature", "payload"}, "as long as it stands, trying would find it"
    confirmed(county, month)
    for name, told in withheld.everything(settings).items():
        assert not [guess for guess in tried if guess in told], f"a name can be tried against {name}"


@pytest.mark.usefixtures("database")
def test_papers_and_households_of_others_stay(place: PlaceView, county: Actor, inspector: Actor) -> None:
    first = withheld.roster(place, inspector)
    month = withheld.ledger(place)
    key = gazette.lines(month)[1]["key"]
    acts.add(actor("bookkeeper"), Bearer(place.id, number=month), key, photo(2), Document.RECEIPT, AT)
    [shared] = papers.papers(Bearer(place.id, number=month))
    confirmed(county, first)
    [kept] = papers.papers(Bearer(place.id, number=month))
    assert kept.file.digest == shared.file.digest and evidence.store().has(kept.file.digest)
    assert papers.published_under(kept.file.copy_digest or "", "jpg") == [month]
    assert not papers.papers(Bearer(place.id, number=first), also_removed=True)


@pytest.mark.usefixtures("database")
def test_an_act_that_fails_midway_leaves_everything(
    place: PlaceView, county: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = withheld.ledger(place)
    drawn = withheld.printed(settings)
    before, page = withheld.everything(settings), generation.current()
    request_id = withholding.request(actor("township", LATER), asked(month), LATER)
    seen = withholding.edition(withholding.request_of(county, request_id))

    def broken(_erasure: erasing.Erasure) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(erasing._erasers, "zz", broken)
    with pytest.raises(ZeroDivisionError):
        withholding.confirm(county, request_id, seen, LATER)
    after = withheld.everything(settings)
    skipped = {"withholding_request", *(name for name in before if name.startswith("file portal.db"))}
    assert {name: after[name] for name in before if name not in skipped} == {
        name: before[name] for name in before if name not in skipped
    }
    assert drawn.exists() and generation.current() == page
    assert withholding.request_of(county, request_id).is_open
    monkeypatch.delitem(erasing._erasers, "zz")
    withholding.confirm(county, request_id, seen, LATER)
    assert withheld.where(settings, NAME) == set()


@pytest.mark.usefixtures("database")
def test_rows_of_who_looked_can_only_be_touched_where_something_is_withheld(
    place: PlaceView, county: Actor, inspector: Actor
) -> None:
    number = withheld.roster(place, inspector)
    for statement in ("DELETE FROM internal_reading", "DELETE FROM evidence_act", "DELETE FROM payload"):
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
    count = text("SELECT count(*) FROM internal_reading"), text("SELECT count(*) FROM evidence_act")
    then = [db.session.scalar(one) for one in count]
    confirmed(county, number)
    assert [db.session.scalar(one) for one in count] == then, "that somebody looked stays written down"


# ---------------------------------------------------------------- two persons


def test_nobody_withholds_by_himself(place: PlaceView, county: Actor) -> None:
    month = withheld.ledger(place)
    with pytest.raises(Forbidden):
        withholding.request(actor("head", LATER), asked(month), LATER)
    own = withholding.request(county, asked(month), LATER)
    seen = withholding.edition(withholding.request_of(county, own))
    with pytest.raises(Forbidden, match="second person"):
        withholding.confirm(county, own, seen, LATER)
    with pytest.raises(Forbidden):
        withholding.confirm(actor("township", LATER), own, seen, LATER)
    second = rosters.appointed(Role.COUNTY, "钟宁", "second")
    with pytest.raises(Forbidden, match="at this browser"):
        withholding.confirm(replace(second, session=county.session), own, seen, LATER)
    with pytest.raises(Forbidden):
        withholding.confirm(OPERATOR, own, seen, LATER)
    [record] = withholding.confirm(second, own, seen, LATER).values()
    told = gazette.content(record)
    assert (told["actor"], told["requested"]["person"], told["confirmed"]["person"]) == ("钟宁", "柳明", "钟宁")
    with pytest.raises(Conflict, match="decided"):
        withholding.confirm(second, own, seen, LATER)


def test_an_order_is_complete_and_names_nobody(place: PlaceView) -> None:
    month = withheld.ledger(place)
    township = actor("township", LATER)
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("authority", {"authority": " "}),
        ("document", {"document": ""}),
        ("document", {"document": f"关于{NAME}的决定"}),
        ("authority", {"authority": "电话13800112233"}),
        ("ordered_on", {"ordered_on": None}),
        ("ordered_on", {"ordered_on": date(2026, 12, 1)}),
        ("reason", {"reason": "because"}),
        ("lines", {"lines": (9,)}),
        ("also", {"also": (77,)}),
    )
    for field, changes in wrong:
        parts = {"lines": (), "also": (), **changes}
        with pytest.raises(Invalid) as refused:
            withholding.request(township, replace(asked(month), **parts), LATER)
        assert refused.value.field == field and not refused.value.others
    everything = dict.fromkeys(("authority", "document", "reason"), "") | {"ordered_on": None, "also": (77, 78)}
    with pytest.raises(Invalid) as refused:
        withholding.request(township, replace(asked(month), lines=(), **everything), LATER)
    fields = [fault.field for fault in (refused.value, *refused.value.others)]
    assert fields == ["also", "also", "authority", "document", "ordered_on", "reason"]
    withholding.request(township, asked(month), LATER)
    with pytest.raises(Conflict, match="asked already"):
        withholding.request(township, asked(month), LATER)


def test_what_changed_since_is_looked_at_once_more(place: PlaceView, county: Actor) -> None:
    month = withheld.ledger(place)
    request_id = withholding.request(actor("township", LATER), asked(month, lines=(1,)), LATER)
    seen = withholding.edition(withholding.request_of(county, request_id))
    newer = withheld.corrected(month)
    with pytest.raises(Conflict, match="Another version"):
        withholding.confirm(county, request_id, seen, LATER)
    found = withholdings.request(county, request_id)
    assert [one.number for one in found.left_out] == [newer]
    with pytest.raises(Invalid, match="name of the item"):
        withholding.reject(county, request_id, f"{NAME}也在更正件中", LATER)
    withholding.reject(county, request_id, "更正件也要一并处理", LATER)
    begun = withholdings.beginning(actor("township", LATER), newer, [1])
    assert [one.item.number for one in begun.versions] == [month]
    records = confirmed(county, newer, month, lines=(1,))
    assert sorted(records) == [month, newer]
    assert withholding.request_of(county, request_id).answer == "", "what was said of it then is erased too"
    [due] = withholdings.replacements([places.place(village.CODE)])
    assert (due.item.number, list(due.lines), due.draft) == (newer, [1], None)


def test_the_same_person_elsewhere_is_told(place: PlaceView, county: Actor, inspector: Actor) -> None:
    number, month = withheld.roster(place, inspector), withheld.ledger(place)
    begun = withholdings.beginning(actor("township", LATER), number, [4])
    assert begun.naming == {month: [1]}
    assert withholdings.beginning(actor("township", LATER), number, [5]).naming == {}


def test_a_reason_elsewhere_that_names_the_same_person_is_told(
    place: PlaceView, county: Actor, inspector: Actor
) -> None:
    number, month = withheld.roster(place, inspector), withheld.ledger(place)
    [fifth] = withholding._names(number, [5])
    draft = drafts.start_correction(actor("bookkeeper", LATER), month, f"{fifth}的钱记错了", LATER)
    drafts.correct_line(actor("bookkeeper", LATER), draft, 1, {"summary": "改过的摘要"}, LATER)
    drafts.hand_over(actor("bookkeeper", LATER), draft, LATER)
    corrected = village.published(draft, LATER)
    assert withholdings.beginning(actor("township", LATER), number, [5]).naming == {corrected: []}


def test_who_asked_takes_it_back(place: PlaceView, county: Actor) -> None:
    month = withheld.ledger(place)
    request_id = withholding.request(actor("township", LATER), asked(month), LATER)
    with pytest.raises(Invalid, match="Only who asked"):
        withholding.withdraw(county, request_id, LATER)
    withholding.withdraw(actor("township", LATER), request_id, LATER)
    with pytest.raises(Conflict, match="decided"):
        withholding.withdraw(actor("township", LATER), request_id, LATER)
    assert gazette.content(month)


def test_the_corrected_version_takes_the_place_and_the_draft_says_what_happened(
    place: PlaceView, county: Actor
) -> None:
    month = withheld.ledger(place)
    old = disclosure.draft_of(month)
    confirmed(county, month, lines=(1,))
    assert old is not None and disclosure.reading(old.id).content is None
    assert disclosure_withheld.ERASED in {signed.digest for signed in disclosure.draft(old.id).signatures}
    draft = drafts.start_correction(actor("bookkeeper", LATER), month, "依令不含第1笔", LATER)
    rows = [withheld.PAID[0], ("2026-03-05", "现-001", "清扫人工费", "公益支出", None, 120.50, 879.50, "", "周清远")]
    body = village.workbook([*rows, withheld.PAID[2]], "现金日记账")
    drafts.add_files(actor("bookkeeper", LATER), draft, [("现金账.xlsx", body)], LATER)
    newer = village_signed(draft)
    assert gazette.item(month).superseded_by == newer
    assert withholdings.replacements([place]) == []
    assert verify().ok


def village_signed(draft: int) -> int:
    drafts.hand_over(actor("bookkeeper", LATER), draft, LATER)
    return village.published(draft, LATER)


# ---------------------------------------------------------------- pages


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


@pytest.fixture
def made(app: Flask) -> tuple[int, int]:
    """Numbers of a roster and a month, with everything around them."""
    with app.app_context():
        place = village.build()
        rosters.appointed(Role.COUNTY, "柳明", "county")
        inspector = rosters.appointed(Role.INSPECTOR, "秦正", "inspector")
        found = withheld.roster(place, inspector), withheld.ledger(place)
        village.open_accounts()
    return found


def test_from_the_request_to_the_page_that_says_so(app: Flask, made: tuple[int, int]) -> None:
    roster, month = made
    township, county, keeper = (signed_in(app, login) for login in ("township", "county", "bookkeeper"))
    page = township.page("/desk/withholding")
    assert "依令不予公开" in page.text
    address = f"/desk/withholding/new?number={month}&lines=1"
    assert f"请在下面填上编号：{roster}。" in township.page(address).text
    too_many = township.get(f"/desk/withholding/new?number={month}&lines=99")
    assert too_many.status_code == 400, "there is no such line"
    assert re.search(r'name="lines"[^>]*value="99" aria-invalid="true"', too_many.get_data(as_text=True))
    fields = {
        "authority": "青禾县人民法院",
        "document": "〔2026〕青民3号",
        "ordered_on": "2026-04-28",
        "reason": "court",
    }
    faulty = township.send(address, **{**fields, "authority": f"{NAME}案"})
    assert 'aria-invalid="true"' in faulty.response.text and "〔2026〕青民3号" in faulty.response.text
    wrong = {**dict.fromkeys(fields, ""), "ordered_on": "2027-01-01", "also": "77, 78"}
    for typed, marked in ((wrong, 6), (wrong | {"also": "seven"}, 5), (dict.fromkeys(fields, ""), 4)):
        at_once = township.send(address, **typed).response
        summary = at_once.text.partition('id="problems"')[2].partition("</ul>")[0]
        assert at_once.status_code == 200 and summary.count('<li><a href="#') == marked, summary
    asked_for = township.send(address, **fields)
    here = asked_for.response.request.path
    assert here.startswith("/desk/withholding/")
    assert "撤回" in asked_for.text
    assert township.post(f"{here}/confirm", data={}).status_code in (400, 403)
    assert "待决定的不予公开" in county.page("/desk/").text and "待决定的不予公开" not in township.page("/desk/").text
    shown = county.page(here)
    seen = shown.field("seen")
    refused = _send(county, here, "confirm", seen=seen)
    assert 'aria-invalid="true"' in refused
    done = _send(county, here, "confirm", seen=seen, has_order="y")
    assert "青禾县人民法院" in done
    due = keeper.page("/desk/")
    assert "更正件从空白开始" in keeper.page(f"/desk/drafts/correct/{month}").text
    assert f"第{month}号" in due.text or str(month) in due.text
    anybody = PageClient(app)
    for language, words in (("zh", "法院已裁定不予公开"), ("en", "A court has ordered it.")):
        told = anybody.page(f"/{language}/gazette/{month}").text
        assert words in told and "〔2026〕青民3号" in told
    assert NAME not in done


def _send(client: PageClient, page: str, act: str, **fields: str) -> str:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert token
    answer = client.post(f"{page}/{act}", data={"csrf_token": token[1], **fields}, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def test_every_public_address_answers_and_names_nobody(app: Flask, made: tuple[int, int]) -> None:
    roster, month = made
    anybody = PageClient(app)
    addresses = [
        *(
            f"/zh/gazette/{number}{end}"
            for number in made
            for end in ("", ".json", ".csv", ".pdf", "/card", "/lines/1")
        ),
        *(f"/zh/gazette/{roster}/lines/4", f"/zh/places/{village.CODE}", f"/zh/places/{village.CODE}/subsidy"),
        *(
            f"/zh/places/{village.CODE}/finance",
            "/zh/search?q=清扫人工费",
            "/zh/mine",
            "/zh/",
            f"/zh/gazette/{month}/card.png",
        ),
        "/zh/places/990110001000",
    ]
    assert any(
        NAME in anybody.get(address).get_data(as_text=True) for address in addresses[:-1] if "png" not in address
    )
    desks = {login: signed_in(app, login) for login in ("bookkeeper", "head", "committee", "township", "county")}
    with app.app_context():
        county = Actor(*_county())
        confirmed(county, month, roster)
    for address in addresses:
        answer = anybody.get(address)
        assert answer.status_code in (200, 404), f"{address}: {answer.status}"
        assert NAME not in answer.get_data(as_text=True) if "png" not in address else True, address
        if answer.status_code == 404:
            assert "依令不予公开" in answer.get_data(as_text=True) or "没有" in answer.get_data(as_text=True), address
    desk = [
        *("/desk/", "/desk/drafts", "/desk/rosters", "/desk/withholding", "/desk/withholding/1", "/desk/readings"),
        *(f"/desk/drafts/{n}" for n in range(1, 4)),
        *(f"/desk/rosters/{roster}", f"/desk/rosters/{roster}/lines/4", f"/desk/items/{roster}/papers"),
        *("/desk/recipients", f"/desk/recipients/{village.CODE}", "/desk/calls/1"),
    ]
    for login, client in desks.items():
        for address in desk:
            answer = client.get(address)
            assert answer.status_code in (200, 302, 403, 404, 409), f"{login} at {address}: {answer.status}"
            assert NAME not in answer.get_data(as_text=True), f"{login} at {address}"


def _county() -> tuple[Any, ...]:
    county = places.county()
    (holder,) = [one for one in places.holders(county.id, clock.today()) if one.name == "柳明"]
    return holder.person_id, holder.name, tuple(places.offices_of(holder.person_id, clock.today())), "browser of county"
