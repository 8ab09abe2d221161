"""A published posting becomes a workbook from which the same lines come again: what every correction begins with."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.kinds.base import Assembly, Column, Context, Kind, Row, Table, Type
from portal.workbooks import child, extract, filled, reading, values
from tests.kinds import levy
from tests.kinds.ledgers import FINANCE, TODAY, assembled, table
from tests.kinds.roster import ROSTER
from tests.kinds.test_finance_properties import _FRAGMENTS, BOOKS, MONEY

LANGUAGES = st.sampled_from(["zh", "en"])


@pytest.fixture(autouse=True, scope="module")
def in_this_process() -> Iterator[None]:
    """A process for each of some hundred workbooks would take minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "run", lambda request, _limits, _progress: child._answer(request, lambda _share: None))
        yield


def again(kind: Kind, content: dict[str, Any], context: Context, language: str) -> Assembly:
    """The content written down as a workbook, and read."""
    body = filled(kind.written(content), language)
    found = extract(body, "更正-202601.xlsx", kind, plain=True, period=context.period)
    assert not found.findings, found.findings
    choices = {**context.choices, **kind.answers(content)}
    return kind.assemble(found.tables, Context(**{**vars(context), "choices": choices}))


_INPUT = {column.name: column for column in FINANCE.input}
_ALWAYS = ("date", "summary", "income", "expense")
_MORE = (
    *("voucher_word", "voucher", "entry", "account", "account_code", "account_name", "balance", "opening", "payee"),
    *("handler", "witness", "approver", "document", "note", "book", "owner"),
)
_SIGNS = st.characters(exclude_categories=("Mn", "Mc", "Me", "Cs", "Cn", "Co")).filter(
    lambda sign: not any(unicodedata.combining(part) for part in unicodedata.normalize("NFKC", sign))
)
"""All but signs that melt into the one before: where a blank between them is taken away, the text is another."""
TEXTS = st.one_of(st.text(_SIGNS, max_size=12), st.lists(_FRAGMENTS, max_size=4).map("".join))
_READ: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: TEXTS.map(values.text),
    Type.CODE: TEXTS.map(values.code),
    Type.MONEY: st.integers(-(10**12), 10**12),
    Type.DATE: st.dates(date(2026, 3, 1), date(2026, 3, 31)) | st.dates(date(1949, 1, 1), date(2099, 12, 31)),
}
"""Values as cells come to be read."""
_ACCOUNTS = {
    "account": (
        "管理费用",
        "514",
        "51401 公益支出-路灯",
        "513.0",
        "杂项",
        "Management expenses",
        "管理费用办公费",
        "A组100",
    ),
    "account_name": ("管理费用", "公益支出/路灯", "杂项", "某户", "现金", "银行存款"),
    "account_code": ("522", "51401", "102", "999", "513"),
}


def _cell(column: Column) -> st.SearchStrategy[Any]:
    return st.sampled_from(_ACCOUNTS[column.name]) if column.name in _ACCOUNTS else _READ[column.type]


@st.composite
def ledgers(draw: st.DrawFn) -> Table:
    """A table of rows that have a day, a summary and an amount, and whatever else."""
    more = draw(st.lists(st.sampled_from(_MORE), unique=True))
    if {"account_code", "account_name"} & set(more):  # a file has the account in one column, or in these two
        more = [name for name in more if name != "account"]
    columns = [_INPUT[name] for name in (*_ALWAYS, *more)]
    rows = []
    for number in range(2, 2 + draw(st.integers(1, 6))):
        found = {column.name: draw(_cell(column)) for column in columns if draw(st.integers(0, 5))}
        found.setdefault("date", date(2026, 3, 5))
        found.pop(draw(st.sampled_from(("income", "expense"))), None)
        rows.append(Row(number, {name: value for name, value in found.items() if value is not None}))
    places = {column.name: (at, column.aliases[0]) for at, column in enumerate(columns)}
    return Table("f.xlsx", draw(st.sampled_from(("现金", "银行账", "合作社", ""))), places, rows, layout="L")


