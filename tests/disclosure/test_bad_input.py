"""What villages send by mistake: a sentence at its cell; nothing is published, nothing lost, and it is mended there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.disclosure import queries, services
from portal.disclosure.rules import State
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from tests.disclosure import rosters, village
from tests.disclosure.rosters import CARDS
from tests.disclosure.test_views import signed_in
from tests.disclosure.village import AT, actor, published, workbook
from tests.pages import PageClient

LEDGER_SUM = [*village.CASH, ("", "", "本月合计", "", 0, 800, None, "", "")]
VOTES = ("序号", "事项", "环节", "会议", "日期", "应到", "实到", "同意")
VOTED = (1, "修路", "村民代表会议决议", "村民代表会议", "2026-03-08", 36, 30, 31)
PROJECT = ("项目名称", "公开环节", "日期", "预算", "决策依据", "施工单位", "合同金额", "本次付款")
PROJECT_ROWS = (
    ("水渠改造", "决策", "2026-03-20", 90000, "2026年3月20日村民代表会议", "", "", ""),
    ("水渠改造", "付款", "2026-03-02", "", "", "清溪建筑工程有限公司", "", 30000),
)
WRONG_CARD = CARDS[1][:17] + ("1" if CARDS[1][17] != "1" else "2")


@dataclass(frozen=True)
class Slip:
    """A file with a mistake: its kind and period, what is said at which cell, and what is typed there to mend it."""

    kind: str
    period: str
    body: bytes
    cell: str
    sentence: str
    right: str


def roster(column: int, value: object) -> bytes:
    """The village's list, in which one cell of its second line says something else."""
    lines = rosters.rows()
    lines[1][column] = value
    return rosters.workbook(lines)


SLIPS = {
    "a wrong check digit": Slip("subsidy", "2025", roster(2, WRONG_CARD), "C4", "The check digit of this", CARDS[1]),
    "a person twice": Slip("subsidy", "2025", roster(2, CARDS[0]), "C4", "stands in line 1 too", CARDS[1]),
    "another village": Slip("subsidy", "2025", roster(3, "溪口村"), "D4", "This row is of another village", "青禾村"),
    "a negative area": Slip("subsidy", "2025", roster(7, -1.5), "H4", "There can be no negative number", "1.5"),
    "a sum of a line": Slip("subsidy", "2025", roster(9, 999), "J4", "1.5 × 120.5 makes 180.75, not 999", "180.75"),
    "a sum of a column": Slip(
        "finance", "2026-03", workbook(LEDGER_SUM, "现金日记账"), "F5", "add up to 720.50, not 800.00", "720.50"
    ),
    "votes above those present": Slip(
        "decision", "2026-03", workbook([VOTED], "表", VOTES), "H2", "31 is more than the 30 before it", "28"
    ),
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def built(app: Flask) -> Iterator[Flask]:
    with clock.stopped(AT):
        with app.app_context():
            rosters.set_rate(village.build())
            village.open_accounts()
        yield app


def uploaded(built: Flask, kind: str, period: str, body: bytes) -> int:
    """The draft of a file that the bookkeeper sent."""
    with built.app_context():
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), kind, period, AT)
        services.add_files(actor("bookkeeper"), draft_id, [("村里的表.xlsx", body)], AT)
    return draft_id


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_mistake_is_a_sentence_at_its_cell_publishes_nothing_and_is_mended_there(built: Flask, slip: Slip) -> None:
    draft_id = uploaded(built, slip.kind, slip.period, slip.body)
    client, here = signed_in(built, "bookkeeper"), f"/desk/drafts/{draft_id}"
    page = client.page(here)
    assert f"· {slip.cell} ·" in page.text and slip.sentence in page.text
    assert WRONG_CARD not in page.html and not any(card in page.html for card in CARDS)
    data = {name: page.field(name) for name in ("csrf_token", "edition")}
    assert "Handed over" not in client.post(f"{here}/hand-over", data=data, follow_redirects=True).text
    with built.app_context():
        view = queries.draft(draft_id)
        assert view.state is State.PREPARING and not gazette.items_of(view.place.id)
        assert [file.name for file in queries.files(draft_id)] == ["村里的表.xlsx"], "nothing is lost"
    cells = [one for one in page.all("input") if f"|{slip.cell}|" in (one.get("name") or "")]
    typed = {one.get("name") or "": one.get("value", "") for one in cells}
    wrong = next(name for name in typed if name.startswith("cell|"))
    client.post(f"{here}/mend", data={**data, **typed, wrong: slip.right})
    with built.app_context():
        assert not queries.reading(draft_id).errors
        services.hand_over(actor("bookkeeper"), draft_id, AT)
        assert gazette.item(published(draft_id)).kind == slip.kind
        assert verify().ok


def test_a_project_paid_before_its_decision_is_told_at_the_cell_and_printed_for_everybody(built: Flask) -> None:
    draft_id = uploaded(built, "project", "2026-03", workbook(PROJECT_ROWS, "表", PROJECT))
    sentence = "水渠改造: Paid on 2 Mar 2026, before it was decided on 20 Mar 2026."
    assert f"C3 {sentence}" in signed_in(built, "bookkeeper").page(f"/desk/drafts/{draft_id}").text
    with built.app_context():
        services.hand_over(actor("bookkeeper"), draft_id, AT)
        number = published(draft_id)
    assert f"What the signers were told {sentence}" in PageClient(built).page(f"/en/gazette/{number}").text
