"""Drives a kind that was added as one file the whole way: workbook, signatures, page, table, notice, history.

Run as a program of its own by tests/kinds/test_new_kind.py, in a tree whose kinds have one file more.
"""

import sys
from pathlib import Path

from portal import keys
from portal.accounts.rules import OPERATOR
from portal.app import create_app
from portal.config import Settings
from portal.database import create_all, transaction
from portal.disclosure import backfill, queries, services
from portal.gazette import internal, search
from portal.gazette.verify import verify
from portal.kinds import KINDS
from portal.kinds.base import letters
from portal.notices import draw
from portal.public import paper
from tests.disclosure import village
from tests.disclosure.village import AT

CARD = "6222000000000000017"
HEAD = ("序号", "户主姓名", "用途", "人数", "筹资金额", "日", "备注", "银行卡号")
ROWS = (
    (1, "甘小满", "修水渠", 4, 60.0, "2026-03-05", "老屋场", CARD),
    (2, "龙春生", "修水渠", 3, 48.0, 12, "", ""),
    ("合计", "", "", 7, 108.0, "", "", ""),
)


def drive(folder: Path, fonts: Path) -> None:
    keys.make_missing(folder / "keys")
    (folder / "fonts").symlink_to(fonts)
    settings = Settings(folder, f"sqlite:///{folder / 'portal.db'}", "http://portal.example", testing=True)
    app = create_app(settings)
    with app.app_context():
        with transaction() as session:
            create_all(session.connection())
            search.create(session.connection())
        place = village.build()
        number = post(place)
        pages = paper.notice_of(number, settings)
        assert draw(pages, folder / "levy.pdf", fonts=fonts) >= 2
        corrected = correct(number)
        assert internal.same("card", CARD) == [(number, 1), (corrected, 1)]
        history = folder / "levy.csv"
        history.write_text("村代码,期间,户主,用途,人数,金额\n990110001202,2025,文长贵,修路,2,30\n", encoding="utf-8")
        assert backfill.backfill(history, "levy", OPERATOR, AT) == 1
        assert verify().ok
    client = app.test_client()
    page = client.get(f"/zh/gazette/{number}").text
    assert "甘小满" in page and "修水渠" in page and "108.00" in page and "老屋场" in page
    assert "去年同月没有公开过这项内容" in page and "名单不足5人" in page
    assert "甘小满,修水渠,4,60.00,2026-03-05,老屋场" in client.get(f"/zh/gazette/{number}.csv").text
    assert "老屋场二组" in client.get(f"/zh/gazette/{corrected}").text
    assert CARD not in client.get(f"/zh/gazette/{corrected}.json").text
    assert client.get(f"/en/gazette/{number}.pdf").data.startswith(b"%PDF")
    assert "修水渠" in client.get(f"/zh/gazette/{number}/lines/2").text
    assert "108.00" in client.get(f"/zh/places/{village.CODE}/levy").text
    assert "修<mark>水渠</mark>" in client.get("/zh/search?q=水渠").text
    assert client.get(f"/zh/gazette/{number}/card.png").data.startswith(b"\x89PNG")


def post(place):  # type: ignore[no-untyped-def]
    keeper = village.actor("bookkeeper")
    draft = services.start_draft(keeper, place, "levy", "2026-03", AT, "修水渠")
    services.add_files(keeper, draft, [("levy.xlsx", village.workbook(ROWS, "2026年3月筹资", HEAD))], AT)
    reading = queries.reading(draft)
    assert not reading.errors, reading.errors
    assert [finding.cell for finding in reading.warnings] == ["E3"], reading.warnings
    services.hand_over(keeper, draft, AT)
    for login in ("head", "committee"):
        number = services.sign(village.actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert number is not None
    return number


def correct(number):  # type: ignore[no-untyped-def]
    """A note is corrected; the card that nobody is shown comes along."""
    keeper = village.actor("bookkeeper")
    draft = services.start_correction(keeper, number, "备注不全", AT)
    assert CARD.encode() not in queries.bodies(draft)[0][2]
    [sheet] = queries.reading(draft).sheets
    cell = f"{letters(sheet.columns['note'][0])}2"
    services.mend(keeper, draft, {(queries.files(draft)[0].id, sheet.sheet, cell): "老屋场二组"}, AT)
    services.hand_over(keeper, draft, AT)
    return village.published(draft)


if __name__ == "__main__":
    assert "levy" in KINDS, "the file that was added is not found"
    drive(Path(sys.argv[1]), Path(sys.argv[2]))
