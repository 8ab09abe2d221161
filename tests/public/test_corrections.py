"""What villagers read of a correction: on the new item, on the old one, on lines, with the code of an old paper."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.disclosure import queries, services
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.notices import draw
from portal.notices.voice import said
from portal.public import item_queries, paper, spoken
from tests.disclosure import rosters, village
from tests.disclosure.village import AT, actor
from tests.pages import PageClient
from tests.public import county as sample
from tests.public.county import PERSON, SampleCounty, line, month_lines

WHY = "收款人写错了"
OTHER = "钱小曼"


@pytest.fixture
def county(app: Flask, stopped_clock: datetime) -> SampleCounty:
    with app.app_context():
        return sample.found(app)


@pytest.fixture
def march(app: Flask, county: SampleCounty) -> int:
    with app.app_context():
        return county.publish("2026-03", "2026-04-12")


def corrected_lines(**changed: Any) -> list[dict[str, Any]]:
    """The month's lines with another payee, without the travel, with a lock."""
    lines = month_lines("2026-03")
    lines[3] |= {"payee": OTHER, **changed}
    return [*lines[:5], line(7, "2026-03-30", "换锁", 0, 42_000, account="522", account_name="管理费用")]


@pytest.fixture
def newer(app: Flask, county: SampleCounty, march: int) -> int:
    with app.app_context():
        return county.publish("2026-03", "2026-04-16", supersedes=march, reason=WHY, lines=corrected_lines())


def code_of(app: Flask, number: int) -> str:
    with app.app_context():
        return gazette.item(number).check_code


def test_the_new_item_says_what_it_corrects_and_which_lines_changed(client: PageClient, march: int, newer: int) -> None:
    page = client.page(f"/en/gazette/{newer}")
    assert f"Corrects number {march} of 12 Apr 2026" in page.text and WHY in page.text
    assert PERSON in page.texts("del") and OTHER in page.texts("ins")
    assert "new line 6 银-007 换锁" in page.text and "gone line 6 银-006 外出培训差旅费" in page.text
    chinese = client.page(f"/zh/gazette/{newer}").text
    assert f"更正2026年4月12日公布的第{march}号" in chinese and "收款人" in chinese


def test_the_old_item_says_by_what_it_was_replaced_and_keeps_its_lines(
    client: PageClient, march: int, newer: int
) -> None:
    page = client.page(f"/en/gazette/{march}")
    assert f"replaced on 16 Apr 2026 by number {newer}" in page.text and WHY in page.text
    assert PERSON in page.texts("del") and OTHER in page.texts("ins")
    assert page.text.count("外出培训差旅费") > 1, "nothing disappears: it stands in its own table too"


def test_a_line_says_what_became_of_it(client: PageClient, march: int, newer: int) -> None:
    old = client.page(f"/en/gazette/{march}/lines/4")
    assert OTHER in old.texts("ins") and f"by number {newer}" in old.text
    assert "外出培训差旅费" in " ".join(client.page(f"/en/gazette/{march}/lines/6").texts("del"))
    assert "This line stayed as it was." in client.page(f"/en/gazette/{march}/lines/1").text
    new = client.page(f"/en/gazette/{newer}/lines/4")
    assert PERSON in new.texts("del") and f"Corrects number {march}" in new.text
    assert "Corrects number" not in client.page(f"/en/gazette/{newer}/lines/1").text


def test_the_code_of_an_old_paper_tells_when_why_and_which_lines(
    app: Flask, client: PageClient, march: int, newer: int
) -> None:
    page = client.page(f"/zh/verify?code={code_of(app, march)}")
    assert WHY in page.text and PERSON in page.texts("del") and OTHER in page.texts("ins")
    assert f"/zh/gazette/{newer}" in page.html
    assert not client.page(f"/zh/verify?code={code_of(app, newer)}").all("del")


def test_the_notice_of_a_correction_has_its_erratum(
    app: Flask, settings: Settings, fonts: Path, march: int, newer: int
) -> None:
    out = BytesIO()
    with app.app_context():
        draw(paper.notice_of(newer, settings), out, fonts=fonts)
        pages = ["".join(page.extract_text().split()) for page in PdfReader(out).pages]
        told = [said(text, "zh") for text in paper.sentences(item_queries.item_page(gazette.item(newer)))]
        aloud = [said(text, "zh") for text in spoken.script(item_queries.item_page(gazette.item(newer)))]
    assert f"第{march}号" in pages[0] and WHY in pages[0]
    assert "监督委员会" in pages[0], "the boxes of the signers stay on page 1"
    assert PERSON in pages[1] and OTHER in pages[1] and "换锁" in pages[1]
    assert any(WHY in sentence for sentence in told) and any(WHY in sentence for sentence in aloud)


