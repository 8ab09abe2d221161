"""Secret keys: one file each in `instance/keys/`, made once, never in the database.

`session` signs cookies, `match` makes keyed hashes for matching, `field` encrypts columns at rest, `receipt` hashes
receipt codes, `log` signs the gazette's checkpoints (Ed25519, 32 bytes of seed).
"""

import os
from pathlib import Path

NAMES = ("session", "match", "field", "receipt", "log")


def make_missing(folder: Path) -> list[str]:
    """Create the keys that are not there yet (32 random bytes each, mode 0600); returns their names."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in NAMES:
        if not (folder / name).exists() and _made(folder / name):
            made.append(name)
    return made


def _made(path: Path) -> bool:
    """Make one key, whole or not at all (half a key would stay for ever); False if another process was faster."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike a rename it replaces no key
    except FileExistsError:
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def read(folder: Path, name: str) -> bytes:
    """A key's 32 bytes; ValueError if the file is missing or damaged."""
    try:
        key = (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise ValueError(f"the key {name} is missing from {folder}") from error
    if len(key) != 32:
        raise ValueError(f"the key {name} in {folder} is damaged")
    return key
