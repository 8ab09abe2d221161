"""What pages of lists say beside their figures: last year, the last posting, the middle of the township."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.database import db
from portal.gazette import queries as gazette
from portal.gazette import services
from portal.kinds import KINDS
from portal.public import item_queries
from tests.kinds import rosters
from tests.kinds.lists import assembled
from tests.pages import PageClient, words
from tests.public import county as sample
from tests.public.county import VILLAGE, SampleCounty

PEOPLE = ("甘一", "甘二", "甘三", "甘四", "甘五", "甘六", "甘七", "甘八")
pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def county(app: Flask) -> SampleCounty:
    with app.app_context():
        return sample.found(app)


def publish(county: SampleCounty, kind: str, period: str, rows: list[dict[str, Any]], village: str, title: str) -> int:
    """A list of a village, as its rows become one."""
    found = assembled(KINDS[kind], rows, period, title=title, settings=rosters.settings())
    assert found.content is not None and found.acceptable, found.findings
    subject = KINDS[kind].subject_of(found.content)
    place = county.villages[village]
    entry = services.Entry(
        kind, village, place, period, subject, found.content, sample.signoffs(sample.on("2026-04-01"))
    )
    (number,) = services.publish([entry], sample.on("2026-04-01"))
    return number


def roster(county: SampleCounty, period: str, people: int, village: str = VILLAGE) -> int:
    rows = [rosters.row(name, basis=2.0) for name in PEOPLE[:people]]
    return publish(county, "subsidy", period, rows, village, f"{period}年耕地地力保护补贴发放明细表")


def debts(county: SampleCounty, period: str, yuan: int, village: str = VILLAGE, title: str = "债务明细表") -> int:
    rows = [{"name": "柳河农资经营部", "since": date(2023, 5, 1), "purpose": "欠农资款", "closing": yuan * 100}]
    return publish(county, "statement", period, rows, village, title)


def compared(client: PageClient, number: int, language: str = "en") -> list[str]:
    lists = [
        found for found in client.page(f"/{language}/gazette/{number}").all("ul") if found.get("class") == "compared"
    ]
    return [words(item) for found in lists for item in found.iter("li")]


def test_a_list_stands_beside_last_years_and_per_head_beside_the_township(
    app: Flask, client: PageClient, county: SampleCounty
) -> None:
    with app.app_context():
        first = roster(county, "2024", 6)
        number = roster(county, "2025", 8)
    assert compared(client, first) == [
        "There is nothing to compare with: nothing of this was posted for the year before.",
        "Paid in total per head of the village is not compared: villages of the township with a list to compare with"
        " for this period: 1; needed: 5.",
    ]
    with app.app_context():
        for n, village in enumerate(list(county.villages)[1:]):
            roster(county, "2025", 4 if n == 0 else 5, village)
    assert compared(client, number) == [
        "Paid in total: 482.00 yuan more than in the year before.",
        "Recipients: 2 more than in the year before.",
        "Paid in total per head of the village: 1.61 yuan; the middle of the 5 villages of the township that have"
        " posted the same for this period is 0.80 yuan.",
    ]
    assert compared(client, number, "zh")[:2] == ["合计发放比上一年多482.00元。", "领取人数比上一年多2人。"]


def test_a_short_list_has_no_sum_per_head(app: Flask, client: PageClient, county: SampleCounty) -> None:
    with app.app_context():
        numbers = [roster(county, "2025", 4, village) for village in county.villages]
    assert compared(client, numbers[0])[-1] == (
        "Paid in total per head of the village is not compared: a list of fewer than 5 is too short for it."
    )


def test_a_statement_stands_beside_the_last_one_of_its_class(
    app: Flask, client: PageClient, county: SampleCounty
) -> None:
    with app.app_context():
        debts(county, "2025", 9000)
        debts(county, "2026-Q1", 100, title="固定资产明细表")
        number = debts(county, "2026-Q2", 6000)
        assets = debts(county, "2026-Q2", 100, title="固定资产明细表")
        first = debts(county, "2024", 5000, list(county.villages)[1])
    assert compared(client, number, "zh")[0] == "期末合计比上一次公开（2025年）少3,000.00元。"
    told = compared(client, number)
    assert told[0] == "Closing in total: 3,000.00 yuan less than in the last posting before it (2025)."
    assert "of the township with a list to compare with for this period: 1; needed: 5" in told[1]
    assert compared(client, assets) == ["Closing in total: as much as in the last posting before it (Q1 2026)."]
    assert compared(client, assets, "zh") == ["期末合计与上一次公开（2026年第1季度）相同。"]
    assert compared(client, first)[0] == "There is nothing to compare with: nothing of this was posted before."


def test_rents_stand_beside_those_of_a_year_before_and_never_per_head(
    app: Flask, client: PageClient, county: SampleCounty
) -> None:
    pond = {"asset": "老屋场鱼塘", "party": "甘小满", "from": date(2024, 1, 1), "to": date(2028, 12, 31)}
    with app.app_context():
        for period, yuan in (("2025-Q1", 6000), ("2025-Q4", 9999), ("2026-Q1", 5500)):
            rows = [pond | {"annual_rent": yuan * 100}, pond | {"asset": "门面房", "annual_rent": 100_00}]
            number = publish(county, "contract", period, rows, VILLAGE, "合同台账")
    assert compared(client, number) == ["Rent of a year: 500.00 yuan less than in the same quarter last year."]


def test_a_list_that_was_corrected_is_compared_as_it_was(app: Flask, county: SampleCounty) -> None:
    with app.app_context():
        debts(county, "2025", 9000)
        number = debts(county, "2026-Q1", 6000)
        content = gazette.content(number)
        content["lines"][0]["closing"] = 900_000
        place = county.villages[VILLAGE]
        entry = services.Entry("statement", VILLAGE, place, "2026-Q1", "debts", content, [], supersedes=number)
        (later,) = services.publish([entry], sample.on("2026-04-20"))
        texts = [str(item_queries.item_page(gazette.item(one)).compared[0].message) for one in (number, later)]
    assert "3,000.00 yuan less" in texts[0] and "as much as" in texts[1]


def test_comparing_takes_at_most_three_queries_however_much_was_posted(app: Flask, county: SampleCounty) -> None:
    def asked(number: int, compare: bool) -> int:
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        event.listen(db.engine, "before_cursor_execute", note)
        item_queries.item_page(gazette.item(number), compare=compare)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    with app.app_context():
        numbers = [debts(county, period, 10, village) for village in county.villages for period in ("2025", "2026-Q1")]
        rows = roster(county, "2025", 6)
        for number, most in ((numbers[1], 3), (rows, 2)):
            asked(number, compare=True)  # what is kept for other reasons is kept now
            assert 0 < asked(number, compare=True) - asked(number, compare=False) <= most
