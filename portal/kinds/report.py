"""What the checks of a kind have to say: findings at their cells, and the warnings that are printed in the item."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from portal.kinds.base import Column, Context, Finding, Level, Privacy, Row, Table, Type
from portal.kinds.privacy import LABELS, suspicious_digits, without_digits
from portal.money import quantity, shown
from portal.text import N_, Message


def first_few(texts: Iterable[str], most: int, between: str = ", ") -> str:
    """Texts as a sentence names them; of very many the first."""
    found = list(texts)
    return between.join(found[:most]) + (" …" if len(found) > most else "")


class HasContent(Protocol):
    """A line on its way; its content has its key by the time the warnings are asked for."""

    content: dict[str, Any]


class Report:
    """Collects findings; each check has the level that the county set (``check.<name>``: error, warning or off)."""

    def __init__(self, context: Context, checks: Mapping[str, Level], columns: Iterable[Column]) -> None:
        self.findings: list[Finding] = []
        self._warnings: list[tuple[str, Message, HasContent | None]] = []
        self._said: set[tuple[str | None, ...]] = set()
        self._settings = context.settings
        self._checks = checks
        self._columns = {column.name: column for column in columns}
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
        line: HasContent | None = None,
    ) -> None:
        """One finding. Texts among `params` have the digits taken out that must not be repeated."""
        level = self.level(check)
        if level is None:
            return
        message = safe(Message(text, params or {}))
        finding = Finding(level, check, message, **self._place(table, row, column))
        if table and table.section:  # sections share cells: what was said of one is not said again
            said = check, table.file, table.sheet, finding.cell, text, str(message.params)
            if said in self._said:
                return
            self._said.add(said)
        self.findings.append(finding)
        if level is Level.WARNING:
            self._warnings.append((check, message, line))

    def private(self, kind: str, table: Table, row: Row, column: str) -> None:
        """A number of a person (`kind` as `suspicious_digits` has it) stands in this cell."""
        text = N_("This looks like %(what)s, which must not be printed. Take it out.")
        self.say("private_number", text, {"what": Message(LABELS[kind])}, table=table, row=row, column=column)

    def level(self, check: str) -> Level | None:
        """The level in force, None where the county switched the check off."""
        if check not in self._levels:
            self._levels[check] = level_in_force(self._settings, check, self._checks[check])
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

    def _place(self, table: Table | None, row: Row | None, column: str | None) -> dict[str, Any]:
        """The finding's fields that tell where it is."""
        if table is None:
            return {}
        place: dict[str, Any] = {"file": table.file, "sheet": table.sheet}
        if row is not None:
            place["cell"] = table.cell(row, column or "")
        if column is not None:
            known = self._columns.get(column)
            place["column"] = table.columns[column][1] if column in table.columns else known.label if known else column
            if row is not None:
                place["value"] = written(row.values.get(column), known.type if known else Type.MONEY)
                if known and known.privacy is Privacy.INTERNAL and place["value"]:
                    place["value"] = hidden(place["value"])
        return place


_LEVELS: dict[str, Level | None] = {"error": Level.ERROR, "warning": Level.WARNING, "off": None}


def level_in_force(settings: Mapping[str, Any], check: str, default: Level) -> Level | None:
    """The level that the county set for a check, its own where nothing was set, None where it is switched off."""
    setting = settings.get(f"check.{check}", default)
    return setting if isinstance(setting, Level) else _LEVELS.get(str(setting), default)


def written(value: Any, type_: Type = Type.MONEY) -> str | None:
    """A cell's value as its file shows it, near enough."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        text = shown(value) if type_ is Type.MONEY else quantity(value) if type_ is Type.QUANTITY else str(value)
        return hidden(text) if suspicious_digits(text.replace(",", "")) else text
    return value.isoformat() if isinstance(value, date) else str(value)


def hidden(text: str) -> str:
    """A text whose numbers nobody else may see: without any digit (and the X that identity cards end with)."""
    return "".join("*" if sign.isdigit() or sign in "xXｘＸ" else sign for sign in text)


def safe(message: Message) -> Message:
    """The message without the digits that must not be repeated."""
    return Message(
        message.id,
        {name: without_digits(value) if isinstance(value, str) else value for name, value in message.params.items()},
    )
