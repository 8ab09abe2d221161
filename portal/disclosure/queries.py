"""Reads of disclosure: a draft with its state, its files, what was understood of them, and lists of drafts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from portal.database import db
from portal.disclosure import rules
from portal.disclosure.models import (
    Draft,
    DraftChoice,
    DraftEvent,
    DraftFile,
    DraftState,
    RememberedChoice,
    Signature,
)
from portal.disclosure.rules import Act, Decision, Happening, Signed, State
from portal.errors import NotFound
from portal.kinds import KINDS
from portal.kinds.base import PRINTABLE, Finding, Kind, Level, Question
from portal.places import queries as places
from portal.places.models import Person
from portal.places.queries import PlaceView
from portal.text import N_, Message

ANSWER, MEND, MAPPING, NOTHING, CARRY = "answer", "mend", "mapping", "no_dealings", "carry"
"""What a choice can be; `NOTHING` says that there were no dealings this month, `CARRY` that a correction goes on into
the months after it."""


@dataclass(frozen=True)
class DraftView:
    """A draft with what its dated rows mean. `digest` is that of the content as it is now."""

    id: int
    place: PlaceView
    kind: Kind
    period: str
    about: str
    supersedes: int | None
    reason: str | None
    person_id: int
    created_at: datetime
    happenings: tuple[Happening, ...]
    digest: str | None
    is_acceptable: bool
    is_being_read: bool
    job_id: int | None
    faults: int
    signatures: tuple[Signed, ...]
    number: int | None

    @cached_property
    def state(self) -> State:
        return rules.state_of(self.happenings)

    @cached_property
    def handed_over_at(self) -> datetime | None:
        return rules.handed_over_at(self.happenings)

    @cached_property
    def standing(self) -> dict[str, Signed]:
        """The decisions that count now, by role."""
        return rules.standing(self.signatures, self.digest, self.handed_over_at)

    @property
    def times_sent_back(self) -> int:
        return rules.times_sent_back(self.happenings)

    @property
    def sent_back(self) -> Happening | None:
        """The latest sending back, while the draft is still with the bookkeeper because of it."""
        last = [happening for happening in self.happenings if happening.act in (Act.SENT_BACK, Act.OVERTAKEN)]
        return last[-1] if last and self.state is State.SENT_BACK else None

    @property
    def why_back(self) -> str | Message:
        """Why it is with the bookkeeper again, in the signer's own words or the portal's."""
        back = self.sent_back
        if back is None:
            return ""
        return Message(rules.WHY_OVERTAKEN) if back.act is Act.OVERTAKEN else back.reason or ""


@dataclass(frozen=True)
class FileView:
    """An uploaded file without its bytes; `size` in bytes."""

    id: int
    name: str
    size: int
    sha256: str
    added_at: datetime
    is_generated: bool = False
    """Written by the portal from the item to be corrected."""


@dataclass(frozen=True)
class Sheet:
    """A table that was found: its columns (name → 0-based index, heading), unknown headings, number of lines.

    Sums and balances carried over are no lines. `section` is the heading over its columns where several tables of a
    sheet stand side by side.
    """

    file: str
    sheet: str
    layout: str
    rows: int
    columns: Mapping[str, tuple[int, str]]
    unknown: Mapping[int, str]
    period: str | None = None
    section: str = ""


@dataclass(frozen=True)
class Reading:
    """What the files became, as stored: see `portal.kinds.base.Assembly` for the parts it shares with it.

    `origins` are (file, sheet, row) parallel to the content's lines; `previous` the closings it was made against, as
    [owner, book, fen].
    """

    content: dict[str, Any] | None
    findings: Sequence[Finding] = ()
    questions: Sequence[Question] = ()
    decisions: Sequence[Message] = ()
    skipped: Sequence[Message] = ()
    sheets: Sequence[Sheet] = ()
    origins: Sequence[tuple[str, str, int]] = ()
    previous_period: str | None = None
    previous: Sequence[Sequence[Any]] | None = None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level is Level.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """What is shown to the signers and printed."""
        return [one for one in self.findings if one.level is Level.WARNING and one.check != PRINTABLE[0]]

    @property
    def signs(self) -> list[Finding]:
        """What cannot be printed."""
        return [one for one in self.findings if one.level is Level.WARNING and one.check == PRINTABLE[0]]


@dataclass(frozen=True)
class Choices:
    """The bookkeeper's choices that hold: answers by question, cells by file, columns by layout."""

    answers: Mapping[str, str]
    mends: Mapping[int, Mapping[tuple[str, str], str]]
    mappings: Mapping[str, Mapping[int, str]]
    no_dealings: bool
    is_carried: bool = False
    """A correction goes on into the months after it."""


