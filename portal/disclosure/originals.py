"""The item that a draft corrects: what it says, the months after it, and what of it comes along without being shown."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal import clock
from portal.disclosure import rules
from portal.errors import NotFound
from portal.gazette import internal
from portal.gazette import queries as gazette
from portal.kinds.base import Assembly, Finding, Kind, Level, Privacy, Table
from portal.kinds.finance import carrying
from portal.kinds.finance.carrying import Month
from portal.text import N_, Message

CARRY = "carry"
"""The check that stops a correction which changes a closing before it was said how the later months go on."""
OF_A_CORRECTION = ("corrects", "reason", "carried", "carried_from")
"""What a content says of itself as a correction; the next version says its own."""
_NUMBERED = re.compile(r"(.+)#\d+", re.DOTALL)


@dataclass(frozen=True)
class Original:
    """An item to be corrected. `content` is None if it is withheld; `later` are the months that were published after
    it, oldest first, and `withheld_later` those of them that are withheld."""

    number: int
    period: str
    reason: str
    content: Mapping[str, Any] | None
    internal: Mapping[int, Mapping[str, Any]]
    later: Sequence[Month] = ()
    withheld_later: Sequence[int] = ()


def original(place_id: int, kind: Kind, number: int, reason: str) -> Original:
    """The item as it is stored now."""
    item = gazette.item(number)
    period = item.period or ""
    later = list(
        reversed(gazette.items_of(place_id, kind.name, clock.shift_period(period, 1)) if kind.is_carried else [])
    )
    return Original(
        number=number,
        period=period,
        reason=reason,
        content=content_of(number),
        internal=internal.of(number),
        later=[
            Month(one.number, one.period or "", gazette.content(one.number)) for one in later if not one.withheld_by
        ],
        withheld_later=[one.number for one in later if one.withheld_by],
    )


def substance(content: Mapping[str, Any]) -> dict[str, Any]:
    """A content without what it says of itself as a correction, and without what the checks said."""
    return {name: value for name, value in content.items() if name not in (*OF_A_CORRECTION, "warnings")}


def content_of(number: int) -> dict[str, Any] | None:
    """What an item says; None if it is withheld."""
    try:
        return gazette.content(number)
    except NotFound:
        return None


def shifts(found: Original, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a correction with this content would change in the months after it."""
    return carrying.shifts(found.content, content, found.later) if found.later or found.withheld_later else []


def completed(assembly: Assembly, found: Original, kind: Kind, is_carried: bool) -> Assembly:
    """A reading as the correction of an item: what it corrects and why, and what it changes in later months, are part
    of what is signed. Where a closing changes, it must have been said that the later months go along."""
    if assembly.content is None:
        return assembly
    content = {**assembly.content, "corrects": found.number, "reason": found.reason}
    rows = shifts(found, content)
    findings = list(assembly.findings)
    if rules.names_somebody(kind, found.reason, content, found.content or {}):
        findings.append(Finding(Level.ERROR, "reason", Message(rules.NAMES_SOMEBODY)))
    if rows and is_carried and not found.withheld_later:
        content["carried"] = rows
    elif rows:
        findings.append(_undecided(rows, found))
    return replace(assembly, content=content, findings=findings)


def _undecided(rows: Sequence[Mapping[str, Any]], found: Original) -> Finding:
    if found.withheld_later:
        text = N_(
            "This changes a closing balance, and item %(number)s, published later, is withheld: publish its corrected "
            "version first, or enter the difference in the open month."
        )
        return Finding(Level.ERROR, CARRY, Message(text, {"number": found.withheld_later[0]}))
    text = N_(
        "This changes the closing balance, and %(n)s later months are published. Choose below how they go on: an entry "
        "in the open month, or a correction of all of them."
    )
    return Finding(Level.ERROR, CARRY, Message(text, {"n": len({row["number"] for row in rows})}))


def with_internal(
    tables: Sequence[Table], assembly: Assembly, found: Original, kind: Kind, generated: Collection[str]
) -> list[Table]:
    """The tables with the internal values of the lines that were published before, wherever a row gives none itself.

    A line is the same if its key is, and if it names the same people: who is called otherwise is somebody else until
    his numbers are given again. In a file of our own the row tells the line; namesakes in another file are left alone
    when they have become more or fewer.
    """
    if found.content is None or assembly.content is None or not found.internal:
        return list(tables)
    before, now = found.content["lines"], assembly.content["lines"]
    by_key = {line["key"]: n for n, line in enumerate(before, 1)}
    counts = Counter(_base(line["key"]) for line in before), Counter(_base(line["key"]) for line in now)
    people = [column.name for column in kind.columns if column.privacy is Privacy.MASKED]
    given: dict[tuple[int, int], Mapping[str, Any]] = {}
    for line, origin in zip(now, assembly.origins, strict=True):
        base = _base(line["key"])
        n = origin.row - 1 if origin.file in generated else by_key.get(line["key"], 0)
        if origin.file not in generated and counts[0][base] != counts[1][base]:
            continue
        if not 1 <= n <= len(before) or _base(before[n - 1]["key"]) != base:
            continue
        if all(before[n - 1].get(name) == line.get(name) for name in people):
            given[origin.table, origin.row] = found.internal.get(n, {})
    return [_given(table, index, given) for index, table in enumerate(tables)]


def _base(key: str) -> str:
    """A key without the number that tells namesakes apart."""
    match = _NUMBERED.fullmatch(key)
    return match[1] if match else key


def _given(table: Table, index: int, given: Mapping[tuple[int, int], Mapping[str, Any]]) -> Table:
    rows = [row._replace(values={**given.get((index, row.number), {}), **row.values}) for row in table.rows]
    return replace(table, rows=rows)
