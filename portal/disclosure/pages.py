"""What the page of a draft shows, gathered: files, errors at their cells, figures, lines by pages, the review."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import clock, jobs
from portal.accounts.rules import Actor, Permission
from portal.disclosure import editions, papers, queries, review, signing
from portal.disclosure.acts import is_unchanged
from portal.disclosure.changed import Correction, correction_of
from portal.disclosure.queries import DraftView, FileView, Reading
from portal.disclosure.review import Review
from portal.disclosure.rules import State, check_signer, missing
from portal.errors import PortalError
from portal.gazette import queries as gazette
from portal.kinds.base import Column, Figure, Finding
from portal.kinds.changes import Changes
from portal.places import queries as places
from portal.places.queries import Holder
from portal.text import Message

LINES_A_PAGE = 200
ERRORS_A_PAGE = 100
UNMATCHED = "columns"
"""The check that says which headings are missing or alike: mended by matching columns, not in a cell."""


@dataclass(frozen=True)
class Fault:
    """An error with the file it is in; `file_id` is None where no cell can be mended."""

    finding: Finding
    file_id: int | None


@dataclass(frozen=True)
class LinePage:
    """One page of lines with the findings that belong to each; `first` is the 1-based number of the first line."""

    rows: Sequence[tuple[Mapping[str, Any], Sequence[Finding]]]
    first: int
    page: int
    pages: int
    total: int
    unread: int
    """Rows with an error that became no line, and so are not in the list."""


@dataclass(frozen=True)
class Published:
    """How an item that came of a draft stands: corrected by which number, in which open draft, or to be corrected."""

    number: int
    corrected_by: int | None = None
    open_draft: int | None = None
    may_correct: bool = False


@dataclass(frozen=True)
class Desk:
    """Everything on the page of a draft, for one reader."""

    view: DraftView
    edition: str
    """What every form of the bookkeeper's sends along, so that a stale one is noticed."""
    reading: Reading
    files: Sequence[FileView]
    figures: Sequence[tuple[Figure, int]]
    faults: Sequence[Fault]
    more_faults: int
    signs: Sequence[Fault]
    """Cells with signs that no notice can be printed with."""
    lines: LinePage
    progress: int
    is_unread: bool
    """Does the draft wait to be read, and nobody is at it? So it stays after a crash or on a full disk."""
    may_prepare: bool
    may_sign: bool
    cannot_sign: Message | None
    """Why who holds a signing office cannot sign this draft himself, or not from this browser."""
    may_order: bool
    may_enter: bool
    may_undo: bool
    may_forget: bool
    marked: Collection[str]
    """The names of the files with findings at their cells."""
    required: Sequence[str]
    missing: Sequence[str]
    holders: Sequence[Holder]
    waits_until: date | None
    is_overdue: bool
    no_dealings: bool
    changes: Changes | None
    correction: Correction | None
    """What the draft changes of the item that it corrects."""
    published: Published | None
    review: Review | None
    backed: tuple[int, int]
    """How many lines have papers, of how many that should."""


def desk_of(actor: Actor, view: DraftView, page: int, at: datetime) -> Desk:
    """Gather the page of a draft as this actor may see it."""
    edition = str(editions.edition(view))  # first, so that it never claims what is not shown
    reading = queries.reading(view.id)
    files = queries.files(view.id)
    line = places.line(view.place.id)
    required = signing.required_offices(view, at)
    until = signing.waits_until(view, at)
    is_waiting = view.state is State.WAITING
    faults = _faults(reading.errors, files)
    job = jobs.job(view.job_id) if view.job_id else None
    return Desk(
        view=view,
        edition=edition,
        reading=reading,
        files=files,
        figures=figures(view, reading),
        faults=faults[:ERRORS_A_PAGE],
        more_faults=max(0, len(faults) - ERRORS_A_PAGE),
        signs=_faults(reading.signs, files),
        lines=lines(reading, page),
        progress=job.progress if job else 0,
        is_unread=view.is_being_read and (job is None or bool(job.done_at or job.failed_at)),
        may_prepare=view.state.is_open and actor.may(Permission.DRAFTS_PREPARE, line),
        may_sign=is_waiting and _office_to_sign(actor, view, required) is not None,
        cannot_sign=_hindrance(actor, view, required) if is_waiting else None,
        may_order=is_waiting and actor.may(Permission.DRAFTS_ORDER, line),
        may_enter=is_waiting and actor.may(Permission.DRAFTS_ENTER, line),
        may_undo=queries.may_undo(view.id),
        may_forget=may_forget(view),
        marked={finding.file for finding in reading.findings if finding.file and finding.cell},
        required=required,
        missing=missing(required, view.standing),
        holders=[one for one in places.holders(view.place.id, clock.today(at)) if one.role in required],
        waits_until=until,
        is_overdue=until is not None and clock.today(at) > until,
        no_dealings=queries.choices(view.id).no_dealings,
        changes=review.since_last_handing_over(view, reading) if view.state.is_with_bookkeeper else None,
        correction=correction_of(view, reading) if view.state is not State.DISCARDED else None,
        published=published(actor, [view]).get(view.id),
        review=review.review(view, reading) if is_waiting else None,
        backed=papers.backed(view, (reading.content or {}).get("lines", ())),
    )


