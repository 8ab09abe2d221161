"""Photos of the board: what their codes say, what is kept of them, who may send them, and what cannot be sent."""

import io
import re

import pytest
from flask import Flask
from PIL import Image, ImageStat
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal import clock
from portal.database import db, transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.evidence import bulk, installation, sweeping
from portal.evidence import services as papers
from portal.evidence.models import EvidenceAct, EvidenceFile, EvidenceLink
from portal.evidence.rules import Bearer, Document
from portal.evidence.storage import digest_of
from portal.gazette import services as gazette
from portal.hanging import queries, services
from portal.hanging.models import Sighting, Voice
from portal.hanging.queries import Hung
from portal.hanging.rules import Read, State
from portal.hanging.services import Shown
from portal.places import queries as places
from tests.disclosure import village
from tests.disclosure.village import actor
from tests.evidence import samples
from tests.gazette.factories import a_month
from tests.hanging import photos
from tests.hanging.conftest import AT, after

both = pytest.mark.usefixtures("database")


def standing(days: int = 0) -> list[Hung]:
    return queries.standing([village.place()], clock.today(after(days)))


def rows(table: type) -> int:
    return len(db.session.scalars(select(table)).all())


@both
def test_the_code_of_a_skewed_and_dim_photo_is_read(built: Flask) -> None:
    with built.app_context():
        askew = photos.on_a_board(photos.sheet(built, 1), seed=3)
        dim = photos.taken(photos.badly_taken(askew, light=0.35), quality=60)
        assert ImageStat.Stat(Image.open(io.BytesIO(dim)).convert("L")).mean[0] < 60, "the sample is dim"
        shown = services.show(actor("bookkeeper"), village.place(), None, dim, AT)
        assert shown == [Shown(1, Read.THIS)]
        (hung,) = standing()
        assert hung.judged.state is State.HANGS
        (photo,) = hung.photos
        assert (photo.codes, photo.read, photo.person) == ([1], Read.THIS, "周清远")


@both
def test_what_is_shown_of_a_photo_is_small_and_says_neither_where_nor_by_what_it_was_taken(built: Flask) -> None:
    with built.app_context():
        body = photos.photo(built, 1)
        assert b"InventedPhone" in body
        services.show(actor("committee"), village.place(), 1, body, AT)
        file = db.session.scalar(select(EvidenceFile))
        assert file is not None and (file.document, file.is_sealed) == (Document.BOARD, False)
        store = installation.store()
        copy = store.get(file.copy_digest or "")
        assert max(Image.open(io.BytesIO(copy)).size) == 800
        assert not re.search(rb"InventedPhone|Exif", copy + store.get(file.small_digest or ""))
        assert store.get(file.digest) == body and file.digest == digest_of(body), "the original is kept as it came"
        assert db.session.scalar(select(EvidenceAct.office_id)) == places.office(file.place_id, "committee")


def test_a_photo_without_a_code_needs_a_notice_and_is_taken_for_it(built: Flask) -> None:
    with built.app_context():
        wall = photos.of_a_wall()
        with pytest.raises(Invalid, match="No code could be read"):
            services.show(actor("bookkeeper"), village.place(), None, wall, AT)
        assert services.show(actor("bookkeeper"), village.place(), 1, wall, AT) == [Shown(1, Read.NONE)]
        assert services.show(actor("bookkeeper"), village.place(), 1, wall, AT) == [Shown(1, Read.NONE)]
        assert rows(Sighting) == 1, "the same photo a second time changes nothing"
        with pytest.raises(Invalid, match="This very photo came in"):
            services.show(actor("bookkeeper"), village.place(), 1, wall, after(15))
        services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall(1), after(15))
        assert queries.of_item(standing(15)[0].item, 15, 3, clock.today(after(15))).judged.state is State.HUNG  # type: ignore[union-attr]


@both
def test_the_code_of_another_notice_is_told_and_one_photo_may_show_several(built: Flask) -> None:
    with built.app_context():
        place = village.place()
        assert village.april(place, after(3)) == 2
        other = photos.photo(built, 2)
        assert services.show(actor("bookkeeper"), place, 1, other, after(3)) == [Shown(1, Read.OTHER, other=2)]
        shown = services.show(actor("bookkeeper"), place, None, photos.side_by_side(built, 1, 2), after(4))
        assert [(one.number, one.read) for one in shown] == [(1, Read.THIS), (2, Read.THIS)]


def test_only_those_who_look_after_a_board_send_photos_of_it(built: Flask) -> None:
    with built.app_context():
        wall, place, other = photos.of_a_wall(), village.place(), places.place(village.OTHER)
        for who, where in (("head", place), ("otherhead", place), ("bookkeeper", other), ("admin", place)):
            with pytest.raises(Forbidden):
                services.show(actor(who), where, 1, wall, AT)
        with pytest.raises(NotFound):
            services.show(actor("agency"), other, 1, wall, AT)
        with pytest.raises(Forbidden):
            services.say_gone(actor("otherhead"), 1, AT)
        with pytest.raises(Forbidden):
            services.name_board(actor("otherhead"), place, "村口", AT)
        assert services.show(actor("township"), place, 1, wall, AT)


