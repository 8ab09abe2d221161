"""A file is in the store whole or not at all, once, unreadable without the key, and gone when nobody names it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.errors import NotFound
from portal.evidence import installation, sweeping
from portal.evidence.storage import PASSING, Store, digest_of
from portal.jobs.models import Job
from portal.jobs.services import HANDLERS, run_due
from tests.disclosure import village
from tests.evidence.samples import photo

BODY = b"an invented receipt" * 50


@pytest.fixture
def store(context: Flask) -> Store:
    return installation.store()


def files(store: Store) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def aged(store: Store, days: int) -> None:
    old = (clock.now() - timedelta(days=days)).timestamp()
    for path in files(store):
        os.utime(path, (old, old))


def test_a_file_lies_under_its_digest_encrypted_and_for_its_owner_alone(store: Store) -> None:
    digest = store.put(BODY)
    assert digest == digest_of(BODY) and store.get(digest) == BODY
    (path,) = files(store)
    assert path.name == digest and BODY[:10] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_file_is_stored_once(store: Store) -> None:
    first = store.put(BODY)
    inode = store.path(first).stat().st_ino
    assert store.put(BODY) == first
    assert len(files(store)) == 1 and store.path(first).stat().st_ino == inode


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.rename"])
def test_a_process_that_dies_while_writing_leaves_no_file_under_its_name(
    store: Store, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, dies)
    with pytest.raises(OSError, match="No space left"):
        store.put(BODY)
    assert files(store) == [] and not store.has(digest_of(BODY))
    monkeypatch.undo()
    assert store.get(store.put(BODY)) == BODY


def test_what_a_killed_process_left_half_written_is_swept_after_a_day(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        os._exit(9)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr("pathlib.Path.rename", killed)
        store.put(BODY)
    os.waitpid(child, 0)
    (left,) = files(store)
    assert left.parent.name == PASSING
    with pytest.raises(NotFound):
        store.get(digest_of(BODY))
    assert sweeping.sweep(clock.now()) == 0, "another process may be writing it this moment"
    aged(store, 2)
    assert sweeping.sweep(clock.now()) == 1 and files(store) == []


@pytest.mark.parametrize("name", ["../secret", "x" * 64, "A" * 64, "", "0" * 63, "0" * 64 + "\n"])
def test_no_name_leads_elsewhere(store: Store, name: str) -> None:
    with pytest.raises(ValueError):
        store.get(name)


def test_files_that_nobody_names_are_swept_after_thirty_days(store: Store) -> None:
    digest = store.put(BODY)
    assert sweeping.sweep(clock.now()) == 0
    aged(store, 31)
    store.put(BODY)
    assert sweeping.sweep(clock.now()) == 0, "whoever has just put it is about to name it"
    aged(store, 31)
    assert sweeping.sweep(clock.now()) == 1 and not store.has(digest)


@pytest.mark.usefixtures("database")
def test_a_sweep_is_ordered_with_the_first_paper_and_orders_the_next(context: Flask) -> None:
    from portal.database import db
    from portal.evidence import services
    from portal.evidence.rules import Bearer, Document

    place = village.build()
    bearer = Bearer(place.id, draft_id=1)
    with clock.stopped(village.AT):
        for n in (1, 2):
            services.add(village.actor("bookkeeper"), bearer, "k", photo(n), Document.INVOICE, village.AT)
    assert db.session.query(Job).filter_by(name=sweeping.SWEEP).count() == 1
    db.session.rollback()
    with clock.stopped(village.AT + timedelta(days=1, minutes=1)):
        assert run_due({sweeping.SWEEP: HANDLERS[sweeping.SWEEP]}) == 1
    assert db.session.query(Job).filter_by(name=sweeping.SWEEP, done_at=None).count() == 1
