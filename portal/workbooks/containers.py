"""What a file really is, whatever its name says, and what must be known of it before it is opened.

Everything is refused here that the reader should not be asked to read: pages and XML saved under a spreadsheet's
name, locked files, compression bombs. And what the reader does not tell is found here: formulas that were never
calculated and cells that show an error, both of which it hands over as blanks.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from portal.sandbox import Refusal
from portal.text import N_
from portal.workbooks.addresses import Place, position

ENTRIES = 5_000  # files inside a workbook; a real one has some dozens and its photos
_CHUNK = 1 << 20


class Contents(NamedTuple):
    """`format` is xlsx, xlsb, ods, xls or csv; `macros` whether programs are in it; `epoch_1904` whether days are
    counted from 1904; `blanks` and `errors`: sheet → cells that look empty to the reader though a
    formula stands there that was never calculated, or that show an error."""

    format: str
    macros: bool = False
    epoch_1904: bool = False
    blanks: Mapping[str, set[Place]] = MappingProxyType({})
    errors: Mapping[str, set[Place]] = MappingProxyType({})


EMPTY = N_("The file is empty. Save the workbook again and upload it once more.")
HTML = N_(
    "This is a web page saved under a spreadsheet's name. Open it in Excel or WPS, choose “Save as”, "
    "pick “Excel workbook (.xlsx)” and upload the new file."
)
XML = N_(
    "This is an XML file saved under a spreadsheet's name. Open it in Excel or WPS, choose “Save as”, "
    "pick “Excel workbook (.xlsx)” and upload the new file."
)
OLD_EXCEL = N_(
    "This is a workbook of a very old Excel. Open it in Excel or WPS, choose “Save as”, "
    "pick “Excel workbook (.xlsx)” and upload the new file."
)
LOCKED = N_("The file is protected with a password. Open it, remove the password under “Save as”, and upload it again.")
BROKEN = N_(
    "The file is damaged or was not transferred completely. "
    "Open it in Excel or WPS, save it again and upload the new file."
)
NO_SPREADSHEET = N_("This is not a spreadsheet. Upload the workbook itself: xlsx, xls, ods or csv.")
PICTURE = N_("This is a picture or a PDF. Upload the workbook itself: xlsx, xls, ods or csv.")
BOMB = N_(
    "The file unpacks to far more than a month's book can hold and was not opened. "
    "Copy the table into a new workbook and upload that."
)
ENTITIES = N_(
    "The file contains XML entities, which no spreadsheet program writes, and was not opened. "
    "Copy the table into a new workbook and upload that."
)

_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_MARKUP = re.compile(rb"\s*<(?:!|\?|[A-Za-z])")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|script)\b", re.I)


def inspect(data: bytes, unpacked: int) -> Contents:
    """What `data` is, by its content; Refusal for what is no readable spreadsheet. `unpacked`: bytes it may grow to."""
    if not data.strip(b"\0 \t\r\n"):
        raise Refusal(EMPTY)
    if data.startswith(b"PK\x03\x04"):
        return _zip(data, unpacked)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(data)
    if data.startswith(_PICTURES):
        raise Refusal(PICTURE)
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00", data):
        raise Refusal(OLD_EXCEL)
    _refuse_markup(data[:4096])
    return Contents("csv")


def _refuse_markup(start: bytes) -> None:
    start = start.removeprefix(b"\xef\xbb\xbf")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "ignore").encode()
    if start.lstrip().startswith(b"MIME-Version:"):
        raise Refusal(HTML)
    if _MARKUP.match(start):
        raise Refusal(HTML if _HTML.search(start) else XML)


def _compound(data: bytes) -> Contents:
    """An OLE file: the names of its streams stand in it as UTF-16."""
    if _utf16("EncryptedPackage") in data or _utf16("EncryptionInfo") in data:
        raise Refusal(LOCKED)
    if _utf16("WordDocument") in data or _utf16("PowerPoint Document") in data:
        raise Refusal(NO_SPREADSHEET)
    # FILEPASS (0x2F) follows the workbook's first record where the old format is locked with a password.
    at = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    if at >= 0 and data[at + 20 : at + 22] == b"\x2f\x00":
        raise Refusal(LOCKED)
    from portal.workbooks.biff import oddities  # most files are of the new format

    epoch = re.search(rb"\x22\x00\x02\x00([\x00\x01])\x00\x0e\x00\x02\x00", data)
    is_1904 = bool(epoch and epoch[1] == b"\1")
    return Contents("xls", _utf16("_VBA_PROJECT") in data, is_1904, *oddities(data))


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _zip(data: bytes, unpacked: int) -> Contents:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise Refusal(BROKEN) from error
    entries = archive.infolist()
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > unpacked:
        raise Refusal(BOMB)
    names = {entry.filename.lower().replace("\\", "/").lstrip("/"): entry for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal(LOCKED)
    found = _Package(data, archive, names, unpacked)
    if "xl/workbook.bin" in names:
        found.read_all()
        return Contents("xlsb", macros=_macros(names))
    if "content.xml" in names:
        return _open_document(found)
    if any(name.startswith("xl/") for name in names) or b"spreadsheetml" in found.text("[content_types].xml"):
        return _excel(found)
    raise Refusal(NO_SPREADSHEET)


def _macros(names: dict[str, zipfile.ZipInfo]) -> bool:
    return any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names)


class _Package:
    """The parts of a zipped workbook, unpacked piece by piece with an eye on how much comes out."""

    def __init__(self, data: bytes, archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], unpacked: int) -> None:
        self.data, self.archive, self.names, self.left = data, archive, names, unpacked
        self.unread = set(names)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part in pieces of about 1 MiB; Refusal if it is damaged or more comes out than was declared."""
        entry = self.names[name]
        self.unread.discard(name)
        start = self._start(entry)
        packed = memoryview(self.data)[start : start + entry.compress_size]
        size = 0
        for piece in _inflated(packed, entry.compress_type):
            size += len(piece)
            self.left -= len(piece)
            if size > entry.file_size or self.left < 0:
                raise Refusal(BOMB)
            yield piece
        if size < entry.file_size:
            raise Refusal(BROKEN)

    def _start(self, entry: zipfile.ZipInfo) -> int:
        """Where the part's bytes begin, after its local header."""
        header = self.data[entry.header_offset : entry.header_offset + 30]
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise Refusal(BROKEN)
        name, extra = struct.unpack("<HH", header[26:30])
        return int(entry.header_offset + 30 + name + extra)

    def text(self, name: str) -> bytes:
        """A whole small part; nothing if it is absent."""
        return b"".join(self.pieces(name)) if name in self.names else b""

    def read_all(self) -> None:
        """Unpack all that is no picture and was not looked at yet: for its true size, and against entities."""
        for name in sorted(self.unread):
            if name.endswith((".xml", ".rels", ".bin", ".vml")):
                for n, piece in enumerate(self.pieces(name)):
                    if n == 0:
                        refuse_entities(name, piece)


