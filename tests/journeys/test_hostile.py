"""Requests of hostile size and shape: a sentence, no fault of ours, and memory that stays bounded."""

import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.database import db
from portal.disclosure import queries
from tests.disclosure import village
from tests.disclosure.test_views import begun, signed_in
from tests.disclosure.village import AT, bank, cash
from tests.journeys.served import WAIT, Browser, Server
from tests.pages import Page, PageClient

MEGABYTE = 1024 * 1024
MULTIPART = "multipart/form-data; boundary=zz"
FILE_HEAD = b'--zz\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\n'


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def built(app: Flask) -> Flask:
    with app.app_context(), clock.stopped(AT):
        village.build()
        village.open_accounts()
    return app


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.stopped(AT):
        yield


# ---------------------------------------------------------------- too large, at a real server


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Server]:
    with app.app_context():
        village.build(clock.now())
        village.open_accounts()
        db.engine.dispose()
    server = Server(settings, "--no-worker")
    server.start()
    yield server
    server.kill()


def flood(server: Server, headers: str, first: bytes, piece: bytes, most: int) -> tuple[int, bytes]:
    """Send pieces until the server has had enough, or `most` bytes are gone: how many went, the status line."""
    host, port = server.address.removeprefix("http://").split(":")
    went = 0
    with socket.create_connection((host, int(port)), timeout=WAIT) as connection:
        connection.sendall(f"POST /desk/drafts HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n\r\n".encode() + first)
        try:
            while went < most:
                connection.sendall(piece)
                went += len(piece)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(64)
        except OSError:  # it has closed the door
            answer = b""
    return went, answer.partition(b"\r\n")[0]


def test_a_gigabyte_is_not_swallowed_and_a_file_that_is_a_little_too_large_is_told_why(server: Server) -> None:
    before = server.peak_memory()
    zeros, gigabyte = bytes(MEGABYTE), 1024 * MEGABYTE
    said = f"Content-Type: {MULTIPART}\r\nContent-Length: {gigabyte}"
    went, _answer = flood(server, said, FILE_HEAD, zeros, gigabyte)
    assert went < gigabyte // 4, "whoever says that he sends a gigabyte is interrupted at once"
    unsaid = f"Content-Type: {MULTIPART}\r\nTransfer-Encoding: chunked"
    piece = b"%x\r\n%s\r\n" % (MEGABYTE, zeros)
    went, _answer = flood(server, unsaid, b"%x\r\n%s\r\n" % (len(FILE_HEAD), FILE_HEAD), piece, gigabyte)
    assert went < gigabyte // 2, "whoever does not say it is interrupted too"
    unkept = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\nConnection: close"
    assert b"400" in flood(server, unkept, b"period=2026-03", b"", 0)[1], "less came than was said"
    keeper = Browser(server, "bookkeeper", village.PASSWORD)
    page = keeper.get("/desk/")
    month = {"village": village.CODE, "kind": "finance", "period": "2024-03"}
    answer = keeper.post(page, "/desk/drafts", [("大文件.xlsx", bytes(65 * MEGABYTE))], **month)
    assert answer.status == 200 and "64 MB of files are taken" in answer.html
    assert server.peak_memory() - before < 100 * MEGABYTE


# ---------------------------------------------------------------- odd files and forms


def sent(client: PageClient, draft_id: int, way: str, **fields: Any) -> Page:
    """A form of the draft's page sent, and the page that answers looked at like any other."""
    here = f"/desk/drafts/{draft_id}"
    page = client.page(here)
    data = {name: page.field(name) for name in ("csrf_token", "edition")}
    response = client.post(f"{here}/{way}", data={**data, **fields}, follow_redirects=True)
    return client._checked(response, way, response.status_code)


def some(*names: str) -> list[tuple[io.BytesIO, str]]:
    """Workbooks that differ, under these names."""
    rows = [[*village.CASH, ("2026-03-20", f"现-{n:03d}", f"第{n}次", "", 1, None, None)] for n in range(len(names))]
    return [(io.BytesIO(cash(row)[1]), name) for name, row in zip(names, rows, strict=True)]


