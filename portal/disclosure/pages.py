"""What the page of a draft shows, gathered: files, errors at their cells, figures, lines by pages, the review."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import clock, jobs
from portal.accounts.rules import Actor, Permission
from portal.disclosure import editions, queries, review, signing
from portal.disclosure.queries import DraftView, FileView, Reading
from portal.disclosure.review import Review
from portal.disclosure.rules import Changes, State, missing
from portal.kinds.base import Column, Figure, Finding, Kind
from portal.places import queries as places
from portal.places.queries import Holder

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
    lines: LinePage
    progress: int
    is_unread: bool
    """Does the draft wait to be read, and nobody is at it? So it stays after a crash or on a full disk."""
    may_prepare: bool
    may_sign: bool
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
    review: Review | None


def desk_of(actor: Actor, view: DraftView, page: int, at: datetime) -> Desk:
    """Gather the page of a draft as this actor may see it."""
    edition = str(editions.edition(view))  # first, so that it never claims what is not shown
    reading = queries.reading(view.id)
    files = queries.files(view.id)
    line = places.line(view.place.id)
    required = signing.required_offices(view, at)
    until = signing.waits_until(view, at)
    is_waiting = view.state is State.WAITING
    faults = _faults(reading, files)
    job = jobs.job(view.job_id) if view.job_id else None
    return Desk(
        view=view,
        edition=edition,
        reading=reading,
        files=files,
        figures=figures(view, reading),
        faults=faults[:ERRORS_A_PAGE],
        more_faults=max(0, len(faults) - ERRORS_A_PAGE),
        lines=lines(reading, page),
        progress=job.progress if job else 0,
        is_unread=view.is_being_read and (job is None or bool(job.done_at or job.failed_at)),
        may_prepare=view.state.is_open and actor.may(Permission.DRAFTS_PREPARE, line),
        may_sign=is_waiting and _signs(actor, view, required),
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
        review=review.review(view, reading) if is_waiting else None,
    )


def _signs(actor: Actor, view: DraftView, required: Sequence[str]) -> bool:
    roles = [held.role for held in actor.offices if held.place_id == view.place.id and held.role in required]
    return any(role not in view.standing for role in roles)


def may_forget(view: DraftView) -> bool:
    """Does anything that was answered or matched, in this draft or in an earlier month, hold here?"""
    choices = queries.choices(view.id)
    return bool(choices.answers or choices.mappings or any(queries.remembered(view.place.id, view.kind.name)))


def shown_columns(kind: Kind) -> list[Column]:
    """The columns of a line that its table in the preview has."""
    return [column for column in kind.columns if not column.is_technical or column.name == "account"]


def figures(view: DraftView, reading: Reading) -> list[tuple[Figure, int]]:
    """The large figures of what the files say so far."""
    if reading.content is None:
        return []
    known = view.kind.figures(reading.content)
    return [(figure, known[figure.name]) for figure in view.kind.headline]


def _faults(reading: Reading, files: Sequence[FileView]) -> list[Fault]:
    ids = {file.name: file.id for file in files}
    return [
        Fault(error, ids.get(error.file or "") if error.cell and error.check != UNMATCHED else None)
        for error in reading.errors
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


def _unread(reading: Reading) -> set[tuple[str | None, str | None, int]]:
    return {row for finding in reading.errors if (row := _row_of(finding))} - set(reading.origins)


def _row_of(finding: Finding) -> tuple[str | None, str | None, int] | None:
    digits = (finding.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return (finding.file, finding.sheet, int(digits)) if digits.isdigit() else None


def next_step(desk: Desk) -> str:
    """The name of the one thing to do next; the template has the sentence."""
    view = desk.view
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
        return "hand_over"
    if any(sheet.unknown for sheet in desk.reading.sheets) and not desk.reading.content:
        return "columns"
    return "mend" if desk.faults else "answer"


def _waiting_step(desk: Desk) -> str:
    if desk.may_sign:
        return "sign"
    if desk.may_order:
        return "order" if desk.is_overdue else "wait_township"
    return "wait"
