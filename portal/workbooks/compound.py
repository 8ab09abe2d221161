"""The streams of an OLE compound file, as far as an old workbook needs them; damaged files end in `Damaged`.

Everything that the file says of its own size is bounded by how long it is, so that no file keeps a reader busy.
"""

import struct
from array import array
from collections.abc import Iterator

_DIRECT = 109  # sectors of the allocation table that the header itself names
_ENTRY = 128  # bytes of a directory entry
_STREAM, _ROOT = 2, 5  # types of entries


class Damaged(Exception):
    """The file does not hold what it says it holds."""


class Compound:
    """A compound file whose streams can be read by name."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise Damaged
        self.data = memoryview(data)
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise Damaged
        self.sector = 1 << shift
        self.most = len(data) // self.sector
        self.fat = self._allocation(data)
        directory, self.cutoff, small = struct.unpack_from("<I4xII", data, 48)
        self.entries = self._entries(self._joined(directory))
        self.small_fat = _numbers(self._joined(small))
        self.small = self._joined(next((start for _name, kind, start, _size in self.entries if kind == _ROOT), 0))

    @property
    def names(self) -> set[str]:
        """The names of all streams, in whatever folder."""
        return {name for name, kind, _start, _size in self.entries if kind == _STREAM}

    def stream(self, name: str) -> bytes:
        """The first stream of that name; Damaged if there is none or it is shorter than it should be."""
        for known, kind, start, size in self.entries:
            if known == name and kind == _STREAM:
                found = self._joined(start) if size >= self.cutoff else self._joined_small(start)
                if len(found) >= size:
                    return found[:size]
        raise Damaged

    def _allocation(self, data: bytes) -> "array[int]":
        """The number of the sector that follows each sector."""
        named = array("I")
        named.frombytes(data[76 : 76 + 4 * _DIRECT])
        (more,) = struct.unpack_from("<I", data, 68)
        while more < self.most and len(named) < self.most + _DIRECT:
            numbers = _numbers(self._piece(more))
            more = numbers.pop()
            named += numbers
        fat = array("I")
        for number in named:
            if number < self.most and len(fat) < self.most:
                fat += _numbers(self._piece(number))
        return fat

    def _piece(self, number: int) -> memoryview:
        return self.data[(number + 1) * self.sector : (number + 2) * self.sector]

    def _joined(self, start: int) -> bytes:
        return b"".join(self._piece(number) for number in _chain(start, self.fat))

    def _joined_small(self, start: int) -> bytes:
        return b"".join(self.small[number * 64 : number * 64 + 64] for number in _chain(start, self.small_fat))

    def _entries(self, directory: bytes) -> list[tuple[str, int, int, int]]:
        """(name, type, first sector, size) of every entry."""
        found = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            found.append((name, kind, start, size))
        return found


def _chain(start: int, table: "array[int]") -> Iterator[int]:
    """The sectors from `start` to the end of its chain; a chain in a circle ends as well."""
    for _ in range(len(table)):
        if start >= len(table):
            return
        yield start
        start = table[start]


def _numbers(piece: bytes | memoryview) -> "array[int]":
    numbers = array("I")
    numbers.frombytes(piece[: len(piece) // 4 * 4])
    return numbers
