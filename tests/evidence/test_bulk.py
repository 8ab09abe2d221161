"""Packed papers: what a zip may not do, names in Chinese of old computers, a file too many, one bad among good ones."""

import io
import stat
import struct
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal import clock
from portal.database import db
from portal.errors import Forbidden, Invalid
from portal.evidence import bulk, erasing, formats, installation, packed, preparing, queries
from portal.evidence.rules import Bearer, Document
from portal.jobs.services import HANDLERS, LEASE, run_due
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.evidence import samples
from tests.evidence.samples import photo

LARGEST = 1 << 20


def refused(body: bytes) -> str:
    with pytest.raises(Invalid) as error:
        list(packed.files(body, LARGEST))
    return error.value.message.id


@pytest.mark.parametrize(
    "name", ["../../keys/field.jpg", "/etc/passwd.jpg", "a/../../b.jpg", "C:\\b.jpg", "..\\b.jpg", "a\\..\\..\\b.jpg"]
)
def test_a_name_that_leads_outside_is_refused(name: str) -> None:
    assert refused(samples.packed({"good.jpg": b"x", name: b"x"})) == packed.TRICKS


def test_a_link_is_refused() -> None:
    entry = zipfile.ZipInfo("银-001.jpg")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert refused(out.getvalue()) == packed.TRICKS


def test_ten_thousand_files_are_refused() -> None:
    assert refused(samples.packed({f"{n}.jpg": b"" for n in range(10_000)})) == packed.TOO_MANY


def test_a_zip_in_a_zip_is_refused_before_anything_is_given() -> None:
    given = []
    with pytest.raises(Invalid) as error:
        for name, _body in packed.files(samples.packed({"a.jpg": b"x", "b.jpg": samples.packed({"c": b"x"})}), LARGEST):
            given.append(name)
    assert (error.value.message.id, given) == (packed.NESTED, [])


def test_a_zip_that_unpacks_to_far_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNPACKED_AT_MOST", 5 << 20)
    body = samples.packed({f"{n}.jpg": bytes(1 << 20) for n in range(6)})
    assert len(body) < 20_000 and refused(body) == packed.TOO_BIG


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    body = bytearray(samples.packed({"a.jpg": bytes(3 << 20)}))
    at = body.find(b"PK\x01\x02")
    body[at + 24 : at + 28] = struct.pack("<I", 10)  # the directory says ten bytes
    assert refused(bytes(body)) == packed.BROKEN


