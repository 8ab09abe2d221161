"""Lists go the same way as money: workbook or history, signatures, gazette, page, table and paper."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.disclosure import backfill, importing, queries, services
from portal.duties import queries as duties
from portal.errors import Conflict, Invalid
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.gazette.verify import verify
from portal.kinds import KINDS
from portal.notices import draw
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.public import paper
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.pages import PageClient

DECISIONS = (
    ("议题", "程序", "会议时间", "会议名称", "应到人数", "实到人数", "同意人数", "监督意见"),
    ("修建文化广场", "提议", "2026-03-02", "村党支部", "", "", "", ""),
    ("修建文化广场", "决议", "2026-03-09", "村民代表会议", 36, 30, 28, "监委会无异议"),
    ("修建文化广场", "结果公开", "2026-03-28", "", "", "", "", "监委会无异议"),
)
DEBTS = (
    ("序号", "债权人", "性质", "形成时间", "事由", "年初数", "本期增减", "期末数"),
    (1, "柳河农资经营部", "企业", "2023-05-01", "欠农资款", 5000, -2000, 3000),
    ("合计", "", "", "", "", 5000, -2000, 3000),
)


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return village.build()


def post(place: PlaceView, kind: str, period: str, table: tuple[Any, ...], sheet: str, about: str = "") -> int:
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, kind, period, AT, about)
    services.add_files(keeper, draft, [(f"{sheet}.xlsx", village.workbook(table[1:], sheet, table[0]))], AT)
    assert not queries.reading(draft).errors, queries.reading(draft).errors
    services.hand_over(keeper, draft, AT)
    number = None
    for login in ("head", "committee"):
        number = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert number is not None
    return number


def test_a_decision_goes_from_a_workbook_into_the_gazette(place: PlaceView) -> None:
    number = post(place, "decision", "2026-03", DECISIONS, "民主决策")
    item = gazette.item(number)
    lines = gazette.lines(number)
    assert item.subject == lines[0]["subject"] and item.period == "2026-03"
    assert [line["step"] for line in lines] == ["propose", "resolve", "post_result"]
    assert lines[1]["quorum"] == "met"
    assert [hit.n for hit in gazette.search("文化广场")] == [3, 2, 1]
    assert verify().ok


def test_two_decisions_of_a_month_are_two_postings_and_one_statement_of_a_quarter_is_enough(place: PlaceView) -> None:
    post(place, "decision", "2026-03", DECISIONS, "民主决策", "广场")
    post(place, "decision", "2026-03", DECISIONS, "民主决策", "又一次")
    number = post(place, "statement", "2026-Q1", DEBTS, "债务明细")
    assert gazette.item(number).subject == "debts"
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, "statement", "2026-Q1", AT)
    services.add_files(keeper, draft, [("债务.xlsx", village.workbook(DEBTS[1:], "债务", DEBTS[0]))], AT)
    with pytest.raises(Conflict, match="already published as number 3"):
        services.hand_over(keeper, draft, AT)


def test_a_kind_may_have_no_period_without_anything(place: PlaceView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "decision", replace(KINDS["decision"], nothing=None))
    with pytest.raises(Invalid, match="only what happened"):
        services.no_dealings(actor("bookkeeper"), place, "decision", "2026-03", AT)


def test_each_kind_has_its_own_periods(place: PlaceView) -> None:
    with pytest.raises(Invalid, match="Write the month"):
        services.start_draft(actor("bookkeeper"), place, "finance", "2026-Q1", AT)
    with pytest.raises(Invalid, match="has not begun"):
        services.start_draft(actor("bookkeeper"), place, "statement", "2026-Q3", AT)
    with pytest.raises(Invalid, match="needs no name"):
        services.start_draft(actor("bookkeeper"), place, "finance", "2026-03", AT, "twice")


def test_an_import_says_what_is_asked(place: PlaceView) -> None:
    files = [("一览.xlsx", village.workbook(DEBTS[1:], "一览", DEBTS[0]))]
    refused = importing.import_files(place, "statement", "2026-Q1", files, {}, actor("bookkeeper"), AT)
    assert refused.draft is None
    assert "What does this list hold?" in importing.as_json(refused, "en")["errors"][0]["message"]
    taken = importing.import_files(place, "statement", "2026-Q1", files, {"class": "debts"}, actor("bookkeeper"), AT)
    shown = importing.as_json(taken)
    assert (shown["draft"], shown["rows"], shown["closing"]) == (taken.draft, 1, "3000.00")


def test_histories_of_lists_are_taken_over_each_period_and_class_once(place: PlaceView, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "村代码,期间,类别,债权人,事由,期末\n"
        f"{village.CODE},2025-Q3,debts,甲店,欠款,300\n{village.CODE},2025-Q4,debts,甲店,欠款,200\n"
        f"{village.CODE},2025-Q4,claims,乙店,租金,100\n{village.OTHER},2025-Q4,debts,丙店,欠款,50\n",
        encoding="utf-8",
    )
    assert backfill.backfill(path, "statement", OPERATOR, AT) == 4
    assert backfill.backfill(path, "statement", OPERATOR, AT) == 0
    found = gazette.current_of(place.id, "statement", "2025-Q4", "claims")
    assert found is not None and found.taken_over and verify().ok


def test_page_table_and_paper_of_a_list(app: Flask, settings: Settings, fonts: Path, tmp_path: Path) -> None:
    settings.fonts.symlink_to(fonts)
    with app.app_context():
        place = village.build()
        decision = post(place, "decision", "2026-03", DECISIONS, "民主决策")
        debts = post(place, "statement", "2026-Q1", DEBTS, "债务明细")
        out = BytesIO()
        draw(paper.notice_of(decision, settings), out, fonts=fonts)
    (tmp_path / "paper.pdf").write_bytes(out.getvalue())
    text = "".join("".join(page.extract_text() for page in PdfReader(out).pages).split())
    assert "应到36人,实到30人" in text.replace("，", ",") and "监委会无异" in text and "合计" not in text
    client = PageClient(app)
    page = client.page(f"/zh/gazette/{decision}").text
    assert "村民代表会议" in page and "达到法定人数" in page
    assert "2026年第1季度" in client.page(f"/zh/gazette/{debts}").text
    assert "债务（村里欠谁）" in client.page(f"/zh/places/{village.CODE}/statement").text
    assert client.page(f"/en/gazette/{debts}/lines/1").text.count("3,000.00")
    assert "柳河农资经营部" in client.get(f"/zh/gazette/{debts}.csv").text


def test_that_there_was_nothing_is_signed_and_read_like_a_list(app: Flask, settings: Settings, fonts: Path) -> None:
    settings.fonts.symlink_to(fonts)
    kinds = [kind for kind in KINDS.values() if not kind.is_carried and kind.name != "statement"]
    with app.app_context():
        place = village.build()
        drafts = [services.no_dealings(actor("bookkeeper"), place, kind.name, "2026-03", AT) for kind in kinds]
        numbers = {kind.name: village.published(draft) for kind, draft in zip(kinds, drafts, strict=True)}
        assert verify().ok
    client = PageClient(app)
    for kind in kinds:
        sentence = str(kind.told_of_nothing({"no_dealings": True}))
        for part in ("", "/card", "/script"):
            assert sentence in client.page(f"/en/gazette/{numbers[kind.name]}{part}").text, (kind.name, part)
        body = client.get(f"/en/gazette/{numbers[kind.name]}.pdf").data
        text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages).split())
        assert "".join(sentence.split()) in text
        client.page(f"/zh/places/{village.CODE}/{kind.name}")


def test_of_which_statement_there_is_nothing_is_asked_before_it_is_handed_over(place: PlaceView) -> None:
    keeper = actor("bookkeeper")
    draft = services.no_dealings(keeper, place, "statement", "2026-Q1", AT)
    (question,) = queries.reading(draft).questions
    services.answer(keeper, draft, {question.key: "debts"}, AT)
    services.hand_over(keeper, draft, AT)
    number = village.published(draft)
    assert gazette.item(number).subject == "debts" and gazette.content(number)["no_dealings"]


def test_what_is_withheld_is_no_event_that_came_in_time(place: PlaceView) -> None:
    number = post(place, "decision", "2026-03", DECISIONS, "民主决策")
    line, ground = places.line(place.id), duties.ground([place.id])
    assert [event.number for event in duties.events_of(line, ground)] == [number]
    gazette_services.withhold(number, "〔2026〕第3号", "甲", AT)
    assert duties.events_of(line, ground) == []
