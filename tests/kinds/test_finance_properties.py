"""What must never happen, whatever stands in a table."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kinds.base import Context, Finding, Row, Table, Type
from tests.kinds.ledgers import FINANCE, TODAY

_TRICKY = (
    "提现 转账 上月结余 其他费用 低保 张三 管理费用 541 101 102.0 银收 现付 13800138000 "
    "１３８00138000 6222021234567890123 110105194912310021 - : 、 等 和 合作社 借 贷 收 支 补偿"
)
_FRAGMENTS = st.sampled_from(_TRICKY.split())
TEXTS = st.one_of(st.text(max_size=12), st.lists(_FRAGMENTS, max_size=4).map("".join))
MONEY = st.integers(-(10**12), 10**12)
DATES = st.one_of(st.dates(), st.dates(date(2026, 3, 1), date(2026, 3, 31)))
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: TEXTS, Type.CODE: TEXTS, Type.MONEY: MONEY, Type.DATE: DATES, Type.INTEGER: st.integers(-9, 9999),
}  # fmt: skip
SECTIONS = st.sampled_from(["", "现金", "银行存款"]) | TEXTS


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of any of the known columns, every cell possibly empty."""
    columns = draw(st.lists(st.sampled_from(FINANCE.input), min_size=1, max_size=10, unique=True))
    row = st.fixed_dictionaries({}, optional={column.name: VALUES[column.type] for column in columns})
    kinds = st.sampled_from(["line"] * 6 + ["subtotal", "running", "carried"])
    rows = [Row(number, *one) for number, one in enumerate(draw(st.lists(st.tuples(row, kinds), max_size=12)), 2)]
    places = {column.name: (at, column.aliases[0]) for at, column in enumerate(columns)}
    period = draw(st.none() | st.just("2026-03"))
    sheet, section = draw(TEXTS | st.just("流水账")), draw(SECTIONS)
    return Table("f.xlsx", sheet, places, rows, draw(TEXTS), layout="L", period=period, section=section)


@st.composite
def beside(draw: st.DrawFn) -> list[Table]:
    """The same rows as two tables side by side."""
    made = draw(tables())
    return [replace(made, section=section) for section in draw(st.lists(SECTIONS, min_size=2, max_size=2))]


BOOKS = st.tuples(st.sampled_from(["committee", "group:一组"]), st.sampled_from(["cash", "basic"]))
CONTEXTS = st.builds(
    Context,
    village=st.just("110101001001"),
    period=st.none() | st.just("2026-03"),
    today=st.just(TODAY),
    choices=st.sampled_from([{}, {"book": "cash"}]),
    previous=st.none() | st.dictionaries(BOOKS, MONEY),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(tables(), max_size=3) | beside(), CONTEXTS)
def test_any_rows_become_content_that_balances_and_tells_no_number(made: list[Table], context: Context) -> None:
    result = FINANCE.assemble(made, context)
    if result.content is None:
        assert not result.acceptable
        return
    text = json.dumps(result.content, ensure_ascii=False, allow_nan=False)
    _balances(result.content)
    assert len(result.origins) == len(result.content["lines"])
    keys = [line["key"] for line in result.content["lines"]]
    assert len({*keys}) == len(keys)
    texts = [
        value
        for line in result.content["lines"]
        for name, value in line.items()
        if isinstance(value, str) and name != "document"
    ]
    assert not [one for one in [*texts, *map(_told, result.findings)] if re.search(r"\d{11}", one)], text
    FINANCE.figures(result.content)


def _balances(content: dict[str, Any]) -> None:
    for one in content["books"]:
        moved = one["transfer_in"] - one["transfer_out"]
        assert one["opening"] + one["income"] - one["expense"] + moved == one["closing"]
    assert sum(one["transfer_in"] - one["transfer_out"] for one in content["books"]) == 0
    total = sum(line.get("income", 0) - line.get("expense", 0) for line in content["lines"])
    assert sum(one["closing"] - one["opening"] for one in content["books"]) == total
    assert sum(one["lines"] for one in content["books"]) == len(content["lines"])


def _told(finding: Finding) -> str:
    amounts = {"opening", "closing", "expected", "stated", "balance", "amount", "difference"}
    params = {name: value for name, value in finding.message.params.items() if name not in amounts}
    return f"{params} {finding.value}"
