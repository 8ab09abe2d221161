"""The disk is full, the database is locked or lost: a sentence, and nothing is half done."""

import io
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from portal import clock
from portal.config import ROOT, Settings
from portal.database import db, missing_guards, transaction
from portal.disclosure import queries, services
from portal.disclosure.rules import State
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from portal.jobs.services import HANDLERS, run_due
from tests.disclosure import village
from tests.disclosure.test_views import signed_in
from tests.disclosure.village import AT, CASH, actor, bank, cash
from tests.pages import Page, PageClient
from tests.test_cli import instance, portal

__all__ = ["instance"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.stopped(AT):
        yield


@pytest.fixture
def built(app: Flask) -> Flask:
    with app.app_context():
        village.build()
        village.open_accounts()
    return app


@contextmanager
def full(app: Flask, table: str) -> Iterator[None]:
    """No room: SQLite may not grow its file, PostgreSQL refuses rows of `table` as on a full disk."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            engine = db.engine

            def forbid(connection: Any) -> None:
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

            event.listen(engine, "begin", forbid)
            try:
                yield
            finally:
                event.remove(engine, "begin", forbid)
                engine.dispose()
            return
        function = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE disk_full; END$$"
        trigger = f"CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()"
        _execute(function, trigger)
        try:
            yield
        finally:
            _execute(f"DROP TRIGGER no_room ON {table}", "DROP FUNCTION no_room")


def _execute(*statements: str) -> None:
    with transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def post(client: PageClient, page: str, target: str, **fields: Any) -> Page:
    """Send a form with the token of a page, and look at the page that answers as at any other."""
    token = client.page(page).field("csrf_token")
    response = client.post(target, data={"csrf_token": token, **fields}, follow_redirects=True)
    return client._checked(response, target, response.status_code)


def told(page: Page) -> None:
    """The page of a full disk: what happened, what became of what was sent, what to do."""
    assert page.status == 503 and page.headers["Retry-After"]
    assert page.h1 == "The portal cannot do this now"
    assert "no room left" in page.text and "Nothing was saved and nothing is half done" in page.text
    assert "sqlite" not in page.html.lower() and "Traceback" not in page.html


def many(lines: int = 120) -> list[tuple[Any, ...]]:
    """A month of so many entries that its publication needs new pages of the database's file."""
    entries = ((f"2026-03-{n % 28 + 1:02d}", f"现-{n:03d}", f"卖树苗第{n}次", "经营收入") for n in range(lines))
    return [*CASH[:1], *((*entry, 10, None, None, "柳河镇供销社", "周清远") for entry in sorted(entries))]


def large(name: str = "现金账.xlsx") -> tuple[io.BytesIO, str]:
    """A workbook that the last page of a database file has no room for."""
    return io.BytesIO(cash()[1]), name


@pytest.mark.usefixtures("database")
def test_an_upload_that_finds_no_room_is_told_and_nothing_of_it_is_kept(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    with built.app_context():
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)
    here = f"/desk/drafts/{draft_id}"
    with full(built, "draft_file"):
        told(post(client, here, f"{here}/files", files=[large()]))
        assert client.page(here).status == 200, "who looks is not kept from looking"
    with built.app_context():
        assert not queries.files(draft_id) and not queries.draft(draft_id).is_being_read
    assert "Everything adds up" in post(client, here, f"{here}/files", files=[large()]).text


@pytest.mark.usefixtures("database")
def test_a_signature_that_finds_no_room_for_what_it_publishes_was_not_given(built: Flask) -> None:
    with built.app_context():
        keeper = actor("bookkeeper")
        draft_id = services.start_draft(keeper, village.place(), "finance", "2026-03", AT)
        services.add_files(keeper, draft_id, [cash(many())], AT)
        services.hand_over(keeper, draft_id, AT)
        seen = queries.draft(draft_id).digest or ""
        services.sign(actor("head"), draft_id, "signed", "", seen, AT)
    client, here = signed_in(built, "committee"), f"/desk/drafts/{draft_id}"
    decision = {"seen": seen, "decision": "reserved", "reason": "缺发票。"}
    with full(built, "line_finance"):
        told(post(client, here, f"{here}/decide", **decision))
        with built.app_context():
            view = queries.draft(draft_id)
            assert view.state is State.WAITING and len(view.signatures) == 1
            assert not gazette.items_of(view.place.id)
    assert "Published as number 1" in post(client, here, f"{here}/decide", **decision).text
    with built.app_context():
        assert verify().ok
        with transaction(write=False) as session:
            assert not missing_guards(session.connection())


def test_a_draft_that_was_saved_but_found_no_room_to_be_read_says_so_and_can_be_read(
    built: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(built, "bookkeeper")
    with built.app_context():
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)
    here = f"/desk/drafts/{draft_id}"

    def refuse(*_arguments: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("portal.disclosure.assembling.store", refuse)
        page = post(client, here, f"{here}/files", files=[large()])
    assert "The files are not read yet" in page.text and 'http-equiv="refresh"' not in page.html
    with built.app_context():
        assert [file.name for file in queries.files(draft_id)] == ["现金账.xlsx"]
    assert "Everything adds up" in post(client, here, f"{here}/read-again").text


def test_a_job_that_was_given_up_leaves_a_draft_that_can_be_read(built: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.disclosure.assembling.LARGE_FILE", 100)
    monkeypatch.setattr("portal.jobs.services.MOST_ATTEMPTS", 1)
    with built.app_context():
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)
        services.add_files(actor("bookkeeper"), draft_id, [cash()], AT)
        with monkeypatch.context() as patch:
            patch.setattr("portal.disclosure.assembling.understand", lambda *_arguments: 1 / 0)
            run_due(HANDLERS)
    client, here = signed_in(built, "bookkeeper"), f"/desk/drafts/{draft_id}"
    assert "The files are not read yet" in client.page(here).text
    assert "Everything adds up" in post(client, here, f"{here}/read-again").text


def test_an_upload_for_which_there_is_no_room_on_its_way_is_told(built: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(built, "bookkeeper")
    page = client.page("/desk/")

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    data = {"csrf_token": page.field("csrf_token"), "period": "2026-03", "files": [large()]}
    told(client._checked(client.post("/desk/drafts", data=data), "/desk/drafts", 503))


def test_a_locked_database_is_told_and_nothing_is_saved(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        village.build()
        village.open_accounts()
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)

        @event.listens_for(db.engine, "checkout")
        def hurry(connection: Any, _record: Any, _proxy: Any) -> None:
            connection.execute("PRAGMA busy_timeout = 50")

    client, here = signed_in(app, "bookkeeper"), f"/desk/drafts/{draft_id}"
    other = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    page = post(client, here, f"{here}/files", files=[large()])
    assert page.status == 503 and "Others were saving at the same time" in page.text
    other.execute("ROLLBACK")
    other.close()
    with app.app_context():
        assert not queries.files(draft_id)
    assert "Everything adds up" in post(client, here, f"{here}/files", files=[large()]).text


def test_a_lost_database_is_a_page_that_needs_none(built: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(built, "head")

    def lost(*_arguments: Any) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("portal.accounts.queries.signed_in", lost)
    for path in ("/desk/", "/desk/drafts"):
        page = client.page(path, status=503)
        assert page.h1 == "The portal cannot do this now" and page.link("Due today") == "/desk/"


# ---------------------------------------------------------------- the command line


def confined(instance: Path, room: int, *words: object) -> str:
    """What a command says, in a process of its own no file of which may grow beyond `room` bytes, and of which nothing
    but one sentence and exit code 1 must come (a progress bar may stand above the sentence)."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run(
        [sys.executable, "-c", "from portal.cli import main; main()", *map(str, words)],
        env={**environ, "PORTAL_INSTANCE": str(instance), "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)},
        cwd=instance,
        preexec_fn=bound,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, ""), (words, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    sentence = done.stderr.splitlines()[-1]
    assert sentence.endswith("Nothing is half done: mend that and run it again."), done.stderr
    return sentence


INIT = ("init", "--county", "990110", "--name", "青禾县", "--origin", "gazette.example", "--yes")


def test_a_command_that_finds_no_room_says_so_and_runs_again_when_there_is(instance: Path, fonts: Path) -> None:
    assert "File too large" in confined(instance, 10, *INIT)
    assert not any(path.is_file() for path in instance.rglob("*")), "half a key would stay for ever"
    assert portal(*INIT).exit_code == 0
    (instance / "fonts").symlink_to(fonts)
    (instance / "places.csv").write_text(village.PLACES, encoding="utf-8")
    (instance / "ledger.csv").write_bytes(village.history(_ledger()))
    workbook = instance / bank()[0]
    workbook.write_bytes(bank()[1])
    for command in (
        ("places", "load", instance / "places.csv"),
        ("import", workbook, "--village", village.CODE, "--kind", "finance", "--period", "2026-03"),
        ("backfill", instance / "ledger.csv", "--kind", "finance"),
        ("notice", 1, "-o", instance / "out.pdf"),
    ):
        confined(instance, 9000, *command)
        assert not [path.name for path in instance.iterdir() if "out.pdf" in path.name]
        done = portal(*command)
        assert done.exit_code == 0, (command, done.output)
    assert portal("verify").exit_code == 0


def _ledger() -> list[dict[str, str]]:
    row = {"village": village.CODE, "period": "2026-03", "date": "2026-03-05", "account": "经营收入", "income": "9"}
    return [{**row, "voucher": str(n), "summary": f"第{n}次收入" * 20, "expense": ""} for n in range(1, 400)]


def test_a_demo_that_finds_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    confined(tmp_path, 600_000, "demo", "--villages", 1, "--months", 2)
    assert not list(tmp_path.glob("demo.db*"))
