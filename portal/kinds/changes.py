"""What differs between two versions of a posting: lines that came or went, and their fields, by key."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

Line = Mapping[str, Any]
Numbers = Sequence[Hashable]
"""Of each line what tells its person from all others; empty where nothing does."""
_NUMBER = "number of a person"
_NAMES = ("key", "subject", "entry")
"""Columns that only name a line: no likeness, and nothing that a reader would call a change."""
_DIFFERING = 2  # fields in which a line may differ from the one it took the place of
_COMPARED = 40_000  # pairs of lines looked at for likeness: beyond, a list is another one


@dataclass(frozen=True)
class Changes:
    """What differs between two lists of lines: whole lines that came or went, and fields (old, new).

    `became` has the new key of a line whose key changed with its name or voucher, or because another came or went above
    it in a list whose keys are places: it is told as one changed line, or not at all.
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
    before, now = list(before), list(now)
    same = _same(before, now)
    came_from = {new: old for old, new in same.items()}
    then = {line["key"]: line for line in before}
    changed = []
    for line in now:
        if line["key"] in came_from and (differing := differences(then[came_from[line["key"]]], line)):
            changed.append((line, differing))
    return Changes(
        [line for line in now if line["key"] not in came_from],
        [line for line in before if line["key"] not in same],
        changed,
        {old: new for old, new in same.items() if old != new},
    )


def differences(then: Line, now: Line) -> dict[str, tuple[Any, Any]]:
    """The fields of a line that differ (old, new), those that only name it left out."""
    fields = sorted((then.keys() | now.keys()).difference(_NAMES))
    return {name: (then.get(name), now.get(name)) for name in fields if then.get(name) != now.get(name)}


def still_there(
    before: Sequence[Line], now: Sequence[Line], who: Sequence[str] = (), numbers: tuple[Numbers, Numbers] = ((), ())
) -> dict[str, str]:
    """Old key → new key of the lines whose papers and answers stay with them: those found again that are about the same
    person. `who` are the columns that name him; `numbers` of both lists, parallel to their lines, decide where both
    have one, for a name may be mended and two people may have the same. A key that is no place needs no other proof.

    For a reader a line with another name is a changed one; another's receipts must not be shown there.
    """
    old, new = (_with_numbers(lines, given) for lines, given in zip((before, now), numbers, strict=True))
    then, after = ({line["key"]: line for line in lines} for lines in (old, new))
    is_proof = not (are_places(old) and are_places(new))
    return {
        key: now_key
        for key, now_key in _same(old, new).items()
        if (is_proof and key == now_key) or _is_same_one(then[key], after[now_key], who)
    }


def _with_numbers(lines: Sequence[Line], numbers: Numbers) -> Sequence[Line]:
    if not any(numbers):
        return lines
    return [{**line, _NUMBER: number} if number else line for line, number in zip(lines, numbers, strict=True)]


def _is_same_one(line: Line, other: Line, who: Sequence[str]) -> bool:
    if _NUMBER in line and _NUMBER in other:
        return bool(line[_NUMBER] == other[_NUMBER])
    return all(line.get(name) == other.get(name) for name in who)


def _same(before: Sequence[Line], now: Sequence[Line]) -> dict[str, str]:
    """Old key → new key of lines that are the same, changed or not."""
    return _by_place(before, now) if are_places(before) and are_places(now) else _by_key(before, now)


def _by_key(before: Sequence[Line], now: Sequence[Line]) -> dict[str, str]:
    """Old key → new key of lines that are the same, changed or not."""
    old, new = {line["key"] for line in before}, {line["key"] for line in now}
    same = {key: key for key in old & new}
    return same | _alike([line for line in before if line["key"] not in new], [x for x in now if x["key"] not in old])


def are_places(lines: Sequence[Line]) -> bool:
    """Is a line's key only its place in the list? Then it moves when another line comes or goes above it."""
    return all(line["key"] == str(n) for n, line in enumerate(lines, 1))


def _by_place(before: Sequence[Line], now: Sequence[Line]) -> dict[str, str]:
    """As `_by_key` for lists whose keys are places: what stands unchanged holds the others in their order."""
    same: dict[str, str] = {}
    gone: list[Line] = []
    come: list[Line] = []
    matcher = SequenceMatcher(None, [*map(_body, before)], [*map(_body, now)], autojunk=False)
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        old, new = before[a:a_end], now[b:b_end]
        alike = {}
        if len(old) == len(new):  # as many lines in one place: each is the one that stood there
            pairs = zip(old, new, strict=True)
            alike = {x["key"]: y["key"] for x, y in pairs if what == "equal" or _is_much_alike(x, y)}
        taken = set(alike.values())
        gone += [line for line in old if line["key"] not in alike]
        come += [line for line in new if line["key"] not in taken]
        same |= alike
    return same | _alike(gone, come)


def _body(line: Line) -> Hashable:
    return tuple(sorted((name, value) for name, value in line.items() if name not in _NAMES))


def _is_much_alike(line: Line, other: Line) -> bool:
    """Do two lines that stand in the same place share as much as they differ in?"""
    shared = (line.keys() & other.keys()).difference(_NAMES)
    return sum(line[name] == other[name] for name in shared) >= len(differences(line, other))


def _alike(gone: list[Line], come: list[Line]) -> dict[str, str]:
    """Old key → new key of lines that are the same but for a field or two (a name, a voucher number)."""
    found: dict[str, str] = {}
    free = {line["key"]: line for line in come}
    bodies: dict[Hashable, list[str]] = {}
    for line in reversed(come):
        bodies.setdefault(_body(line), []).append(line["key"])
    for line in gone:
        if keys := bodies.get(_body(line)):
            found[line["key"]] = keys.pop()
            del free[found[line["key"]]]
    left = [line for line in gone if line["key"] not in found]
    if len(left) * len(free) > _COMPARED:
        return found
    for line in left:
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
