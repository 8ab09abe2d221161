"""A small county with published months, for the tests of the public pages; every name in it is invented."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.database import transaction
from portal.gazette import services as gazette
from portal.kinds.finance import FINANCE
from portal.places import services as places
from portal.places.rules import Level, Role
from tests.laid import laid

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
COUNTY, TOWNSHIP, VILLAGE = "990101000000", "990101101000", "990101101201"
PERSON, OFFICER, SHOP = "钱小满", "周立春", "清溪农资经营部"

Line = dict[str, Any]


def line(n: int, day: str, summary: str, income: int = 0, expense: int = 0, **more: Any) -> Line:
    """A line of the basic account; amounts in fen."""
    money = {"income": income} if income else {"expense": expense}
    fixed = {"key": f"committee:basic:银-{n:03d}:1", "owner": "committee", "book": "basic"}
    return {**fixed, "date": day, "voucher": f"银-{n:03d}", "entry": "1", "summary": summary, **money, **more}


def month_lines(period: str, extra: Iterable[Line] = ()) -> list[Line]:
    """An ordinary month: a subsidy and a rent come in; lamps, wages, farm supplies and a travel advance go out."""
    return [
        line(1, f"{period}-02", "收到上级村级运转补助", 3_000_000, account="505", account_name="补助收入",
             payee="青禾镇财政所"),
        line(2, f"{period}-03", "门面房租金", 900_000, account="501", account_name="经营收入", document="收据 1 张"),
        line(3, f"{period}-06", "支付路灯电费", 0, 86_240, account="522", account_name="管理费用",
             payee="青禾县供电公司"),
        line(4, f"{period}-12", "水渠清淤人工费", 0, 360_000, account="541", account_name="公益支出", payee=PERSON,
             handler="吴守田", document="工资表 1 张"),
        line(5, f"{period}-18", "购买水渠维修材料", 0, 328_000, account="541", account_name="公益支出", payee=SHOP),
        line(6, f"{period}-21", "外出培训差旅费", 0, 42_000, account="522", account_name="管理费用", payee=OFFICER),
        *extra,
    ]  # fmt: skip


def content(period: str, opening: int = 8_642_015, lines: list[Line] | None = None, **more: Any) -> dict[str, Any]:
    """Content of a month whose closing follows from its lines."""
    lines = month_lines(period) if lines is None else lines
    income, expense = (sum(line.get(side, 0) for line in lines) for side in ("income", "expense"))
    book = {"owner": "committee", "book": "basic", "transfer_in": 0, "transfer_out": 0, "lines": len(lines)}
    book |= {"opening": opening, "income": income, "expense": expense, "closing": opening + income - expense}
    return {"period": period, "books": [book], "lines": lines, "warnings": [], **more}


def signoffs(at: datetime, reservation: str = "", refusal: str = "") -> list[dict[str, Any]]:
    stamp = at.isoformat()
    head = {"office": "head", "person": OFFICER, "decision": "refused" if refusal else "signed", "at": stamp}
    committee = {
        "office": "committee",
        "person": "孙有粮",
        "decision": "reserved" if reservation else "signed",
        "at": stamp,
    }
    return [
        {"office": "bookkeeper", "person": "吴守田", "decision": "made", "at": stamp},
        head | ({"reason": refusal} if refusal else {}),
        committee | ({"reason": reservation} if reservation else {}),
    ]


def on(day: str) -> datetime:
    """Ten o'clock, county time."""
    return datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=clock.COUNTY_TIME)


class SampleCounty:
    """The places of the county by code, and the verbs that tests need."""

    def __init__(self, villages: int = 6) -> None:
        add = lambda level, code, name, above: places.add_place(level, code, name, above, OPERATOR, LONG_AGO)  # noqa: E731
        self.county = add(Level.COUNTY, COUNTY, "青禾县", None)
        self.township = add(Level.TOWNSHIP, TOWNSHIP, "青禾镇", self.county)
        names = ("青禾村", "柳湾村", "石桥村", "东岭村", "白塔村", "北塘村")
        self.villages = {
            f"990101101{201 + n}": add(
                Level.VILLAGE, f"990101101{201 + n}", names[n] if n < len(names) else f"新{n}村", self.township
            )
            for n in range(villages)
        }
        village = self.villages[VILLAGE]
        begins = date(2025, 1, 1)
        for role, name in ((Role.HEAD, OFFICER), (Role.BOOKKEEPER, "吴守田"), (Role.COMMITTEE, "孙有粮")):
            person = places.add_person(name, "13900000000")
            places.appoint(village, role, person, begins, None, OPERATOR, LONG_AGO)

    def populate(self, heads: int = 1200) -> None:
        """Say how many people live in each village."""
        for n, village in enumerate(self.villages.values()):
            places.set_setting("population", village, heads + 100 * n, date(2024, 1, 1), "户籍", OPERATOR, LONG_AGO)
        today = clock.today(LONG_AGO)
        places.set_setting("township_phone", self.township, "0999-7654321", today, "镇政府", OPERATOR, LONG_AGO)

    def publish(self, period: str, day: str, village: str = VILLAGE, **more: Any) -> int:
        """Publish a month on a day and return its number; `more` are parts of the content or of the entry."""
        at = on(day)
        about = {name: more.pop(name) for name in ("supersedes", "taken_over") if name in more}
        signed = more.pop("signed", signoffs(at))
        entry = gazette.Entry(
            kind=FINANCE.name, place=village, place_id=self.villages[village], period=period, subject=None,
            content=content(period, **more), signoffs=signed, **about,
        )  # fmt: skip
        (number,) = gazette.publish([entry], at)
        return number


def found(app: Flask, villages: int = 6) -> SampleCounty:
    """A county in this installation; call inside the application's context."""
    return _found(villages)


@laid
def _found(villages: int) -> SampleCounty:
    with transaction():
        gazette.open_log("portal.example/log", LONG_AGO)
        county = SampleCounty(villages)
        county.populate()
    return county


def two_years(county: SampleCounty, until: str = "2026-03", months: int = 26) -> dict[str, int]:
    """Post the months of the first village, two late, one missing, and the last ones of the others; by period."""
    numbers: dict[str, int] = {}
    opening = 5_000_000
    for back in range(months - 1, -1, -1):
        period = clock.shift_period(until, -back)
        first, _last = clock.period_bounds(clock.shift_period(period, 1))
        if back == 4:
            continue
        late = {1: 15, 7: 28}.get(back, 7)
        day = (first + timedelta(days=late)).isoformat()
        month = content(period, opening)
        numbers[period] = county.publish(period, day, opening=opening, taken_over=back > 20)
        opening = month["books"][0]["closing"] - 2_900_000 if back % 5 else opening // 2
    for n, village in enumerate(list(county.villages)[1:]):
        for back in range(n % 4, 5):
            period = clock.shift_period(until, -back)
            first, _last = clock.period_bounds(clock.shift_period(period, 1))
            extra = [line(9, f"{period}-22", "修补村道", 0, 100_000 * (n + 1), account="541", account_name="公益支出")]
            county.publish(
                period, (first + timedelta(days=5 + 3 * n)).isoformat(), village, lines=month_lines(period, extra)
            )
    return numbers