def test_a_correction_of_a_correction_shows_all_versions(
    app: Flask, client: PageClient, county: SampleCounty, march: int, newer: int
) -> None:
    with app.app_context():
        lines = corrected_lines(payee=OTHER, summary="水渠清淤人工费,8人")
        third = county.publish("2026-03", "2026-04-18", supersedes=newer, reason="摘要太短", lines=lines)
    first = client.page(f"/en/gazette/{march}")
    assert WHY in first.text and "摘要太短" in first.text and f"by number {third}" in first.text
    assert {OTHER, "水渠清淤人工费,8人"} <= set(first.texts("ins")), "against what holds now"
    last = client.page(f"/en/gazette/{third}")
    assert OTHER not in last.texts("ins"), "against the version that it corrects"
    for number in (march, newer, third):
        page = client.page(f"/en/gazette/{number}")
        assert "All versions" in page.text and f"number {march}" in page.text and f"number {third}" in page.text
    middle = client.page(f"/en/gazette/{newer}").text
    assert f"Corrects number {march}" in middle and f"by number {third}" in middle


def test_a_withheld_version_shows_no_old_value(
    app: Flask, client: PageClient, march: int, newer: int, county: SampleCounty
) -> None:
    code = code_of(app, march)
    with app.app_context():
        gazette_services.withhold(march, "〔2026〕第3号", "甲", sample.on("2026-04-17"))
    page = client.page(f"/en/gazette/{newer}")
    assert "withheld by order: what it said is not shown" in page.text and PERSON not in page.text
    assert f"/en/gazette/{newer}" in client.page(f"/en/gazette/{march}").html
    told = client.page(f"/en/verify?code={code}")
    assert f"/en/gazette/{newer}" in told.html and PERSON not in told.text


def test_an_old_item_whose_correction_is_withheld_is_still_shown(
    app: Flask, client: PageClient, march: int, newer: int
) -> None:
    with app.app_context():
        gazette_services.withhold(newer, "〔2026〕第3号", "甲", sample.on("2026-04-17"))
    page = client.page(f"/en/gazette/{march}")
    assert OTHER not in page.text and WHY not in page.text and PERSON in page.text


# ---------------------------------------------------------------- through the whole desk


LATER = AT + timedelta(days=25)


@pytest.fixture
def at_the_desk(app: Flask) -> Iterator[Flask]:
    with clock.stopped(LATER):
        yield app


def mended(draft_id: int, n: int, **fields: str) -> None:
    """Put texts into the cells of line `n`."""
    reading = queries.reading(draft_id)
    file, sheet, row = reading.origins[n - 1]
    [found] = [one for one in reading.sheets if (one.file, one.sheet) == (file, sheet)]
    [file_id] = [one.id for one in queries.files(draft_id) if one.name == file]
    cells = {(file_id, sheet, f"{chr(65 + found.columns[name][0])}{row}"): text for name, text in fields.items()}
    services.mend(actor("bookkeeper", LATER), draft_id, cells, LATER)


def corrected(number: int, n: int, reason: str, **fields: str) -> int:
    keeper = actor("bookkeeper", LATER)
    draft_id = services.start_correction(keeper, number, reason, LATER)
    mended(draft_id, n, **fields)
    if queries.reading(draft_id).errors:
        services.carry_through(keeper, draft_id, True, LATER)
    services.hand_over(keeper, draft_id, LATER)
    return village.published(draft_id, LATER)


def test_a_month_that_was_carried_along_says_because_of_which(at_the_desk: Flask, client: PageClient) -> None:
    with at_the_desk.app_context():
        place = village.build()
        march = village.published(village.handed_over(place))
        april = village.april(place, LATER)
        number = corrected(march, 2, "人工费多写了", expense="500")
        carried = gazette.item(april).superseded_by
    page = client.page(f"/en/gazette/{carried}")
    assert f"It changed because March 2026, a month before it, was corrected as number {number}" in page.text
    assert "人工费多写了" in page.text and "cash book (villagers' committee)" in page.text
    assert not [text for text in page.texts("del") if "会议室灯管" in text], "its lines stayed"
    assert f"by number {carried}" in client.page(f"/en/gazette/{april}").text


