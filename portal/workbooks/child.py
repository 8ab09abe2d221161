"""Reads one file in a process of its own, under limits: the child's side of `portal.workbooks.reading`."""

import gc
from collections.abc import Mapping, Sequence
from pathlib import Path

from portal.sandbox import Progress, serve
from portal.workbooks.addresses import Place
from portal.workbooks.containers import Contents, inspect
from portal.workbooks.grids import Sheet, Skipped, sheets
from portal.workbooks.headings import Vocabulary, apart
from portal.workbooks.requests import Request, Result
from portal.workbooks.tables import IGNORED, NO_HEADER, OTHER_TABLE, Block, Task, block, header_of


def main() -> None:
    """One request in, its answer out."""
    gc.disable()  # a short life without cycles: collecting would only look at 100,000 rows again and again
    serve(_answer)


def _answer(request: Request, progress: Progress) -> Result:
    progress(0.05)
    data = Path(request.source).read_bytes() if request.source else request.data
    contents = inspect(data, request.unpacked)
    progress(0.15)
    found: list[Sheet] = []
    skipped: list[Skipped] = []
    for sheet in sheets(data, contents, request.stem, request.rows, request.columns):
        if isinstance(sheet, Skipped):
            skipped.append(sheet)
            continue
        for place, text in request.overrides.get(sheet.name, {}).items():
            sheet.put(place, text)
        found.append(sheet)
    progress(0.6)
    if request.job == "grids":
        return Result([], skipped, contents.macros, found)
    blocks = _blocks(found, skipped, request, contents, progress)
    return Result(blocks, skipped, contents.macros, [])


def _blocks(
    found: Sequence[Sheet], skipped: list[Skipped], request: Request, contents: Contents, progress: Progress
) -> list[Block]:
    """Tables of all sheets that have one. A sheet with strange headings is asked about only if no other is known."""
    task = Task(
        Vocabulary(request.specs, request.sections),
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
            blocks += [block(sheet, one, task) for one in apart(header)]
        progress(0.6 + 0.3 * (n + 1) / len(headers))
    return blocks


def _without(places: Mapping[str, set[Place]], overrides: Mapping[str, Mapping[Place, str]]) -> dict[str, set[Place]]:
    """Odd cells but those that the bookkeeper typed anew."""
    return {sheet: cells - set(overrides.get(sheet, ())) for sheet, cells in places.items()}


if __name__ == "__main__":
    main()
