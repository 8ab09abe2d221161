"""The page generation: a counter shared by all workers through a file, which drops every cached page at once.

Read it *before* rendering what will be cached under it; publishing bumps it after the commit.
"""

import fcntl
import mmap
import os
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from portal.database import db

_SIZE = 8  # bytes of the counter


class Generation:
    """A counter in a memory-mapped file (`path`), made when first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1
        self._memory: mmap.mmap | None = None

    def current(self) -> int:
        """The generation now; under a microsecond, no system call."""
        memory = self._memory or self._open()
        return int.from_bytes(memory[:_SIZE], "little")

    def bump(self) -> None:
        """Begin the next generation, seen by every process at once."""
        memory = self._memory or self._open()
        if not self._is_same_file():  # deleted or restored while we ran: the others may look at either
            self._add_one(memory)
            memory = self._open()
        self._add_one(memory)

    def _add_one(self, memory: mmap.mmap) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_EX)  # two at once must count as two
        try:
            number = (int.from_bytes(memory[:_SIZE], "little") + 1) % 2**64
            memory[:_SIZE] = number.to_bytes(_SIZE, "little")
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def _open(self) -> mmap.mmap:
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._handle).st_size < _SIZE:
            os.pwrite(self._handle, bytes(_SIZE), 0)  # not a hole: filling one on a full disk would kill the process
        self._memory = mmap.mmap(self._handle, _SIZE)
        return self._memory

    def _is_same_file(self) -> bool:
        try:
            ours, there = os.fstat(self._handle), self.path.stat()
        except FileNotFoundError:
            return False
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def close(self) -> None:
        """Let the file go."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


_shared: list[Generation] = []


def use(path: Path) -> None:
    """The file of this installation's counter; called at start."""
    _shared[:] = [Generation(path)]


def current() -> int:
    """The page generation now (0.5 µs); 0 in a process that serves no installation."""
    return _shared[0].current() if _shared else 0


def bump() -> None:
    """Drop every cached page of every worker."""
    if _shared:
        _shared[0].bump()


@event.listens_for(db.session, "after_begin")
def _began(session: Session, begun: SessionTransaction, _connection: Any) -> None:
    """Write down under which generation a session begins to read: it sees nothing that is committed later. A savepoint
    begins nothing: what it reads is as old as the rest."""
    if not begun.nested:
        session.info["generation"] = current()


def of_reading(session: Session) -> int:
    """The generation to which belongs what `session` reads now, be it the first thing or the last."""
    if not session.in_transaction():
        return current()
    began: int = session.info.get("generation", 0)
    return began
