"""Copiers whose child is kept for the next photo: starting one costs as much as all the rest of a photo."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from time import monotonic

from portal.evidence import installation
from portal.evidence.copies import Copier, Limits

IDLE = 20.0  # seconds after which a child that nobody asks is ended
FILES = 50  # files that one child opens: what it leaves behind in memory does not add up
MOST = 2  # children that wait


class Kept:
    """The copiers of one process that nobody uses at the moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[tuple[Copier, int, float]] = []

    @contextmanager
    def borrowed(self, limits: Limits) -> Iterator[Copier]:
        """A copier under these limits, for one file."""
        with self._lock:
            copier, files, _since = self._idle.pop() if self._idle else (_new(), 0, 0.0)
        if files and not copier.is_there:
            copier.close()  # killed while it waited: the next file begins another, and pays for nothing
            files = 0
        copier.limits = limits
        try:
            yield copier
        except BaseException:
            copier.close()
            raise
        self._give_back(copier, files + 1)

    def _give_back(self, copier: Copier, files: int) -> None:
        with self._lock:
            is_kept = files < FILES and len(self._idle) < MOST
            if is_kept:
                self._idle.append((copier, files, monotonic()))
        if not is_kept:
            copier.close()
            return
        timer = Timer(IDLE + 0.1, self.close, [IDLE])
        timer.daemon = True
        timer.start()

    def close(self, idle_for: float = 0.0) -> None:
        """End the children that have waited so long."""
        before = monotonic() - idle_for
        with self._lock:
            over = [entry for entry in self._idle if entry[2] <= before]
            self._idle = [entry for entry in self._idle if entry[2] > before]
        for copier, _files, _since in over:
            copier.close()


def _new() -> Copier:
    return Copier(installation.current().fonts)


kept = Kept()
atexit.register(kept.close)
