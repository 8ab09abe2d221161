"""Reads of papers, as plain frozen values: by draft, by item, by line; what the public route may serve."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from portal.database import db
from portal.errors import NotFound
from portal.evidence.models import EvidenceAct, EvidenceFile, EvidenceLink, EvidenceMask
from portal.evidence.rules import Act, Bearer, Document
from portal.places.models import Person
from portal.text import N_, Message


@dataclass(frozen=True)
class MaskView:
    """A black box, in percent of its page."""

    id: int
    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class FileView:
    """A paper of a village; `copy_digest` is None while it is being prepared, `error` says why it cannot be."""

    id: int
    place_id: int
    digest: str
    size: int
    kind: str
    pages: int
    document: Document
    is_sealed: bool
    copy_digest: str | None
    small_digest: str | None
    sizes: Sequence[tuple[int, int]]
    error: Message | None
    at: datetime
    masks: Sequence[MaskView] = ()

    @property
    def copy_name(self) -> str:
        """The copy's file name: its digest and what it is."""
        return f"{self.copy_digest}.{'pdf' if self.kind == 'pdf' else 'jpg'}"

    @property
    def is_slip(self) -> bool:
        return self.document is Document.SLIP


@dataclass(frozen=True)
class Linked:
    """A paper at a line; `key` is empty while nobody has said which one, then `name` is what the file was called."""

    id: int
    file: FileView
    number: int | None
    key: str
    name: str
    at: datetime
    person: str
    removed_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Elsewhere:
    """Another line that the very same paper was given to."""

    place_id: int
    draft_id: int | None
    number: int | None
    key: str


@dataclass(frozen=True)
class ActView:
    """What was done with a paper, or who looked at it."""

    act: str
    value: str
    at: datetime
    person: str | None


def borne_by(bearer: Bearer) -> ColumnElement[bool]:
    """SQL: a link is one of this draft or item."""
    if bearer.number is None:
        return EvidenceLink.draft_id == bearer.draft_id
    return EvidenceLink.number.in_(bearer.numbers)


def _file(row: EvidenceFile, masks: Sequence[MaskView] = ()) -> FileView:
    return FileView(
        row.id, row.place_id, row.digest, row.size, row.kind, row.pages, Document(row.document), row.is_sealed,
        row.copy_digest, row.small_digest, [(width, height) for width, height in row.sizes],
        None if row.error is None else Message.from_json(row.error), row.at, masks,
    )  # fmt: skip


def file(file_id: int) -> FileView:
    """One paper with its boxes; NotFound."""
    row = db.session.get(EvidenceFile, file_id, populate_existing=True)
    if row is None:
        raise NotFound(N_("There is no such paper."))
    return _file(row, masks(file_id))


def file_of(place_id: int, digest: str) -> FileView | None:
    """The village's paper with this digest, None if it has none."""
    row = db.session.scalar(
        select(EvidenceFile).where(EvidenceFile.place_id == place_id, EvidenceFile.digest == digest)
    )
    return None if row is None else _file(row)


def masks(file_id: int) -> list[MaskView]:
    """The black boxes of a paper that hold, by page."""
    rows = db.session.scalars(
        select(EvidenceMask)
        .where(EvidenceMask.file_id == file_id, EvidenceMask.removed_at.is_(None))
        .order_by(EvidenceMask.page, EvidenceMask.id)
    )
    return [MaskView(row.id, row.page, row.x / 10, row.y / 10, row.width / 10, row.height / 10) for row in rows]


def papers(bearer: Bearer, key: str | None = None, also_removed: bool = False) -> list[Linked]:
    """The papers of a draft or item (of one line), in the order in which they came."""
    query = _linked().where(borne_by(bearer))
    if key is not None and not bearer.earlier:
        query = query.where(EvidenceLink.key == key)
    if not also_removed:
        query = query.where(EvidenceLink.removed_at.is_(None))
    found = [_here(bearer, _view(*row)) for row in db.session.execute(query)]
    return [linked for linked in found if key is None or linked.key == key]


def _here(bearer: Bearer, linked: Linked) -> Linked:
    """A paper at the line where it stands now; one whose line is gone belongs to none, and has its old key's name."""
    key = bearer.key_here(linked.number, linked.key)
    return linked if key == linked.key else replace(linked, key=key, name=linked.name if key else linked.key)


def by_key(bearer: Bearer) -> dict[str, list[Linked]]:
    """The papers of a draft or item by the keys of their lines; under "" those that wait for somebody to say which."""
    found: dict[str, list[Linked]] = {}
    for linked in papers(bearer):
        found.setdefault(linked.key, []).append(linked)
    return found


def _linked() -> Select[EvidenceLink, EvidenceFile, str]:
    return (
        select(EvidenceLink, EvidenceFile, Person.name)
        .join(EvidenceFile, EvidenceFile.id == EvidenceLink.file_id)
        .outerjoin(Person, Person.id == EvidenceLink.person_id)
        .order_by(EvidenceLink.id)
        .execution_options(populate_existing=True)
    )


