"""From files and choices to what they say: gather the inputs, read them outside any transaction, store the result."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from portal import clock, workbooks
from portal.database import db, transaction
from portal.disclosure import facts, originals, printable, queries
from portal.disclosure.models import DraftState
from portal.disclosure.originals import Original
from portal.disclosure.queries import Choices
from portal.errors import Invalid
from portal.evidence import services as evidence
from portal.gazette import followed, seal
from portal.gazette import queries as gazette
from portal.kinds.base import Assembly, Context, Finding, Kind, Level, Question, Table
from portal.kinds.changes import are_places, still_there
from portal.kinds.names import masked_columns
from portal.kinds.privacy import without_digits
from portal.places import of_programmes
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import Message

LARGE_FILE = 2 * 1024 * 1024  # bytes: from here on the worker reads, and a progress bar is shown
LARGE_SHEET = 20 * 1024 * 1024  # bytes unpacked: about 20,000 rows of a cash book
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Inputs:
    """All that a reading depends on; plain values, so that the reading itself needs no database."""

    kind: Kind
    context: Context
    files: Sequence[tuple[int, str, bytes]]
    choices: Choices
    remembered: Mapping[str, str]
    revision: int = 0
    original: Original | None = None
    """The item that is corrected."""
    generated: frozenset[int] = frozenset()
    """The ids of the files that the portal wrote itself."""


@dataclass(frozen=True)
class Understood:
    """What a reading found: the assembly, the tables it came from, and what was left out and why."""

    assembly: Assembly
    tables: Sequence[Table] = ()
    skipped: Sequence[Message] = ()


def is_large(body: bytes) -> bool:
    """Would reading this file keep a person waiting? Zipped workbooks are judged by their unpacked size."""
    if len(body) > LARGE_FILE:
        return True
    try:
        with ZipFile(BytesIO(body)) as archive:
            return sum(entry.file_size for entry in archive.infolist()) > LARGE_SHEET
    except (BadZipFile, ValueError, OSError):
        return False


def digest_of(content: Mapping[str, Any]) -> str:
    """What signatures are about: SHA-256 (hex) of the canonical content."""
    return sha256(seal.canonical(content)).hexdigest()


def context_of(
    place: PlaceView,
    kind: Kind,
    period: str | None,
    answers: Mapping[str, str],
    at: datetime,
    about: str = "",
    without: int | None = None,
) -> Context:
    """What a kind must know besides the files, as it stands now, `without` the item that is to be corrected."""
    on = clock.today(at)
    closings = gazette.closings(place.id, period, kind.name) if period and kind.is_carried else None
    return Context(
        village=place.name,
        period=period,
        today=on,
        settings=places.settings_in_force(place.id, on),
        choices=answers,
        previous=closings[1] if closings else None,
        previous_period=closings[0] if closings else None,
        facts=facts_of(place.id, kind, period, without) if period else {},
        about=about,
    )


def facts_of(place_id: int, kind: Kind, period: str, without: int | None = None) -> dict[str, Any]:
    """What the kind asks for by name; ``posted`` is what the village posted of this very kind before."""
    found = {name: _without(FACTS[name](place_id, period), without) for name in kind.facts if name != POSTED}
    return found | ({POSTED: facts.posted(place_id, kind.name, without)} if POSTED in kind.facts else {})


def _without(facts: Any, number: int | None) -> Any:
    """Facts that are lists of lines, without those of one item: it is not to be compared with itself."""
    if number is None or not isinstance(facts, list):
        return facts
    return [fact for fact in facts if not (isinstance(fact, Mapping) and fact.get("number") == number)]


def _ledger(place_id: int, period: str) -> list[dict[str, Any]]:
    """The village's published lines of money from a year before a period to a year after it; each with its item's
    number and its own `n`."""
    first, last = clock.period_bounds(period)
    months = clock.shift_period(clock.period_of(first), -12), clock.shift_period(clock.period_of(last), 12)
    return [{"number": hit.number, **hit.line} for hit in gazette.place_lines(place_id, "finance", *months)]


def _statements(place_id: int, period: str) -> list[dict[str, Any]]:
    """The village's lines of statements of the two years before a period, oldest first, each with its item's class."""
    first, _last = clock.period_bounds(period)
    known = {item.number: item for item in gazette.items_of(place_id, "statement", first=f"{first.year - 2}")}
    before = {number for number, item in known.items() if clock.period_bounds(item.period or "")[1] < first}
    hits = gazette.place_lines(place_id, "statement", f"{first.year - 2}", period)
    found = sorted(
        (hit for hit in hits if hit.number in before), key=lambda hit: clock.period_bounds(hit.period or "")[1]
    )
    return [{"class": known[hit.number].subject, **hit.line} for hit in found]


def _programmes(place_id: int, period: str) -> dict[str, Any]:
    """What was set for the subsidy programmes by the end of a period, or by today if it has not ended."""
    day = min(clock.period_bounds(period)[1], clock.today())
    in_force = places.settings_in_force(place_id, day)
    return {key: value for key, value in in_force.items() if of_programmes.spec_of(key)}


FACTS: Mapping[str, Callable[[int, str], Any]] = {
    "ledger": _ledger,
    "limits": facts.limits,
    "neighbours": facts.neighbours,
    "programmes": _programmes,
    "statements": _statements,
}
"""What a kind may ask for by name (`Kind.facts`), for a place and a period."""
POSTED = "posted"
"""One more such name: the lines of the kind itself."""


def understand(inputs: Inputs, progress: Progress | None = None) -> Understood:
    """Read all files with the choices that hold; a file that cannot be read at all becomes an error of its own."""
    if inputs.choices.no_dealings and not inputs.files and inputs.kind.nothing is not None:
        nothing = inputs.kind.nothing(inputs.context)
        original, is_carried = inputs.original, inputs.choices.is_carried
        return Understood(originals.completed(nothing, original, inputs.kind, is_carried) if original else nothing)
    tables: list[Table] = []
    skipped: list[Message] = []
    findings: list[Finding] = []
    for index, (file_id, name, body) in enumerate(inputs.files):
        try:
            extraction = workbooks.extract(
                body,
                name,
                inputs.kind,
                overrides=inputs.choices.mends.get(file_id, {}),
                mappings=inputs.choices.mappings,
                period=inputs.context.period,
                progress=_part(progress, index, len(inputs.files)),
                plain=file_id in inputs.generated,
            )
        except Invalid as error:
            findings.append(Finding(Level.ERROR, "file", error.message, file=name))
            continue
        tables += extraction.tables
        skipped += extraction.skipped
        findings += extraction.findings
    assembly = _assembled(inputs, tables)
    if inputs.original is not None:
        assembly = _correction(inputs, inputs.original, tables, assembly)
    signs = printable.findings(inputs.kind, assembly, tables, inputs.context.settings)
    kept = _once((*findings, *assembly.findings, *signs))
    return Understood(replace(assembly, findings=kept), tables, skipped)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once: what a cell's text says is reported by the table and again by its assembly."""
    kept = {(f.check, f.file, f.sheet, f.cell, f.message.id, str(f.message.params)): f for f in findings}
    return list(kept.values())


