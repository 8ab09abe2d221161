"""Workbooks of recipients as villages keep them, and people of the county, for the tests of rosters; all invented."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
from sqlalchemy import update

from portal import clock
from portal.accounts import services as accounts
from portal.accounts.rules import OPERATOR, Actor
from portal.database import transaction
from portal.disclosure import queries, services
from portal.places import queries as places
from portal.places import services as places_services
from portal.places.models import Term
from portal.places.queries import PlaceView
from portal.places.rules import Role
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.kinds.rosters import card
from tests.laid import laid

HEAD = (
    "序号",
    "户主姓名",
    "身份证号",
    "所在村",
    "所在组",
    "手机号",
    "一卡通账号",
    "补贴面积",
    "补贴标准(元/亩)",
    "补贴金额",
    "备注",
)
TITLE = "青禾村2025年耕地地力保护补贴发放明细表"
PEOPLE = ("甘小满", "龙春生", "文长贵", "欧阳秀英", "白有田", "苏长河", "马春兰", "何满仓")
CARDS = tuple(card(n, f"19{50 + n}0{n}12") for n in range(1, 9))
PHONES = tuple(f"1380011223{n}" for n in range(8))
ACCOUNTS = tuple(f"621700123456789012{n}" for n in range(8))
SECRETS = (*CARDS, *PHONES, *ACCOUNTS)
RATE = 120.5


def rows(areas: Sequence[float] = (3.2, 1.5, 4, 2.5, 6, 2, 3, 1)) -> list[list[Any]]:
    """A line of each person, and the sum."""
    found = [
        [n + 1, name, CARDS[n], "青禾村", f"{n % 3 + 1}组", PHONES[n], ACCOUNTS[n], areas[n], RATE, areas[n] * RATE, ""]
        for n, name in enumerate(PEOPLE)
    ]
    total = ["合计", "", "", "", "", "", "", sum(areas), "", sum(areas) * RATE, ""]
    return [*found, total]


def workbook(lines: Sequence[Sequence[Any]], title: str = TITLE, head: Sequence[str] = HEAD) -> bytes:
    """An xlsx with a merged title in row 1, headings in row 2, then the lines and a foot."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    for line in (head, *lines, ("制表人：周清远",)):
        sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def set_rate(place: PlaceView, code: str = "arable", rates: Sequence[int] = (1_205_000,)) -> None:
    """The county sets a programme's rate, from a day that has passed."""
    county = places.ancestors(place.id)[0]
    day = date(2025, 1, 1)
    places_services.set_setting(f"rate.{code}", county.id, list(rates), day, "县农业农村局通知", OPERATOR, AT)


@laid
def with_rate() -> PlaceView:
    """The village, whose county has set the rate, and that five of a list of eight are called."""
    place = village.build()
    set_rate(place)
    places_services.set_setting("calls_per_programme", places.county().id, 5, AT.date(), "县", OPERATOR, AT)
    return place


@laid
def first() -> int:
    """The number of the sample's roster, posted in a village whose people have passwords."""
    place = with_rate()
    village.open_accounts()
    return posted(place, workbook(rows()))


def posted(place: PlaceView, body: bytes, period: str = "2025", about: str = "", at: datetime = AT) -> int:
    """A roster on its whole way: uploaded, handed over, signed by head and committee; its number."""
    keeper = actor("bookkeeper", at)
    draft = services.start_draft(keeper, place, "subsidy", period, at, about)
    services.add_files(keeper, draft, [("花名册.xlsx", body)], at)
    assert not queries.reading(draft).errors, queries.reading(draft).errors
    services.hand_over(keeper, draft, at)
    number = None
    for login in ("head", "committee"):
        number = services.sign(actor(login, at), draft, "signed", "", queries.draft(draft).digest or "", at)
    assert number is not None
    return number


def appointed(role: Role, name: str, login: str) -> Actor:
    """A person at the county, confirmed by a second one, with an account."""
    county = places.county()
    places_services.appoint_by_name(county.id, role, name, None, date(2024, 1, 1), None, OPERATOR, AT)
    with transaction() as session:
        session.execute(update(Term).where(Term.confirmed_at.is_(None)).values(confirmed_at=AT))
    (person,) = [term.person_id for term in places.terms(county.id) if term.name == name]
    accounts.add_user(login, person, OPERATOR, AT)
    return Actor(person, name, tuple(places.offices_of(person, clock.today(AT))), f"browser of {login}")
