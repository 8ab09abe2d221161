"""A zip of papers, unpacked with suspicion: no paths that lead out, no links, no zip in a zip, no bomb. Pure."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from portal.errors import Invalid
from portal.evidence import formats
from portal.text import N_

ENTRIES_AT_MOST = 500
UNPACKED_AT_MOST = 400 * 1024 * 1024
_NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_UTF8 = 0x800  # the flag of a name in UTF-8
_LOCKED = 0x1

BROKEN = N_("The zip is damaged or was not transferred completely. Pack the pictures again and send it once more.")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What zipfile unpacks piece by piece; of bzip2 and lzma a few hundred bytes become gigabytes in one piece."""
TOO_MANY = N_("The zip has %(n)s files; at most %(most)s are taken at once. Pack one month's papers.")
TRICKS = N_(
    "The zip contains names or links that lead outside of it (%(name)s). Pack the pictures alone and send it again."
)
METHOD = N_("“%(name)s” is packed in a way that is not read here. Make the zip with the computer's usual program.")
NESTED = N_("There is a zip inside the zip (%(name)s). Pack the pictures themselves and send it again.")
LOCKED = N_("The zip is protected with a password. Pack the pictures without one and send it again.")
TOO_BIG = N_("The zip unpacks to more than %(most)s MB. Make the pictures smaller, or send it in parts.")


def files(body: bytes, largest: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file in a zip; a file of more than `largest` bytes comes with so many and one more, so
    that whoever looks at it next refuses it. Invalid, before anything is given, for a zip that plays tricks."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            entries = _checked(archive.infolist())
            _look_for_zips(archive, entries)
            yield from _unpacked(archive, entries, largest)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Invalid(BROKEN) from error


def _checked(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(entries) > ENTRIES_AT_MOST:
        raise Invalid(TOO_MANY, n=len(entries), most=ENTRIES_AT_MOST)
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name or _is_link(entry):
            raise Invalid(TRICKS, name=entry.filename[:60])
        if entry.flag_bits & _LOCKED:
            raise Invalid(LOCKED)
        if entry.compress_type not in _METHODS:
            raise Invalid(METHOD, name=_name(entry)[:60])
    if sum(entry.file_size for entry in entries) > UNPACKED_AT_MOST:
        raise Invalid(TOO_BIG, most=UNPACKED_AT_MOST // 2**20)
    return [entry for entry in entries if not entry.is_dir() and not any(part in entry.filename for part in _NOISE)]


def _look_for_zips(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        with archive.open(entry) as opened:
            if formats.is_zip(opened.read(4)):
                raise Invalid(NESTED, name=_name(entry)[:60])


def _is_link(entry: zipfile.ZipInfo) -> bool:
    mode = entry.external_attr >> 16
    return bool(mode) and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode) and stat.S_IFMT(mode) != 0


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], largest: int) -> Iterator[tuple[str, bytes]]:
    total = 0
    for entry in entries:
        name = _name(entry)
        with archive.open(entry) as opened:
            data = opened.read(largest + 1)  # whatever size the entry claims
        total += len(data)
        if total > UNPACKED_AT_MOST:
            raise Invalid(TOO_BIG, most=UNPACKED_AT_MOST // 2**20)
        yield name, data


def _name(entry: zipfile.ZipInfo) -> str:
    """The file's own name, without folders; zips of Chinese computers have it in GB18030 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/").rpartition("/")[2]