def _part(progress: Progress | None, index: int, count: int) -> Progress | None:
    return None if progress is None else lambda share: progress((index + share) / count)


def _assembled(inputs: Inputs, tables: Sequence[Table]) -> Assembly:
    """Assemble; what the village answered in an earlier month to the same question is answered again."""
    if not tables:
        return Assembly(None)
    answers = dict(inputs.context.choices)
    while True:
        assembly = inputs.kind.assemble(tables, replace(inputs.context, choices=dict(answers)))
        known = dict(_known(assembly.questions, inputs.remembered))
        if not known.keys() - answers.keys():
            return assembly
        answers.update(known)


def _correction(inputs: Inputs, original: Original, tables: Sequence[Table], assembly: Assembly) -> Assembly:
    """The reading as the correction of an item, read once more with what comes along from there."""
    if original.internal:
        generated = {name for file_id, name, _body in inputs.files if file_id in inputs.generated}
        known = originals.with_internal(tables, assembly, original, inputs.kind, generated)
        assembly = _assembled(inputs, known)
    return originals.completed(assembly, original, inputs.kind, inputs.choices.is_carried)


def _known(questions: Iterable[Question], remembered: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for question in questions:
        if question.remember is not None and question.remember in remembered:
            yield question.key, remembered[question.remember]


def inputs_of(draft_id: int, at: datetime) -> Inputs:
    """Everything that the reading of a draft depends on, as stored now."""
    view = queries.draft(draft_id)
    choices = queries.choices(draft_id)
    answers, mappings = queries.remembered(view.place.id, view.kind.name)
    known = {layout: {**mappings.get(layout, {}), **chosen} for layout, chosen in choices.mappings.items()}
    state = db.session.get(DraftState, draft_id, populate_existing=True)
    original = None
    if view.supersedes is not None:
        original = originals.original(view.place.id, view.kind, view.supersedes, view.reason or "")
    given = {**(view.kind.answers(original.content) if original and original.content else {}), **choices.answers}
    return Inputs(
        kind=view.kind,
        context=context_of(view.place, view.kind, view.period, given, at, view.about, view.supersedes),
        files=queries.bodies(draft_id),
        choices=replace(choices, mappings={**mappings, **known}),
        remembered=answers,
        revision=state.revision if state else 0,
        original=original,
        generated=frozenset(file.id for file in queries.files(draft_id) if file.is_generated),
    )


def read(draft_id: int, at: datetime, progress: Progress | None = None) -> None:
    """Read the draft's files and store what they say, unless files or choices changed meanwhile.

    Reading may take seconds, so it happens between two transactions; whoever is killed in between leaves a draft that
    says "being read" and can be read again.
    """
    with transaction(write=False):
        inputs = inputs_of(draft_id, at)
    understood = understand(inputs, progress)
    with transaction():
        store(draft_id, inputs, understood, at)


def store(draft_id: int, inputs: Inputs, understood: Understood, at: datetime) -> None:
    """Keep what a reading found; a reading of older inputs is dropped."""
    state = db.session.get(DraftState, draft_id, populate_existing=True)
    if state is None or state.revision != inputs.revision:
        return
    assembly = understood.assembly
    read_before = json.loads(state.content), json.loads(state.internal or b"[]")
    evidence.move(draft_id, lambda: _moved(inputs.kind, *read_before, assembly))
    state.content = _json(assembly.content)
    state.internal = _json(list(assembly.internal)) if assembly.internal else None
    state.notes = _json(_notes(inputs, understood))
    state.digest = digest_of(assembly.content) if assembly.content is not None else None
    state.is_acceptable = assembly.acceptable
    state.faults = sum(finding.level is Level.ERROR for finding in assembly.findings) + len(assembly.questions)
    state.is_being_read = False
    state.job_id = None
    state.read_at = at


def _moved(
    kind: Kind, content: Mapping[str, Any] | None, internal: Sequence[Mapping[str, Any]], assembly: Assembly
) -> dict[str, str]:
    """Old key → new key of lines that this reading put elsewhere. Empty for one that it has no more where keys are
    places, for another has its key now; other keys wait for their line to come back."""
    old, new = ((found or {}).get("lines", ()) for found in (content, assembly.content))
    before, now = ([values.get(followed.PERSON) for values in found] for found in (internal, assembly.internal))
    there = still_there(old, new, masked_columns(kind), (before, now))
    gone = {line["key"]: "" for line in old if line["key"] not in there} if are_places(old) else {}
    return gone | {key: now_key for key, now_key in there.items() if key != now_key}


def empty_state(draft_id: int, at: datetime) -> DraftState:
    """The state of a draft that nothing was read for yet."""
    notes: dict[str, Any] = {
        name: [] for name in ("findings", "questions", "decisions", "skipped", "sheets", "origins")
    }
    return DraftState(
        draft_id=draft_id,
        content=_json(None),
        notes=_json({**notes, "previous": None, "previous_period": None}),
        is_acceptable=False,
        is_being_read=False,
        faults=0,
        revision=0,
        read_at=at,
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _notes(inputs: Inputs, understood: Understood) -> dict[str, Any]:
    assembly = understood.assembly
    return {
        "findings": [queries.finding_to_json(finding) for finding in assembly.findings],
        "questions": [queries.question_to_json(question) for question in assembly.questions],
        "decisions": [message.to_json() for message in assembly.decisions],
        "skipped": [message.to_json() for message in understood.skipped],
        "sheets": _sheets(understood),
        "origins": [(origin.file, origin.sheet, origin.row) for origin in assembly.origins],
        "previous_period": inputs.context.previous_period,
        "previous": closings_to_json(inputs.context.previous),
    }


def _sheets(understood: Understood) -> list[dict[str, Any]]:
    """The tables found. A section has all rows of its sheet, so its lines are counted where they came out."""
    has_sections = any(table.section for table in understood.tables)
    moved = Counter(origin.table for origin in (understood.assembly.origins if has_sections else ()))
    return [
        {
            "file": table.file,
            "sheet": table.sheet,
            "layout": table.layout,
            "rows": moved[index] if table.section else sum(row.kind == "line" for row in table.rows),
            "columns": {name: (place, without_digits(heading)) for name, (place, heading) in table.columns.items()},
            "unknown": {place: without_digits(heading) for place, heading in table.unknown.items()},
            "period": table.period,
            "section": table.section,
        }
        for index, table in enumerate(understood.tables)
    ]


def closings_to_json(closings: Mapping[tuple[str, str], int] | None) -> list[list[Any]] | None:
    """Closings as a sorted list of [owner, book, fen], for storing and comparing."""
    return None if closings is None else sorted([owner, book, fen] for (owner, book), fen in closings.items())
