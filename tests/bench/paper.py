"""Paper: a notice of 300 lines with long, wrapped summaries beside the same lines drawn without wrapping."""

import io
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from portal import notices
from portal.config import load_settings
from portal.notices import Amount, Column, Notice, Signature
from tests.bench.measure import Result, at_most, in_turn

LINES = 300
ROW = 8.2 * 72 / 25.4  # points: what a line of 14 pt needs
LONG = "支付水渠清淤及道路水毁修复石料款,含运费和两个村民小组的人工,详见附后的工资表与验收单第{n}号"


def notice(_folder: Path) -> list[Result]:
    """Both draw the same 300 lines with the same font at the same size."""
    folder = load_settings().fonts
    paper = _notice()
    ours, peer = in_turn(
        lambda: notices.draw(paper, io.BytesIO(), "A4", "zh", folder, False), lambda: _canvas(paper), runs=5
    )
    return [
        at_most("notice of 300 lines, long summaries wrapped", ours, peer, "s", "ReportLab canvas, not wrapped", 2.5)
    ]


def _notice() -> Notice:
    days = [date(2026, 3, 1 + n % 28) for n in range(LINES)]
    rows = [[day, f"银-{n:03d}", LONG.format(n=n), 0, 10_000 + n, "云麓五金建材店"] for n, day in enumerate(days)]
    figures = [Amount("上期结余", 8_642_015), Amount("收入", 0, "+"), Amount("支出", 3_044_850, "−")]
    columns = [Column("日期", "date"), Column("凭证号"), Column("摘要", weight=1)]
    columns += [Column("收入", "money"), Column("支出", "money"), Column("收款人", below=True)]
    return Notice(
        county="青禾县",
        township="云麓镇",
        place="梧桐村",
        kind="收支",
        period="2026年3月",
        number=1284,
        code="1284-7QKM-2XHF-9B3T-C",
        url="http://127.0.0.1:8000/zh/verify",
        figures=[*figures, Amount("期末结余", 5_597_165, "=")],
        signatures=[Signature("村主任", "王春明", date(2026, 4, 15))],
        columns=columns,
        rows=rows,
    )


def _canvas(paper: Notice) -> None:
    """The limit: every cell one `drawString`, nothing measured, nothing wrapped."""
    name = notices.regular_font(load_settings().fonts)
    canvas = Canvas(io.BytesIO(), pagesize=A4, initialFontName=name)
    top = A4[1] - 60
    y = top
    canvas.setFont(name, 14)
    for day, voucher, summary, _income, expense, payee in paper.rows:
        if y < 60:
            canvas.showPage()
            canvas.setFont(name, 14)
            y = top
        canvas.drawString(40, y, f"{day}")
        canvas.drawString(110, y, voucher)
        canvas.drawString(170, y, summary)
        canvas.drawString(170, y - ROW / 2, payee)
        canvas.drawRightString(555, y, f"{expense / 100:,.2f}")
        y -= ROW
    canvas.save()
