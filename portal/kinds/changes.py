"""What differs between two versions of a posting: lines that came or went, and their fields, by key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Line = Mapping[str, Any]
_NAMES = ("key", "subject", "entry")
"""Columns that only name a line: no likeness, and nothing that a reader would call a change."""
_DIFFERING = 2  # fields in which a line may differ from the one it took the place of


@dataclass(frozen=True)
class Changes:
    """What differs between two lists of lines: whole lines that came or went, and fields (old, new).

    `became` has the new key of a line whose key changed with its name or voucher: it is told as one changed line.
    """

    added: list[Line]
    removed: list[Line]
    changed: list[tuple[Line, dict[str, tuple[Any, Any]]]]
    became: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.changed)


def changes(before: Iterable[Line], now: Iterable[Line]) -> Changes:
    """Compare two contents' lines by their keys; what lost its key is found again by its likeness."""
    old = {line["key"]: line for line in before}
    new = {line["key"]: line for line in now}
    became = _alike([old[key] for key in old if key not in new], [new[key] for key in new if key not in old])
    came_from = {now: then for then, now in became.items()}
    changed = []
    for key, line in new.items():
        then = old.get(came_from.get(key, key))
        if then is not None and (differing := differences(then, line)):
            changed.append((line, differing))
    return Changes(
        [line for key, line in new.items() if key not in old and key not in came_from],
        [line for key, line in old.items() if key not in new and key not in became],
        changed,
        became,
    )


def differences(then: Line, now: Line) -> dict[str, tuple[Any, Any]]:
    """The fields of a line that differ (old, new), those that only name it left out."""
    fields = sorted((then.keys() | now.keys()).difference(_NAMES))
    return {name: (then.get(name), now.get(name)) for name in fields if then.get(name) != now.get(name)}


def _alike(gone: list[Line], come: list[Line]) -> dict[str, str]:
    """Old key → new key of lines that are the same but for a field or two (a name, a voucher number)."""
    found: dict[str, str] = {}
    free = {line["key"]: line for line in come}
    for line in gone:
        found_alike = ((key, _likeness(line, other)) for key, other in free.items())
        likeness = [(len(differing), key) for key, differing in found_alike if differing is not None]
        if likeness:
            key = min(likeness, key=lambda pair: pair[0])[1]
            found[line["key"]] = key
            del free[key]
    return found


def _likeness(line: Line, other: Line) -> dict[str, tuple[Any, Any]] | None:
    differing = differences(line, other)
    same = len((line.keys() & other.keys()).difference(_NAMES)) - len(differing)
    return differing if len(differing) <= _DIFFERING and same > len(differing) else None
