"""Files by the digest of their content, encrypted with the field key: written whole or not at all, each stored once.

A file is written under a passing name, synced, renamed, and only then does a row name it; a crash in between leaves a
file that nobody names, which `sweeping` takes away after its time.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from portal.cipher import Cipher
from portal.database import Encrypted
from portal.errors import NotFound
from portal.text import N_

DIGEST = re.compile("[0-9a-f]{64}")
PASSING = "passing"
"""The folder of files that are being written."""


def digest_of(body: bytes) -> str:
    """SHA-256 in hexadecimal: the name of a file."""
    return sha256(body).hexdigest()


class Store:
    """The files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where a file lies; ValueError for what is no digest, so that no name leads elsewhere."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(digest)
        return self.folder / digest[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path(digest).exists()

    def put(self, body: bytes) -> str:
        """Keep a file; its digest. What is there already is not written again, but counts as new from now on."""
        digest = digest_of(body)
        path = self.path(digest)
        try:
            os.utime(path)
            return digest
        except FileNotFoundError:
            pass
        passing = self.folder / PASSING / token_hex(16)
        for folder in (passing.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            _write(passing, _cipher().encrypt(body))
            passing.rename(path)
        except BaseException:
            passing.unlink(missing_ok=True)
            raise
        _sync(path.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """A file's bytes; NotFound if it is not there."""
        try:
            return _cipher().decrypt(self.path(digest).read_bytes())
        except FileNotFoundError as error:
            raise NotFound(N_("The file of this paper is missing. Restore the folder “evidence” of the backup.")) from (
                error
            )

    def old(self, before: datetime) -> Iterator[str]:
        """The digests of files written before a moment."""
        for path in self.folder.glob("??/*"):
            if DIGEST.fullmatch(path.name) and _is_older(path, before):
                yield path.name

    def drop(self, digest: str, before: datetime) -> bool:
        """Delete a file if it is still that old; call it inside a writing transaction that found no row naming it: an
        act that names a file puts it again inside its own."""
        path = self.path(digest)
        if not _is_older(path, before):
            return False
        path.unlink(missing_ok=True)
        return True

    def drop_unfinished(self, before: datetime) -> int:
        """Delete what was left under a passing name by a process that died; how many."""
        left = [path for path in self.folder.glob(f"{PASSING}/*") if _is_older(path, before)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _cipher() -> Cipher:
    if Encrypted.cipher is None:
        raise RuntimeError("the field key was not read")
    return Encrypted.cipher


def _write(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the new name last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