def draft(draft_id: int) -> DraftView:
    """NotFound if there is none."""
    row = db.session.get(Draft, draft_id, populate_existing=True)
    if row is None:
        raise NotFound(N_("There is no such draft."))
    return _views([row])[0]


def open_draft(place_id: int, kind: str, period: str, about: str = "") -> DraftView | None:
    """The one draft of this village, kind, period and matter that is neither published nor discarded."""
    row = db.session.scalar(
        select(Draft).where(
            Draft.place_id == place_id,
            Draft.kind == kind,
            Draft.period == period,
            Draft.about == about,
            Draft.finished_at.is_(None),
            Draft.supersedes.is_(None),
        )
    )
    return _views([row])[0] if row else None


def open_correction(number: int) -> DraftView | None:
    """The one open draft that corrects an item."""
    row = db.session.scalar(select(Draft).where(Draft.supersedes == number, Draft.finished_at.is_(None)))
    return _views([row])[0] if row else None


def corrections(place_ids: Collection[int], only_open: bool = True) -> list[DraftView]:
    """Drafts of these places that correct something, newest first."""
    query = select(Draft).where(Draft.place_id.in_(place_ids), Draft.supersedes.is_not(None)).order_by(Draft.id.desc())
    return _views(db.session.scalars(query.where(Draft.finished_at.is_(None)) if only_open else query).all())


def draft_of(number: int) -> DraftView | None:
    """The draft that was published as this item; None for one taken over from older records."""
    found = db.session.scalar(select(DraftEvent.draft_id).where(DraftEvent.number == number).limit(1))
    return draft(found) if found is not None else None


def drafts(
    place_ids: Collection[int], state: State | None = None, period: str | None = None, only_open: bool = False
) -> list[DraftView]:
    """Drafts of these places, newest period first; `state` is computed, so it is filtered here."""
    query = select(Draft).where(Draft.place_id.in_(place_ids)).order_by(Draft.period.desc(), Draft.id.desc())
    if only_open:
        query = query.where(Draft.finished_at.is_(None))
    if period:
        query = query.where(Draft.period == period)
    views = _views(db.session.scalars(query).all())
    return [view for view in views if state is None or view.state is state]


