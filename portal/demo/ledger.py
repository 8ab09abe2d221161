"""A village's invented ledger: plausible sums and summaries by season, and known anomalies for the detectors."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from portal.clock import period_bounds, shift_period
from portal.demo.county import Village


@dataclass(frozen=True)
class Entry:
    """One line of a book; amounts in fen. `book` is ``cash`` or ``basic``."""

    day: date
    book: str
    summary: str
    account: str
    income: int = 0
    expense: int = 0
    payee: str = ""
    document: str = ""
    voucher: str = ""
    handler: str = ""


@dataclass(frozen=True)
class Month:
    """One month of one village: opening of each book in fen and its entries by date. `anomalies` are the labels."""

    village: Village
    period: str
    opening: dict[str, int]
    entries: list[Entry]
    anomalies: list[str]

    @property
    def closing(self) -> dict[str, int]:
        closing = dict(self.opening)
        for entry in self.entries:
            closing[entry.book] += entry.income - entry.expense
        return closing


# months, summary, account, yuan from–to, payee, book, document
_INCOME = (
    ((1, 4, 7, 10), "上级拨付村级运转经费", "补助收入", (26000, 38000), "{town}财政所", "财政拨款单"),
    ((3, 6, 9, 12), "门面房租金", "经营收入", (2400, 9600), "{shop}", "收据"),
    ((3, 6, 9, 12), "存款利息", "其他收入", (12, 160), "{town}农商银行", "银行回单"),
    ((5, 11), "山林承包费", "经营收入", (3000, 12000), "{coop}", "收据"),
    ((8,), "光伏发电收益", "经营收入", (6000, 15000), "{county}供电公司", "银行回单"),
)
_SPENDING = (
    (range(1, 13), "路灯电费", "公益支出", (380, 1100), "{county}供电公司", "发票"),
    (range(1, 13), "村部电费水费", "管理费用", (120, 420), "{county}供电公司", "发票"),
    (range(1, 13), "垃圾清运费", "公益支出", (800, 1900), "{clean}", "发票"),
    (range(1, 13), "办公用品", "管理费用", (60, 480), "{paper}", "发票"),
    (range(1, 13), "村务公开资料打印", "管理费用", (40, 220), "{paper}", "发票"),
    ((1, 12), "报刊征订费", "管理费用", (900, 2400), "{town}邮政所", "发票"),
    ((1, 2), "春节慰问困难户物资", "公益支出", (1800, 4800), "{shop}", "发票"),
    ((3, 4), "绿化苗木", "公益支出", (900, 5200), "{coop}", "发票"),
    ((3, 4, 5), "水渠清淤材料", "公益支出", (700, 3900), "{iron}", "发票"),
    ((5, 6, 7), "防汛沙袋雨具", "公益支出", (500, 2600), "{iron}", "发票"),
    ((7, 8), "道路水毁修复石料", "公益支出", (1500, 8800), "{stone}", "发票"),
    ((9, 10), "秸秆禁烧宣传横幅", "管理费用", (240, 900), "{paper}", "发票"),
    ((9,), "重阳节老年人活动物资", "公益支出", (800, 2600), "{shop}", "发票"),
    ((4, 10), "村组道路硬化工程款", "公益支出", (16000, 29000), "{stone}", "发票"),
    ((10, 11), "饮水管道维修", "公益支出", (600, 4200), "{iron}", "发票"),
    ((2, 6, 11), "村部房屋小修", "管理费用", (500, 3200), "{iron}", "发票"),
)
_LABOUR = (
    (range(1, 13), "保洁员工资", (600, 900), (2, 4)),
    ((3, 4, 5), "水渠清淤人工费", (240, 720), (2, 5)),
    ((6, 7), "防汛值班误工补贴", (160, 400), (1, 4)),
    ((9, 10), "秸秆禁烧巡查误工补贴", (160, 400), (1, 3)),
    ((1, 7), "村民代表会议误工补贴", (60, 120), (2, 5)),
)
CASH_FLOAT = 300_000
"""What the cash book is filled up to when it runs low, in fen."""


def history(village: Village, first: str, months: int, seed: int, anomalies: bool = True) -> Iterator[Month]:
    """`months` months from `first`, each opening where the last one closed."""
    draw = random.Random(f"{village.code} {seed}")
    payees = _payees(village, draw)
    opening = {"cash": draw.randrange(60_000, 280_000), "basic": draw.randrange(4_000_000, 12_000_000)}
    planted = {draw.randrange(months): name for name in draw.sample(sorted(ANOMALIES), 2)} if anomalies else {}
    for n in range(months):
        month = _month(village, shift_period(first, n), opening, payees, draw)
        if n in planted:
            month = ANOMALIES[planted[n]](month, draw)
        month = numbered(month)
        opening = month.closing
        yield month


def _payees(village: Village, draw: random.Random) -> dict[str, str]:
    town, county = village.township_name.rstrip("镇乡"), "青禾"
    word = draw.choice(("顺达", "惠民", "丰裕", "和兴", "万家", "永安"))
    return {
        "town": town,
        "county": county,
        "shop": f"{word}超市",
        "paper": f"{town}{draw.choice(('文印店', '办公用品店'))}",
        "iron": f"{town}{draw.choice(('五金建材店', '农资门市部'))}",
        "stone": f"{word}石料厂",
        "clean": f"{county}{word}环卫有限公司",
        "coop": f"{village.name}种植专业合作社",
    }


def _month(
    village: Village, period: str, opening: dict[str, int], payees: dict[str, str], draw: random.Random
) -> Month:
    first, last = period_bounds(period)
    entries = []

    def day(lowest: int = 2) -> date:
        return first.replace(day=draw.randint(lowest, last.day - 1))

    for months, summary, account, (low, high), payee, document in _INCOME:
        if first.month in months:
            entries.append(
                Entry(
                    day(),
                    "basic",
                    summary,
                    account,
                    income=_sum(low, high, draw),
                    payee=payee.format(**payees),
                    document=document,
                )
            )
    for when, summary, account, (low, high), payee, document in _SPENDING:
        if first.month in when and (len(when) == 12 or draw.random() < 0.75):
            amount = _sum(low, high, draw)
            book = "cash" if amount < 30_000 else "basic"
            entries.append(
                Entry(day(), book, summary, account, expense=amount, payee=payee.format(**payees), document=document)
            )
    for when, summary, (low, high), (fewest, most) in _LABOUR:
        if first.month in when:
            for person in draw.sample(village.people, draw.randint(fewest, most)):
                amount = draw.randrange(low, high + 1, 20) * 100
                entries.append(
                    Entry(
                        day(20 if len(when) == 12 else 5),
                        "basic",
                        f"{summary}({person})",
                        "公益支出",
                        expense=amount,
                        payee=person,
                        document="工资表",
                    )
                )
    entries = [replace(entry, summary=entry.summary.partition("(")[0]) for entry in entries]
    entries += _withdrawal(entries, opening["cash"], first)
    entries.sort(key=lambda entry: (entry.day, entry.book, entry.income == 0, entry.summary))
    return Month(village, period, dict(opening), entries, [])


def _withdrawal(entries: list[Entry], cash: int, first: date) -> list[Entry]:
    """Money drawn for the cash book before it could run dry: one entry in each book."""
    need = sum(entry.expense for entry in entries if entry.book == "cash")
    if cash - need >= 20_000:
        return []
    amount = -(-(CASH_FLOAT - cash + need) // 100_000) * 100_000
    return [
        Entry(first, "basic", "提取备用金", "库存现金", expense=amount, document="支票存根"),
        Entry(first, "cash", "提取备用金", "银行存款", income=amount, document="支票存根"),
    ]


def _sum(low: int, high: int, draw: random.Random) -> int:
    """Fen between two sums in yuan: mostly with jiao, sometimes round."""
    yuan = draw.randint(low, high)
    return yuan * 100 if draw.random() < 0.4 else yuan * 100 + draw.randrange(0, 100, 10)


def numbered(month: Month) -> Month:
    """Voucher numbers in order of date, one sequence a book, as a bookkeeper gives them."""
    words, count = {"cash": "现", "basic": "银"}, {"cash": 0, "basic": 0}
    entries = []
    for entry in month.entries:
        count[entry.book] += 1
        voucher = entry.voucher or f"{words[entry.book]}-{count[entry.book]:03d}"
        entries.append(replace(entry, voucher=voucher, handler=month.village.officers["bookkeeper"]))
    return replace(month, entries=entries)


# --- known anomalies: each takes a month and gives one back with its label --------------------------------------------


def _just_under(month: Month, draw: random.Random) -> Month:
    """Two purchases just under 30,000 yuan of one payee within three days."""
    first, _ = period_bounds(month.period)
    return _with(
        month,
        "just under the limit",
        [
            Entry(
                first.replace(day=12),
                "basic",
                "文化广场铺装工程款",
                "公益支出",
                expense=2_950_000,
                payee="永安建筑工程队",
                document="收据",
            ),
            Entry(
                first.replace(day=14),
                "basic",
                "文化广场护栏工程款",
                "公益支出",
                expense=2_940_000,
                payee="永安建筑工程队",
                document="收据",
            ),
        ],
    )


def _hospitality(month: Month, draw: random.Random) -> Month:
    """Hospitality from village money."""
    first, _ = period_bounds(month.period)
    amount = draw.randrange(480, 1900) * 100
    return _with(
        month,
        "hospitality",
        [
            Entry(
                first.replace(day=18),
                "basic",
                "接待检查组用餐",
                "管理费用",
                expense=amount,
                payee="农家乐饭店",
                document="白条",
            )
        ],
    )


def _paid_twice(month: Month, draw: random.Random) -> Month:
    """The largest spending of the basic account is paid again two days later."""
    candidates = [entry for entry in month.entries if entry.book == "basic" and entry.expense and entry.payee]
    twin = max(candidates, key=lambda entry: entry.expense)
    _, last = period_bounds(month.period)
    return _with(
        month, "paid twice", [replace(twin, day=min(last, twin.day.replace(day=min(last.day, twin.day.day + 2))))]
    )


def _vague(month: Month, draw: random.Random) -> Month:
    """A large sum for "other expenses"."""
    first, _ = period_bounds(month.period)
    return _with(
        month,
        "vague summary",
        [
            Entry(
                first.replace(day=22),
                "basic",
                "其他费用",
                "其他支出",
                expense=draw.randrange(2200, 4900) * 100,
                payee="",
                document="白条",
            )
        ],
    )


def _with(month: Month, label: str, extra: list[Entry]) -> Month:
    """The month with `extra` lines; if the account cannot bear them, the township advances the money first."""
    first, _ = period_bounds(month.period)
    needed = sum(entry.expense for entry in extra if entry.book == "basic")
    spent = sum(entry.expense - entry.income for entry in month.entries if entry.book == "basic")
    if month.opening["basic"] - spent - needed < 500_000:
        extra = [
            Entry(
                first,
                "basic",
                "上级拨付项目资金",
                "补助收入",
                income=needed,
                payee="青禾县财政局",
                document="财政拨款单",
            ),
            *extra,
        ]
    entries = sorted(
        [*month.entries, *extra], key=lambda entry: (entry.day, entry.book, entry.income == 0, entry.summary)
    )
    return replace(month, entries=entries, anomalies=[*month.anomalies, label])


ANOMALIES = {
    "just under the limit": _just_under,
    "hospitality": _hospitality,
    "paid twice": _paid_twice,
    "vague summary": _vague,
}
