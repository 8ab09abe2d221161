"""A village's notice and review sheet made up for tests, and the tools that read paper back."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import zxingcpp
from PIL import Image

from portal.kinds.finance.columns import QUESTIONS
from portal.notices import (
    Amount,
    Book,
    Both,
    Column,
    Notice,
    Payment,
    ReviewSheet,
    Signature,
    Voucher,
)
from portal.text import Message

CODE = "1284-7QKM-2XHF-9B3T-C"
ADDRESS = f"https://portal.example/zh/verify?code={CODE}"
LONG = "支付水渠清淤及道路水毁修复石料款,含运费和两个村民小组的人工,详见附后的工资表与验收单(LED 路灯 30W×12 只)"
COLUMNS = (
    Column(Both("日期", "Date"), "date"),
    Column(Both("凭证号", "Voucher")),
    Column(Both("摘要", "Summary"), weight=1),
    Column(Both("收入", "Money in"), "money", summed=True),
    Column(Both("支出", "Money out"), "money", summed=True),
    Column(Both("收款人", "Payee"), below=True),
)


def entries(count: int, summary: str = LONG) -> list[tuple[Any, ...]]:
    """Lines whose summary carries its number, so that each can be found again."""
    return [
        (f"2026-03-{1 + n % 28:02d}", f"银-{n:03d}", f"{summary}#{n:03d}", None, 10_000 + n, "云麓五金建材店")
        for n in range(1, count + 1)
    ]


def a_notice(count: int = 12, **changes: Any) -> Notice:
    """A month with `count` lines, signed by two."""
    return replace(
        Notice(
            county="青禾县",
            township="云麓镇",
            place="梧桐村",
            kind=Both("收支", "Finance"),
            period=Both("2026年3月", "March 2026"),
            number=1284,
            code=CODE,
            url=ADDRESS,
            figures=[
                Amount(Both("上期结余", "Opening balance"), 8_642_015),
                Amount(Both("收入", "Money in"), 4_120_000, "+"),
                Amount(Both("支出", "Money out"), 2_891_360, "−"),
                Amount(Both("期末结余", "Closing balance"), 9_870_655, "="),
            ],
            payments=[Payment(f"维修水渠材料{n}", 328_000 - n) for n in range(1, 6)],
            books=[Book("现金账", 0, 100, 50, 50), Book("基本账户", 8_642_015, 4_119_900, 2_891_310, 9_870_605)],
            signatures=[
                Signature(Both("村主任", "Village head"), "王春明", date(2026, 4, 12)),
                Signature(Both("村务监督委员会", "Supervision committee"), "李秋云", date(2026, 4, 13)),
            ],
            maker="陈小雨",
            posted_from=date(2026, 4, 16),
            posted_to=date(2026, 5, 1),
            ask=[Both("有疑问先问村里。", "Ask in the village first.")],
            phone="000-5550123",
            columns=COLUMNS,
            rows=entries(count),
        ),
        **changes,
    )


_FIGURES = {"opening": "86,420.00 / 86,420.15", "bank": "基本账户 98,706.05", "cash": "现金账 0.50"}


def a_review_sheet(**changes: Any) -> ReviewSheet:
    """A sheet with five drawn vouchers and five members."""
    return replace(
        ReviewSheet(
            county="青禾县",
            township="云麓镇",
            place="梧桐村",
            kind=Both("收支", "Finance"),
            period=Both("2026年3月", "March 2026"),
            code="D042-7QKM-2XHF-9B3T-C",
            url="https://portal.example/desk/drafts/42",
            questions=[(Message(text), _FIGURES.get(key, "")) for key, text in QUESTIONS],
            drawn_after=4,
            vouchers=[Voucher(f"2026-03-0{n}", f"银-00{n}", f"维修水渠材料{n}", n * 31_415) for n in range(1, 6)],
            changes=["支出比上月多12,300.00元"],
            warnings=[Message("Voucher 银-009 has no handler.")],
            members=5,
        ),
        **changes,
    )


def drawn(draw: Callable[..., int], sheet: object, folder: Path, **options: Any) -> Path:
    """The PDF of a notice or sheet as a file."""
    path = folder / "paper.pdf"
    draw(sheet, path, **options)
    return path


def page_texts(pdf: Path) -> list[str]:
    """Each page's text as poppler reads it."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


class Word(NamedTuple):
    """A word with its box in points, y downwards."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    text: str


_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


def words(pdf: Path) -> list[Word]:
    """All words with their boxes as poppler sees them; the boxes are as high as the ink (0.88 and 0.12 em)."""
    html = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    found = []
    for number, page in enumerate(html.split("<page ")[1:], 1):
        for x0, y0, x1, y1, text in _WORD.findall(page):
            top, bottom = float(y0), float(y1)
            cut = (bottom - top) * 0.16
            found.append(Word(number, float(x0), top + cut, float(x1), bottom - cut, text))
    return found


def codes(pdf: Path, folder: Path) -> list[list[str]]:
    """The QR codes on each page as zxing reads them from pixels."""
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", str(pdf), str(folder / "page")], check=True)
    return [
        [code.text for code in zxingcpp.read_barcodes(Image.open(picture))]
        for picture in sorted(folder.glob("page*.png"))
    ]


def code_in(png: bytes) -> list[str]:
    """The QR codes in a picture."""
    return [code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(png)))]