@pytest.mark.usefixtures("monday")
def test_more_files_than_a_draft_takes_are_refused_before_one_is_read(
    built: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id, client = begun(built), signed_in(built, "bookkeeper")
    monkeypatch.setattr("portal.workbooks.extract", lambda *_arguments, **_options: pytest.fail("a file was read"))
    files = [(io.BytesIO(b"%d" % n), f"{n}.xlsx") for n in range(21)]
    assert "A draft takes at most 20 files." in sent(client, draft_id, "files", files=files).text
    with built.app_context():
        assert not queries.files(draft_id)


@pytest.mark.usefixtures("monday")
def test_two_files_of_one_name_are_not_made_one_in_silence(built: Flask) -> None:
    draft_id, client = begun(built), signed_in(built, "bookkeeper")
    page = sent(client, draft_id, "files", files=some("甲/现金账.xlsx", "乙/现金账.xlsx"))
    assert "Two of the files are called 现金账.xlsx" in page.text
    with built.app_context():
        assert not queries.files(draft_id)


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize("others", [0, 1])
def test_an_empty_file_is_named_and_none_is_taken(built: Flask, others: int) -> None:
    draft_id, client = begun(built), signed_in(built, "bookkeeper")
    files = [*some(*["现金账.xlsx"] * others), (io.BytesIO(b""), "空.xlsx")]
    assert "空.xlsx is empty" in sent(client, draft_id, "files", files=files).text
    with built.app_context():
        assert not queries.files(draft_id)


NAMES = (
    "长" * 5000 + ".xlsx", "a" * 5000, "账\x07\x1b[31m\u202exslx.exe", "\u202e\u200b", "..", "../../etc/passwd",
    "C:\\账\\现金账.xlsx", "<script>alert(1)</script>.xlsx", "'; DROP TABLE draft; --.xlsx", "%s%(name)s{0}.xlsx",
)  # fmt: skip


@pytest.mark.usefixtures("monday")
def test_a_files_name_is_cleaned_and_shown_and_breaks_nothing(built: Flask) -> None:
    draft_id, client = begun(built), signed_in(built, "bookkeeper")
    for name in NAMES:
        assert "Everything adds up" in sent(client, draft_id, "files", files=[(io.BytesIO(cash()[1]), name)]).text, name
        with built.app_context():
            (file,) = queries.files(draft_id)
        assert 0 < len(file.name) <= 255 and file.name.isprintable() and not set(file.name) & set("/\\")
        answer = client.get(f"/desk/drafts/{draft_id}/files/{file.id}/marked")
        assert answer.status_code == 200 and "\n" not in answer.headers["Content-Disposition"]
        sent(client, draft_id, f"files/{file.id}/remove")


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize("as_files", [False, True])
def test_thousands_of_fields_are_a_sentence(built: Flask, as_files: bool) -> None:
    draft_id, client = begun(built, cash()), signed_in(built, "bookkeeper")
    fields: dict[str, Any] = {f"cell|1|A{n}|现金日记账": "x" for n in range(1, 3001)}
    if as_files:
        fields["files"] = some("现金账二.xlsx")
    page = sent(client, draft_id, "mend", **fields)
    assert ("too much at once" if as_files else "Mend at most 1000 cells at once") in page.text
    with built.app_context():
        assert not queries.choices(draft_id).mends


@pytest.mark.usefixtures("monday")
def test_columns_that_no_sheet_has_are_not_kept(built: Flask) -> None:
    draft_id, client = begun(built, bank()), signed_in(built, "bookkeeper")
    layout = client.page(f"/desk/drafts/{draft_id}/columns").field("layout")
    columns = {f"column|{n}": "" for n in range(100, 2000)}
    assert "not in the draft any more" in sent(client, draft_id, "columns", layout=layout, **columns).text
    with built.app_context():
        assert queries.remembered(village.place().id, "finance") == ({}, {})
