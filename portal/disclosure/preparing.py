"""The bookkeeper's verbs: begin a draft, add files, mend cells, answer, hand over, begin anew."""

import json
import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, select, update

from portal import clock, jobs, workbooks
from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.disclosure import assembling, editions, queries, rules
from portal.disclosure.acts import (
    changeable,
    check_changed,
    check_later,
    check_not_published,
    check_openings,
    check_single,
    finish,
    preparable,
    record,
)
from portal.disclosure.choosing import forget, put_choices, remember, set_nothing
from portal.disclosure.editions import Choice
from portal.disclosure.models import Draft, DraftChoice, DraftEvent, DraftFile, DraftState, RememberedChoice
from portal.disclosure.queries import ANSWER, MAPPING, MEND, DraftView, Sheet
from portal.disclosure.rules import Act, State
from portal.errors import Conflict, Invalid, refused_by_machine
from portal.evidence import services as evidence
from portal.kinds import KINDS
from portal.kinds.base import Kind
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import Level
from portal.text import N_, Message

READ_DRAFT = "disclosure.read"
"""The job that reads a draft's large files."""

FILES_AT_MOST = 20
MENDED_TEXT_AT_MOST = 500
CELLS_AT_MOST = 1000  # mended at once; a page shows a hundred
SHEET_AT_MOST = 200  # characters of a name; Excel allows 31

_NO_SUCH_COLUMNS = N_("These columns are not in the draft any more. Load the page again.")
_TOO_MANY = N_("A draft takes at most %(n)s files.")
_log = logging.getLogger(__name__)

Upload = tuple[str, bytes]
"""A file as it was sent: name and bytes."""


def start_draft(actor: Actor, place: PlaceView, kind: str, period: str, at: datetime, about: str = "") -> int:
    """The id of the village's draft of a kind and period: the open one, or a new one.

    `about` tells several postings of one period apart ("drought relief, second batch"), where the kind has several.
    """
    with transaction():
        actor.must(Permission.DRAFTS_PREPARE, places.line(place.id))
        _check_place_and_period(place, kind, period, at)
        about = rules.checked_about(about, KINDS[kind])
        existing = queries.open_draft(place.id, kind, period, about)
        if existing:
            return existing.id
        check_not_published(place, KINDS[kind], period)
        office = actor.office_for(Permission.DRAFTS_PREPARE, places.line(place.id))
        if office is None:
            raise Invalid(N_("A draft is begun by an office; the operator has none."))
        row = Draft(
            place_id=place.id,
            kind=kind,
            period=period,
            about=about,
            person_id=actor.person_id,
            office_id=office.office_id,
            session=actor.session,
            created_at=at,
        )
        db.session.add(row)
        db.session.flush()
        record(actor, row.id, Act.STARTED, at)
        return row.id


def _check_place_and_period(place: PlaceView, kind: str, period: str, at: datetime) -> None:
    if place.level != Level.VILLAGE:
        raise Invalid(N_("%(place)s is not a village."), place=place.name)
    if kind not in KINDS:
        raise Invalid(N_("There is no kind %(kind)s."), kind=kind)
    if not clock.is_period(period, KINDS[kind].grains):
        if KINDS[kind].grains == (clock.MONTH,):
            raise Invalid(N_("Write the month like 2026-03; no quarter, no year is posted of this."), field="period")
        raise Invalid(N_("Write a month like 2026-03, a quarter like 2026-Q1, or a year like 2026."), field="period")
    if clock.period_bounds(period)[0] > clock.today(at):
        raise Invalid(N_("%(period)s has not begun yet. Choose one that has."), period=period, field="period")


def add_file(actor: Actor, draft_id: int, name: str, body: bytes, at: datetime) -> None:
    """Add one file; see `add_files`."""
    add_files(actor, draft_id, [(name, body)], at)


def add_files(actor: Actor, draft_id: int, uploads: Sequence[Upload], at: datetime, seen: str | None = None) -> None:
    """Add files to a draft, all or none; one with the name of an earlier file takes its place.

    Invalid, with a sentence, for a file that cannot be read at all. Large files are read by the worker. `seen`, here
    and below, is the edition that the person's page showed (see `editions`); None where nobody looked at one.
    """
    uploads = [(rules.clean_name(name), body) for name, body in uploads]
    kind = preparable(actor, draft_id).kind
    _check_batch(uploads)  # before any file is read: that takes seconds
    for name, body in uploads:
        if not body:
            raise Invalid(N_("%(name)s is empty. Save the workbook and choose it again."), name=name)
        if not assembling.is_large(body):
            workbooks.extract(body, name, kind)  # raises Invalid, before anything is stored
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen)
        check_not_published(view.place, view.kind, view.period, view.supersedes)
        editions.check_names(seen, view, [name for name, _body in uploads])
        put_files(draft_id, uploads, at)
        set_nothing(actor, draft_id, "no", at)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def put_files(draft_id: int, uploads: Sequence[Upload], at: datetime, is_generated: bool = False) -> None:
    """Store files, inside the running transaction; `is_generated` if the portal wrote them."""
    _check_batch(uploads)
    for name, body in uploads:
        _put_file(draft_id, name, body, at, is_generated)
    if len(queries.files(draft_id)) > FILES_AT_MOST:
        raise Invalid(_TOO_MANY, n=FILES_AT_MOST)


