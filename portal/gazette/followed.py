"""Where lines of older versions stand in an item that corrects them: papers and answers stay with line, not with key.

In a list whose keys are places a line that comes or goes moves all keys below it. Links keep the key that their own
version has; who reads them asks here, version by version.
"""

from collections.abc import Collection, Sequence
from functools import cache

from portal.evidence.rules import Bearer, Follow
from portal.gazette import internal, queries
from portal.gazette.queries import ItemView
from portal.kinds import KINDS
from portal.kinds.changes import still_there
from portal.kinds.names import masked_columns

PERSON = "id_number"
"""The internal column by which one household is found in all lists."""

Place = tuple[int, str]
"""A line: the item's number and its key there."""


def earlier(item: ItemView) -> list[int]:
    """The numbers of the items that an item corrects, the newest first, up to one that is withheld."""
    numbers: list[int] = []
    while item.supersedes is not None and item.withheld_by is None:
        item = queries.item(item.supersedes)
        if item.withheld_by is None:
            numbers.append(item.number)
    return numbers


def bearer(item: ItemView) -> Bearer:
    """An item with those that it corrects: their lines are its lines. What lies behind a withheld one stays there."""
    numbers = earlier(item)
    return Bearer(item.place_id, number=item.number, earlier=tuple(numbers), follow=_follow([item.number, *numbers]))


def places_now(lines: Collection[Place]) -> dict[Place, Place]:
    """Where lines stand in the item that holds; a line that is gone there, or lies behind a withheld version, stands
    where it stood."""
    items = queries.items({number for number, _key in lines})
    found = {place: place for place in lines}
    for number, item in items.items():
        if item.superseded_by is None:
            continue
        newest = queries.versions(number)[-1]
        numbers = earlier(newest)
        if number in numbers:
            follow = _follow([newest.number, *numbers])
            keys = {key for of_number, key in lines if of_number == number}
            found |= {(number, key): (newest.number, now) for key in keys if (now := follow(number, key))}
    return found


def place_now(number: int, key: str) -> Place:
    """As `places_now`, of one line."""
    return places_now([(number, key)])[number, key]


def _follow(numbers: Sequence[int]) -> Follow:
    """From the versions before the first of `numbers` (newest first) to it. Contents are compared when a line is asked
    for, and once: most corrected items have nothing behind their older versions."""

    @cache
    def keys(index: int) -> dict[str, str]:
        step = _step(numbers[index], numbers[index - 1])
        if index == 1:
            return step
        further = keys(index - 1)
        return {old: further[new] for old, new in step.items() if new in further}

    return lambda number, key: keys(numbers.index(number)).get(key, "")


def _step(older: int, newer: int) -> dict[str, str]:
    """Old key → new key of the lines of an item in the one that corrects it."""
    kind = KINDS[queries.item(older).kind]
    before, now = (queries.content(number).get("lines", ()) for number in (older, newer))
    return still_there(before, now, masked_columns(kind), (_people(older, len(before)), _people(newer, len(now))))


def _people(number: int, lines: int) -> list[bytes]:
    """Of each line what its person is found by in all lists, empty where the list has no numbers."""
    found = internal.hashes(number, PERSON)
    return [found.get(n, b"") for n in range(1, lines + 1)]
