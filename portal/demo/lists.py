"""What the demo villages post besides money: rosters, projects, contracts, decisions, claims and debts."""

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from portal import clock
from portal.clock import shift_period
from portal.demo.county import Village

RATE = 1_205_000
"""Yuan a mu of the arable land subsidy in the demo, in ten-thousandths."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ROSTER = (
    *("序号", "户主姓名", "身份证号", "所在组", "手机号", "一卡通账号"),
    *("补贴面积", "补贴标准(元/亩)", "补贴金额", "打款日期", "备注"),
)
_ALLOWANCE = (
    *("序号", "姓名", "身份证号", "所在组", "手机号", "一卡通账号", "人数", "月标准", "月数", "补贴金额", "打款日期"),
)
_DECISION = ("议题", "程序", "会议时间", "会议名称", "应到人数", "实到人数", "同意人数", "监委会意见", "结果")
_PROJECT = (
    *("项目名称", "环节", "日期", "建设内容", "资金来源", "预算", "决策依据", "发包方式", "承包方"),
    *("合同金额", "验收日期", "验收人", "决算金额", "备注"),
)
_CONTRACT = ("资产名称", "类别", "面积(亩)", "坐落", "承租方", "起始日期", "终止日期", "发包方式", "年租金", "备注")
_STATEMENT = ("名称", "性质", "形成时间", "事由", "年初数", "本期增减", "期末数", "备注")
DEBTS, CLAIMS = "债务", "债权"
FORGETFUL = 5
"""The village, by its place in the county, that has forgotten the claims of the newest quarter."""
_WORKS = ("文化广场", "灌溉水渠", "通组路硬化", "村口路灯", "公共厕所")
_SHOPS = ("农资经营部", "建材门市部", "文印店", "加油站")


@dataclass(frozen=True)
class Posting:
    """One list of a village on its way: a workbook of one sheet, and the day on which it is handed over."""

    village: Village
    kind: str
    period: str
    about: str
    title: str
    rows: Sequence[Sequence[Any]]
    handed: date

    def workbook(self) -> bytes:
        """An xlsx: the title, the headings, the rows."""
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet = book.add_worksheet("Sheet1")
            sheet.write(0, 0, self.title)
            for number, row in enumerate(self.rows, 1):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, column, cell)
        return out.getvalue()


def postings(village: Village, index: int, until: str, seed: int) -> Iterator[Posting]:
    """All lists of a village up to a month; every third builds something, a few are late, one is missing."""
    draw = random.Random(f"lists {village.code} {seed}")
    yield _arable(village, index, str(int(until[:4]) - 1), f"{until[:4]}-01-08", draw)
    yield _allowance(village, until, draw)
    yield from _decided(village, until, draw)
    if index % 3 == 0:
        yield from _built(village, until, draw)
    for quarter in quarters(until):
        yield _let(village, quarter, draw)
        for owed in _owed(village, quarter, draw):
            if (index, quarter, owed.about) != (FORGETFUL, quarters(until)[-1], CLAIMS):
                yield owed


def to_try(village: Village, until: str) -> dict[str, Posting]:
    """Lists that nobody has posted yet, by kind: of the year, the month `until` and the quarter that runs after it. The
    one called ``faulty`` has a wrong check digit, a person twice, and a sum that is not area by rate."""
    draw = random.Random(f"to try {village.code}")
    running = _running(until)
    roster = _arable(village, 0, until[:4], f"{until}-20", draw)
    matter, work = f"{_WORKS[3]}更换和资金安排", f"{village.name}{_WORKS[3]}更换工程"
    resolved = _resolution(village, until, matter, 38, 31)
    steps: list[dict[str, Any]] = [
        {"环节": "决策", "日期": f"{until}-12", "建设内容": "更换路灯 24 盏", "决策依据": "村民代表会议决议"},
        {"环节": "预算", "日期": f"{until}-14", "预算": 36_000, "资金来源": "集体自筹"},
    ]
    rows = [[{"项目名称": work, **step}.get(heading) for heading in _PROJECT] for step in steps]
    title, about = f"{village.name}工程项目公开表", f"{work}决策和预算"
    building = Posting(village, "project", until, about, title, [_PROJECT, *rows], resolved.handed)
    debts = next(iter(_owed(village, running, draw)))
    return {
        "subsidy": roster,
        "faulty": replace(roster, rows=_with_faults(roster.rows)),
        "project": building,
        "contract": _let(village, running, draw),
        "decision": resolved,
        "statement": debts,
    }


def _with_faults(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    found = [list(row) for row in rows]
    number = _ROSTER.index("身份证号")
    found[2][number] = found[2][number][:-1] + ("0" if found[2][number][-1] != "0" else "1")
    found[4][number] = found[3][number]
    found[5][_ROSTER.index("补贴金额")] += 100
    return found


def quarters(until: str) -> tuple[str, str]:
    """The two quarters that ended last when a month is over: of these the villages post what is due by quarter."""
    return shift_period(_running(until), -2), shift_period(_running(until), -1)


def _running(until: str) -> str:
    """The quarter that runs when a month is over."""
    return clock.period_of(clock.period_bounds(shift_period(until, 1))[0], clock.QUARTER)


def card(area: str, born: date, serial: int) -> str:
    """An identity number of nobody: no province begins with 99."""
    digits = f"{area}{born:%Y%m%d}{serial:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


def _after(period: str, days: int, draw: random.Random) -> date:
    """So many days after a period ended, or a while later."""
    return _soon(clock.period_bounds(period)[1] + timedelta(days=days), draw)


def _soon(day: date, draw: random.Random) -> date:
    """This day; one in eight is late."""
    return day + timedelta(days=draw.randint(6, 25) if draw.random() < 0.12 else 0)


def _people(village: Village, draw: random.Random) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, number, group, phone, account of each household; all invented, and no number is anybody's."""
    for n, name in enumerate(village.people, 1):
        born = date(draw.randint(1945, 1995), draw.randint(1, 12), draw.randint(1, 28))
        number = card(village.code[:6], born, n)
        yield name, number, f"{n % 4 + 1}组", f"100{village.code[6:12]}{n:02d}", f"9900{village.code}{n:03d}"


