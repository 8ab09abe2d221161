"""Takes over a whole history from one csv: everything is checked in bounded memory, then published in batches."""

import gc
import marshal
import pickle
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import transaction
from portal.disclosure import assembling
from portal.errors import Invalid, NotFound
from portal.gazette import queries as gazette_queries
from portal.gazette import services as gazette
from portal.kinds import KINDS
from portal.kinds.base import Assembly, Context, Finding, Kind, Level, Posted, Row, Table
from portal.kinds.privacy import without_digits
from portal.places import queries as places
from portal.places import services as places_services
from portal.places import settings as place_settings
from portal.places.queries import PlaceView
from portal.places.rules import is_code
from portal.text import N_, Message
from portal.workbooks import read_rows

BATCH = 250  # items of one transaction: a killed run loses at most these, and they are published again
NOT_YET = 1 << 40  # stands for the number of an item that this run will publish: after all that are there
SHOWN = 20  # errors named in the refusal
CHECKED = 0.5  # share of the progress bar that the first pass takes

Key = tuple[str, ...]
"""(village code, period, values of the kind's `split` columns …): the rows of one item"""
Progress = Callable[[float], None]


class Refused(Invalid):
    """The history has errors; `findings` are all of them that were met, the message names the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        where = " ".join(part for part in (first.file, first.cell, first.value) if part)
        text = N_("%(n)s errors; nothing was taken over. The first: %(where)s %(message)s")
        super().__init__(Message(text, {"n": len(findings), "where": where, "message": first.message}))
        self.findings = findings


class _Unsorted(Exception):
    """A month's rows do not stand together, or a village's months not in order."""


@dataclass
class _Village:
    """Where a village's history has got to while it is checked."""

    place: PlaceView | None
    settings: Mapping[str, Any]
    closings: Mapping[tuple[str, str], int] | None = None
    period: str | None = None
    lines: list[Posted] | None = None
    """Where the kind asks what was posted before: the village's lines before the file's, then those of the file."""


@dataclass
class _Checked:
    """What the first pass leaves behind: contents on disk in the order of publishing, errors, missing villages."""

    spool: BinaryIO
    months: list[tuple[Key, int]] = field(default_factory=list)
    """(whose item, bytes of its content in the spool)"""
    findings: list[Finding] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)
    singles: set[tuple[str, str, str | None]] = field(default_factory=set)
    """Village, period and subject of each posting of a kind that has one of each."""


def backfill(
    path: Path,
    kind: str,
    actor: Actor,
    at: datetime,
    create_places: bool = False,
    progress: Progress | None = None,
) -> int:
    """Publish every village and month of the csv as taken over from older records; how many items were published.

    Refused (an Invalid) if anything in the file is wrong: then nothing is published. Months that are in the gazette
    already are left out, so a run that was killed goes on where it stopped. Without `create_places` a village that is
    not known is an error.
    """
    if kind not in KINDS:
        raise Invalid(N_("There is no kind %(kind)s."), kind=kind)
    actor.must(Permission.PLACES_MANAGE, [])
    with tempfile.TemporaryFile() as spool, _collecting_nothing():
        checked = _check(path, KINDS[kind], spool, at, progress)
        if checked.missing and not create_places:
            code = next(iter(checked.missing))
            text = N_("%(n)s villages are not known, the first is %(code)s. Load them, or use --create-places.")
            raise Invalid(text, n=len(checked.missing), code=code)
        if checked.findings:
            raise Refused(checked.findings)
        if checked.missing:
            places_services.add_missing_villages(checked.missing, actor, at)
        spool.seek(0)
        return _publish(checked, KINDS[kind], at, progress)


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Millions of small values are made and none in a circle: the collector would walk them for a seventh of the time
    and free nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# ---------------------------------------------------------------- first pass: check everything


def _check(path: Path, kind: Kind, spool: BinaryIO, at: datetime, progress: Progress | None) -> _Checked:
    """Assemble every month in order; in the file's own order if that will do, else sorted on disk."""
    try:
        return _assemble_all(_in_order(_runs(path, kind, progress)), path, kind, spool, at)
    except _Unsorted:
        spool.seek(0)
        spool.truncate()
        with tempfile.TemporaryFile() as rows:
            return _assemble_all(_sorted(_runs(path, kind, progress), rows), path, kind, spool, at)


