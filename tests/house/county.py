"""The county that the browser walks through: every state of a month, of a draft, of an account and of a job once.

A new room adds to `build` what its pages need to have something to show.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from portal import clock, jobs
from portal.accounts import queries as account_queries
from portal.accounts import services as accounts
from portal.accounts.rules import OPERATOR
from portal.database import transaction
from portal.desk import printing
from portal.disclosure import queries as disclosure
from portal.disclosure import services as drafts
from portal.gazette import queries as items
from portal.gazette import services as gazette
from portal.hanging import queries as on_boards
from portal.hanging import services as boards
from portal.jobs.models import Job
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.models import Term
from portal.places.rules import Role
from portal.recipients import calls
from portal.recipients import queries as recipients
from portal.text import N_, Message
from tests.disclosure import rosters, village
from tests.disclosure.village import AT, BANK, CASH, CODE, HEAD, OTHER, actor
from tests.evidence.samples import photo
from tests.kinds import lists
from tests.kinds.test_contract import POND
from tests.kinds.test_decision import RESOLVED
from tests.kinds.test_project import CHOICE, CONTRACT, DECISION, PAYMENT
from tests.kinds.test_statement import DEBT
from tests.public import county as public

COUNTY, TOWNSHIP = "990110000000", "990110001000"
SILENT, LARGE, RETURNED, EMPTY = (f"99011000120{n}" for n in (3, 4, 5, 6))
SHOP = "柳河文具店"
PEOPLE = ("bookkeeper", "agency", "head", "committee", "township", "county", "admin")
"""Who walks, besides the villager: by login."""

MORE = f"""level,code,name,role,person,login,begins
,{COUNTY},,county,钟宁,county,2024-01-01
,{COUNTY},,administrator,沈朗,second,2024-01-01
village,{SILENT},白塔村,head,罗成山,,2024-01-01
village,{LARGE},石桥村,,,,
village,{RETURNED},东岭村,head,魏长河,thirdhead,2024-01-01
village,{EMPTY},北塘村,,,,
"""
FEBRUARY = [
    ("", "", "上月结余", "", None, None, 1500.00, "", ""),
    ("2026-02-05", "现-001", "办公用品", "管理费用", None, 500.00, 1000.00, SHOP, "周清远"),
]
FEBRUARY_BANK = [
    ("", "", "上月结余", "", None, None, 30000.00, "", ""),
    ("2026-02-09", "银-001", "收到上级村级运转补助", "补助收入", 26000.00, None, 56000.00, "柳河镇财政所", ""),
    ("2026-02-10", "银-002", "其他支出", "管理费用", None, 6000.00, 50000.00, SHOP, "周清远"),
]
FAULTY = [
    CASH[0],
    ("2026-02-30", "现-001", "办公用品", "管理费用", None, 120.50, 879.50, SHOP, "周清远"),
    ("2026-03-12", "现-002", "水渠清淤人工费，8人3天", "公益支出", None, "约600", 279.50, "王春明", "周清远"),
    ("2026-03-13", "现-003", "其他支出", "管理费用", None, 79.50, 200.00, "", ""),
]
LISTS: tuple[tuple[str, list[dict[str, Any]], str, str], ...] = (
    ("project", [{"name": "水渠改造", **step} for step in (DECISION, CHOICE, CONTRACT, PAYMENT)], "2026-02", ""),
    ("contract", [POND | {"due": 6_000_00, "received": 2_000_00}], "2026-Q1", ""),
    ("decision", [RESOLVED], "2026-02", ""),
    ("statement", [DEBT | {"opening": 50_000_00, "change": -20_000_00}], "2026-Q1", "债务明细表"),
)
UNKNOWN = ("甲", "凭证号", "摘要", "乙", "丙", "丁", "戊", "己", "庚")


def build() -> dict[str, tuple[Any, ...]]:
    """Fill the installation; what there is to see besides `tests.house.test_walk.EXAMPLES`, by argument."""
    village.build()
    accounts.load_places(MORE.encode(), OPERATOR, AT)
    with transaction() as session:
        session.execute(update(Term).where(Term.confirmed_at.is_(None)).values(confirmed_at=AT))
    village.open_accounts()
    _settle()
    _publish()
    lists = _post_lists()
    _hang()
    _prepare()
    return {
        "public.subject": lists,
        "board": (f"{CODE}-1",),
        "code": (COUNTY, TOWNSHIP, OTHER, SILENT, EMPTY),
        "kind": tuple(sorted(KINDS)),
        "number": tuple(range(1, 13)),
        "draft_id": tuple(range(1, 10)),
        "slug": (SHOP,),
        "key": ("sign_offices", "holidays", "township_phone", "finance_due_day", "vague_words", "no_hospitality"),
        "token": (_link(),),
        "account_id": tuple(account.id for account in account_queries.accounts()),
        "job_id": _jobs(),
        "round_id": tuple(one.id for one in recipients.rounds({places.place(TOWNSHIP).id})),
    }


def _settle() -> None:
    """Numbers of villagers, a telephone, a term that waits for its second person, an account that was closed."""
    on, since = clock.today(AT), date(2024, 1, 1)
    place_services.set_setting("population", places.place(CODE).id, 1240, since, "户籍", OPERATOR, AT)
    phone = "0990-5550101"  # no such area code
    place_services.set_setting("township_phone", places.place(TOWNSHIP).id, phone, since, "镇政府", OPERATOR, AT)
    place_services.appoint_by_name(places.place(TOWNSHIP).id, Role.TOWNSHIP, "顾长青", "", on, None, actor("admin"), AT)
    accounts.disable(_account("thirdhead"), OPERATOR, AT)


def _account(login: str) -> int:
    account = account_queries.account_of_login(login)
    assert account is not None
    return account.id


def _link() -> str:
    return accounts.new_password_link(_account("second"), OPERATOR, clock.now())


def _publish() -> None:
    """Months: signed here, corrected, taken over, without dealings, withheld."""
    here, at = places.place(CODE), AT - timedelta(days=39)
    files = [village.cash(FEBRUARY), village.bank(FEBRUARY_BANK)]
    draft_id = _draft(CODE, "2026-02", files, at, "bookkeeper", hands_over=True)
    for login, decision, reason in (("head", "signed", ""), ("committee", "reserved", "银-002没有附明细")):
        drafts.sign(actor(login), draft_id, decision, reason, disclosure.draft(draft_id).digest or "", at)
    content = items.content(1)
    content["lines"][0]["summary"] = "购买打印纸和墨盒"
    reason = {"reason": "第1笔的摘要写得太笼统"}
    signed = public.signoffs(at)
    _entry(CODE, here.id, "2026-02", {**content, **reason}, signed, supersedes=1)
    other, silent = places.place(OTHER), places.place(SILENT)
    _entry(OTHER, other.id, "2025-12", public.content("2025-12"), [], taken_over=True)
    closing = public.content("2025-12")["books"][0]["closing"]
    nothing = public.content("2026-01", closing, [], no_dealings=True)
    _entry(OTHER, other.id, "2026-01", nothing, public.signoffs(at, refusal="没有看到银行对账单"))
    _entry(SILENT, silent.id, "2026-01", public.content("2026-01"), signed)
    gazette.withhold(5, "〔2026〕第3号", "钟宁", at)


def _post_lists() -> tuple[dict[str, str], ...]:
    """A project, a contract, a decision, debts, and a roster whose households are called; the subjects' addresses."""
    subjects = []
    for kind, rows, period, title in LISTS:
        content = lists.assembled(KINDS[kind], rows, period, title=title).content
        subject = KINDS[kind].subject_of(content)
        _entry(CODE, places.place(CODE).id, period, content, public.signoffs(AT), kind=kind, subject=subject)
        subjects += [{"code": CODE, "kind": kind, "subject": subject}] if subject and kind != "statement" else []
    before = AT - timedelta(days=30)
    rosters.set_rate(places.place(CODE))
    rosters.posted(places.place(CODE), rosters.workbook(rosters.rows()), at=before)
    calls.draw(actor("township"), places.place(TOWNSHIP), AT)
    return tuple(subjects)