def test_a_locked_or_broken_zip_is_refused() -> None:
    body = bytearray(samples.packed({"a.jpg": b"x" * 100}))
    body[body.find(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(body)) == packed.LOCKED
    assert refused(samples.packed({"a.jpg": b"x" * 100})[:60]) == packed.BROKEN
    assert refused(b"PK\x03\x04" + bytes(500)) == packed.BROKEN


def test_names_of_chinese_computers_are_read_and_leftovers_of_systems_left_out() -> None:
    name = "三月/银-001 发票.jpg".encode("gb18030")
    stand_in = b"n" * len(name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(stand_in.decode(), b"x")
        archive.writestr("__MACOSX/._a.jpg", b"x")
        archive.writestr("三月/.DS_Store", b"x")
        archive.writestr("四月/现-1.jpg", b"x")
        archive.mkdir("空")
    body = out.getvalue().replace(stand_in, name)
    assert [name for name, _body in packed.files(body, LARGEST)] == ["银-001 发票.jpg", "现-1.jpg"]


def test_a_large_file_in_a_zip_is_read_no_further_than_needed() -> None:
    ((_name, body),) = packed.files(samples.packed({"a.jpg": bytes(3 << 20)}), LARGEST)
    assert len(body) == LARGEST + 1


@pytest.mark.usefixtures("database")
def test_a_bad_file_stops_no_other_and_nothing_is_taken_twice(context: Flask) -> None:
    with clock.stopped(AT):
        bearer = Bearer(village.build().id, draft_id=1)
        vouchers = {"a": "银-001", "b": "现-001"}
        files = {"银001.jpg": photo(1), "现-1 工资表.jpg": photo(2), "银1.svg": samples.SVG, "夜.avif": samples.AVIF}
        uploads = [("三月.zip", samples.packed({**files, "银-001 half.jpg": photo(3)[:1500]}))]
        taken = bulk.add_many(actor("bookkeeper"), bearer, vouchers, uploads, "invoice", AT)
        assert (taken.matched, taken.unmatched) == (3, 0)
        assert {name: message.id for name, message in taken.refused} == {
            "银1.svg": formats.MARKUP, "夜.avif": formats.AVIF,
        }  # fmt: skip
        assert queries.being_prepared(bearer) == 3
        assert run_due({preparing.PREPARE: HANDLERS[preparing.PREPARE]}) == 1
        found = queries.by_key(bearer)
        assert [(p.file.document, p.file.is_sealed) for p in found["b"]] == [(Document.WAGES, True)]
        assert [str(p.file.error or "")[:23] for p in found["a"]] == ["", "The picture is damaged "]
        again = bulk.add_many(actor("bookkeeper"), bearer, vouchers, uploads, "invoice", AT)
        assert again.matched == 3 and {key: len(papers) for key, papers in queries.by_key(bearer).items()} == {
            "a": 2, "b": 1,
        }  # fmt: skip


def test_only_who_prepares_sends_many_and_not_more_than_the_limit(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = Bearer(village.build().id, draft_id=1)
    with pytest.raises(Forbidden):
        bulk.add_many(actor("head"), bearer, {}, [("a.jpg", photo())], "invoice", AT)
    with pytest.raises(Invalid):
        bulk.add_many(actor("bookkeeper"), bearer, {}, [("a.jpg", photo())], "virus", AT)
    monkeypatch.setattr(bulk, "FILES_AT_MOST", 1)
    with pytest.raises(Invalid):
        bulk.add_many(actor("bookkeeper"), bearer, {}, [("a.jpg", photo(1)), ("b.jpg", photo(2))], "invoice", AT)


def scan(pages: int) -> bytes:
    """A PDF of photographed sheets, a hundred dots to the inch."""
    sheet, out = Image.effect_noise((118, 167), 40).resize((826, 1169)), io.BytesIO()
    sheet.save(out, "PDF", save_all=True, append_images=[sheet] * (pages - 1), resolution=100)
    return out.getvalue()


def test_a_scan_of_a_hundred_pages_is_prepared_though_the_worker_is_killed_over_it(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    worker = {preparing.PREPARE: HANDLERS[preparing.PREPARE]}
    with clock.stopped(AT):
        bearer = Bearer(village.build().id, draft_id=1)
        taken = bulk.add_many(actor("bookkeeper"), bearer, {"a": "银-001"}, [("银-001.pdf", scan(100))], "invoice", AT)
        assert (taken.matched, taken.refused) == (1, [])
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(preparing, "_made", killed)
            run_due(worker)
        db.session.rollback()
        assert queries.being_prepared(bearer) == 1 and not run_due(worker), "it may still be at it"
    with clock.stopped(AT + LEASE + timedelta(minutes=1)):
        assert run_due(worker) == 1
        [paper] = queries.papers(bearer, "a")
        assert (paper.file.pages, paper.file.error) == (100, None) and paper.file.copy_digest


def test_copies_of_a_paper_that_was_withheld_while_they_were_made_do_not_stay(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.stopped(AT):
        bearer = Bearer(village.build().id, draft_id=1)
        bulk.add_many(actor("bookkeeper"), bearer, {"a": "银-001"}, [("银-001.jpg", photo())], "invoice", AT)
        made = preparing._made

        def meanwhile(*arguments: Any) -> Any:
            found = made(*arguments)
            assert erasing.erase(draft_ids=[1]) == 1
            return found

        monkeypatch.setattr(erasing, "_silence", lambda _file: None)  # no order stands behind this test
        monkeypatch.setattr(preparing, "_made", meanwhile)
        run_due({preparing.PREPARE: HANDLERS[preparing.PREPARE]})
        assert not list(installation.store().folder.glob("??/*"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_a_way_that_unpacks_in_one_piece_is_refused_unread(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("1.jpg", bytes(2_000_000))
    with pytest.raises(Invalid) as error:
        list(packed.files(out.getvalue(), LARGEST))
    assert error.value.message.id == packed.METHOD
