"""Reads one file in a process of its own, under limits, and writes frames to its standard output.

Started as ``python -m portal.workbooks.child``; the request comes pickled through standard input. A frame is one
letter, four bytes of length and a payload: ``P`` progress (0 … 1 as text), ``R`` the result, ``X`` a refusal.
"""

import gc
import pickle
import resource
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from portal.workbooks.addresses import Place
from portal.workbooks.containers import Contents, Refusal, inspect
from portal.workbooks.grids import Sheet, Skipped, sheets
from portal.workbooks.headings import Vocabulary
from portal.workbooks.requests import Request, Result
from portal.workbooks.tables import IGNORED, NO_HEADER, OTHER_TABLE, Block, Task, block, header_of


class Frames:
    """The way back to the parent."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out

    def send(self, letter: bytes, payload: bytes) -> None:
        self.out.write(letter + struct.pack(">I", len(payload)))
        self.out.write(payload)
        self.out.flush()

    def progress(self, share: float) -> None:
        self.send(b"P", f"{share:.3f}".encode())


def main() -> None:
    """One request in, frames out."""
    frames = Frames(sys.stdout.buffer)
    request: Request = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  (from our own parent process)
    _limit(request.memory, request.seconds)
    gc.disable()  # a short life without cycles: collecting would only look at 100,000 rows again and again
    try:
        frames.send(b"R", pickle.dumps(_answer(request, frames), protocol=5))
    except Refusal as refusal:
        frames.send(b"X", pickle.dumps((refusal.message, refusal.params), protocol=5))


def _limit(memory: int, seconds: int) -> None:
    """Bound memory and processor time, and leave no core file of a villager's data behind."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 1 << 18
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: Request, frames: Frames) -> Result:
    frames.progress(0.05)
    data = Path(request.source).read_bytes() if request.source else request.data
    contents = inspect(data, request.unpacked)
    frames.progress(0.15)
    found: list[Sheet] = []
    skipped: list[Skipped] = []
    for sheet in sheets(data, contents, request.stem, request.rows, request.columns):
        if isinstance(sheet, Skipped):
            skipped.append(sheet)
            continue
        for place, text in request.overrides.get(sheet.name, {}).items():
            sheet.put(place, text)
        found.append(sheet)
    frames.progress(0.6)
    if request.job == "grids":
        return Result([], skipped, contents.macros, found)
    blocks = _blocks(found, skipped, request, contents, frames)
    return Result(blocks, skipped, contents.macros, [])


def _blocks(
    found: Sequence[Sheet], skipped: list[Skipped], request: Request, contents: Contents, frames: Frames
) -> list[Block]:
    """Tables of all sheets that have one. A sheet with strange headings is asked about only if no other is known."""
    task = Task(
        Vocabulary(request.specs),
        request.mappings,
        request.period,
        request.stem,
        contents.epoch_1904,
        _without(contents.blanks, request.overrides),
        _without(contents.errors, request.overrides),
        request.plain,
    )
    headers = [(sheet, *header_of(sheet, task)) for sheet in found]
    any_known = any(known for _sheet, _header, known in headers)
    blocks = []
    for n, (sheet, header, known) in enumerate(headers):
        if header is None or (not known and any_known):
            skipped.append(Skipped(sheet.name, NO_HEADER if header is None else OTHER_TABLE))
        elif known and not header.columns:
            skipped.append(Skipped(sheet.name, IGNORED))
        else:
            blocks.append(block(sheet, header, task))
        frames.progress(0.6 + 0.3 * (n + 1) / len(headers))
    return blocks


def _without(places: Mapping[str, set[Place]], overrides: Mapping[str, Mapping[Place, str]]) -> dict[str, set[Place]]:
    """Odd cells but those that the bookkeeper typed anew."""
    return {sheet: cells - set(overrides.get(sheet, ())) for sheet, cells in places.items()}


if __name__ == "__main__":
    main()