@pytest.mark.parametrize(
    "wicked",
    [
        samples.bomb(),
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        samples.pdf(),
        photos.of_a_wall()[:4000],
        b"GIF89a" + b"\0" * 100,
        b"",
    ],
    ids=["bomb", "svg", "pdf", "cut", "gif", "empty"],
)
def test_what_is_no_photo_is_refused_with_a_sentence_and_leaves_nothing(built: Flask, wicked: bytes) -> None:
    with built.app_context():
        with pytest.raises(Invalid):
            services.show(actor("bookkeeper"), village.place(), 1, wicked, AT)
        assert rows(Sighting) == rows(EvidenceFile) == 0
        assert not list(installation.store().folder.glob("??/*"))


def test_what_follows_the_end_of_a_picture_is_in_no_copy(built: Flask) -> None:
    with built.app_context():
        services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall() + b"<script>PK\3\4virus", AT)
        file = db.session.scalar(select(EvidenceFile))
        assert file and b"virus" not in installation.store().get(file.copy_digest or "")


@both
def test_an_act_that_fails_leaves_neither_photo_nor_paper(built: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with built.app_context():
        monkeypatch.setattr(services, "_write_down", killed)
        with pytest.raises(KeyboardInterrupt):
            services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall(), AT)
        assert rows(Sighting) == rows(EvidenceFile) == rows(EvidenceAct) == 0
        monkeypatch.undo()
        assert services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall(), AT)


def test_a_receipt_is_no_photo_of_the_board(built: Flask) -> None:
    with built.app_context():
        place, body = village.place(), photos.of_a_wall()
        papers.add(actor("bookkeeper"), Bearer(place.id, number=1), "k", body, Document.RECEIPT, AT)
        with pytest.raises(Conflict, match="among the papers"):
            services.show(actor("bookkeeper"), place, 1, body, AT)


def test_a_photo_of_the_board_is_no_paper_of_a_line_alone_or_among_many(built: Flask) -> None:
    with built.app_context():
        place, keeper, body = village.place(), actor("bookkeeper"), photos.of_a_wall()
        services.show(keeper, place, 1, body, AT)
        of_item = Bearer(place.id, number=1)
        with pytest.raises(Conflict, match="sent as a photo of the board"):
            papers.add(keeper, of_item, "k", body, Document.RECEIPT, AT)
        files = [("现-001.jpg", body), ("现-002.jpg", samples.photo(1))]
        taken = bulk.add_many(keeper, of_item, {"a": "现-001", "b": "现-002"}, files, "invoice", AT)
        assert (taken.matched, [name for name, _why in taken.refused]) == (1, ["现-001.jpg"])
        assert rows(EvidenceLink) == 1


@both
def test_photos_outlive_the_sweeping_that_takes_forgotten_papers(built: Flask) -> None:
    with built.app_context():
        services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall(), AT)
        sweeping.sweep(after(400))
        assert rows(EvidenceFile) == 1 and standing()[0].photos[0].small_digest


@both
def test_taken_down_too_early_it_stays_on_the_list_until_it_is_posted_again(built: Flask) -> None:
    with built.app_context():
        place = village.place()
        services.show(actor("bookkeeper"), place, 1, photos.of_a_wall(), AT)
        services.say_gone(actor("township"), 1, after(8))
        (hung,) = standing(60)
        assert (hung.judged.state, hung.wants, hung.ought) == (State.GONE, "again", True)
        services.show(actor("bookkeeper"), place, 1, photos.of_a_wall(1), after(61))
        (hung,) = standing(62)
        assert (hung.judged.state, hung.left) == (State.HANGS, 14)
        services.show(actor("bookkeeper"), place, 1, photos.of_a_wall(2), after(76))
        assert not standing(77)


@both
def test_what_anybody_says_is_counted_by_notice_and_day_and_nothing_else(built: Flask) -> None:
    with built.app_context():
        place = village.place()
        for _ in range(3):
            services.say_missing(place, 1, 0, after(1))
        services.say_missing(place, 1, 7, after(2))
        db.session.rollback()
        kept = [(row.day, row.board, row.voices) for row in db.session.scalars(select(Voice).order_by(Voice.day))]
        assert kept == [(clock.today(after(1)), 0, 3), (clock.today(after(2)), 0, 1)], "there is no seventh board"
        assert set(Voice.__table__.columns.keys()) == {"number", "day", "board", "place_id", "voices"}
        (hung,) = standing(2)
        assert hung.wants == "answer" and hung.question and hung.question.voices == 4
        assert standing(5)[0].wants == "again", "nobody answered"
        for number, when in ((2, 2), (1, 30)):
            services.say_missing(place, 1, 0, after(5))
            with pytest.raises(Invalid):
                services.say_missing(place if number == 2 else places.place(village.OTHER), number, 0, after(when))


