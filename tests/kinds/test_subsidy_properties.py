"""Whatever stands in which cell of a roster: no digits of a card or telephone get out of what stays inside."""

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kinds.base import Assembly
from portal.kinds.subsidy import KIND
from portal.text import Message
from portal.workbooks import values
from tests.kinds.lists import assembled
from tests.kinds.rosters import ARABLE, card

PARSERS = {
    "text": values.text,
    "code": values.code,
    "integer": values.integer,
    "quantity": values.quantity,
    "money": values.money(),
    "date": values.day(2025),
}
TYPES = {column.name: column.type.value for column in KIND.input if column.name != "serial"}
ORDINARY: dict[str, Any] = {
    "name": "甘小满", "group": "一组", "basis": 3.2, "rate": 120.5, "amount": 385.6, "note": "2024年第3批"
}  # fmt: skip
FRAGMENT = 6  # digits that would help somebody to find the number


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


FORMS = (
    str,
    _wide,
    lambda text: " ".join(re.findall(".{1,4}", text)),
    lambda text: "-".join(re.findall(".{1,6}", text)),
    lambda text: f"\u200b{text}\u200b",
    lambda text: f"号码{text}，请保密",
    lambda text: f"'{text}",
    lambda text: float(text.replace("X", "0")),
    lambda text: int(text.replace("X", "0")),
    lambda text: f"{float(text.replace('X', '0')):.5E}",
    lambda text: repr(float(text.replace("X", "0")) * 1e6),
)
"""How a number may stand in a cell."""

cards = st.builds(card, st.integers(0, 999), st.dates().map(lambda day: f"19{day:%y%m%d}"))
phones = st.builds("1{}{:09}".format, st.integers(3, 9), st.integers(0, 10**9 - 1))
accounts = st.text("0123456789", min_size=14, max_size=17).map("62{}".format)
numbers = st.one_of(cards, phones, accounts)
places = st.dictionaries(st.sampled_from(list(TYPES)), st.tuples(st.integers(0, 2), st.sampled_from(FORMS)), max_size=8)


def typed(cells: dict[str, Any]) -> dict[str, Any]:
    """The cells as the workbook room reads them; what cannot be read is absent."""
    read = ((name, PARSERS[TYPES[name]](cell)) for name, cell in cells.items())
    return {name: value for name, value in read if value is not None and not isinstance(value, values.Fault)}


def told(assembly: Assembly) -> str:
    """Everything that others than the bookkeeper may ever see, and every finding as the bookkeeper sees it."""
    findings = [
        (finding.column, finding.value, str(finding.message), finding.message.to_json())
        for finding in assembly.findings
    ]
    messages = [*assembly.decisions, *(question.message for question in assembly.questions)]
    shown = [message.to_json() for message in messages if isinstance(message, Message)]
    return json.dumps([assembly.content, findings, shown], ensure_ascii=False)


def leaks(number: str, text: str) -> list[str]:
    """Runs of digits of a number that stand in a text, however they are written, and not in an ordinary row."""
    plain, harmless = (
        re.sub(r"(?<=\d)[\s,.\-](?=\d)", "", values.plain(each)) for each in (text, json.dumps(typed(ORDINARY)))
    )
    runs = [number[at : at + FRAGMENT] for at in range(len(number) - FRAGMENT + 1)]
    return [run for run in runs if run.isdigit() and run in plain and run not in harmless]


@settings(max_examples=300)
@given(own=st.tuples(cards, phones, accounts), cells=places, choice=st.sampled_from(["", "arable", "medical"]))
def test_no_number_gets_out_whatever_the_cells_hold(own: tuple[str, str, str], cells: Any, choice: str) -> None:
    inside = dict(zip(("id_number", "phone", "bank_account"), own, strict=True))
    row = {**ORDINARY, **inside} | {name: form(own[which]) for name, (which, form) in cells.items()}
    choices = {"programme": choice} if choice else {}
    found = assembled(KIND, [typed(row), typed(ORDINARY)], "2025", ARABLE if not choice else "", choices=choices)
    text = told(found)
    for number in own:
        assert not leaks(number, text), (number, leaks(number, text), text)


@settings(max_examples=100)
@given(numbers=st.lists(numbers, min_size=1, max_size=3), where=st.sampled_from(["title", "sheet", "about", "answer"]))
def test_no_number_gets_out_of_title_sheet_name_and_answers(numbers: list[str], where: str) -> None:
    text = f"{ARABLE}第二批 " + " ".join(numbers)
    more: dict[str, Any] = {"about": text} if where == "about" else {}
    if where == "answer":
        more["choices"] = {"programme": text}
    found = assembled(KIND, [typed(ORDINARY)], "2025", text if where in ("title", "sheet") else ARABLE, **more)
    for number in numbers:
        assert not leaks(number, told(found)), told(found)