def _arable(village: Village, index: int, year: str, paid: str, draw: random.Random) -> Posting:
    rows = []
    for n, (name, number, group, phone, account) in enumerate(_people(village, draw), 1):
        area = draw.randrange(60, 900) / 100
        note, amount = "", round(area * RATE / 10_000 + 1e-9, 2)
        if index == 1 and n == 3:
            note, amount = "补发上年 50 元", amount + 50
        rows.append([n, name, number, group, phone, account, area, RATE / 10_000, amount, paid, note])
    title = f"{village.name}{year}年耕地地力保护补贴发放明细表"
    return Posting(village, "subsidy", year, "", title, [_ROSTER, *rows], _after(year, 10, draw))


def _allowance(village: Village, until: str, draw: random.Random) -> Posting:
    quarter = shift_period(clock.period_of(clock.period_bounds(until)[1], clock.QUARTER), -1)
    last = clock.period_bounds(quarter)[1]
    rows = [
        [n, name, number, group, phone, account, people, 560, 3, people * 560 * 3, last.isoformat()]
        for n, (name, number, group, phone, account) in enumerate(list(_people(village, draw))[:4], 1)
        for people in [draw.randint(1, 3)]
    ]
    title = f"{village.name}农村最低生活保障金发放名册"
    return Posting(village, "subsidy", quarter, "", title, [_ALLOWANCE, *rows], _after(quarter, 2, draw))