def refuse_entities(name: str, piece: bytes) -> None:
    """Refuse a part whose beginning declares a document type: spreadsheet programs never do, bombs must."""
    if not name.endswith(".bin") and b"<!DOCTYPE" in piece[:65536].upper():
        raise Refusal(ENTITIES)


def _inflated(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _CHUNK):
            yield bytes(packed[at : at + _CHUNK])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise Refusal(BROKEN)
    stream = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    try:
        while rest and not stream.eof:
            yield stream.decompress(rest, _CHUNK)
            rest = stream.unconsumed_tail
        yield stream.flush()
    except zlib.error as error:
        raise Refusal(BROKEN) from error


_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>")
_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_IS_TEXT = re.compile(rb"\bt=[\"']str[\"']")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*?>")
_EPOCH = re.compile(rb"\bdate1904=[\"'](?:1|true)[\"']")


def _excel(package: _Package) -> Contents:
    targets = _targets(package)
    blanks: dict[str, set[Place]] = {}
    errors: dict[str, set[Place]] = {}
    workbook = next(
        (name for name in package.names if re.fullmatch(r"(?:xl/)?workbook\d*\.xml", name)), "xl/workbook.xml"
    )
    book = package.text(workbook)
    refuse_entities(workbook, book)
    for name, part in _sheets(book, targets):
        if part in package.unread:
            blanks[name], errors[name] = _odd_cells(package, part)
    package.read_all()
    return Contents("xlsx", _macros(package.names), bool(_EPOCH.search(book)), blanks, errors)


def _attribute(tag: bytes, name: bytes) -> str:
    from html import unescape  # only a few tags pass here

    found = re.search(rb"\b" + name + rb"=(?:\"([^\"]*)\"|'([^']*)')", tag)
    return unescape((found[1] or found[2] or b"").decode("utf-8", "replace")) if found else ""


