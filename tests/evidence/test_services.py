"""The verbs of papers on both databases: added once, covered, sealed, taken away, followed to the item, looked at."""

import io
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from portal import clock
from portal.database import db, transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.evidence import installation, preparing, queries, services, sweeping
from portal.evidence.models import EvidenceAct, EvidenceFile, EvidenceLink
from portal.evidence.rules import Act, Bearer, Document
from portal.jobs.services import HANDLERS, run_due
from portal.places import services as places
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.evidence.samples import SVG, pdf, photo

pytestmark = pytest.mark.usefixtures("database")
KEY = "committee:basic:银-001:1"


@pytest.fixture
def bearer(context: Flask):  # type: ignore[no-untyped-def]
    with clock.stopped(AT):
        yield Bearer(village.build().id, draft_id=1)


def add(
    bearer: Bearer, body: bytes = b"", key: str = KEY, document: Document = Document.INVOICE, **more: object
) -> int:
    return services.add(actor("bookkeeper"), bearer, key, body or photo(), document, AT, **more)  # type: ignore[arg-type]


def published(bearer: Bearer, number: int = 7, keys: tuple[str, ...] = (KEY,)) -> Bearer:
    """The draft's papers followed to item 7."""
    services.follow(bearer.draft_id or 0, number, keys)
    return Bearer(bearer.place_id, number=number)


def counted(bearer: Bearer) -> dict[str, Counter[tuple[Document, bool]]]:
    """What is counted behind the lines of item 7."""
    return queries.counts(Bearer(bearer.place_id, number=7))


def copy_of(file_id: int) -> Image.Image:
    digest = queries.file(file_id).copy_digest
    assert digest
    return Image.open(io.BytesIO(installation.store().get(digest)))


def rows(table: type) -> int:
    found = db.session.scalar(select(func.count()).select_from(table))
    db.session.rollback()
    return found or 0


def acts(file_id: int) -> list[str]:
    return [one.act for one in queries.acts(queries.file(file_id))]


def test_a_paper_is_stored_with_its_copies_and_belongs_to_its_line(bearer: Bearer) -> None:
    body = photo()
    file = queries.file(add(bearer, body))
    store = installation.store()
    assert store.get(file.digest) == body
    assert file.copy_digest and file.small_digest and store.has(file.copy_digest) and store.has(file.small_digest)
    (linked,) = queries.by_key(bearer)[KEY]
    assert (linked.file.id, linked.person, linked.file.document) == (file.id, "周清远", Document.INVOICE)
    assert (file.kind, file.pages, file.sizes) == ("jpeg", 1, [(800, 600)])


def test_a_repeat_does_no_harm_and_one_paper_may_belong_to_two_lines(bearer: Bearer) -> None:
    assert add(bearer) == add(bearer) == add(bearer, key="another")
    assert (rows(EvidenceFile), rows(EvidenceLink)) == (1, 2)
    elsewhere = queries.elsewhere(queries.file(1), Bearer(bearer.place_id, draft_id=2))
    assert [one.key for one in elsewhere] == [KEY, "another"]
    assert queries.elsewhere(queries.file(1), bearer) == []


def test_another_villages_bookkeeper_and_a_signer_may_not_add(bearer: Bearer) -> None:
    for login in ("head", "township", "otherhead"):
        with pytest.raises(Forbidden):
            services.add(actor(login), bearer, KEY, photo(), Document.INVOICE, AT)
    assert rows(EvidenceFile) == 0


def test_a_refused_file_leaves_nothing(bearer: Bearer) -> None:
    with pytest.raises(Invalid):
        add(bearer, SVG)
    assert rows(EvidenceFile) == 0 and not list(installation.store().folder.glob("*/*"))


