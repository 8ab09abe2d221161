"""The verbs of papers: add one to a line, say what it is, seal it, cover a part, take it away, look at what is sealed.

A file is in the store before a row names it. What is shown changes with the act: a paper whose boxes changed is shown
to nobody until its copy is made anew.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.evidence import installation, preparing, queries, rules, sweeping
from portal.evidence.acts import record
from portal.evidence.copies import PAGES_AT_ONCE, Copier, Limits
from portal.evidence.models import EvidenceFile, EvidenceLink, EvidenceMask
from portal.evidence.queries import FileView
from portal.evidence.requests import Copies, Mask
from portal.evidence.rules import Act, Bearer, Document
from portal.evidence.storage import digest_of
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_

MASKS_AT_MOST = 50
NAME_AT_MOST = 255
REASON_AT_MOST = 300
LOOKING = timedelta(hours=1)
"""Looking at the same thing again within this time is one look."""


# ---------------------------------------------------------------- adding


def add(
    actor: Actor,
    bearer: Bearer,
    key: str,
    body: bytes,
    document: Document,
    at: datetime,
    is_sealed: bool | None = None,
) -> int:
    """Add one paper to a line; the file's id. The same file again changes nothing, so a repeat does no harm.

    Invalid, with a sentence, for a file that is not taken; a long PDF is prepared by the worker.
    """
    actor.must(Permission.DRAFTS_PREPARE, places.line(bearer.place_id))
    settings = places.settings_in_force(bearer.place_id, clock.today(at))
    sealed = rules.is_sealed(document, settings["sealed_papers"], is_sealed)
    known = queries.file_of(bearer.place_id, digest_of(body))
    made = None
    if known is None or known.copy_digest is None:
        with Copier(installation.current().fonts, Limits.of_settings(settings)) as copier:
            made = copier.copies(body, at_once=PAGES_AT_ONCE)
    store = installation.store()
    for part in (body, made and made.copy, made and made.small):
        if part:
            store.put(part)  # before the act, for writing takes its time
    with transaction():
        file = put_file(actor, bearer.place_id, body, made, document, sealed, at)
        link(actor, bearer, file, key, at)
        return file.id


def put_file(
    actor: Actor,
    place_id: int,
    body: bytes,
    made: Copies | None,
    document: Document,
    is_sealed: bool,
    at: datetime,
    kind: str = "",
) -> EvidenceFile:
    """The village's row of a file, inside the running act; `made` are its copies, if there are any yet."""
    store = installation.store()
    digest = store.put(body)  # sweeping is an act too: what is named here is there
    file = db.session.scalar(
        select(EvidenceFile).where(EvidenceFile.place_id == place_id, EvidenceFile.digest == digest)
    )
    if file is None:
        file = EvidenceFile(
            place_id=place_id, digest=digest, size=len(body), kind=made.kind if made else kind, pages=1,
            document=document, is_sealed=is_sealed, person_id=actor.person_id or None, at=at, revision=0,
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        record(actor, file, Act.ADDED, at, document)
        sweeping.see_to_it(at)
    if made and file.revision == 0:
        preparing.put_copies(file, made)
    if file.copy_digest is None and file.error is None:
        preparing.see_to_it()
    return file


def link(actor: Actor, bearer: Bearer, file: EvidenceFile, key: str, at: datetime, name: str = "") -> None:
    """Let a file belong to a line, unless it does already; inside the running act. Conflict for a photo of the board:
    it ends with the names on the sheet, and a paper would stay."""
    if file.document == Document.BOARD:
        raise Conflict(N_("This picture was sent as a photo of the board already. Send a photo of the paper itself."))
    there = select(EvidenceLink.id).where(
        EvidenceLink.file_id == file.id,
        queries.borne_by(bearer),
        EvidenceLink.key == key,
        EvidenceLink.removed_at.is_(None),
    )
    if db.session.scalar(there.limit(1)) is not None:
        return
    db.session.add(
        EvidenceLink(
            file_id=file.id, draft_id=bearer.draft_id, number=bearer.number, key=key,
            name="" if key else name[:NAME_AT_MOST], person_id=actor.person_id or None, at=at,
        )
    )  # fmt: skip
    db.session.flush()
    record(actor, file, Act.LINKED, at, f"{bearer.number or ''}:{key}")


def assign(actor: Actor, bearer: Bearer, link_id: int, keys: Collection[str], at: datetime) -> None:
    """Say which lines a paper belongs to: one whose name did not tell, or whose line was mended away. `keys` are lines
    of the same draft or item; from a published line it is taken away first, with a reason."""
    with transaction():
        row, file = _link(link_id, bearer)
        actor.must(Permission.DRAFTS_PREPARE, places.line(file.place_id))
        if row.removed_at or (row.key and row.number is not None):
            raise Conflict(N_("Somebody has done this already. Load the page again."))
        if not keys:
            raise Invalid(N_("Choose the line that the paper belongs to."), field="key")
        row.removed_at, row.removed_by = at, actor.person_id or None
        for key in keys:
            link(actor, bearer, file, key, at)


def take_away(actor: Actor, bearer: Bearer, link_id: int, reason: str, at: datetime) -> None:
    """A paper belongs to a line no more. Where villagers could see it, the reason is asked for and shown to them."""
    reason = " ".join(reason.split())[:REASON_AT_MOST]
    with transaction():
        row, file = _link(link_id, bearer)
        actor.must(Permission.DRAFTS_PREPARE, places.line(file.place_id))
        if row.removed_at:
            return
        if row.number is not None and row.key and not reason:
            raise Invalid(
                N_("Say in one sentence why the paper is taken away: villagers will read it."), field="reason"
            )
        row.removed_at, row.removed_by, row.reason = at, actor.person_id or None, reason or None
        record(actor, file, Act.UNLINKED, at, reason)


def _link(link_id: int, bearer: Bearer) -> tuple[EvidenceLink, EvidenceFile]:
    """A link of this very draft or item."""
    row = db.session.scalar(
        select(EvidenceLink)
        .where(EvidenceLink.id == link_id, queries.borne_by(bearer))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(N_("There is no such paper here."))
    return row, db.session.get_one(EvidenceFile, row.file_id, populate_existing=True)


def follow(draft_id: int, number: int, keys: Collection[str]) -> None:
    """The draft became item `number`: its papers belong to the item's lines; inside the publishing act."""
    with transaction() as session:
        rows = session.scalars(
            select(EvidenceLink).where(EvidenceLink.draft_id == draft_id, EvidenceLink.removed_at.is_(None))
        )
        for row in rows:
            if row.key in keys:
                row.number = number


def forget(draft_id: int, at: datetime) -> None:
    """The draft was given up: nothing belongs to it any more; inside the act."""
    with transaction() as session:
        rows = session.scalars(
            select(EvidenceLink).where(EvidenceLink.draft_id == draft_id, EvidenceLink.removed_at.is_(None))
        )
        for row in rows:
            row.removed_at = at


# ---------------------------------------------------------------- saying what it is


def describe(actor: Actor, file_id: int, document: str, is_sealed: bool, at: datetime) -> None:
    """Say what a paper is and whether it is sealed: who changed it and when is kept."""
    with transaction():
        file = _masked_by(actor, file_id)
        if file.document == Document.BOARD:
            raise Invalid(N_("A photo of the board stays one."))
        named = rules.document(document)
        if named != file.document:
            record(actor, file, Act.NAMED, at, named)
            file.document = named
        sealed = rules.is_sealed(named, (), is_sealed)
        if sealed != file.is_sealed:
            record(actor, file, Act.SEALED if sealed else Act.OPENED, at)
            file.is_sealed = sealed


def cover(actor: Actor, file_id: int, box: tuple[float, float, float, float], page: int, at: datetime) -> None:
    """Cover a part of a page (left, top, width, height in percent) in what the public sees; the original stays."""
    with transaction():
        file = _masked_by(actor, file_id)
        mask = rules.mask(page, *box, pages=file.pages)
        if len(queries.masks(file_id)) >= MASKS_AT_MOST:
            raise Conflict(N_("This paper has %(n)s boxes already. Seal it instead."), n=MASKS_AT_MOST)
        db.session.add(_row_of(mask, file_id, actor, at))
        record(actor, file, Act.COVERED, at, ",".join(map(str, mask)))
        _to_be_made_anew(file)
    preparing.prepare(file_id)


def uncover(actor: Actor, file_id: int, mask_id: int, at: datetime) -> None:
    """Take a black box away; the copy is made anew from the original."""
    with transaction():
        file = _masked_by(actor, file_id)
        row = db.session.get(EvidenceMask, mask_id, populate_existing=True)
        if row is None or row.file_id != file_id or row.removed_at:
            raise Conflict(N_("Somebody has done this already. Load the page again."))
        row.removed_at, row.removed_by = at, actor.person_id or None
        record(actor, file, Act.UNCOVERED, at, str(mask_id))
        _to_be_made_anew(file)
    preparing.prepare(file_id)


def _row_of(mask: Mask, file_id: int, actor: Actor, at: datetime) -> EvidenceMask:
    place = {"page": mask.page, "x": mask.left, "y": mask.top, "width": mask.width, "height": mask.height}
    return EvidenceMask(file_id=file_id, person_id=actor.person_id or None, at=at, **place)


def _masked_by(actor: Actor, file_id: int) -> EvidenceFile:
    """The file, if the actor decides what the public sees of it."""
    file = db.session.get(EvidenceFile, file_id, populate_existing=True)
    if file is None:
        raise NotFound(N_("There is no such paper."))
    actor.must(Permission.PAPERS_COVER, places.line(file.place_id))
    return file


def _to_be_made_anew(file: EvidenceFile) -> None:
    """Until the copy is made anew nobody is shown the old one; a job sees to it even if this process dies."""
    file.revision += 1
    file.copy_digest = file.small_digest = file.error = None
    db.session.flush()
    preparing.see_to_it()


# ---------------------------------------------------------------- looking


def visible(actor: Actor, file_id: int) -> tuple[FileView, PlaceView]:
    """A paper and its village, if the actor may see it; Forbidden otherwise."""
    file = queries.file(file_id)
    actor.must(Permission.PAPERS_SEE, places.line(file.place_id))
    return file, places.place_by_id(file.place_id)


def make_copies(actor: Actor, file_id: int) -> None:
    """Prepare a paper now, once more if it could not be."""
    with transaction():
        _masked_by(actor, file_id).error = None
    preparing.prepare(file_id)


def look(actor: Actor, file_id: int, what: str, at: datetime, page: int = 1) -> bytes:
    """A paper as supervisors see it: its ``copy``, ``small`` copy, the ``original``, or a ``page`` without boxes.

    Whoever looks at what the public may not see is written down.
    """
    file, _place = visible(actor, file_id)
    store = installation.store()
    digest = {"copy": file.copy_digest, "small": file.small_digest}.get(what, file.digest)
    if digest is None:
        raise NotFound(N_("This paper is still being prepared. Wait a moment."))
    body = store.get(digest)
    if what == "page":
        limits = Limits.of_settings(places.settings_in_force(file.place_id, clock.today(at)))
        limits = replace(limits, pages=max(limits.pages, file.pages))
        with Copier(installation.current().fonts, limits) as copier:
            body = copier.page(body, page)
    is_hidden = file.is_sealed or what == "original" or (what == "page" and file.masks)
    if is_hidden and not queries.has_seen(actor.person_id, file, what, at - LOOKING):
        with transaction():
            row = db.session.get_one(EvidenceFile, file_id)
            record(actor, row, Act.SEEN, at, what, Permission.PAPERS_SEE)
    return body
