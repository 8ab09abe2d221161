"""A spreadsheet in; typed rows and row errors out, each with its cell."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.workbooks.exports import defused, filled, marked, template
    from portal.workbooks.ledger import WHERE, Batch, read_rows
    from portal.workbooks.reading import Extraction, Grid, Limits, extract, preview

__all__ = [
    "WHERE",
    "Batch",
    "Extraction",
    "Grid",
    "Limits",
    "defused",
    "extract",
    "filled",
    "marked",
    "preview",
    "read_rows",
    "template",
]

_HOMES = dict.fromkeys(("defused", "filled", "marked", "template"), "exports") | dict.fromkeys(
    ("WHERE", "Batch", "read_rows"), "ledger"
)


def __getattr__(name: str) -> Any:
    """Public names come on demand: the child process passes through this package and needs none of them."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"portal.workbooks.{_HOMES.get(name, 'reading')}"), name)