@dataclass(frozen=True)
class _Run:
    """Rows that stand together and belong to one village and month, and what is wrong with their cells."""

    key: Key
    rows: list[Row]
    columns: Mapping[str, tuple[int, str]]
    findings: Sequence[Finding] = ()


def _runs(path: Path, kind: Kind, progress: Progress | None) -> Iterator[_Run]:
    total = _count_lines(path)
    key_of = _key if not kind.split else partial(_split_key, kind.split)
    for batch in read_rows(path, kind):
        findings: Sequence[Finding] = batch.findings
        for key, rows in groupby(batch.rows, key_of):
            run = _Run(key, list(rows), batch.columns, findings)
            findings = ()
            yield run
        if progress and batch.rows:
            progress(CHECKED * min(1.0, batch.rows[-1].number / total))


def _key(row: Row) -> Key:
    return row.values.get("village", ""), row.values.get("period", "")


def _split_key(split: Sequence[str], row: Row) -> Key:
    return (*_key(row), *(str(row.values.get(name, "")) for name in split))


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return 1 + sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _in_order(runs: Iterator[_Run]) -> Iterator[_Run]:
    """Whole months, as long as the file has them together and in order; _Unsorted as soon as it has not."""
    last: dict[str, Key] = {}
    for _key_of_months, same in groupby(runs, lambda run: run.key):
        month = _joined(same)
        village, when = month.key[0], month.key[1:]
        if last.get(village, ("",)) >= when:
            raise _Unsorted
        last[village] = when
        yield month


def _joined(runs: Iterator[_Run]) -> _Run:
    first, *others = runs
    rows, findings = first.rows, list(first.findings)
    for other in others:
        rows = rows + other.rows
        findings += other.findings
    return _Run(first.key, rows, first.columns, findings)


def _sorted(runs: Iterator[_Run], file: BinaryIO) -> Iterator[_Run]:
    """Months in order, by way of a file: only the places of their pieces are kept in memory."""
    pieces: dict[Key, list[int]] = {}
    for run in runs:
        pieces.setdefault(run.key, []).append(file.tell())
        pickle.dump(run, file, pickle.HIGHEST_PROTOCOL)
    for key in sorted(pieces):
        yield _joined(_piece(file, offset) for offset in pieces[key])


def _piece(file: BinaryIO, offset: int) -> _Run:
    file.seek(offset)
    run: _Run = pickle.load(file)  # noqa: S301 - our own file, unlinked, written a moment ago
    return run


def _assemble_all(months: Iterator[_Run], path: Path, kind: Kind, spool: BinaryIO, at: datetime) -> _Checked:
    checked = _Checked(spool)
    villages: dict[str, _Village] = {}
    settings_of = cache(lambda parent_id: _settings(parent_id, at))  # asked once for all villages of a township
    for month in months:
        code, period = month.key[:2]
        if not clock.is_period(period, kind.grains) or not is_code(code):
            checked.findings.append(_unplaced(path, month))
            continue
        if code not in villages:
            villages[code] = _village(code, kind, period, settings_of)
            if villages[code].place is None:
                checked.missing[code] = None
        assembly = _assemble(month, villages[code], path, kind, at)
        found = assembly.findings
        checked.findings += [one for one in found if one.level is Level.ERROR]
        checked.findings += [Finding(Level.ERROR, "question", q.message, path.name) for q in assembly.questions]
        if len(checked.findings) >= 1000 or assembly.content is None:
            break
        if kind.is_carried:
            _carry_on(villages[code], period, assembly.content)
        if assembly.content is not None and kind.is_single:
            checked.findings += _twice(checked, month, kind.subject_of(assembly.content), path)
        if not checked.findings:
            stored = marshal.dumps((assembly.content, list(assembly.internal)))
            checked.months.append((month.key, len(stored)))
            spool.write(stored)
    return checked


def _twice(checked: _Checked, month: _Run, subject: str | None, path: Path) -> list[Finding]:
    """An error if the history holds this posting a second time, under another name of the same thing."""
    whose = month.key[0], month.key[1], subject
    if whose not in checked.singles:
        checked.singles.add(whose)
        return []
    message = Message(N_("These rows belong to a posting that the file has already, under another name. Use one name."))
    return [Finding(Level.ERROR, "twice", message, path.name, None, f"A{month.rows[0].number}")]


