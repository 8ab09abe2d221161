"""An invented village with its offices, and small workbooks of a month, for the tests of disclosure and desk."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from sqlalchemy import update

from portal import clock
from portal.accounts import passwords
from portal.accounts import queries as accounts_queries
from portal.accounts import services as accounts
from portal.accounts.models import Account
from portal.accounts.rules import OPERATOR, Actor
from portal.database import transaction
from portal.disclosure import queries, services
from portal.gazette import services as gazette
from portal.places import queries as places
from portal.places.models import Term
from portal.places.queries import PlaceView
from tests.laid import laid

CODE, OTHER = "990110001201", "990110001202"
PASSWORD = "village-demo"
AT = datetime(2026, 4, 13, 10, 0, tzinfo=clock.COUNTY_TIME)  # a Monday
LOGINS = {
    "bookkeeper": "周清远",
    "head": "林大山",
    "committee": "何秀兰",
    "member": "苏小河",
    "township": "陈望",
    "admin": "吴明",
    "agency": "郑平",
}
PLACES = """level,code,name,role,person,login,begins
county,990110000000,青禾县,administrator,吴明,admin,2024-01-01
township,990110001000,柳河镇,township,陈望,township,2024-01-01
,990110001000,,agency_bookkeeper,郑平,agency,2024-01-01
village,990110001201,青禾村,bookkeeper,周清远,bookkeeper,2024-01-01
,990110001201,,head,林大山,head,2024-01-01
,990110001201,,committee,何秀兰,committee,2024-01-01
,990110001201,,committee,苏小河,member,2024-01-01
village,990110001202,溪口村,,,,
,990110001202,,head,马青山,otherhead,2024-01-01
"""
HEAD = ("日期", "凭证号", "摘要", "科目", "收入", "支出", "余额", "收款人", "经手人")
CASH = (
    ("", "", "上月结余", "", None, None, 1000.00, "", ""),
    ("2026-03-05", "现-001", "办公用品", "管理费用", None, 120.50, 879.50, "柳河文具店", "周清远"),
    ("2026-03-12", "现-002", "水渠清淤人工费,8人3天", "公益支出", None, 600.00, 279.50, "王春明", "周清远"),
)
BANK = (
    ("", "", "上月结余", "", None, None, 50000.00, "", ""),
    ("2026-03-02", "银-001", "门面房租金", "经营收入", 9000.00, None, 59000.00, "老街文具店", "周清远"),
    ("2026-03-06", "银-002", "路灯电费", "公益支出", None, 862.40, 58137.60, "青禾供电公司", "周清远"),
)


@laid
def build(at: datetime = AT, log: bool = True) -> PlaceView:
    """A county with a township and two villages, people in their offices, accounts with a password, and a log unless
    there is one."""
    accounts.load_places(PLACES.encode(), OPERATOR, at)
    with transaction() as session:  # the second person who confirms terms at township and county
        session.execute(update(Term).where(Term.confirmed_at.is_(None)).values(confirmed_at=at))
    if log:
        gazette.open_log("portal.example/log", at)
    return places.place(CODE)


def place() -> PlaceView:
    return places.place(CODE)


def open_accounts() -> None:
    """Give every account the password of the tests (hashed once: hashing is slow by design)."""
    hashed = passwords.hasher.hash(PASSWORD)
    with transaction() as session:
        session.execute(update(Account).values(password_hash=hashed))


def actor(login: str, at: datetime = AT, session: str | None = None) -> Actor:
    """The person with this login, at a browser of his own."""
    account = next(account for account in accounts_queries.accounts() if account.login == login)
    offices = tuple(places.offices_of(account.person_id, clock.today(at)))
    return Actor(account.person_id, LOGINS.get(login, login), offices, session or f"browser of {login}")


def workbook(rows: Sequence[Sequence[Any]], sheet: str, head: Sequence[str] = HEAD) -> bytes:
    """An xlsx with one sheet: headings in row 1, then the rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in (head, *rows):
        page.append(list(row))
    for column in range(1, len(head) + 1):
        page.column_dimensions[get_column_letter(column)].width = 14
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def resaved(body: bytes) -> bytes:
    """A workbook opened and saved in another program."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(body)).save(out)
    return out.getvalue()


def cash(rows: Sequence[Sequence[Any]] = CASH) -> tuple[str, bytes]:
    return "现金账.xlsx", workbook(rows, "现金日记账")


def bank(rows: Sequence[Sequence[Any]] = BANK) -> tuple[str, bytes]:
    return "银行账.xlsx", workbook(rows, "银行存款日记账")


def handed_over(place: PlaceView, at: datetime = AT, period: str = "2026-03") -> int:
    """A draft of two files that the bookkeeper handed over."""
    keeper = actor("bookkeeper", at)
    draft_id = services.start_draft(keeper, place, "finance", period, at)
    services.add_files(keeper, draft_id, [cash(), bank()], at)
    services.hand_over(keeper, draft_id, at)
    return draft_id


@laid
def march() -> int:
    """The number of March, handed over and signed on the day of `AT`, in a village whose people have passwords."""
    place = build()
    open_accounts()
    return published(handed_over(place))


@laid
def waiting() -> int:
    """The id of a draft that waits for signatures, in a village whose people have passwords."""
    place = build()
    open_accounts()
    return handed_over(place)


def published(draft_id: int, at: datetime = AT) -> int:
    """The number of a draft that was handed over, after the head and the committee have signed."""
    for login in ("head", "committee"):
        number = services.sign(actor(login, at), draft_id, "signed", "", queries.draft(draft_id).digest or "", at)
    assert number is not None
    return number


def april(place: PlaceView, at: datetime) -> int:
    """The number of April 2026: one payment in cash."""
    keeper = actor("bookkeeper", at)
    draft_id = services.start_draft(keeper, place, "finance", "2026-04", at)
    rows = [("2026-04-08", "现-003", "会议室灯管", "管理费用", None, 35.00, None, "柳河五金店", "周清远")]
    services.add_files(keeper, draft_id, [("四月现金.xlsx", workbook(rows, "现金日记账"))], at)
    services.hand_over(keeper, draft_id, at)
    return published(draft_id, at)


def history(rows: Sequence[dict[str, str]]) -> bytes:
    """A csv of older records."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