def _check_batch(uploads: Sequence[Upload]) -> None:
    """Invalid for too many files, and for two of one name, of which one would take the place of the other."""
    if len(uploads) > FILES_AT_MOST:
        raise Invalid(_TOO_MANY, n=FILES_AT_MOST)
    names = [name for name, _body in uploads]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Invalid(N_("Two of the files are called %(name)s. Give one of them another name."), name=twice)


def _put_file(draft_id: int, name: str, body: bytes, at: datetime, is_generated: bool) -> None:
    digest = sha256(body).hexdigest()
    for file in queries.files(draft_id):
        if file.sha256 == digest:
            raise Conflict(N_("This very file is already part of the draft, as %(name)s."), name=file.name)
        if file.name == name:
            _delete_file(draft_id, file.id)
    row = DraftFile(draft_id=draft_id, name=name, sha256=digest, size=len(body), body=body, added_at=at)
    row.is_large, row.is_generated = assembling.is_large(body), is_generated
    db.session.add(row)
    db.session.flush()


def _delete_file(draft_id: int, file_id: int) -> None:
    db.session.execute(delete(DraftChoice).where(DraftChoice.file_id == file_id))
    db.session.execute(delete(DraftFile).where(DraftFile.id == file_id, DraftFile.draft_id == draft_id))


def remove_file(actor: Actor, draft_id: int, file_id: int, at: datetime, seen: str | None = None) -> None:
    """Take a file out of the draft, with the cells that were mended in it."""
    with transaction():
        changeable(actor, draft_id, at, seen=seen, as_a_whole=True)
        queries.file_body(draft_id, file_id)  # NotFound if it is not the draft's
        _delete_file(draft_id, file_id)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def mend(
    actor: Actor,
    draft_id: int,
    cells: Mapping[tuple[int, str, str], str],
    at: datetime,
    seen: str | None = None,
    as_a_whole: bool = False,
) -> None:
    """Put texts in the place of cells: ``{(file id, sheet, "F12"): text}``; the file itself stays as it was sent."""
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen, as_a_whole=as_a_whole)
        editions.check_files(seen, view)
        if len(cells) > CELLS_AT_MOST:
            raise Invalid(N_("Mend at most %(n)s cells at once."), n=CELLS_AT_MOST)
        held = {file.id for file in queries.files(draft_id)}
        choices: list[Choice] = []
        for (file_id, sheet, cell), text in cells.items():
            if file_id not in held:
                raise Invalid(N_("This file is no longer part of the draft."))
            if not re.fullmatch("[A-Z]{1,3}[0-9]{1,7}", cell) or len(text) > MENDED_TEXT_AT_MOST:
                raise Invalid(N_("Write at most %(n)s characters into a cell."), n=MENDED_TEXT_AT_MOST)
            if len(sheet) > SHEET_AT_MOST:
                raise Invalid(N_("The name of this sheet is too long. Give it a short one and send the file again."))
            choices.append((MEND, file_id, f"{sheet}!{cell}", text, None))
        editions.check_choices(seen, view, choices)
        put_choices(actor, draft_id, choices, at)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def answer(actor: Actor, draft_id: int, answers: Mapping[str, str], at: datetime, seen: str | None = None) -> None:
    """Answer questions by their keys; answers that a kind wants remembered are remembered for the village."""
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen)
        editions.check_choices(seen, view, [(ANSWER, None, key, value, None) for key, value in answers.items()])
        asked = {question.key: question for question in queries.reading(draft_id).questions}
        choices = []
        for key, value in answers.items():
            question = asked.get(key)
            if question is None:
                raise Conflict(N_("This question is not open any more. Load the page again."))
            if value not in [option for option, _label in question.options]:
                raise Invalid(N_("Choose one of the answers offered."))
            choices.append((ANSWER, None, key, value, question.remember))
            if question.remember:
                remember(view, ANSWER, question.remember, value, at)
        put_choices(actor, draft_id, choices, at)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def map_columns(
    actor: Actor, draft_id: int, layout: str, columns: Mapping[int, str], at: datetime, seen: str | None = None
) -> None:
    """Say by hand what columns of a layout mean: 0-based index → column name, or "" to leave it out; remembered.

    Invalid if no day or no money would be left: a sheet is left out by `leave_sheet_out`, on purpose.
    """
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen)
        sheets = _sheets_of(draft_id, layout)
        names = {column.name for column in view.kind.input} | {""}
        if not columns.keys() <= {*_indices(sheets)}:
            raise Conflict(_NO_SUCH_COLUMNS)
        if not set(columns.values()) <= names:
            raise Invalid(N_("Choose one of the columns offered."))
        chosen = [name for name in columns.values() if name]
        if len(chosen) != len(set(chosen)):
            raise Invalid(N_("Two columns were given the same meaning. Leave one of them out."))
        meant = {i: name for sheet in sheets for name, (i, _heading) in sheet.columns.items()} | dict(columns)
        if not view.kind.makes_a_table(list(meant.values())):
            _refuse_columns(view.kind, list(meant.values()))
        _put_columns(actor, view, layout, columns, at, seen)
    read_if_small(draft_id, at)


