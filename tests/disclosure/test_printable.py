"""Signs that the notice's font lacks are told at their cells before anything is published."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.disclosure import printable, queries, services
from portal.disclosure.rules import State
from portal.kinds import KINDS
from portal.kinds.base import Assembly, Finding, Level, Origin, Row, Table
from portal.places import services as places
from tests.disclosure import village
from tests.disclosure.test_views import signed_in
from tests.disclosure.village import AT, CASH, actor, bank, cash

RARE = "\U00020bb7"  # a form of 吉 in names of people; Noto Sans SC has no such sign
FACE = "\U0001f600"
FINANCE = KINDS["finance"]
COLUMNS = {"date": (0, "日期"), "summary": (1, "摘要"), "payee": (2, "收款人"), "payee_account": (3, "对方账号")}


@pytest.fixture(autouse=True)
def paper(fonts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printable.Paper, "fonts", fonts)


def found(*lines: dict[str, str], settings: dict[str, Any] | None = None, **values: str) -> list[Finding]:
    rows = [Row(number, {**line, **values}) for number, line in enumerate(lines, 2)]
    table = Table("账.xlsx", "现金", COLUMNS, rows)
    origins = [Origin(0, "账.xlsx", "现金", row.number) for row in rows]
    assembly = Assembly({"lines": list(lines)}, origins)
    return printable.findings(FINANCE, assembly, [table], settings or {})


def test_a_sign_that_the_font_lacks_is_told_at_its_cell() -> None:
    (finding,) = found({"summary": "购水管"}, {"summary": f"付{RARE}山工资"})
    assert (finding.level, finding.check) == (Level.WARNING, "unprintable")
    assert (finding.file, finding.sheet, finding.cell, finding.column) == ("账.xlsx", "现金", "B3", "摘要")
    assert (finding.value, finding.message.params) == (f"付{RARE}山工资", {"signs": RARE, "codes": "U+20BB7"})


def test_every_cell_of_a_row_is_told_and_one_that_is_not_printed_is_not() -> None:
    line = {"summary": f"{FACE}购水管", "payee": f"{RARE}记"}
    assert [one.cell for one in found(line, payee_account="☃")] == ["B2", "C2"]


def test_a_sign_that_stands_in_no_cell_of_the_row_is_told_without_one() -> None:
    line = {"summary": "购水管", "account_name": f"{RARE}专款"}
    table = Table("账.xlsx", "现金", COLUMNS, [Row(2, {"summary": "购水管"})])
    assembly = Assembly({"lines": [line]}, [Origin(0, "账.xlsx", "现金", 2)])
    (finding,) = printable.findings(FINANCE, assembly, [table], {})
    assert (finding.sheet, finding.cell) == ("现金", None)


def test_two_lines_of_one_row_tell_a_cell_once() -> None:
    line = {"summary": f"{RARE}提现"}
    table = Table("账.xlsx", "流水", COLUMNS, [Row(2, line)])
    assembly = Assembly({"lines": [line, line]}, [Origin(0, "账.xlsx", "流水", 2)] * 2)
    assert len(printable.findings(FINANCE, assembly, [table], {})) == 1


def test_of_very_many_cells_only_the_first_are_told() -> None:
    findings = found(*({"summary": f"{RARE}{number}"} for number in range(130)))
    assert len(findings) == printable.CELLS_AT_MOST + 1
    assert findings[-1].message.params == {"n": 30}


@pytest.mark.parametrize(("level", "levels"), [("off", []), ("error", [Level.ERROR]), (None, [Level.WARNING])])
def test_the_county_sets_the_level(level: str | None, levels: list[Level]) -> None:
    settings = {"check.unprintable": level} if level else {}
    assert [one.level for one in found({"summary": FACE}, settings=settings)] == levels


def test_usual_signs_need_no_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printable.Paper, "fonts", tmp_path)
    monkeypatch.setattr(printable.notices, "missing", lambda texts, fonts: pytest.fail("the font was asked"))
    assert found({"summary": "水渠清淤（人工费）①〔2026〕3号"}) == []


def test_where_no_fonts_are_installed_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printable.Paper, "fonts", tmp_path)
    assert found({"summary": RARE}) == []


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's installation: nobody shows a second factor."""
    return replace(settings, demo=True)


@pytest.fixture
def built(app: Flask, fonts: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An installation with fonts, and its village."""
    monkeypatch.setattr(printable.Paper, "fonts", fonts)
    with app.app_context(), clock.stopped(AT):
        village.build()
        village.open_accounts()
    return app


def drafted() -> int:
    """A draft with a rare sign in C4 of its cash book."""
    rows = [*CASH[:2], (*CASH[2][:2], f"付{RARE}山清淤人工费", *CASH[2][3:])]
    keeper = actor("bookkeeper")
    draft_id = services.start_draft(keeper, village.place(), "finance", "2026-03", AT)
    services.add_files(keeper, draft_id, [cash(rows), bank()], AT)
    return draft_id


def test_a_draft_with_such_a_sign_is_handed_over_all_the_same(built: Flask) -> None:
    with built.app_context():
        draft_id = drafted()
        reading = queries.reading(draft_id)
        assert [one.cell for one in reading.signs] == ["C4"]
        assert all(one.check != "unprintable" for one in reading.warnings)
        services.hand_over(actor("bookkeeper"), draft_id, AT)
        assert queries.draft(draft_id).state is State.WAITING


def test_a_county_may_refuse_them(built: Flask) -> None:
    with built.app_context(), clock.stopped(AT):
        township = village.place().parent_id
        assert township is not None
        places.set_setting("check.unprintable", township, "error", clock.today(AT), "minutes", OPERATOR, AT)
        assert not queries.draft(drafted()).is_acceptable


def test_the_sign_is_shown_with_a_field_and_mended_there(built: Flask) -> None:
    with built.app_context():
        page = f"/desk/drafts/{drafted()}"
    with clock.stopped(AT):
        client = signed_in(built, "bookkeeper")
        shown = client.page(page)
        assert "Signs that cannot be printed" in shown.text
        assert "U+20BB7" in shown.text
        name = next(f.get("name") for f in shown.all("input") if (f.get("name") or "").startswith("cell|"))
        client.post(f"{page}/mend", data={"csrf_token": shown.field("csrf_token"), name: "付吉山清淤人工费"})
        assert "Signs that cannot be printed" not in client.page(page).text


def test_the_level_is_among_the_countys_settings(built: Flask) -> None:
    with clock.stopped(AT):
        client = signed_in(built, "admin")
        assert "A sign that the notice's font lacks" in client.page("/desk/settings/990110000000").text