def _targets(package: _Package) -> dict[str, str]:
    """Relation id → part, from the workbook's relations."""
    rels = next((name for name in package.names if re.fullmatch(r"(?:xl/)?_rels/workbook\d*\.xml\.rels", name)), "")
    found = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", package.text(rels)):
        target = _attribute(tag, b"Target").replace("\\", "/")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[_attribute(tag, b"Id")] = part.lower()
    return found


def _sheets(book: bytes, targets: dict[str, str]) -> Iterator[tuple[str, str]]:
    for tag in _SHEET.findall(book):
        yield _attribute(tag, b"name"), targets.get(_attribute(tag, rb"\w+:id"), "")


def _odd_cells(package: _Package, part: str) -> tuple[set[Place], set[Place]]:
    """Cells of a sheet with a formula but no value, and cells that show an error."""
    blanks: set[Place] = set()
    errors: set[Place] = set()
    carry = b""
    for n, piece in enumerate(package.pieces(part)):
        if n == 0:
            refuse_entities(part, piece)
        window = carry + piece
        cut = max(window.rfind(b"<c "), window.rfind(b":c "), 0)
        carry = window[max(cut - 20, 0) :] if len(window) - cut < _CHUNK else b""
        if b"<f" in window or b":f" in window:
            for cell, empty in _CELL.findall(window):
                if not (empty and _IS_TEXT.search(cell)):
                    blanks.update(_address(cell))
        if b't="e"' in window or b"t='e'" in window:
            for cell in _ERROR.findall(window):
                errors.update(_address(cell))
    return blanks - errors, errors


def _address(cell: bytes) -> list[Place]:
    found = _ADDRESS.search(cell)
    return [position(found[1].decode())] if found else []


_LOCKED_ODS = re.compile(rb"<(?:\w+:)?encryption-data\b")
_UNCALCULATED = re.compile(rb"<table:table-cell\b(?=[^>]*\btable:formula=)(?![^>]*\boffice:value-type=)[^>]*>")

_ERROR_ODS = b'calcext:value-type="error"'
_EXTENDED_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


def _open_document(package: _Package) -> Contents:
    if _LOCKED_ODS.search(package.text("meta-inf/manifest.xml")):
        raise Refusal(LOCKED)
    if b"opendocument.spreadsheet" not in package.text("mimetype") + package.text("meta-inf/manifest.xml"):
        raise Refusal(NO_SPREADSHEET)
    odd = False
    carry = b""
    for n, piece in enumerate(package.pieces("content.xml")):
        if n == 0:
            refuse_entities("content.xml", piece)
        window = carry + piece
        odd = odd or _ERROR_ODS in window or bool(_UNCALCULATED.search(window))
        carry = piece[-2000:]
    blanks, errors = _odd_cells_of_open_document(package) if odd else ({}, {})
    package.read_all()
    return Contents("ods", _macros(package.names), False, blanks, errors)


def _odd_cells_of_open_document(package: _Package) -> tuple[dict[str, set[Place]], dict[str, set[Place]]]:
    """Cells with a formula and no value, and cells that show an error; repeated rows and columns are counted, not
    unrolled."""
    from xml.etree.ElementTree import iterparse

    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    blanks: dict[str, set[Place]] = {}
    errors: dict[str, set[Place]] = {}
    sheet, row, column, repeat = "", 0, 0, 1
    with package.archive.open(package.names["content.xml"]) as stream:
        for event, element in iterparse(stream, ("start", "end")):  # noqa: S314
            if event == "start" and element.tag == table + "table":
                sheet, row = element.get(table + "name", ""), 0
            elif event == "start" and element.tag == table + "table-row":
                repeat, column = int(element.get(table + "number-rows-repeated", 1)), 0
            elif event == "end" and element.tag == table + "table-row":
                row += repeat
                element.clear()
            elif event == "end" and element.tag in (table + "table-cell", table + "covered-table-cell"):
                if element.get(_EXTENDED_TYPE) == "error":
                    errors.setdefault(sheet, set()).add((row + 1, column))
                elif element.get(table + "formula") and not element.get(office + "value-type"):
                    blanks.setdefault(sheet, set()).add((row + 1, column))
                column += int(element.get(table + "number-columns-repeated", 1))
    return blanks, errors
