"""Projects and contracts go the whole way: workbook, command line, history, and the corrected item told once."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import update

from portal.accounts.rules import OPERATOR
from portal.cli import main
from portal.config import Settings
from portal.database import transaction
from portal.disclosure import backfill, importing, queries, services
from portal.disclosure.models import Draft
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from portal.kinds.subjects import key
from portal.places.queries import PlaceView
from portal.public import subject_queries
from tests.disclosure import village
from tests.disclosure.village import AT, actor

NAME = "老屋场水渠改造"
HISTORY = (
    "村代码,期间,项目名称,公开环节,日期,预算,决策依据,施工单位,合同金额,本次付款,验收日期\n"
    "{v},2025-01,{n},决策,2025-01-05,90000,村民代表会议,,,,\n"
    "{v},2025-02,{n},合同,2025-02-10,,,清溪建筑工程有限公司,80000,,\n"
    "{v},2025-03,{n},付款,2025-03-12,,,,,30000,\n"
    "{v},2025-06,{n},验收,,,,,,,2025-06-01\n"
    "{o},2025-Q1,路灯安装,,,9000,村民代表会议,柳河工程队,8000,,\n"
)
CONTRACTS = (
    "村代码,期间,资产名称,面积（亩）,承租方,起始日期,终止日期,年租金,本年已收\n"
    "{v},2024-Q4,鱼塘,12,甘小满,2024-01-01,2028-12-31,6000,6000\n"
    "{v},2025-Q4,鱼塘,12,甘小满,2024-01-01,2028-12-31,6000,1000\n"
)
REGISTER = (
    ("2026年第一季度工程项目公开表", "", "", "", "", "", ""),
    ("序号", "工程名称", "概算", "中标单位", "中标价", "形象进度", "累计付款"),
    (1, "文化广场硬化", "52,000.00", "柳河工程队", 48000, "100％", 48000),
    (2, "路灯安装", 18600, "", 16000, 0.6, 0),
    ("合计", "", 70600, "", 64000, "", 48000),
)


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return village.build()


def written(path: Path, text: str) -> Path:
    path.write_text(text.format(v=village.CODE, o=village.OTHER, n=NAME), encoding="utf-8")
    return path


def test_a_history_is_read_in_the_light_of_its_own_earlier_rows(place: PlaceView, tmp_path: Path) -> None:
    path = written(tmp_path / "projects.csv", HISTORY)
    assert backfill.backfill(path, "project", OPERATOR, AT) == 5
    assert backfill.backfill(path, "project", OPERATOR, AT) == 0, "a second run leaves out what is there"
    items = gazette.items_of(place.id, "project")
    contents = {item.period: gazette.content(item.number) for item in items}
    assert [warning["check"] for content in contents.values() for warning in content["warnings"]] == []
    assert contents["2025-06"]["projects"][0]["paid"] == 30_000_00
    assert contents["2025-03"]["projects"][0]["missing"] == ["selection"]
    page = subject_queries.subject_page(village.CODE, "project", key(NAME))
    assert [event.step for event in page.story.events] == ["decision", "budget", "contract", "payment", "acceptance"]
    assert verify().ok


def test_a_history_of_contracts_becomes_the_years_of_an_asset(place: PlaceView, tmp_path: Path) -> None:
    assert backfill.backfill(written(tmp_path / "contracts.csv", CONTRACTS), "contract", OPERATOR, AT) == 2
    asset = subject_queries.subject_page(village.CODE, "contract", key("鱼塘")).story
    assert asset.unpaid_since == "2025" and [year.short for year in asset.years] == [5_000_00, 0]


def register(rows: Any = REGISTER) -> tuple[str, bytes]:
    return "工程项目.xlsx", village.workbook(rows[1:], "工程项目", rows[0])


def test_a_register_is_imported_with_its_title_sums_and_shares(place: PlaceView) -> None:
    taken = importing.import_files(place, "project", "2026-Q1", [register()], {}, actor("bookkeeper"), AT, "登记表")
    assert taken.draft is not None, importing.as_json(taken, "en")
    first, second = (queries.reading(taken.draft).content or {})["lines"]
    assert (first["budget"], first["progress"], second["progress"]) == (52_000_00, 1_000_000, 600_000)
    wrong = (*REGISTER[:4], ("合计", "", 70601, "", 64000, "", 48000))
    refused = importing.import_files(place, "project", "2026-Q1", [register(wrong)], {}, actor("bookkeeper"), AT, "错")
    assert [error["cell"] for error in importing.as_json(refused, "en")["errors"]] == ["C5"]


def test_the_command_line_takes_projects(settings: Settings, app: Flask, tmp_path: Path, monkeypatch: Any) -> None:
    with app.app_context():
        village.build()
    monkeypatch.setenv("PORTAL_INSTANCE", str(settings.instance))
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database_url)
    name, body = register()
    (tmp_path / name).write_bytes(body)
    arguments = ["import", str(tmp_path / name), "--village", village.CODE, "--kind", "project", "--period", "2026-Q1"]
    result = CliRunner().invoke(main, [*arguments, "--about", "登记表", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output[result.output.index("{") :])["rows"] == 2


def publish(place: PlaceView, entry: dict[str, str], supersedes: int | None = None) -> int:
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, "project", "2026-03", AT)
    if supersedes:
        with transaction() as session:
            session.execute(update(Draft).where(Draft.id == draft).values(supersedes=supersedes))
    services.type_in(keeper, draft, entry, AT)
    services.hand_over(keeper, draft, AT)
    for login in ("head", "committee"):
        number = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert number is not None
    return number


def test_a_corrected_payment_is_counted_once(place: PlaceView) -> None:
    payment = {"name": NAME, "step": "payment", "date": "2026-03-12", "payment": "30000"}
    first = publish(place, payment)
    second = publish(place, payment | {"payment": "31000"}, supersedes=first)
    assert gazette.content(second)["projects"][0]["paid"] == 31_000_00
    assert subject_queries.subject_page(village.CODE, "project", key(NAME)).story.paid == 31_000_00


def test_the_table_for_download_speaks_in_words(app: Flask) -> None:
    with app.app_context():
        place = village.build()
        number = publish(place, {"name": NAME, "step": "payment", "date": "2026-03-12", "payment": "30000"})
    text = app.test_client().get(f"/zh/gazette/{number}.csv").text.removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["公开环节"], row["日期"], row["本次付款"]) == ("付款", "2026-03-12", "30000.00")