def _unplaced(path: Path, month: _Run) -> Finding:
    message = Message(N_("Every row names its village (12 digits) and its month (2026-03)."))
    written = " ".join(month.key)
    return Finding(
        Level.ERROR, "place", message, path.name, None, f"A{month.rows[0].number}", None, without_digits(written)
    )


def _village(code: str, kind: Kind, period: str, settings_of: Callable[[int | None], Mapping[str, Any]]) -> _Village:
    with transaction(write=False):
        place = _known_place(code)
        if place is None:
            return _Village(None, settings_of(None))
        before = gazette_queries.closings(place.id, period, kind.name) if kind.is_carried else None
        settings = settings_of(place.parent_id)
        return _Village(place, settings, before[1], before[0]) if before else _Village(place, settings)


def _known_place(code: str) -> PlaceView | None:
    try:
        return places.place(code)
    except NotFound:
        return None


def _settings(parent_id: int | None, at: datetime) -> Mapping[str, Any]:
    """A township's settings, or those shipped for villages still to be made."""
    if parent_id is None:
        return {one.key: one.default for one in place_settings.SETTINGS.values()}
    return places.settings_in_force(parent_id, clock.today(at))


def _assemble(month: _Run, village: _Village, path: Path, kind: Kind, at: datetime) -> Assembly:
    code, period = month.key[:2]
    table = Table(path.name, "", month.columns, month.rows, layout="history", period=period, findings=month.findings)
    context = Context(
        village=code,
        period=period,
        today=clock.today(at),
        settings=village.settings,
        choices={"book": "cash", **dict(zip(kind.split, month.key[2:], strict=True))},
        previous=village.closings,
        previous_period=village.period,
        facts=_facts(kind, village, period),
    )
    assembly = kind.assemble([table], context)
    if assembly.content and assembling.POSTED in kind.facts:
        told = [Posted(NOT_YET, n, period, context.today, line) for n, line in enumerate(assembly.content["lines"])]
        village.lines = [*(village.lines or ()), *told]
    return assembly


def _facts(kind: Kind, village: _Village, period: str) -> Mapping[str, Any]:
    """What the kind asks for, and what the file itself told of the village before this period; a village still to be
    made has nothing else yet. What an earlier run published of the same file is not told twice."""
    if not kind.facts:
        return {}
    found: dict[str, Any] = {}
    if village.place is not None:
        with transaction(write=False):
            found = assembling.facts_of(village.place.id, kind, period)
    if village.lines is None:
        first, _last = clock.period_bounds(period)
        village.lines = [one for one in found.get(assembling.POSTED, ()) if _ends_before(one, first)]
    return {**found, assembling.POSTED: village.lines}


def _ends_before(one: Posted, day: date) -> bool:
    return one.period is None or clock.period_bounds(one.period)[1] < day


def _carry_on(village: _Village, period: str, content: Mapping[str, Any]) -> None:
    village.period = period
    village.closings = {(book["owner"], book["book"]): book["closing"] for book in content.get("books", ())}


# ---------------------------------------------------------------- second pass: publish in batches


def _publish(checked: _Checked, kind: Kind, at: datetime, progress: Progress | None) -> int:
    with transaction(write=False):
        ids = {village.code: village.id for village in places.all_places()}
        done = gazette_queries.periods_published(kind.name)
    published = 0
    batch: list[gazette.Entry] = []
    for index, ((code, period, *_split), size) in enumerate(checked.months, 1):
        stored = marshal.loads(checked.spool.read(size))  # noqa: S302 - our own file, unlinked, written a moment ago
        content, internal = stored
        subject = kind.subject_of(content)
        if (ids[code], period, subject) not in done:
            entry = gazette.Entry(
                kind.name, code, ids[code], period, subject, content, taken_over=True, internal=internal
            )
            batch.append(entry)
        if len(batch) >= BATCH or (batch and index == len(checked.months)):
            gazette.publish(batch, at)
            published += len(batch)
            batch = []
            if progress:
                progress(CHECKED + (1 - CHECKED) * index / len(checked.months))
    if progress:
        progress(1.0)
    return published
