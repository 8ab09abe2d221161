"""A child is kept for the next photo, not for long, not after a fault."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.errors import Invalid
from portal.evidence import kept
from portal.evidence.copies import Limits
from tests.evidence import samples


@pytest.fixture
def pool(app: Flask) -> Iterator[kept.Kept]:
    pool = kept.Kept()
    yield pool
    pool.close()


def _pid(pool: kept.Kept, body: bytes = samples.photo()) -> int:
    with pool.borrowed(Limits()) as copier:
        assert copier.photo(body).copies.copy
        process = copier._child._process
        assert process
        return process.pid


def test_the_next_photo_meets_the_same_child_and_a_fault_ends_it(pool: kept.Kept) -> None:
    first = _pid(pool)
    assert _pid(pool) == first
    with pytest.raises(Invalid), pool.borrowed(Limits(megapixels=0)) as copier:
        copier.photo(samples.photo())
    assert _pid(pool) != first


def test_a_child_ends_after_its_files_and_when_nobody_asks(pool: kept.Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FILES", 1)
    assert _pid(pool) != _pid(pool)
    monkeypatch.undo()
    monkeypatch.setattr(kept, "IDLE", 0.2)
    _pid(pool)
    copier = pool._idle[0][0]
    until = time.monotonic() + 20
    while copier._child._process and time.monotonic() < until:
        time.sleep(0.1)
    assert copier._child._process is None and not pool._idle


def test_only_a_few_children_wait(pool: kept.Kept) -> None:
    with pool.borrowed(Limits()) as a, pool.borrowed(Limits()) as b, pool.borrowed(Limits()) as c:
        assert len({id(each) for each in (a, b, c)}) == 3
    assert len(pool._idle) == kept.MOST


def test_a_child_killed_while_it_waits_costs_no_photo(pool: kept.Kept) -> None:
    first = _pid(pool)
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 20
    while pool._idle[0][0].is_there and time.monotonic() < until:
        time.sleep(0.01)
    assert _pid(pool) != first
