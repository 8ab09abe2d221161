"""docs/kinds.md lists the headings of every kind, so that others can write such files; the table is made here."""

import pytest

from portal.config import ROOT
from portal.kinds import KINDS
from portal.kinds.base import Kind, Privacy, Type

DOCUMENT = ROOT / "docs" / "kinds.md"
_SAYS = {
    Type.TEXT: "words",
    Type.CODE: "letters and digits",
    Type.DATE: "a day",
    Type.MONEY: "yuan",
    Type.INTEGER: "a whole number",
    Type.QUANTITY: "a number, at most four decimals",
    Type.FLAG: "yes or no",
}


def table(kind: Kind) -> str:
    """The kind's headings as they stand in the document."""
    rows = ["| column | headings understood | holds | |", "|---|---|---|---|"]
    for column in kind.input:
        headings = " · ".join(alias.replace("|", "/") for alias in column.aliases)
        kept = {Privacy.INTERNAL: "never published", Privacy.MASKED: "names people"}.get(column.privacy, "")
        words = ": " + ", ".join(f"`{code}`" for code in column.words) if column.words else ""
        needed = ", ".join(filter(None, ("needed" if column.required else "", kept)))
        rows.append(f"| `{column.name}` | {headings} | {_SAYS[column.type]}{words} | {needed} |")
    return "\n".join(rows)


@pytest.mark.parametrize("name", KINDS)
def test_the_document_has_the_headings_of_the_kind(name: str) -> None:
    written = table(KINDS[name])
    assert written in DOCUMENT.read_text(encoding="utf-8"), f"put this under `## {name}` in docs/kinds.md:\n{written}"