def _views(rows: Sequence[Draft]) -> list[DraftView]:
    ids = [row.id for row in rows]
    happenings: dict[int, list[Happening]] = {draft_id: [] for draft_id in ids}
    numbers: dict[int, int] = {}
    columns = (DraftEvent.draft_id, DraftEvent.act, DraftEvent.at, DraftEvent.person_id, DraftEvent.session)
    for draft_id, act, at, person_id, session, reason, number in db.session.execute(
        select(*columns, DraftEvent.reason, DraftEvent.number)
        .where(DraftEvent.draft_id.in_(ids))
        .order_by(DraftEvent.id)
    ):
        happenings[draft_id].append(Happening(Act(act), at, person_id, session, reason))
        if number is not None:
            numbers[draft_id] = number
    states = {
        row.draft_id: row
        for row in db.session.execute(
            select(
                DraftState.draft_id,
                DraftState.digest,
                DraftState.is_acceptable,
                DraftState.is_being_read,
                DraftState.job_id,
                DraftState.faults,
            ).where(DraftState.draft_id.in_(ids))
        )
    }
    signatures = _signatures(ids)
    kept = places.places_by_ids({row.place_id for row in rows})
    views = []
    for row in rows:
        state = states.get(row.id)
        views.append(
            DraftView(
                id=row.id,
                place=kept[row.place_id],
                kind=KINDS[row.kind],
                period=row.period,
                about=row.about,
                supersedes=row.supersedes,
                reason=row.reason,
                person_id=row.person_id,
                created_at=row.created_at,
                happenings=tuple(happenings[row.id]),
                digest=state.digest if state else None,
                is_acceptable=bool(state and state.is_acceptable),
                is_being_read=bool(state and state.is_being_read),
                job_id=state.job_id if state else None,
                faults=state.faults if state else 0,
                signatures=tuple(signatures.get(row.id, ())),
                number=numbers.get(row.id),
            )
        )
    return views


def _signatures(draft_ids: Collection[int]) -> dict[int, list[Signed]]:
    found: dict[int, list[Signed]] = {}
    for row, name in db.session.execute(
        select(Signature, Person.name)
        .join(Person, Person.id == Signature.person_id)
        .where(Signature.draft_id.in_(draft_ids))
        .order_by(Signature.id)
    ):
        found.setdefault(row.draft_id, []).append(
            Signed(
                role=row.role,
                person_id=row.person_id,
                name=name,
                decision=Decision(row.decision),
                digest=row.content_digest,
                at=row.at,
                reason=row.reason,
                session=row.session,
                on_paper=row.entered_by is not None,
                answers=json.loads(row.answers) if row.answers else {},
            )
        )
    return found


def files(draft_id: int) -> list[FileView]:
    """The draft's files, in the order of uploading."""
    rows = db.session.execute(
        select(
            DraftFile.id, DraftFile.name, DraftFile.size, DraftFile.sha256, DraftFile.added_at, DraftFile.is_generated
        )
        .where(DraftFile.draft_id == draft_id)
        .order_by(DraftFile.id)
    )
    return [FileView(*row) for row in rows]


def bodies(draft_id: int) -> list[tuple[int, str, bytes]]:
    """The draft's files as (id, name, bytes), in the order of uploading."""
    rows = db.session.execute(
        select(DraftFile.id, DraftFile.name, DraftFile.body)
        .where(DraftFile.draft_id == draft_id)
        .order_by(DraftFile.id)
    )
    return [(row.id, row.name, row.body) for row in rows]


def file_body(draft_id: int, file_id: int) -> tuple[str, bytes]:
    """A file's name and bytes; NotFound if it is not the draft's."""
    row = db.session.execute(
        select(DraftFile.name, DraftFile.body).where(DraftFile.id == file_id, DraftFile.draft_id == draft_id)
    ).one_or_none()
    if row is None:
        raise NotFound(N_("This file is no longer part of the draft."))
    return row.name, row.body


def reading(draft_id: int) -> Reading:
    """What the draft's files became; an empty one before anything was uploaded."""
    row = db.session.execute(
        select(DraftState.content, DraftState.notes).where(DraftState.draft_id == draft_id)
    ).one_or_none()
    return Reading(None) if row is None else _reading(json.loads(row.content), json.loads(row.notes))


def _reading(content: dict[str, Any] | None, notes: Mapping[str, Any]) -> Reading:
    return Reading(
        content=content,
        findings=[finding_from_json(data) for data in notes["findings"]],
        questions=[question_from_json(data) for data in notes["questions"]],
        decisions=[Message.from_json(data) for data in notes["decisions"]],
        skipped=[Message.from_json(data) for data in notes["skipped"]],
        sheets=[_sheet(data) for data in notes["sheets"]],
        origins=[(file, sheet, row) for file, sheet, row in notes["origins"]],
        previous_period=notes["previous_period"],
        previous=notes["previous"],
    )