def _decided(village: Village, until: str, draw: random.Random) -> Iterator[Posting]:
    month = shift_period(until, -draw.randint(2, 6))
    matter = f"{draw.choice(_WORKS)}建设和资金安排"
    due = draw.randint(28, 46)
    present = draw.randint(due * 2 // 3 + 1, due)
    posting = _resolution(village, month, matter, due, present, draw.randint(0, 4))
    yield replace(posting, handed=_soon(posting.handed, draw))


def _resolution(village: Village, month: str, matter: str, due: int, present: int, against: int = 0) -> Posting:
    rows: list[list[Any]] = [
        [matter, "提议", f"{month}-03", "村党支部", None, None, None, "", ""],
        [matter, "商议", f"{month}-05", "村两委会", None, None, None, "", ""],
        [matter, "审议", f"{month}-08", "党员大会", 31, 24, 20, "", ""],
        [matter, "决议", f"{month}-12", "村民代表会议", due, present, present - against, "无异议", "通过"],
        [matter, "决议公开", f"{month}-13", "", None, None, None, "", ""],
    ]
    title, handed = f"{village.name}民主决策公开表", date.fromisoformat(f"{month}-15")
    return Posting(village, "decision", month, "", title, [_DECISION, *rows], handed)


def _built(village: Village, until: str, draw: random.Random) -> Iterator[Posting]:
    """A project step by step, each posted by itself; one in three was accepted, the others are still being built."""
    name = f"{village.name}{draw.choice(_WORKS)}工程"
    budget = draw.randrange(60, 280) * 1000
    sum_ = budget * draw.choice((94, 96, 103)) // 100
    builder = f"青禾{draw.choice('宏祥瑞盛')}{draw.choice('达通源安')}建筑工程队"
    begin = shift_period(until, -8)
    steps: list[tuple[str, int, dict[str, Any]]] = [
        (
            "决策",
            0,
            {"建设内容": "硬化场地、安装设施", "资金来源": "上级补助和集体自筹", "决策依据": "村民代表会议决议"},
        ),
        ("预算", 0, {"预算": budget}),
        ("招标或比选", 1, {"发包方式": "三家比价", "承包方": builder}),
        ("合同", 2, {"承包方": builder, "合同金额": sum_}),
        ("验收", 6, {"验收日期": f"{shift_period(begin, 6)}-18", "验收人": "村务监督委员会和村民代表"}),
    ]
    for step, later, cells in steps if draw.random() < 0.5 else steps[:4]:
        month = shift_period(begin, later)
        day = f"{month}-{18 if step == '验收' else 10}"
        handed = _soon(date.fromisoformat(day) + timedelta(days=2), draw)
        row = [{"项目名称": name, "环节": step, "日期": day, **cells}.get(heading) for heading in _PROJECT]
        title = f"{village.name}工程项目公开表"
        yield Posting(village, "project", month, f"{name}{step}", title, [_PROJECT, row], handed)


def _let(village: Village, quarter: str, draw: random.Random) -> Posting:
    draw = random.Random(f"assets {village.code}")
    year = int(quarter[:4])
    rows: list[list[Any]] = [
        ["东头鱼塘", "水面", draw.randrange(30, 120) / 10, "村东", village.people[0], f"{year - 3}-01-01",
         f"{year + 2}-12-31", "公开竞价", draw.randrange(20, 60) * 100, ""],
        ["村口门面房", "房屋", None, "村口", f"青禾{draw.choice(_SHOPS)}", f"{year - 1}-07-01", f"{year + 1}-06-30",
         "公开竞价", draw.randrange(60, 120) * 100, ""],
        ["后山林地", "林地", draw.randrange(300, 900) / 10, "后山", village.people[1], f"{year - 9}-01-01",
         f"{year - (1 if draw.random() < 0.2 else -6)}-12-31", "协商", draw.randrange(8, 30) * 100, ""],
    ]  # fmt: skip
    title = f"{village.name}资产资源承包租赁公开表"
    return Posting(village, "contract", quarter, "", title, [_CONTRACT, *rows], _after(quarter, 12, draw))


def _owed(village: Village, quarter: str, draw: random.Random) -> Iterator[Posting]:
    fixed = random.Random(f"owed {village.code}")
    year = int(quarter[:4])
    debt, claim = fixed.randrange(30, 200) * 100, fixed.randrange(10, 80) * 100
    paid = fixed.randrange(0, 20) * 100 * int(quarter[-1])
    paid = min(paid, debt)
    debts: list[list[Any]] = [
        [
            f"青禾{fixed.choice(_SHOPS)}",
            "企业",
            f"{year - 2}-05-01",
            "欠材料款",
            debt,
            -min(paid, debt),
            debt - min(paid, debt),
            "",
        ],
        ["青禾县农村信用社", "银行", f"{year - 4}-03-10", "修路贷款", 60_000, 0, 60_000, ""],
    ]
    claims: list[list[Any]] = [
        [village.people[2], "村民", f"{year - 1}-12-31", "欠鱼塘承包费", claim, 0, claim, "已催收"]
    ]
    for word, rows in ((DEBTS, debts), (CLAIMS, claims)):
        title = f"{village.name}{word}明细表"
        yield Posting(village, "statement", quarter, word, title, [_STATEMENT, *rows], _after(quarter, 15, draw))