def _hang() -> None:
    """Notices on the board: one with two photos, one taken down too early, one that is asked for; a second board."""
    place = places.place(CODE)
    numbers = [item.number for item in items.items_of(place.id) if on_boards.hangs_at_all(item)]
    hung, gone, asked = sorted(numbers)[-3:]
    for number, days in ((hung, 15), (hung, 0), (gone, 4), (asked, 3)):  # hung up late, but for the first
        body = photo(number * 100 + days, (1200, 900))
        boards.show(actor("bookkeeper"), place, number, body, AT - timedelta(days=days))
    boards.say_gone(actor("committee"), gone, AT)
    board = boards.name_board(actor("bookkeeper"), place, "三组老井旁", AT)
    boards.say_missing(place, asked, board, AT)


def _entry(code: str, place_id: int, period: str, content: Any, signed: Any, **about: Any) -> None:
    about = {"kind": "finance", "subject": None, **about}
    entry = gazette.Entry(
        place=code, place_id=place_id, period=period, content=content, signoffs=signed, **about
    )  # fmt: skip
    gazette.publish([entry], AT - timedelta(days=20))


def _prepare() -> None:
    """Drafts: waiting, with errors and questions and unknown columns, overdue, being read, sent back, given up."""
    _draft(CODE, "2026-03", [village.cash(), village.bank()], AT, "bookkeeper", hands_over=True)
    wrong = [
        ("账.xlsx", village.workbook(FAULTY, "现金日记账", (*HEAD[:-1], "说明"))),
        ("流水.xlsx", village.workbook(BANK, "Sheet1")),
        ("名册.xlsx", village.workbook(CASH, "三月", UNKNOWN)),
    ]
    _draft(OTHER, "2026-03", wrong, AT)
    _draft(SILENT, "2026-03", [village.cash()], AT - timedelta(days=12), hands_over=True)
    with patch("portal.disclosure.assembling.LARGE_FILE", 100):
        _draft(LARGE, "2026-03", [village.cash()], AT)
    returned = _draft(RETURNED, "2026-03", [village.cash(), village.bank()], AT, hands_over=True)
    seen = disclosure.draft(returned).digest or ""
    drafts.send_back(actor("thirdhead"), returned, "3月6日的电费少记了一笔", seen, AT)
    drafts.discard(actor("agency"), _draft(EMPTY, "2026-03", [], AT), AT)


def _draft(
    code: str, period: str, files: Sequence[tuple[str, bytes]], at: Any, login: str = "agency", hands_over: bool = False
) -> int:
    keeper = actor(login, at)
    draft_id = drafts.start_draft(keeper, places.place(code), "finance", period, at)
    if files:
        drafts.add_files(keeper, draft_id, files, at)
    if hands_over:
        drafts.hand_over(keeper, draft_id, at)
    return draft_id


def _jobs() -> tuple[int, ...]:
    """Notices for printing: drawn, given up, waiting to be drawn."""
    arguments = {"place": TOWNSHIP, "period": "2026-02", "language": "zh"}
    drawn, failed, waiting = (jobs.enqueue(printing.PRINT, arguments) for _ in range(3))
    error = Message(N_("There is no notice to print.")).to_json()
    with transaction() as session:
        session.execute(update(Job).where(Job.id == drawn).values(done_at=AT, progress=100))
        session.execute(update(Job).where(Job.id == failed).values(failed_at=AT, error=error))
    return drawn, failed, waiting