def _sheet(data: Mapping[str, Any]) -> Sheet:
    return Sheet(
        file=data["file"],
        sheet=data["sheet"],
        layout=data["layout"],
        rows=data["rows"],
        columns={name: (index, heading) for name, (index, heading) in data["columns"].items()},
        unknown={int(index): heading for index, heading in data["unknown"].items()},
        period=data["period"],
        section=data.get("section", ""),
    )


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Plain data for storage; `finding_from_json` reads it back."""
    data = {name: getattr(finding, name) for name in ("check", "file", "sheet", "cell", "column", "value")}
    return {**data, "level": finding.level.value, "message": finding.message.to_json()}


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    return Finding(**{**data, "level": Level(data["level"]), "message": Message.from_json(data["message"])})


def question_to_json(question: Question) -> dict[str, Any]:
    """Plain data for storage; `question_from_json` reads it back."""
    options = [[value, label.to_json()] for value, label in question.options]
    return {
        "key": question.key,
        "message": question.message.to_json(),
        "options": options,
        "remember": question.remember,
    }


def question_from_json(data: Mapping[str, Any]) -> Question:
    options = [(value, Message.from_json(label)) for value, label in data["options"]]
    return Question(data["key"], Message.from_json(data["message"]), options, data["remember"])


def choices(draft_id: int) -> Choices:
    """The choices that hold: of each thing the newest one that was not undone."""
    answers: dict[str, str] = {}
    mends: dict[int, dict[tuple[str, str], str]] = {}
    mappings: dict[str, dict[int, str]] = {}
    said = {NOTHING: False, CARRY: False}
    for row in db.session.scalars(
        select(DraftChoice)
        .where(DraftChoice.draft_id == draft_id, DraftChoice.undone_at.is_(None))
        .order_by(DraftChoice.id)
    ):
        value = row.value.decode()
        if row.what == ANSWER:
            answers[row.about] = value
        elif row.what == MEND and row.file_id is not None:
            sheet, _, cell = row.about.rpartition("!")
            mends.setdefault(row.file_id, {})[sheet, cell] = value
        elif row.what == MAPPING:
            layout, _, index = row.about.rpartition(":")
            mappings.setdefault(layout, {})[int(index)] = value
        elif row.what in said:
            said[row.what] = value == "yes"
    return Choices(answers, mends, mappings, said[NOTHING], said[CARRY])


def may_undo(draft_id: int) -> bool:
    """Is there a choice to take back?"""
    query = select(DraftChoice.id).where(DraftChoice.draft_id == draft_id, DraftChoice.undone_at.is_(None)).limit(1)
    return db.session.scalar(query) is not None


def remembered(place_id: int, kind: str) -> tuple[dict[str, str], dict[str, dict[int, str]]]:
    """What the village chose before: answers by their `remember` key, and columns by layout."""
    answers: dict[str, str] = {}
    mappings: dict[str, dict[int, str]] = {}
    for row in db.session.scalars(
        select(RememberedChoice).where(RememberedChoice.place_id == place_id, RememberedChoice.kind == kind)
    ):
        if row.what == ANSWER:
            answers[row.about] = row.value
        else:
            layout, _, index = row.about.rpartition(":")
            mappings.setdefault(layout, {})[int(index)] = row.value
    return answers, mappings


def handed_over_contents(draft_id: int) -> list[tuple[datetime, str, dict[str, Any]]]:
    """(when, digest, content) of the last two handings over, newest first."""
    rows = db.session.execute(
        select(DraftEvent.at, DraftEvent.digest, DraftEvent.content)
        .where(DraftEvent.draft_id == draft_id, DraftEvent.content.is_not(None))
        .order_by(DraftEvent.id.desc())
        .limit(2)
    )
    return [(row.at, row.digest, json.loads(row.content)) for row in rows]
