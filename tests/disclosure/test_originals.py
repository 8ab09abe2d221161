"""Internal values go along into a correction by the line they belong to, and never to somebody else."""

from typing import Any

import pytest

from portal.disclosure import originals
from portal.disclosure.originals import Original
from portal.kinds.base import Assembly, Context, Row, Table
from tests.kinds.ledgers import TODAY
from tests.kinds.roster import ROSTER

CONTEXT = Context("110101001001", "2026-03", TODAY, choices={"programme": "耕地地力保护补贴"})
IDS = {"甘小满": "990101198001010011", "龙春生": "990101198001010038", "王五": "990101198001010054"}


def listed(*rows: dict[str, Any], file: str = "f.xlsx") -> Table:
    places = {column.name: (at, column.aliases[0]) for at, column in enumerate(ROSTER.input)}
    return Table(file, "", places, [Row(n, row) for n, row in enumerate(rows, 2)], layout="L")


def row(name: str, amount: int = 100, **more: Any) -> dict[str, Any]:
    return {"name": name, "amount": amount, **more}


def assembled(*tables: Table) -> Assembly:
    return ROSTER.assemble(tables, CONTEXT)


def published(*names: str) -> Original:
    made = assembled(listed(*(row(name, id_number=IDS[name] + str(n)) for n, name in enumerate(names))))
    assert made.content is not None
    return Original(5, "2026-03", "写错了", made.content, dict(enumerate(made.internal, 1)))


def numbers(found: Original, table: Table) -> dict[str, str | None]:
    """Whose identity number each line of the corrected list has, as it will be kept."""
    generated = {table.file} if table.file == "own.xlsx" else set()
    [known] = originals.with_internal([table], assembled(table), found, ROSTER, generated)
    made = assembled(known)
    assert made.content is not None
    inside = made.internal or [{}] * len(made.content["lines"])
    return {line["key"]: values.get("id_number") for line, values in zip(made.content["lines"], inside, strict=True)}


@pytest.mark.parametrize("file", ["own.xlsx", "theirs.xlsx"])
def test_a_mended_amount_keeps_the_number_and_a_new_name_has_none(file: str) -> None:
    found = published("甘小满", "龙春生")
    table = listed(row("甘小满", 150), row("龙春声"), file=file)
    assert numbers(found, table) == {"甘小满": IDS["甘小满"] + "0", "龙春声": None}


def test_what_the_row_says_itself_counts() -> None:
    table = listed(row("甘小满", id_number="990101198001010099"), file="own.xlsx")
    assert numbers(published("甘小满"), table) == {"甘小满": "990101198001010099"}


def test_namesakes_are_told_apart_by_their_row_and_by_nothing_else() -> None:
    found = published("王五", "王五")
    assert numbers(found, listed({}, row("王五"), file="own.xlsx")) == {"王五": IDS["王五"] + "1"}
    assert numbers(found, listed(row("王五"), file="theirs.xlsx")) == {"王五": None}, "which of the two is left?"
    both = numbers(found, listed(row("王五"), row("王五", 90), file="theirs.xlsx"))
    assert both == {"王五": IDS["王五"] + "0", "王五#2": IDS["王五"] + "1"}


def test_a_row_that_lacks_a_number_it_must_have_is_an_error_only_without_the_original() -> None:
    found, table = published("甘小满"), listed(row("甘小满"), file="own.xlsx")
    assert [finding.check for finding in assembled(table).findings] == ["missing"]
    [known] = originals.with_internal([table], assembled(table), found, ROSTER, {"own.xlsx"})
    assert not assembled(known).findings