def published(actor: Actor, views: Sequence[DraftView]) -> dict[int, Published]:
    """What can be done about drafts that are published, by the draft's id."""
    items = gazette.items([view.number for view in views if view.number is not None])
    being = {one.supersedes: one.id for one in queries.corrections({view.place.id for view in views})} if items else {}
    found = {}
    for view in views:
        if view.number is None:
            continue
        newer, draft = items[view.number].superseded_by, being.get(view.number)
        may = newer is None and draft is None and actor.may(Permission.DRAFTS_PREPARE, places.line(view.place.id))
        found[view.id] = Published(view.number, newer, draft, may)
    return found


def told_apart(views: Sequence[DraftView]) -> dict[int, Message | str]:
    """What tells drafts of one village, period and kind apart, by the draft's id: their name, or what they say."""
    alike = Counter((view.place.id, view.period, view.kind.name) for view in views)
    found: dict[int, Message | str] = {}
    for view in views:
        if view.about:
            found[view.id] = view.about
        elif alike[view.place.id, view.period, view.kind.name] > 1 and not view.kind.is_carried:
            content = queries.reading(view.id).content
            if content is not None and (called := view.kind.called(content)).id != view.kind.label:
                found[view.id] = called
    return found


def _office_to_sign(actor: Actor, view: DraftView, required: Sequence[str]) -> str | None:
    """The actor's office here whose decision is still missing."""
    roles = [held.role for held in actor.offices if held.place_id == view.place.id and held.role in required]
    return next((role for role in roles if role not in view.standing), None)


def _hindrance(actor: Actor, view: DraftView, required: Sequence[str]) -> Message | None:
    """What would be answered if the actor signed now: better said before the form is filled in than after."""
    role = _office_to_sign(actor, view, required)
    try:
        if role:
            check_signer(actor.person_id, actor.session, view.happenings, view.standing, role)
    except PortalError as error:
        return error.message
    return None


def may_forget(view: DraftView) -> bool:
    """Does anything that was answered or matched, in this draft or in an earlier month, hold here?"""
    choices = queries.choices(view.id)
    return bool(choices.answers or choices.mappings or any(queries.remembered(view.place.id, view.kind.name)))


def figures(view: DraftView, reading: Reading) -> list[tuple[Figure, int]]:
    """The large figures of what the files say so far."""
    if reading.content is None:
        return []
    known = view.kind.figures(reading.content)
    return [(figure, known[figure.name]) for figure in view.kind.headline if figure.name in known]


def _faults(findings: Sequence[Finding], files: Sequence[FileView]) -> list[Fault]:
    ids = {file.name: file.id for file in files}
    return [
        Fault(finding, ids.get(finding.file or "") if finding.cell and finding.check != UNMATCHED else None)
        for finding in findings
    ]


def lines(reading: Reading, page: int) -> LinePage:
    """One page of the lines, each with the findings of its row."""
    all_lines = (reading.content or {}).get("lines", ())
    pages = max(1, -(-len(all_lines) // LINES_A_PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * LINES_A_PAGE
    by_row: dict[tuple[str | None, str | None, int], list[Finding]] = {}
    for finding in reading.findings:
        if row := _row_of(finding):
            by_row.setdefault(row, []).append(finding)
    shown = range(start, min(start + LINES_A_PAGE, len(all_lines)))
    rows = [(all_lines[i], by_row.get(reading.origins[i], ()) if i < len(reading.origins) else ()) for i in shown]
    return LinePage(rows, start + 1, page, pages, len(all_lines), len(_unread(reading)))


def shown_columns(desk: Desk) -> list[Column]:
    """The columns of the list of lines: those in which a line of the page has something to say."""
    said = {name for line, _findings in desk.lines.rows for name, value in line.items() if value not in (None, "")}
    return [column for column in desk.view.kind.columns if column.name in said and not column.is_technical]


def _unread(reading: Reading) -> set[tuple[str | None, str | None, int]]:
    return {row for finding in reading.errors if (row := _row_of(finding))} - set(reading.origins)


def _row_of(finding: Finding) -> tuple[str | None, str | None, int] | None:
    digits = (finding.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return (finding.file, finding.sheet, int(digits)) if digits.isdigit() else None


def next_step(desk: Desk) -> str:
    """The name of the one thing to do next; the template has the sentence."""
    view = desk.view
    if view.number is not None and gazette.item(view.number).withheld_by:
        return "withheld"
    if not view.state.is_open:
        return view.state.value
    if view.is_being_read:
        return "unread" if desk.is_unread else "reading"
    if view.state is State.WAITING:
        return _waiting_step(desk)
    if not desk.may_prepare:
        return "prepared"
    if not desk.files and not desk.no_dealings:
        return "upload"
    if view.is_acceptable:
        return "unchanged" if is_unchanged(view, desk.reading.content or {}) else "hand_over"
    if any(sheet.unknown for sheet in desk.reading.sheets) and not desk.reading.content:
        return "columns"
    return "mend" if desk.faults else "answer"


def _waiting_step(desk: Desk) -> str:
    if desk.may_sign:
        return "cannot_sign" if desk.cannot_sign else "sign"
    if desk.may_order:
        return "order" if desk.is_overdue else "wait_township"
    return "wait"