def test_an_act_that_fails_after_the_files_were_written_breaks_no_reference(
    bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "link", lambda *_args: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        add(bearer)
    assert rows(EvidenceFile) == 0
    files = list(installation.store().folder.glob("??/*"))
    assert len(files) == 3, "original, copy and small copy were written whole before the act"
    monkeypatch.undo()
    file = queries.file(add(bearer))
    assert {path.name for path in files} == {file.digest, file.copy_digest, file.small_digest}


def test_a_sweep_takes_what_a_failed_act_left_and_nothing_that_is_named(
    bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = queries.file(add(bearer))
    monkeypatch.setattr(services, "link", lambda *_args: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        add(bearer, photo(2))
    old = (AT + timedelta(days=-31)).timestamp()
    for path in installation.store().folder.glob("??/*"):
        os.utime(path, (old, old))
    assert sweeping.sweep(AT) == 3
    assert all(installation.store().has(name or "") for name in (kept.digest, kept.copy_digest, kept.small_digest))


def test_a_draft_that_was_given_up_loses_its_papers_after_thirty_days_a_published_one_never(bearer: Bearer) -> None:
    add(bearer)
    add(Bearer(bearer.place_id, draft_id=2), photo(2))
    services.forget(1, AT)
    item = published(Bearer(bearer.place_id, draft_id=2))
    (linked,) = queries.papers(item)
    services.take_away(actor("bookkeeper"), item, linked.id, "换了一张", AT)
    sweeping.sweep(AT + timedelta(days=29))
    assert rows(EvidenceFile) == 2
    sweeping.sweep(AT + timedelta(days=31))
    assert rows(EvidenceFile) == 1 and queries.file(linked.file.id)
    assert rows(EvidenceAct) >= 4, "what was done is remembered"


def test_the_county_says_by_date_which_papers_are_sealed(bearer: Bearer) -> None:
    add(bearer, photo(1), document=Document.WAGES)
    admin = actor("admin")
    later = AT + timedelta(days=10)
    county = places_line(bearer)[0]
    places.set_setting("sealed_papers", county, ["invoice"], later.date(), "县里的通知", admin, AT)
    with clock.stopped(later):
        for n, document in ((2, Document.WAGES), (3, Document.INVOICE)):
            services.add(actor("bookkeeper"), bearer, KEY, photo(n), document, later)
    sealed = [linked.file.is_sealed for linked in queries.papers(bearer)]
    assert sealed == [True, False, True]


def places_line(bearer: Bearer) -> list[int]:
    from portal.places import queries as place_queries

    return place_queries.line(bearer.place_id)


def test_papers_follow_their_lines_to_the_item_and_only_those_are_public(bearer: Bearer) -> None:
    file = queries.file(add(bearer))
    add(bearer, photo(2), key="a line that was mended away")
    assert file.copy_digest
    assert queries.published_under(file.copy_digest, "jpg") == [] and counted(bearer) == {}
    item = published(bearer)
    assert [linked.key for linked in queries.papers(item)] == [KEY]
    assert counted(bearer)[KEY] == {(Document.INVOICE, False): 1}
    assert queries.published_under(file.copy_digest, "jpg") == [7]
    assert queries.published_under(file.small_digest or "", "jpg") == [7]
    assert queries.published_under(file.copy_digest, "pdf") == []
    assert queries.published_under(file.digest, "jpg") == [], "the original has no public address"


def test_a_paper_given_to_a_published_line_is_public_at_once_and_an_item_that_corrects_shows_it_too(
    bearer: Bearer,
) -> None:
    item = Bearer(bearer.place_id, number=7)
    file = queries.file(add(item, pdf()))
    assert queries.published_under(file.copy_digest or "", "pdf") == [7]
    assert queries.published_under(file.copy_digest or "", "jpg") == []
    corrected = Bearer(bearer.place_id, number=9, earlier=(7,))
    add(corrected, pdf())
    assert len(queries.papers(corrected)) == 1, "the line has it already"


def test_sealing_takes_a_paper_from_the_public_and_is_written_down(bearer: Bearer) -> None:
    file_id = add(bearer)
    published(bearer)
    copy = queries.file(file_id).copy_digest or ""
    services.describe(actor("township"), file_id, "wages", True, AT)
    assert queries.published_under(copy, "jpg") == []
    assert counted(bearer)[KEY] == {(Document.WAGES, True): 1}
    services.describe(actor("bookkeeper"), file_id, "wages", False, AT)
    assert queries.published_under(copy, "jpg") == [7]
    assert acts(file_id)[:3] == [Act.OPENED, Act.SEALED, Act.NAMED]
    services.describe(actor("bookkeeper"), file_id, "identity", False, AT)
    assert queries.file(file_id).is_sealed
    with pytest.raises(Forbidden):
        services.describe(actor("head"), file_id, "invoice", False, AT)


def test_a_box_is_burnt_into_the_copy_and_taken_away_again_from_the_original(bearer: Bearer) -> None:
    file_id = add(bearer)
    published(bearer)
    before = queries.file(file_id)
    services.cover(actor("bookkeeper"), file_id, (0, 0, 25, 25), 1, AT)
    covered = queries.file(file_id)
    assert max(copy_of(file_id).getpixel((100, 75))) < 40  # type: ignore[arg-type]
    assert covered.copy_digest != before.copy_digest and covered.digest == before.digest
    assert queries.published_under(before.copy_digest or "", "jpg") == [], "the address of the open copy is dead"
    assert queries.published_under(covered.copy_digest or "", "jpg") == [7]
    services.uncover(actor("township"), file_id, covered.masks[0].id, AT)
    assert queries.file(file_id).copy_digest == before.copy_digest
    with pytest.raises(Conflict):
        services.uncover(actor("township"), file_id, covered.masks[0].id, AT)


def test_while_a_covered_copy_is_made_nobody_sees_the_open_one_even_if_the_process_dies(
    bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = add(bearer)
    published(bearer)
    before = queries.file(file_id).copy_digest or ""
    monkeypatch.setattr(preparing, "prepare", lambda _id: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        services.cover(actor("bookkeeper"), file_id, (0, 0, 25, 25), 1, AT)
    assert queries.published_under(before, "jpg") == [] and counted(bearer) == {}
    db.session.rollback()
    assert run_due({preparing.PREPARE: HANDLERS[preparing.PREPARE]}) == 1
    assert max(copy_of(file_id).getpixel((100, 75))) < 40  # type: ignore[arg-type]


def test_two_boxes_drawn_at_once_are_both_in_the_copy(bearer: Bearer, monkeypatch: pytest.MonkeyPatch) -> None:
    file_id = add(bearer)
    real, second = preparing._made, []

    def slow(*args: object) -> object:
        if not second:
            second.append(True)
            services.cover(actor("township"), file_id, (50, 50, 50, 50), 1, AT)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing, "_made", slow)
    services.cover(actor("bookkeeper"), file_id, (0, 0, 25, 25), 1, AT)
    for spot in ((100, 75), (700, 500)):
        assert max(copy_of(file_id).getpixel(spot)) < 40  # type: ignore[arg-type]


def test_a_published_paper_is_taken_away_with_a_reason_only(bearer: Bearer) -> None:
    file_id = add(bearer)
    item = published(bearer)
    (linked,) = queries.papers(item)
    with pytest.raises(Invalid):
        services.take_away(actor("bookkeeper"), item, linked.id, "  ", AT)
    with pytest.raises(NotFound):
        services.take_away(actor("bookkeeper"), Bearer(bearer.place_id, number=8), linked.id, "错了", AT)
    services.take_away(actor("bookkeeper"), item, linked.id, "是另一笔的发票", AT)
    assert queries.papers(item) == [] and counted(bearer) == {}
    (gone,) = queries.papers(item, KEY, also_removed=True)
    assert gone.reason == "是另一笔的发票" and gone.removed_at == AT
    assert queries.published_under(queries.file(file_id).copy_digest or "", "jpg") == []


def test_a_paper_that_waits_for_its_line_is_assigned_once(bearer: Bearer) -> None:
    with transaction():
        file = services.put_file(actor("bookkeeper"), bearer.place_id, photo(), None, Document.PHOTO, False, AT, "jpeg")
        services.link(actor("bookkeeper"), bearer, file, "", AT, "IMG_1.jpg")
    (waiting,) = queries.by_key(bearer)[""]
    assert waiting.name == "IMG_1.jpg"
    with pytest.raises(Invalid):
        services.assign(actor("bookkeeper"), bearer, waiting.id, [], AT)
    services.assign(actor("bookkeeper"), bearer, waiting.id, ["a", "b"], AT)
    assert sorted(queries.by_key(bearer)) == ["a", "b"]
    with pytest.raises(Conflict):
        services.assign(actor("bookkeeper"), bearer, waiting.id, ["c"], AT)


def test_a_long_pdf_is_prepared_by_the_worker_and_a_second_run_changes_nothing(bearer: Bearer) -> None:
    file_id = add(bearer, pdf(6))
    assert (queries.file(file_id).copy_digest, queries.being_prepared(bearer)) == (None, 1)
    db.session.rollback()
    assert run_due({preparing.PREPARE: HANDLERS[preparing.PREPARE]}) == 1
    file = queries.file(file_id)
    assert (file.pages, queries.being_prepared(bearer)) == (6, 0) and file.copy_digest
    HANDLERS[preparing.PREPARE]({}, lambda _percent: None)
    assert queries.file(file_id).copy_digest == file.copy_digest


def test_a_file_that_cannot_be_prepared_says_why(bearer: Bearer) -> None:
    with transaction():
        file = services.put_file(
            actor("bookkeeper"), bearer.place_id, photo()[:2000], None, Document.PHOTO, False, AT, "jpeg"
        )
        services.link(actor("bookkeeper"), bearer, file, KEY, AT)
        file_id = file.id
    preparing.prepare(file_id)
    error = queries.file(file_id).error
    assert error and "damaged" in str(error) and queries.being_prepared(bearer) == 0


def test_who_looks_at_what_the_public_may_not_see_is_written_down(bearer: Bearer) -> None:
    file_id = add(bearer)
    assert services.look(actor("head"), file_id, "copy", AT)[:2] == b"\xff\xd8"
    assert Act.SEEN not in acts(file_id), "everybody may see the copy of an open paper"
    assert services.look(actor("committee"), file_id, "original", AT) == photo()
    services.describe(actor("bookkeeper"), file_id, "invoice", True, AT)
    services.look(actor("township"), file_id, "copy", AT)
    services.look(actor("township"), file_id, "copy", AT + timedelta(minutes=30))
    seen = [(one.person, one.value) for one in queries.acts(queries.file(file_id)) if one.act == Act.SEEN]
    assert seen == [("陈望", "copy"), ("何秀兰", "original")]
    for login in ("otherhead", "admin"):
        with pytest.raises(Forbidden):
            services.look(actor(login), file_id, "copy", AT)


def test_what_lies_under_a_box_is_seen_by_supervisors_and_that_is_written_down(bearer: Bearer) -> None:
    file_id = add(bearer)
    services.look(actor("bookkeeper"), file_id, "page", AT)
    services.cover(actor("bookkeeper"), file_id, (0, 0, 25, 25), 1, AT)
    shown = Image.open(io.BytesIO(services.look(actor("head"), file_id, "page", AT)))
    assert shown.getpixel((100, 75))[0] > 200  # type: ignore[index]
    assert [one.person for one in queries.acts(queries.file(file_id)) if one.act == Act.SEEN] == ["林大山"]


def test_a_missing_file_is_a_sentence(bearer: Bearer) -> None:
    file_id = add(bearer)
    Path(installation.store().path(queries.file(file_id).digest)).unlink()
    with pytest.raises(NotFound, match="backup"):
        services.look(actor("head"), file_id, "original", AT)