@both
def test_a_corrected_notice_hangs_no_more(built: Flask) -> None:
    from portal.gazette import queries as gazette
    from portal.gazette import services as items

    with built.app_context():
        place = village.place()
        content, signoffs = gazette.content(1), gazette.signoffs(1)
        entry = items.Entry("finance", place.code, place.id, "2026-03", None, content, signoffs=signoffs, supersedes=1)
        items.publish([entry], after(2))
        with pytest.raises(Conflict, match="number 2"):
            services.show(actor("bookkeeper"), place, 1, photos.of_a_wall(), after(2))
        assert [one.item.number for one in standing(2)] == [2]


@both
def test_a_board_has_a_number_for_good(built: Flask) -> None:
    with built.app_context():
        place, keeper = village.place(), actor("bookkeeper")
        assert [services.name_board(keeper, place, name, AT) for name in ("三组", " 村口  小卖部 ")] == [1, 2]
        with pytest.raises(Invalid, match="already"):
            services.name_board(keeper, place, "三组", AT)
        with pytest.raises(Invalid, match="at most 60"):
            services.name_board(keeper, place, "长" * 61, AT)
        services.end_board(keeper, place, 1, AT)
        assert services.name_board(keeper, place, "三组", AT) == 3
        assert [(one.n, one.name) for one in queries.boards(place)] == [(0, ""), (2, "村口 小卖部"), (3, "三组")]
        assert queries.board(place.code, 1).code == place.code, "the sheet of a board that was given up leads on"
        assert queries.board(place.code, 3).code == f"{place.code}-3"
        with pytest.raises(NotFound, match="Only villages"):
            queries.board("990110001000")


def test_sightings_cannot_be_changed(built: Flask) -> None:
    with built.app_context():
        services.say_gone(actor("committee"), 1, AT)
        for statement in ("UPDATE sighting SET is_there = 1", "DELETE FROM sighting"):
            with pytest.raises(DatabaseError), transaction() as session:
                session.execute(text(statement))


@both
def test_every_photo_on_which_something_withheld_is_to_be_read_is_erased(built: Flask) -> None:
    with built.app_context():
        place = village.place()
        village.april(place, after(3))
        keeper = actor("bookkeeper")
        for n, code in enumerate((1, 2)):
            services.show(keeper, place, code, photos.photo(built, code, n), after(3))
        services.show(keeper, place, 2, photos.photo(built, 1, 7), after(4))
        services.say_gone(actor("committee"), 1, after(4))
        left = {file.digest for file in db.session.scalars(select(EvidenceFile))}
        gazette.withhold(1, "〔2026〕第5号", "钟宁", after(5))
        (kept,) = [one for one in db.session.scalars(select(Sighting)) if one.digest]
        assert (kept.number, kept.codes) == (2, [2]) and rows(Sighting) == 2, "the word that it did not hang stays"
        assert [file.digest for file in db.session.scalars(select(EvidenceFile))] == [kept.digest]
        store = installation.store()
        assert [digest for digest in left if store.path(digest).exists()] == [kept.digest]


@both
def test_no_photo_is_taken_that_shows_a_withheld_sheet_whatever_it_is_sent_for(built: Flask) -> None:
    with built.app_context():
        place, keeper = village.place(), actor("bookkeeper")
        village.april(place, after(3))
        second, two = photos.photo(built, 2), photos.side_by_side(built, 1, 2)
        gazette.withhold(2, "〔2026〕第5号", "钟宁", after(5))
        for number, body in ((1, second), (None, two), (1, two)):
            with pytest.raises(Invalid, match="shows notice 2, which is withheld"):
                services.show(keeper, place, number, body, after(6))
        assert rows(Sighting) == rows(EvidenceFile) == 0
        assert not list(installation.store().folder.glob("??/*"))


@both
def test_a_withheld_sheet_goes_from_the_photos_of_other_villages_too(built: Flask) -> None:
    with built.app_context():
        other = places.place(village.OTHER)
        with transaction():
            [there] = gazette.publish([a_month((other.id, other.code))], AT)
        officer, seen = actor("township"), photos.photo(built, 1)
        services.show(officer, other, there, seen, AT)
        services.show(officer, other, there, photos.of_a_wall(), AT)
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(text("DELETE FROM sighting"))
        gazette.withhold(1, "〔2026〕第5号", "钟宁", after(1))
        db.session.rollback()
        assert [(one.place_id, one.codes) for one in db.session.scalars(select(Sighting))] == [(other.id, [])]
        assert digest_of(seen) not in [one.digest for one in db.session.scalars(select(EvidenceFile))]
        assert not installation.store().path(digest_of(seen)).exists()
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(text("DELETE FROM sighting"))