def test_a_month_carried_along_never_says_the_other_months_reason_as_its_own(
    at_the_desk: Flask, client: PageClient, settings: Settings
) -> None:
    with at_the_desk.app_context():
        place = village.build()
        march = village.published(village.handed_over(place))
        april = village.april(place, LATER)
        number = corrected(march, 2, "人工费多写了", expense="500")
        code = gazette.item(april).check_code
        carried = gazette.item(april).superseded_by
        erratum = [said(text, "zh") for text in paper.notice_of(carried or 0, settings).erratum]
    told = "2026年3月作了更正（人工费多写了）"
    addresses = (f"/zh/gazette/{carried}", f"/zh/gazette/{carried}/script", f"/zh/gazette/{april}")
    for address in (*addresses, f"/zh/verify?code={code}"):
        assert told in client.page(address).text, address
    assert f"原因：{told}" in "".join(erratum)
    assert "原因：人工费多写了" in client.page(f"/zh/gazette/{number}").text, "its own"
    assert "because March 2026 was corrected: 人工费多写了" in client.page(f"/en/gazette/{carried}").text


def test_the_sheet_of_a_group_has_its_own_figures_and_changes(at_the_desk: Flask, settings: Settings) -> None:
    with at_the_desk.app_context():
        place = village.build()
        old = rosters.posted(place, rosters.workbook(rosters.rows(), TITLE, AID), "2025-Q4", at=LATER)
        new = corrected(old, 1, "第1行的名字写错了", name="甘小曼")
        lines = gazette.content(new)["lines"]
        own, *others = paper.groups_of(lines)
        sheet = paper.notice_of(new, settings, own)
        of_others = [paper.notice_of(new, settings, group) for group in others]
        whole = paper.notice_of(new, settings)
    amounts = [line["amount"] for line in lines if line["group"] == own]
    assert {figure.fen for figure in sheet.figures} >= {sum(amounts), len(amounts)} and len(amounts) < len(lines)
    assert f"{len(lines)}" in "".join(said(text, "zh") for text in sheet.story if "全村" in said(text, "zh"))
    assert [row[0] for row in sheet.rows] == [str(n) for n, line in enumerate(lines, 1) if line["group"] == own]
    assert len(sheet.changed) == len(whole.changed) == 1 and not any(one.changed for one in of_others)


AID = tuple(heading.replace("补贴面积", "保障人数") for heading in rosters.HEAD)
TITLE = rosters.TITLE.replace("耕地地力保护补贴", "农村低保金")


def test_a_list_is_corrected_without_any_number_and_without_names_once_its_notice_is_over(
    at_the_desk: Flask, client: PageClient, settings: Settings, fonts: Path
) -> None:
    with at_the_desk.app_context():
        place = village.build()
        body = rosters.workbook(rosters.rows(), TITLE, AID)
        old = rosters.posted(place, body, "2025-Q4", at=LATER)
        new = corrected(old, 1, "第1行的名字写错了", name="甘小曼")
        codes = [gazette.item(number).check_code for number in (old, new)]
    addresses = [
        *(f"/zh/gazette/{number}{rest}" for number in (old, new) for rest in ("", "/lines/1", "/card", "/script")),
        *(f"/zh/verify?code={code}" for code in codes),
    ]
    pages = {address: client.page(address).text for address in addresses}
    assert "甘小曼" in pages[f"/zh/gazette/{old}"] and "第1行的名字写错了" in pages[f"/zh/gazette/{new}"]
    with clock.stopped(LATER + timedelta(days=60)):
        over = {address: client.page(address).text for address in addresses}
        out = BytesIO()
        with at_the_desk.app_context():
            draw(paper.notice_of(new, settings), out, fonts=fonts)
        over["paper"] = "".join("".join(sheet.extract_text().split()) for sheet in PdfReader(out).pages)
    for address, text in over.items():
        assert "甘小" not in text and "小满" not in text, address
    assert "第1行的名字写错了" in over[f"/zh/gazette/{new}"] and "第1行的名字写错了" in over["paper"]
    for text in (*pages.values(), *over.values()):
        assert not any(secret in text for secret in rosters.SECRETS)
