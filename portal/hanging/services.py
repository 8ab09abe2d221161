"""The verbs of the board: show a notice by a photo, say that it does not hang, name a board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.evidence import installation
from portal.evidence import queries as evidence
from portal.evidence.copies import Limits
from portal.evidence.kept import kept
from portal.evidence.requests import Photo
from portal.evidence.rules import Document
from portal.evidence.services import put_file
from portal.evidence.storage import digest_of
from portal.gazette import queries as gazette
from portal.gazette import seal
from portal.gazette.queries import ItemView
from portal.hanging import queries, rules
from portal.hanging.models import Board, Sighting, Voice
from portal.hanging.rules import Read
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_

NAME_AT_MOST = 60
BOARDS_AT_MOST = 50
VOICES_AT_MOST = 9_999  # said of one notice on one day: more says nothing more


@dataclass(frozen=True)
class Shown:
    """A photo was taken for a notice; what its code said, and of which other notice it is the code."""

    number: int
    read: Read
    other: int | None = None


# ---------------------------------------------------------------- officers


def show(actor: Actor, village: PlaceView, number: int | None, body: bytes, at: datetime) -> list[Shown]:
    """Take a photo of the board; for which notices it was taken. Without a `number` the codes in it choose: one photo
    may show several. The same photo a second time changes nothing.

    What a code says helps to choose and proves nothing: a photo in which none is read is taken all the same.
    """
    actor.must(Permission.BOARDS_SHOW, places.line(village.id))
    if number is not None:
        _on_board(number, village.id)
    limits = Limits.of_settings(places.settings_in_force(village.id, clock.today(at)))
    with kept.borrowed(limits) as copier:
        photo = copier.photo(body)
    codes = _numbers(rules.check_codes(photo.codes))
    _check_nothing_withheld(codes)
    store = installation.store()
    for part in (body, photo.copies.copy, photo.copies.small):
        store.put(part or b"")  # before the act, for writing takes its time
    with transaction():
        _check_nothing_withheld(codes)
        chosen = [number] if number is not None else _of_village(codes, village)
        if not chosen:
            raise Invalid(_nothing_chosen(codes))
        return [_shown(actor, _on_board(one, village.id), photo, body, codes, at) for one in chosen]


def _check_nothing_withheld(codes: Sequence[int]) -> None:
    """Invalid for a photo that shows a sheet which is withheld, whatever else it shows: it would be published anew."""
    for item in gazette.items(codes).values():
        if item.withheld_by is not None:
            text = N_("The photo shows notice %(number)s, which is withheld by order. Take that sheet down, and take a "
                      "photo without it.")  # fmt: skip
            raise Invalid(text, number=item.number)


def _nothing_chosen(codes: Sequence[int]) -> str:
    if codes:
        return N_("The code in the photo is not of a notice of this village that is for the board now. Choose the "
                  "notice that it shows, and send the photo there.")  # fmt: skip
    return N_("No code could be read in the photo. Choose the notice that it shows, and send the photo there.")


def _numbers(codes: Sequence[str]) -> list[int]:
    """The items that carry these very check codes."""
    found = []
    for text in codes:
        try:
            number, code = seal.parse_check_code(text)
        except Invalid:
            continue
        item = gazette.items([number]).get(number)
        if item is not None and item.check_code == code:
            found.append(number)
    return found


def _of_village(codes: Sequence[int], village: PlaceView) -> list[int]:
    """Those of the notices that are the village's and for the board now."""
    return [
        item.number
        for item in gazette.items(codes).values()
        if item.place_id == village.id and queries.hangs_at_all(item) and item.superseded_by is None
    ]


def _on_board(number: int, place_id: int) -> ItemView:
    """A notice of this village that may hang; NotFound, or Conflict with what hangs instead."""
    item = gazette.items([number]).get(number)
    if item is None or item.place_id != place_id or not queries.hangs_at_all(item):
        raise NotFound(N_("There is no notice number %(number)s for this village's board."), number=number)
    if item.superseded_by is not None:
        raise Conflict(
            N_("Notice %(number)s was replaced: number %(new)s hangs in its place."),
            number=number, new=item.superseded_by,
        )  # fmt: skip
    return item