def _refuse_columns(kind: Kind, meant: Collection[str]) -> None:
    """Invalid, naming what is still needed."""
    missing = [column.label for column in kind.input if column.required and column.name not in meant]
    if kind.reads_table is not None or not missing:
        raise Invalid(N_("Say which column holds the date and which the money. Or press “Leave this sheet out”."))
    text = N_("Say which column holds “%(column)s”. Or press “Leave this sheet out”.")
    raise Invalid(text, column=Message(missing[0]))


def leave_sheet_out(actor: Actor, draft_id: int, layout: str, at: datetime, seen: str | None = None) -> None:
    """Say that a sheet of this layout holds nothing to publish; remembered for the village."""
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen)
        sheets = _sheets_of(draft_id, layout)
        _put_columns(actor, view, layout, dict.fromkeys(_indices(sheets), ""), at, seen)
    read_if_small(draft_id, at)


def _sheets_of(draft_id: int, layout: str) -> list[Sheet]:
    """The tables of a layout: several where they stand side by side, or on sheets alike."""
    found = [sheet for sheet in queries.reading(draft_id).sheets if sheet.layout == layout]
    if not found:
        raise Conflict(_NO_SUCH_COLUMNS)
    return found


def _indices(sheets: Sequence[Sheet]) -> list[int]:
    """The columns of tables: those that are understood, then those that are not."""
    known = [index for sheet in sheets for index, _heading in sheet.columns.values()]
    return [*known, *(index for sheet in sheets for index in sheet.unknown)]


def _put_columns(
    actor: Actor, view: DraftView, layout: str, columns: Mapping[int, str], at: datetime, seen: str | None
) -> None:
    chosen: list[Choice] = [(MAPPING, None, f"{layout}:{i}", name, f"{layout}:{i}") for i, name in columns.items()]
    editions.check_choices(seen, view, chosen)
    for index, name in columns.items():
        remember(view, MAPPING, f"{layout}:{index}", name, at)
    put_choices(actor, view.id, chosen, at)
    mark_changed(view.id, at)


def undo(actor: Actor, draft_id: int, at: datetime, seen: str | None = None) -> None:
    """Take back the newest choices: the cells, answers or columns of the last submit."""
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen, as_a_whole=True)
        open_choices = (DraftChoice.draft_id == draft_id, DraftChoice.undone_at.is_(None))
        last = db.session.scalar(select(func.max(DraftChoice.act)).where(*open_choices))
        if last is None:
            raise Conflict(N_("There is nothing to take back."))
        rows = db.session.scalars(select(DraftChoice).where(*open_choices, DraftChoice.act == last)).all()
        for row in rows:
            row.undone_at = at
            if row.remember:
                forget(view, row.what, row.remember)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def ask_again(actor: Actor, draft_id: int, at: datetime, seen: str | None = None) -> None:
    """Forget what the village answered and matched before, so that every question is asked anew."""
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen, as_a_whole=True)
        db.session.execute(
            update(DraftChoice)
            .where(
                DraftChoice.draft_id == draft_id,
                DraftChoice.undone_at.is_(None),
                DraftChoice.what.in_((ANSWER, MAPPING)),
            )
            .values(undone_at=at)
        )
        db.session.execute(
            delete(RememberedChoice).where(
                RememberedChoice.place_id == view.place.id, RememberedChoice.kind == view.kind.name
            )
        )
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def read_again(actor: Actor, draft_id: int, at: datetime, seen: str | None = None) -> None:
    """Read the files anew, against what is published now."""
    with transaction():
        changeable(actor, draft_id, at, seen=seen)
        mark_changed(draft_id, at)
    assembling.read(draft_id, at)


