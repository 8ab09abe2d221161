"""Rosters at the desk: the bank's file, one line read for a reason, and the county's list of readings."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.places.rules import Role
from tests.disclosure import rosters, village
from tests.disclosure.rosters import ACCOUNTS, CARDS, PHONES, workbook
from tests.disclosure.test_rosters import bank
from tests.disclosure.village import AT
from tests.laid import laid
from tests.pages import PageClient


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)  # no second factor for the county's people


@laid
def build() -> int:
    place = rosters.with_rate()
    rosters.appointed(Role.INSPECTOR, "秦正", "inspector")
    rosters.appointed(Role.COUNTY, "柳明", "county")
    village.open_accounts()
    return rosters.posted(place, workbook(rosters.rows()))


@pytest.fixture
def number(app: Flask) -> int:
    with app.app_context():
        return build()


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


@pytest.fixture(autouse=True)
def now():  # type: ignore[no-untyped-def]
    with clock.stopped(AT):
        yield


def test_the_banks_file_is_sent_and_its_counts_stand_in_public(app: Flask, number: int) -> None:
    keeper = signed_in(app, "bookkeeper")
    assert "耕地地力保护补贴" in keeper.page("/desk/rosters").text
    path = f"/desk/rosters/{number}"
    body = bank(*((n, 1, "失败", "户名不符") for n in range(1, 6)))
    page = keeper.send(path, file=(BytesIO(body), "代发.xlsx"), paid_on="2026-04-10")
    assert "失败：5 笔" in page.text and "户名不符" in page.text
    assert "8 笔中成功 3 笔，失败 5 笔" in keeper.page("/desk/rosters").text
    public = PageClient(app).page(f"/zh/gazette/{number}").text
    assert "截至2026年4月10日，共 8 笔，银行已发放的不到 5 笔。" in public and "发放失败 5 笔。" in public
    assert "户名不符" not in public
    wrong = keeper.send(path, file=(BytesIO(b"x"), "x.pdf"), paid_on="2026-04-10")
    assert "请" in wrong.text and len(re.findall('class="problem"', wrong.html)) == 1
    keeper.send(path, file=(BytesIO(bank()), "代发.xlsx"), paid_on="2026-04-12")
    assert "As of 12 April 2026 the bank has paid all 8 lines." in PageClient(app).page(f"/en/gazette/{number}").text


def test_only_offices_that_may_open_a_roster(app: Flask, number: int) -> None:
    for login, status in (("head", 403), ("otherhead", 403), ("inspector", 200), ("township", 200), ("agency", 200)):
        assert signed_in(app, login).get(f"/desk/rosters/{number}").status_code == status, login
    assert signed_in(app, "bookkeeper").get(f"/desk/rosters/{number}/lines/1").status_code == 403
    assert signed_in(app, "inspector").get(f"/desk/rosters/{number}/lines/99").status_code == 404
    assert "代发结果文件" not in signed_in(app, "inspector").page(f"/desk/rosters/{number}").text


def test_a_line_is_read_once_for_a_reason_and_the_county_sees_who(app: Flask, number: int) -> None:
    inspector = signed_in(app, "inspector")
    path = f"/desk/rosters/{number}/lines/2"
    assert CARDS[1] not in inspector.page(path).html
    assert CARDS[1] not in inspector.send(path, reason="").html
    shown = inspector.send(path, reason="核对领取人")
    assert all(secret in shown.text for secret in (CARDS[1], PHONES[1], ACCOUNTS[1]))
    assert shown.headers["Cache-Control"] == "no-store"
    assert CARDS[1] not in inspector.page(path).html
    seen = signed_in(app, "county").page("/desk/readings").text
    assert "秦正" in seen and "核对领取人" in seen and f"公报第 {number} 号第 2 条" in seen
    assert inspector.get("/desk/readings").status_code == 403


def test_rates_and_rules_of_programmes_are_set_also_for_a_day_that_has_passed(app: Flask, number: int) -> None:
    county = signed_in(app, "county")
    page = county.page("/desk/settings")
    assert "耕地地力保护补贴" in page.text and "120.5" in page.text and "保留全名" in page.text
    path = "/desk/settings/990110000000/rate.old_age"
    assert "高龄津贴 – 补贴标准" in county.page(path).h1
    wrong = county.send(path, value="一百", source="通知", valid_from="2025-01-01")
    assert "请填写标准" in wrong.text
    county.send(path, value="100\n300.25", source="县民政局通知", valid_from="2025-01-01")
    assert "100, 300.25" in county.page("/desk/settings").text.replace("、", ", ").replace("，", ", ")
    choice = "/desk/settings/990110000000/name_shown.dibao"
    too_early = county.send(choice, value="full", source="通知", valid_from="2025-01-01")
    assert "从今天或以后" in too_early.text
    county.send(choice, value="full", source="通知", valid_from=AT.date().isoformat())
    assert "· 保留全名 · 通知" in county.page(choice).text
    assert county.get("/desk/settings/990110000000/rate.gold").status_code == 404


def test_after_the_notice_every_public_page_has_the_surname_only(app: Flask, number: int) -> None:
    with app.app_context():
        place = village.place()
        head = tuple(heading.replace("补贴面积", "保障人数") for heading in rosters.HEAD)
        aid = rosters.posted(place, workbook(rosters.rows(), "2025年农村低保金", head), "2025-Q4")
    client = PageClient(app)
    pages = (f"/zh/gazette/{aid}", f"/zh/gazette/{aid}/lines/1", f"/zh/gazette/{aid}.csv", f"/en/gazette/{aid}")
    for days, name, other in ((15, "甘小满", "甘某,"), (16, "甘某", "甘小满")):
        with clock.stopped(AT + timedelta(days=days)):
            for path in pages:
                answer = client.get(path)
                text = answer.get_data(as_text=True)
                assert name in text and other not in text, (days, path)
                listed = 'name="robots" content="noindex"' in text or answer.headers.get("X-Robots-Tag") == "noindex"
                assert listed, path
            sealed = client.get(f"/zh/gazette/{aid}.json")
            assert "甘小满" not in sealed.get_data(as_text=True) and sealed.headers["X-Robots-Tag"] == "noindex"
    with clock.stopped(AT + timedelta(days=16)):
        assert "公示期已满" in client.page(f"/zh/gazette/{aid}").text
        assert "noindex" in client.page(f"/zh/places/{village.CODE}/subsidy").html
        assert "noindex" not in client.page(f"/zh/places/{village.CODE}/finance").html
        assert client.page(f"/zh/gazette/{number}").text.count("甘小满") == 1


def test_a_day_in_the_file_name_of_the_bank_matters_not(app: Flask, number: int) -> None:
    keeper = signed_in(app, "bookkeeper")
    page = keeper.send(
        f"/desk/rosters/{number}", file=(BytesIO(bank()), f"{CARDS[0]}.xlsx"), paid_on=str(date(2026, 4, 14))
    )
    assert "这一天还没有到" in page.text and CARDS[0] not in page.html
