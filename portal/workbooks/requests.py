"""What parent and child say to each other: one request, one result, both pickled."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from portal.workbooks.addresses import Place
from portal.workbooks.grids import Sheet, Skipped
from portal.workbooks.headings import Spec
from portal.workbooks.tables import Block


class Request(NamedTuple):
    """What the parent asks for. `job` is ``extract`` or ``grids``; `source` a path, or None if `data` holds the file;
    `memory` in bytes above what the process has at its start; `unpacked` bytes that a zipped file may grow to."""

    job: str
    source: str | None
    data: bytes
    stem: str
    period: str | None
    specs: Sequence[Spec]
    sections: str
    overrides: Mapping[str, Mapping[Place, str]]
    mappings: Mapping[str, Mapping[int, str]]
    memory: int
    unpacked: int
    rows: int
    columns: int
    seconds: int
    plain: bool = False


class Result(NamedTuple):
    """What comes back: tables, sheets left out, whether the file carries macros; for ``grids`` the raw sheets."""

    blocks: list[Block]
    skipped: list[Skipped]
    macros: bool
    grids: list[Sheet]
