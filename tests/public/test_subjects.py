"""Pages of subjects: what was posted about one project, asset or matter, folded over its items."""

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.database import transaction
from portal.disclosure import queries, services
from portal.disclosure.facts import limits, neighbours
from portal.errors import NotFound
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.kinds.subjects import key
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.queries import PlaceView
from portal.public import subject_queries
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.pages import PageClient

NAME = "老屋场水渠改造"
FIRM = "清溪建筑工程有限公司"
LEDGER = (
    ("", "", "上月结余", "", None, None, 90000.0, "", ""),
    ("2026-03-12", "银-012", "水渠工程款", "公益支出", None, 30000.0, 60000.0, FIRM, "周清远"),
    ("2026-03-20", "银-013", "鱼塘承包费", "经营收入", 6000.0, None, 66000.0, "甘小满", "周清远"),
)
STEPS = (
    {"name": NAME, "step": "decision", "date": "2026-01-05", "decision": "村民代表会议", "budget": "90000"},
    {
        "name": NAME,
        "step": "contract",
        "date": "2026-02-10",
        "contractor": FIRM,
        "contract_amount": "80000",
        "way": "tender",
    },
    {"name": NAME, "step": "payment", "date": "2026-03-12", "payment": "30000", "voucher": "银-012"},
)
POND = {
    "asset": "老屋场鱼塘", "area": "12", "party": "甘小满",
    "from": "2024-01-01", "to": "2028-12-31", "annual_rent": "6000",
}  # fmt: skip


def post(place: PlaceView, kind: str, period: str, *entries: dict[str, str], at: datetime = AT, about: str = "") -> int:
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, kind, period, at, about)
    for entry in entries:
        services.type_in(keeper, draft, entry, at)
    return sign(draft, at)


def sign(draft: int, at: datetime) -> int:
    assert not queries.reading(draft).errors, queries.reading(draft).errors
    services.hand_over(actor("bookkeeper"), draft, at)
    number = None
    for login in ("head", "committee"):
        number = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", at)
    assert number is not None
    return number


def post_accounts(place: PlaceView, rows: Any = LEDGER) -> int:
    draft = services.start_draft(actor("bookkeeper"), place, "finance", "2026-03", AT)
    services.add_files(actor("bookkeeper"), draft, [("银行.xlsx", village.workbook(rows, "银行存款日记账"))], AT)
    return sign(draft, AT)


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return village.build()


def page_of(kind: str, name: str) -> subject_queries.SubjectPage:
    with clock.stopped(AT):
        return subject_queries.subject_page(village.CODE, kind, key(name))


def test_a_project_is_folded_over_its_items_with_its_money(place: PlaceView) -> None:
    accounts = post_accounts(place)
    numbers = [post(place, "project", f"2026-0{n}", step) for n, step in enumerate(STEPS, 1)]
    page = page_of("project", NAME)
    assert [told.item.number for told in page.told] == numbers[::-1]
    assert (page.story.budget, page.story.total, page.story.paid) == (90_000_00, 80_000_00, 30_000_00)
    assert [event.step for event in page.story.events] == ["decision", "budget", "selection", "contract", "payment"]
    (money,) = page.money[numbers[2], 1]
    assert (money.number, money.n, money.is_later) == (accounts, 1, False)
    assert [sign["office"] for sign in page.told[0].signed] == ["head", "committee"]
    assert gazette.item(numbers[2]).subject == key(NAME)
    (subject,) = subject_queries.subjects_of(place.id, page.kind)
    assert (subject.title, subject.items, subject.story.state) == (NAME, 3, "payment")


def test_accounts_that_are_posted_later_are_found_then(place: PlaceView) -> None:
    number = post(place, "project", "2026-03", STEPS[2])
    assert "ledger" not in gazette.line(number, 1)
    before = page_of("project", NAME)
    assert not before.money and not before.covers("2026-03-12")
    accounts = post_accounts(place)
    after = page_of("project", NAME)
    (money,) = after.money[number, 1]
    assert (money.number, money.is_later) == (accounts, True)
    assert (
        after.covers("2026-03-12") and after.covers("2026") and after.covers("2026-Q1") and not after.covers("2026-Q2")
    )


def test_a_link_leads_to_the_accounts_as_they_were_corrected(place: PlaceView) -> None:
    first = post_accounts(place)
    number = post(place, "project", "2026-03", STEPS[2])
    content = gazette.content(first)
    content["lines"].insert(0, {**content["lines"][0], "key": "committee:basic:银-011:1", "voucher": "银-011"})
    with transaction():
        entry = gazette_services.Entry("finance", place.code, place.id, "2026-03", None, content, supersedes=first)
        (second,) = gazette_services.publish([entry], AT)
    (money,) = page_of("project", NAME).money[number, 1]
    assert (money.number, money.n) == (second, 2)


