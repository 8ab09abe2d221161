"""Invented papers and hostile files, for the tests of this room: photos, PDFs, packed folders."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pypdf
from PIL import Image, ImageDraw
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SECRET = b"<script>alert(1)</script>"
PLACE_OF_THE_PHOTO = {1: "N", 2: (30.0, 15.0, 7.0), 3: "E", 4: (114.0, 5.0, 9.0)}


def drawing(size: tuple[int, int] = (800, 600), color: str = "white", words: str = "invoice") -> Image.Image:
    """A sheet with a red upper left corner (so that turning shows) and some words."""
    picture = Image.new("RGB", size, color)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill="red")
    draw.text((size[0] // 2, size[1] // 2), words, fill="black")
    return picture


def saved(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def photo(n: int = 0, size: tuple[int, int] = (800, 600), orientation: int = 1) -> bytes:
    """A JPEG as a telephone makes it: maker, place and orientation in its EXIF; `n` tells photos apart."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "InventedPhone", orientation
    exif._ifds[0x8825] = dict(PLACE_OF_THE_PHOTO)
    return saved(drawing(size, words=f"invoice {n}"), exif=exif, quality=90, comment=SECRET)


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it has 900 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(side // 8 + 1) * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(pages: int = 1, words: str = "合同 甲方 乙方") -> bytes:
    """A PDF whose Chinese letters are not embedded, as many invoices come."""
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    for page in range(pages):
        canvas.setFont("STSong-Light", 40)
        canvas.drawString(80, 600, f"{words} {page + 1}")
        canvas.showPage()
    canvas.setAuthor("an invented author")
    canvas.save()
    return out.getvalue()


def wicked_pdf() -> bytes:
    """Every way in which a PDF does something by itself: scripts, actions, an attachment, a program to start."""
    writer = pypdf.PdfWriter()
    writer.append(pypdf.PdfReader(io.BytesIO(pdf(2))))
    writer.add_attachment("virus.exe", b"MZ virus")
    launch = _action(S="/Launch", F="calc.exe")
    writer.root_object[NameObject("/OpenAction")] = _action(S="/JavaScript", JS="app.alert('open')")
    writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): launch})
    page = writer.pages[0]
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): launch})
    link = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): pypdf.generic.RectangleObject((0, 0, 600, 800)),
            NameObject("/A"): _action(S="/URI", URI="https://tracker.example/"),
        }
    )
    page[NameObject("/Annots")] = ArrayObject([link])
    writer.add_metadata({"/Author": "an invented author", "/Producer": "scanner of room 7"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _action(**entries: str) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject(f"/{name}"): NameObject(value) if value.startswith("/") else TextStringObject(value)
            for name, value in entries.items()
        }
    )


def locked_pdf(user: str = "", owner: str = "owner") -> bytes:
    writer = pypdf.PdfWriter()
    writer.append(pypdf.PdfReader(io.BytesIO(pdf())))
    writer.encrypt(user, owner)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed(files: Mapping[str, bytes], stored: bool = False) -> bytes:
    """A zip of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"\xef\xbb\xbf <!doctype html><title>x</title>"
AVIF = b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + bytes(200)
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9j"
    "AAAAAERAAAIAAQAAAAABuwABAAAAAAAAAiAAAgAAAAAD2wABAAAAAAAAALAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "ABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNg"
    "AAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoBQgeWW6kkprm4CGgwIAAAMAMgAAAwACEGIAAQAH"
    "RAHBcrBiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAACgAAAAeAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEE"
    "gQIDBAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAC2G1kYXQAAAIcKAGvCdCLSOEuPA91Lf/u2f/+/W8h7CekdO7vbrvim4fP9I9s8EWo"
    "dgbdfeR3z9VGc8GgOBnHwPA8m0fdIiLybosf0GoK2ZLaup+LGMcsvI8Anz+d7uoeer6wgnjZdppfF89dW3LP2ANm4PCzIhNkyuDAvqIipd6y"
    "a//gdnvyIv8K8PUHVHLwHt/9KE7o30siCYYAALvJXJdjq5bR9cfFyP2PferyunABr6AmDrIFVIjKwCAhuthkmPaX0qWigAAAAwAAAwAABm2p"
    "csHv//74x42zQZwGzWwoRceMFoYE1qJ03M7DqF2xgpYjQD5CQIllfIMXvX16DnQLjSWuUfEa5prDOI0g8t4B4KcNJpfRCG10NYmBOBo84B0e"
    "y6cUQM6GQAEV55Hn8ZN3oZC36GPmSdj7RpOQYecuyLyH8341V326u7+uhjGjK4POA0KcFgDv0hwpcM+eJPDamVvmj4tN6kHSrnreEcLxfi06"
    "kZohe0wGmsvIhG5clXpdwqsMXZ7uENZ8DiaOawo26EjGffRfGwvUr7prU93X/VjmSmsFrCmK9sJdK0iEFtQULHWsx4ILs70kITLg7kFycZrX"
    "pPa8akK7S0EuaOM12M/OC/Yu9KuSO2PMS8PpZbnyCJQoES+8E+Y5pvH5SiJOu8Uo4KoLMuh35zniU43mZF8XlcFmA5m6DYCGYUu7PYHyNV6S"
    "APeAAAADAAADAC1gAAG5AAAABkV4aWYAAE1NACoAAAAIAAMBDwACAAAADgAAADIBEgADAAAAAQAGAACIJQAEAAAAAQAAAEAAAAAASW52ZW50"
    "ZWRQaG9uZQAABAABAAIAAAACTgAAAAACAAUAAAADAAAAdgADAAIAAAACRQAAAAAEAAUAAAADAAAAjgAAAAAAAAAeAAAAAQAAAA8AAAABAAAA"
    "BwAAAAEAAAByAAAAAQAAAAUAAAABAAAACQAAAAE="
)
"""`drawing((160, 120))` as a telephone stores it, maker and place in its EXIF; no part of ours could write one."""