CONTEXTS = st.builds(
    Context,
    village=st.just("110101001001"),
    period=st.just("2026-03"),
    today=st.just(TODAY),
    choices=st.just({"book": "cash"}),
    previous=st.none() | st.dictionaries(BOOKS, MONEY),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(ledgers(), min_size=1, max_size=2), CONTEXTS, LANGUAGES)
def test_whatever_a_month_says_its_workbook_says_it_again(made: list[Table], context: Context, language: str) -> None:
    published = FINANCE.assemble(made, context)
    content = published.content
    assume(content is not None and content["lines"])
    assume(all(finding.check != "account_disagrees" for finding in published.findings))  # never published
    result = again(FINANCE, content, context, language)
    assert result.content is not None
    assert result.content["lines"] == content["lines"]
    assert result.content["books"] == content["books"]


def test_a_month_is_written_as_the_bookkeeper_keeps_it() -> None:
    """One sheet a book, the opening on top, accounts with their codes in one cell."""
    content = assembled(
        table("日期 凭证号 摘要 科目 支出", "5 现-001 办公用品 管理费用 12.5", "6 现-002 路灯电费 公益支出 8"),
        table("日期 凭证号 摘要 科目 收入", "5 银-001 补助 补助收入 300", sheet="银行", layout="L2"),
        previous={("committee", "cash"): 10000, ("committee", "basic"): 0},
    ).content
    assert content is not None
    cash, bank = FINANCE.written(content)
    assert [(str(leaf.name), len(leaf.rows)) for leaf in (cash, bank)] == [("cash book", 3), ("basic account", 2)]
    assert cash.rows[0]["opening"] == 10000
    assert [row.get("account") for row in cash.rows[1:]] == ["513 管理费用", "514 公益支出"]


def test_words_that_make_a_subtotal_elsewhere_are_a_line_here() -> None:
    """Older records were taken over as they were: a line may be called 合计."""
    rows = [Row(2, {"date": date(2026, 3, 5), "summary": "合计", "expense": 100, "voucher": "现-1"})]
    places = {name: (at, name) for at, name in enumerate(("date", "summary", "expense", "voucher"))}
    context = Context("110101001001", "2026-03", TODAY, choices={"book": "cash"})
    content = FINANCE.assemble([Table("f.csv", "", places, rows)], context).content
    assert content is not None
    result = again(FINANCE, content, context, "zh").content
    assert result is not None and result["lines"] == content["lines"]


# ---------------------------------------------------------------- lists

_OF_LISTS: dict[Type, st.SearchStrategy[Any]] = {
    **_READ,
    Type.INTEGER: st.integers(-(10**9), 10**9),
    Type.QUANTITY: st.integers(-(10**12), 10**12),
    Type.FLAG: st.booleans(),
}


@st.composite
def lists(draw: st.DrawFn, kind: Kind) -> Table:
    """A list of the kind's rows, every cell but the required ones possibly empty."""
    rows = []
    for number in range(2, 2 + draw(st.integers(1, 6))):
        found = {column.name: draw(_OF_LISTS[column.type]) for column in kind.input if draw(st.integers(0, 4))}
        found = {name: value for name, value in found.items() if value is not None}
        found.setdefault(next(column.name for column in kind.input if column.required), f"户{number}")
        rows.append(Row(number, found))
    places = {column.name: (at, column.aliases[0]) for at, column in enumerate(kind.input)}
    return Table("f.xlsx", "", places, rows, layout="L")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((levy.KIND, ROSTER)).flatmap(lambda kind: st.tuples(st.just(kind), lists(kind))), LANGUAGES)
def test_whatever_a_list_says_its_workbook_says_it_again(made: tuple[Kind, Table], language: str) -> None:
    kind, listed = made
    context = Context("110101001001", "2026-03", TODAY)
    chosen = Context(**{**vars(context), "choices": {"programme": "耕地地力保护补贴"}})
    content = kind.assemble([listed], chosen).content
    assert content is not None
    result = again(kind, content, context, language)
    assert result.content is not None
    assert {**result.content, "warnings": []} == {**content, "warnings": []}
    assert not any("id_number" in values or "card" in values for values in result.internal)