def _view(link: EvidenceLink, row: EvidenceFile, person: str | None) -> Linked:
    return Linked(
        link.id, _file(row), link.number, link.key, link.name, link.at, person or "", link.removed_at, link.reason
    )


_COUNTED = (
    EvidenceLink.number, EvidenceLink.key, EvidenceFile.id, EvidenceFile.document, EvidenceFile.is_sealed
)  # fmt: skip


def counts(bearer: Bearer) -> dict[str, Counter[tuple[Document, bool]]]:
    """Of an item (and those that it corrects) how many papers a line has, by what they are and whether they are sealed;
    by the line's key, in one query. A paper that is being prepared is no paper yet."""
    query = (
        select(*_COUNTED)
        .join(EvidenceFile, EvidenceFile.id == EvidenceLink.file_id)
        .where(
            EvidenceLink.number.in_(bearer.numbers),
            EvidenceLink.removed_at.is_(None),
            EvidenceFile.is_sealed | EvidenceFile.copy_digest.is_not(None),
        )
        .order_by(EvidenceLink.id)
    )
    once = {
        (bearer.key_here(number, key), file_id): (Document(document), is_sealed)
        for number, key, file_id, document, is_sealed in db.session.execute(query)
    }
    found: dict[str, Counter[tuple[Document, bool]]] = {}
    for (key, _file_id), what in once.items():
        found.setdefault(key, Counter())[what] += 1
    return found


def published_under(digest: str, kind: str) -> list[int]:
    """The items whose lines show this copy (``pdf``, or any ``jpg``): those that are named, not sealed, not removed."""
    of_digest = EvidenceFile.copy_digest == digest
    if kind == "jpg":
        of_digest = (of_digest & (EvidenceFile.kind != "pdf")) | (EvidenceFile.small_digest == digest)
    else:
        of_digest &= EvidenceFile.kind == "pdf"
    query = (
        select(EvidenceLink.number)
        .join(EvidenceFile, EvidenceFile.id == EvidenceLink.file_id)
        .where(
            of_digest,
            EvidenceFile.is_sealed.is_(False),
            EvidenceLink.number.is_not(None),
            EvidenceLink.key != "",
            EvidenceLink.removed_at.is_(None),
        )
        .distinct()
    )
    return [number for number in db.session.scalars(query) if number is not None]


def is_published(file_id: int) -> bool:
    """Does the paper belong, or did it belong, to a published line?"""
    query = select(EvidenceLink.id).where(EvidenceLink.file_id == file_id, EvidenceLink.number.is_not(None))
    with db.session.no_autoflush:
        return db.session.scalar(query.limit(1)) is not None


def elsewhere(file: FileView, bearer: Bearer | None = None) -> list[Elsewhere]:
    """Where else the very same paper was handed in, in any village: one receipt for two payments is a question."""
    query = (
        select(EvidenceFile.place_id, EvidenceLink.draft_id, EvidenceLink.number, EvidenceLink.key)
        .join(EvidenceLink, EvidenceLink.file_id == EvidenceFile.id)
        .where(EvidenceFile.digest == file.digest, EvidenceLink.removed_at.is_(None), EvidenceLink.key != "")
        .order_by(EvidenceLink.id)
    )
    if bearer is not None:
        column = EvidenceLink.draft_id if bearer.number is None else EvidenceLink.number
        query = query.where(column.is_(None) | ~borne_by(bearer))
    return [Elsewhere(*row) for row in db.session.execute(query)]


def acts(file: FileView, limit: int = 50) -> list[ActView]:
    """What was done with a paper and who looked at it, the newest first."""
    query = (
        select(EvidenceAct.act, EvidenceAct.value, EvidenceAct.at, Person.name)
        .outerjoin(Person, Person.id == EvidenceAct.person_id)
        .where(EvidenceAct.place_id == file.place_id, EvidenceAct.digest == file.digest)
        .order_by(EvidenceAct.id.desc())
        .limit(limit)
    )
    return [ActView(*row) for row in db.session.execute(query)]


def has_seen(person_id: int, file: FileView, what: str, since: datetime) -> bool:
    """Is it written down already that this person looked at this lately?"""
    query = select(EvidenceAct.id).where(
        EvidenceAct.place_id == file.place_id,
        EvidenceAct.digest == file.digest,
        EvidenceAct.act == Act.SEEN,
        EvidenceAct.value == what,
        EvidenceAct.person_id == person_id,
        EvidenceAct.at > since,
    )
    return db.session.scalar(query.limit(1)) is not None


def being_prepared(bearer: Bearer) -> int:
    """How many papers of a draft or item have no copies yet and wait for the worker."""
    query = (
        select(func.count(EvidenceFile.id.distinct()))
        .join(EvidenceLink, EvidenceLink.file_id == EvidenceFile.id)
        .where(
            borne_by(bearer),
            EvidenceLink.removed_at.is_(None),
            EvidenceFile.copy_digest.is_(None),
            EvidenceFile.error.is_(None),
        )
    )
    return db.session.scalar(query) or 0