def test_an_asset_shows_what_was_due_and_received(place: PlaceView) -> None:
    post(place, "contract", "2025-Q4", POND | {"received": "2000"})
    post_accounts(place)
    post(place, "contract", "2026-Q1", POND | {"due": "6000", "received": "6000"})
    page = page_of("contract", POND["asset"])
    assert [(year.year, year.due, year.received) for year in page.story.years] == [
        ("2026", 6_000_00, 6_000_00), ("2025", 6_000_00, 2_000_00)
    ]  # fmt: skip
    assert page.story.unpaid_since is None and page.months == {"2026-03"}
    assert [money.line["voucher"] for some in page.money.values() for money in some] == ["银-013"]


def test_rents_are_compared_with_the_townships_contracts(place: PlaceView) -> None:
    post(
        place,
        "contract",
        "2025-Q4",
        POND,
        {"asset": "新塘", "area": "10", "annual_rent": "8000", "from": "2024-01-01", "to": "2024-12-31"},
    )
    (rent,) = neighbours(places.place(village.OTHER).id, "2026-Q1")
    assert (rent["class"], rent["unit"], rent["per_unit"]) == ("water", "mu", 500_00)
    assert len(neighbours(place.id, "2024-Q3")) == 2 and neighbours(place.id, "2023-Q1") == []


def test_limits_are_those_of_their_day(place: PlaceView) -> None:
    assert limits(place.id, "2026-03") == []
    place_services.set_setting(
        "village_purchase_from", places.county().id, 50_000_00, date(2026, 5, 1), "县里规定", OPERATOR, AT
    )
    always, may = limits(place.id, "2026-03")
    assert (always["village_purchase_from"], may["village_purchase_from"]) == (10_000_00, 50_000_00)
    assert may["from"] == "2026-05-01"


def test_what_nobody_posted_is_not_found(place: PlaceView) -> None:
    for kind, subject in (("project", "0" * 12), ("finance", "0" * 12), ("nothing", "0" * 12)):
        with pytest.raises(NotFound):
            subject_queries.subject_page(village.CODE, kind, subject)


@pytest.mark.usefixtures("stopped_clock")
def test_the_pages_show_gaps_money_and_no_person(app: Flask) -> None:
    with app.app_context():
        place = village.build()
        post_accounts(place)
        person = STEPS[1] | {"contractor": "甘小满"}
        numbers = [
            post(place, "project", "2026-03", person, STEPS[2], {"name": NAME, "step": "progress", "progress": "100%"})
        ]
        post(place, "contract", "2025-Q4", POND | {"received": "2000", "to": "2025-12-30"})
        decided = STEPS[0] | {"name": "修桥"}
        post(place, "project", "2026-01", decided)
        post(
            place,
            "decision",
            "2026-01",
            {"matter": "修桥", "step": "resolve", "held_on": "2026-01-05"},
            {"matter": NAME, "step": "resolve", "held_on": "2026-01-05"},
        )
        post(place, "statement", "2026-Q1", {"class": "debts", "name": "龙春生", "purpose": "借款", "closing": "500"})
    client = PageClient(app)
    address = f"/zh/places/{village.CODE}"
    page = client.page(f"{address}/project/{key(NAME)}")
    assert (
        "未公开：决策" in page.text
        and "未公开：验收" in page.text
        and "甘某" in page.text
        and "甘小满" not in page.text
    )
    assert page.link("银-012").endswith("/gazette/1/lines/1")
    assert "账上的收款人" not in page.text and 'content="noindex"' in page.html
    village_page = client.page(address)
    assert {f"{address}/project", f"{address}/contract"} <= {link.get("href") for link in village_page.all("a")}
    assert "未公开：决策" in client.page(f"{address}/project").text
    item = client.page(f"/zh/gazette/{numbers[0]}")
    assert item.link(NAME).endswith(f"/project/{key(NAME)}")
    asset = client.page(f"{address}/contract/{key(POND['asset'])}")
    assert "已到期" in asset.text and "自2025年起欠租" in asset.text and "当时的账目没有公开" in asset.text
    assert "自2025年起欠租" in client.page(f"{address}/contract").text
    bridge = client.page(f"{address}/project/{key('修桥')}")
    assert bridge.link("决策经过").endswith(f"/decision/{key('修桥')}")
    matter = client.page(f"{address}/decision/{key(NAME)}")
    assert NAME in matter.text and "2026年1月5日" in matter.text
    assert client.page(f"{address}/decision").link(NAME).endswith(key(NAME))
    debt = client.page(f"{address}/statement/{key('debts', '龙春生', '借款')}")
    assert "龙某" in debt.text and "龙春生" not in debt.text and "500.00" in debt.text
    assert "500.00" in client.page(f"{address}/statement/debts").text
    assert "龙春生" not in client.page(f"{address}/statement").text
    client.page(f"{address}/project/{'0' * 12}", status=404)
    line = client.page(f"/en/gazette/{numbers[0]}/lines/1")
    assert line.link("Everything posted about it").endswith(key(NAME)) and "甘小满" in line.text