def _shown(actor: Actor, item: ItemView, photo: Photo, body: bytes, codes: Sequence[int], at: datetime) -> Shown:
    digest, today = digest_of(body), clock.today(at)
    known = evidence.file_of(item.place_id, digest)
    if known is not None and known.document is not Document.BOARD:
        raise Conflict(N_("This picture lies among the papers of the village already. Take a photo of the board."))
    day = queries.is_known(item.number, digest)
    if day not in (None, today):
        text = N_("This very photo came in on %(day)s already. Take a new one: it must show the board as it is now.")
        raise Invalid(text, day=day)
    if day is None:
        put_file(actor, item.place_id, body, photo.copies, Document.BOARD, False, at)
        _write_down(actor, item, at, is_there=True, digest=digest, codes=sorted(set(codes)))
    other = next((code for code in codes if code != item.number), None)
    return Shown(item.number, rules.read(item.number, codes), other)


def say_gone(actor: Actor, number: int, at: datetime) -> None:
    """An officer has seen that a notice does not hang; before its time that means: post it again."""
    with transaction():
        item = _on_board(number, gazette.item(number).place_id)
        actor.must(Permission.BOARDS_SHOW, places.line(item.place_id))
        _write_down(actor, item, at, is_there=False)


def _write_down(
    actor: Actor, item: ItemView, at: datetime, is_there: bool, digest: str | None = None, codes: Sequence[int] = ()
) -> None:
    office = actor.office_for(Permission.BOARDS_SHOW, places.line(item.place_id))
    db.session.add(
        Sighting(
            place_id=item.place_id, number=item.number, day=clock.today(at), is_there=is_there, digest=digest,
            codes=list(codes), person_id=actor.person_id or None, office_id=office.office_id if office else None, at=at,
        )
    )  # fmt: skip
    db.session.flush()


# ---------------------------------------------------------------- everybody


def say_missing(village: PlaceView, number: int, board: int, at: datetime) -> None:
    """Anybody says that a notice does not hang: it is counted, and nothing is kept of who said it."""
    today = clock.today(at)
    with transaction():
        hung = {one.item.number: one for one in queries.standing([village], today)}.get(number)
        if hung is None or not hung.ought:
            raise Invalid(N_("Notice %(number)s need not hang on this board today."), number=number)
        board = queries.board(village.code, board).n
        said = (Voice.number == number, Voice.day == today, Voice.board == board)
        if db.session.scalar(select(Voice.voices).where(*said)) is None:
            db.session.add(Voice(number=number, day=today, board=board, place_id=village.id, voices=1))
        else:
            more = update(Voice).where(*said, Voice.voices < VOICES_AT_MOST).values(voices=Voice.voices + 1)
            db.session.execute(more)  # not through the object: a second voice drops no kept page


# ---------------------------------------------------------------- boards


def name_board(actor: Actor, village: PlaceView, name: str, at: datetime) -> int:
    """Give the village one more board; its number, which stands in its address for good."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_AT_MOST:
        raise Invalid(N_("Write where the board is, in at most %(n)s characters."), field="name", n=NAME_AT_MOST)
    with transaction():
        actor.must(Permission.BOARDS_SHOW, places.line(village.id))
        there = queries.boards(village)
        if any(one.name == name for one in there):
            raise Invalid(N_("This village has a board of this name already."), field="name")
        if len(there) > BOARDS_AT_MOST:
            raise Conflict(N_("This village has %(n)s boards already."), n=BOARDS_AT_MOST)
        n = 1 + (db.session.scalar(select(func.max(Board.n)).where(Board.place_id == village.id)) or 0)
        db.session.add(Board(place_id=village.id, n=n, name=name, person_id=actor.person_id or None, at=at))
        return n


def end_board(actor: Actor, village: PlaceView, n: int, at: datetime) -> None:
    """A board is there no more; its address leads to the village's main board."""
    with transaction():
        actor.must(Permission.BOARDS_SHOW, places.line(village.id))
        db.session.execute(
            update(Board)
            .where(Board.place_id == village.id, Board.n == n, Board.ended_at.is_(None))
            .values(ended_at=at)
        )
