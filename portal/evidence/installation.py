"""Where this installation keeps its papers, and the typeface for drawing them; set once, at start."""

from dataclasses import dataclass
from pathlib import Path

from portal.config import Settings
from portal.evidence.storage import Store


@dataclass(frozen=True)
class Installation:
    """The store of files, and the folder of the portal's typeface."""

    store: Store
    fonts: Path


_started: list[Installation] = []


def start(settings: Settings) -> None:
    """Set the installation; a second call (another application in the same process: tests) replaces it."""
    _started[:] = [Installation(Store(settings.instance / "evidence"), settings.fonts)]


def current() -> Installation:
    """The installation; RuntimeError before `start`."""
    if not _started:
        raise RuntimeError("portal.evidence.installation.start() was not called")
    return _started[0]


def store() -> Store:
    """The installation's store."""
    return current().store