def hand_over(actor: Actor, draft_id: int, at: datetime, seen: str | None = None) -> None:
    """Give an acceptable draft to the signers; the content as it is now is what they decide about."""
    with transaction():
        view = changeable(actor, draft_id, at, taking_back=False)
        if view.state is State.WAITING:
            raise Conflict(N_("The draft is already with the signers."))
        editions.check(seen, view, as_a_whole=True)
        if view.is_being_read:
            raise Conflict(N_("The files are still being read. Wait a moment."))
        if not view.is_acceptable:
            raise Invalid(N_("There are still errors or open questions. Mend them first."))
        check_not_published(view.place, view.kind, view.period, view.supersedes)
        check_openings(view)
        row = db.session.get(DraftState, draft_id)
        assert row is not None
        content = json.loads(row.content)
        check_single(view, content)
        check_later(view, content)
        check_changed(view, content, json.loads(row.internal) if row.internal else ())
        record(actor, draft_id, Act.HANDED_OVER, at, content=row.content, digest=row.digest)


def no_dealings(actor: Actor, place: PlaceView, kind: str, period: str, at: datetime, seen: str | None = None) -> int:
    """Say that there were no dealings in a month and hand that over; returns the draft's id.

    A draft that already has files is left alone (Conflict): remove them first if the month was really empty. Where
    something is open (no month was ever published, so nothing says the opening), the draft stays with the bookkeeper.
    """
    with transaction():
        draft_id = start_draft(actor, place, kind, period, at)
        changeable(actor, draft_id, at, seen=seen, as_a_whole=True)
        if queries.files(draft_id):
            raise Conflict(N_("There are files in this month's draft. Remove them first if there were no dealings."))
        nothing_happened(actor, draft_id, at)
    return draft_id


def nothing_happened(actor: Actor, draft_id: int, at: datetime, seen: str | None = None) -> None:
    """Say on a draft's page that there were no dealings: its files are taken out, then as `no_dealings`."""
    with transaction():
        view = changeable(actor, draft_id, at, seen=seen, as_a_whole=True)
        if view.kind.nothing is None:
            raise Invalid(N_("Of this kind only what happened is posted: there is nothing to say for an empty period."))
        for file in queries.files(draft_id):
            _delete_file(draft_id, file.id)
        set_nothing(actor, draft_id, "yes", at)
        mark_changed(draft_id, at)
        assembling.read(draft_id, at)
        if queries.draft(draft_id).is_acceptable and view.supersedes is None:
            hand_over(actor, draft_id, at)


def discard(actor: Actor, draft_id: int, at: datetime, seen: str | None = None) -> None:
    """Give a draft up: its files, choices and contents are erased, its acts stay."""
    with transaction():
        changeable(actor, draft_id, at, seen=seen, as_a_whole=True)
        for table in (DraftChoice, DraftFile, DraftState):
            db.session.execute(delete(table).where(table.draft_id == draft_id))
        db.session.execute(update(DraftEvent).where(DraftEvent.draft_id == draft_id).values(content=None))
        evidence.forget(draft_id, at)
        record(actor, draft_id, Act.DISCARDED, at)
        finish(draft_id, at)


def mark_changed(draft_id: int, at: datetime) -> None:
    """What was read before no longer holds; large files become a job of this very transaction."""
    state = db.session.get(DraftState, draft_id, populate_existing=True)
    if state is None:
        state = assembling.empty_state(draft_id, at)
        db.session.add(state)
    state.is_being_read, state.is_acceptable, state.job_id = True, False, None
    state.revision += 1
    db.session.flush()
    if _is_slow(draft_id):
        state.job_id = jobs.enqueue(READ_DRAFT, {"draft_id": draft_id, "revision": state.revision})


def _is_slow(draft_id: int) -> bool:
    query = select(DraftFile.id).where(DraftFile.draft_id == draft_id, DraftFile.is_large).limit(1)
    return db.session.scalar(query) is not None


def read_if_small(draft_id: int, at: datetime) -> None:
    """Read what was just saved. If the machine refuses now, that stays saved: the page says that it is still unread."""
    try:
        with transaction(write=False):
            slow = _is_slow(draft_id)
        if not slow:
            assembling.read(draft_id, at)
    except Exception as error:
        if not refused_by_machine(error):
            raise
        _log.exception("Draft %s was saved but not read", draft_id)


def register_jobs() -> None:
    """Tell the worker how a draft's large files are read."""
    jobs.register(READ_DRAFT, _read_as_job)


def _read_as_job(arguments: dict[str, Any], report: Callable[[int], None]) -> None:
    """Read a draft, unless it has changed since (then another job reads it)."""
    with transaction(write=False):
        state = db.session.get(DraftState, arguments["draft_id"], populate_existing=True)
        is_wanted = state is not None and state.is_being_read and state.revision == arguments["revision"]
    if is_wanted:
        assembling.read(arguments["draft_id"], clock.now(), lambda share: report(int(share * 90)))
