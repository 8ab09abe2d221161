"""What many pages need alike (a township's figures, the way from county to village), kept for one page generation.

Everything public changes only with the generation (see `gazette.generation`) or at midnight, so a value read under one
stays true under it. A request reads what the database held when it began to: what it reads belongs to the generation
of that moment, however late it is read. Kept per database; where no installation is served (generation 0) nothing is
kept.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from portal import clock
from portal.database import db
from portal.gazette import generation

Value = TypeVar("Value")
MOST = 2_000
"""Values kept by a process, a few kilobytes each."""

_kept: WeakKeyDictionary[Engine, tuple[Hashable, dict[Hashable, Any]]] = WeakKeyDictionary()


def kept(key: Hashable, read: Callable[[], Value]) -> Value:
    """The value under `key` of this generation and day, read if it is not there. It must not be changed by callers."""
    began = generation.of_reading(db.session())
    if began == 0 or began != generation.current():  # published since: what is read now is old already
        return read()
    era = (began, clock.today())
    found_era, values = _kept.get(db.engine, (None, {}))
    if found_era != era or len(values) > MOST:
        values = {}
        _kept[db.engine] = (era, values)
    if key not in values:
        values[key] = read()
    found: Value = values[key]
    return found
