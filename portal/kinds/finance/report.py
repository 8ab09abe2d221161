"""What the checks have to say: findings at their cells, and the warnings that are printed in the item."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.kinds.base import Context, Finding, Level, Row, Table
from portal.kinds.finance.columns import CHECKS, INPUT
from portal.kinds.privacy import LABELS, without_digits
from portal.money import shown
from portal.text import N_, Message

_HEADINGS = {column.name: column.label for column in INPUT}


class Line:
    """A line on its way: its content so far, where it came from, its amounts and its balance cell.

    `says` tells how sure its words are that it is a transfer between books (`words.Traits.transfer`).
    """

    __slots__ = ("balance", "content", "day", "expense", "explicit", "income", "net", "row", "says", "table")

    def __init__(
        self, content: dict[str, Any], table: int, row: Row, day: date, income: int, expense: int, says: int
    ) -> None:
        self.content = content
        self.table = table
        self.row = row
        self.day = day
        self.income = income
        self.expense = expense
        self.net = income - expense
        self.says = says
        self.balance: int | None = None
        self.explicit: str | None = None


class Report:
    """Collects findings; each check has the level that the county set (``check.<name>``: error, warning or off)."""

    def __init__(self, context: Context) -> None:
        self.findings: list[Finding] = []
        self._warnings: list[tuple[str, Message, Line | None]] = []
        self._settings = context.settings
        self._levels: dict[str, Level | None] = {}

    def say(
        self,
        check: str,
        text: str,
        params: Mapping[str, Any] | None = None,
        *,
        table: Table | None = None,
        row: Row | None = None,
        column: str | None = None,
        line: Line | None = None,
    ) -> None:
        """One finding. Texts among `params` have the digits taken out that must not be repeated."""
        level = self.level(check)
        if level is None:
            return
        message = safe(Message(text, params or {}))
        self.findings.append(Finding(level, check, message, **_place(table, row, column)))
        if level is Level.WARNING:
            self._warnings.append((check, message, line))

    def private(self, kind: str, table: Table, row: Row, column: str) -> None:
        """A number of a person (`kind` as `suspicious_digits` has it) stands in this cell."""
        text = N_("This looks like %(what)s, which must not be printed. Take it out.")
        self.say("private_number", text, {"what": Message(LABELS[kind])}, table=table, row=row, column=column)

    def level(self, check: str) -> Level | None:
        """The level in force, None where the county switched the check off."""
        if check not in self._levels:
            setting = self._settings.get(f"check.{check}", CHECKS[check])
            self._levels[check] = setting if isinstance(setting, Level) else _LEVELS.get(str(setting), CHECKS[check])
        return self._levels[check]

    def drop(self, checks: frozenset[str]) -> None:
        """Forget what these checks said: an open question may make it untrue."""
        self.findings = [finding for finding in self.findings if finding.check not in checks]
        self._warnings = [warning for warning in self._warnings if warning[0] not in checks]

    def warnings(self) -> list[dict[str, Any]]:
        """The warnings as they stand in the content, those of a line with its key."""
        return [
            {"check": check, "message": message.to_json()} | ({"key": line.content["key"]} if line else {})
            for check, message, line in self._warnings
        ]


_LEVELS: dict[str, Level | None] = {"error": Level.ERROR, "warning": Level.WARNING, "off": None}


def _place(table: Table | None, row: Row | None, column: str | None) -> dict[str, Any]:
    """The finding's fields that tell where it is."""
    if table is None:
        return {}
    place: dict[str, Any] = {"file": table.file, "sheet": table.sheet}
    if row is not None:
        place["cell"] = table.cell(row, column or "")
    if column is not None:
        place["column"] = table.columns[column][1] if column in table.columns else _HEADINGS.get(column, column)
        if row is not None:
            place["value"] = _written(row.values.get(column))
    return place


def _written(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return shown(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def safe(message: Message) -> Message:
    """The message without the digits that must not be repeated."""
    return Message(
        message.id,
        {name: without_digits(value) if isinstance(value, str) else value for name, value in message.params.items()},
    )
