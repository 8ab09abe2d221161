"""What the gazette must know of the installation it runs in; set once, at start, by the application."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal import keys
from portal.config import Settings
from portal.errors import Conflict
from portal.gazette import generation
from portal.text import N_


@dataclass(frozen=True)
class Installation:
    """`origin` is what a log opened here is called when nobody names it; `log_key` reads the signing key's seed,
    `match_key` the key of the hashes by which internal numbers find each other, `receipt_key` that of paper's codes."""

    origin: str
    log_key: Callable[[], bytes]
    match_key: Callable[[], bytes]
    receipt_key: Callable[[], bytes]


_started: list[Installation] = []


def start(settings: Settings) -> None:
    """Set the installation; a second call (another application in the same process: tests) replaces it."""
    generation.use(settings.instance / "generation")
    address = urlsplit(settings.public_url)
    origin = f"{address.netloc}{address.path}/log"
    _started[:] = [
        Installation(
            origin=f"demo.{origin}" if settings.demo else origin,
            log_key=lambda: keys.read(settings.keys, "log"),
            match_key=lambda: keys.read(settings.keys, "match"),
            receipt_key=lambda: keys.read(settings.keys, "receipt"),
        )
    ]


def current() -> Installation:
    """The installation; RuntimeError before `start`."""
    if not _started:
        raise RuntimeError("portal.gazette.installation.start() was not called")
    return _started[0]


def signing_key() -> bytes:
    """The seed of the log's key, 32 bytes; Conflict with a sentence if its file is missing or damaged."""
    try:
        return current().log_key()
    except ValueError as error:
        raise Conflict(N_("Nothing can be published: the key of the log is missing or damaged.")) from error
