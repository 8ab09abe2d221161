"""The officers' menu: each room adds its entry, so that the page around knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app


@dataclass(frozen=True)
class Entry:
    """One entry: English label marked with N_(), endpoint without arguments, and who sees it."""

    label: str
    endpoint: str
    order: int
    is_shown: Callable[[], bool]


def init_app(app: Flask) -> None:
    app.extensions["desk_menu"] = []
    app.jinja_env.globals["desk_menu"] = desk_menu


def add_entry(
    app: Flask, label: str, endpoint: str, order: int = 50, is_shown: Callable[[], bool] = lambda: True
) -> None:
    """Offer a page in the officers' menu; lower `order` comes first."""
    app.extensions["desk_menu"].append(Entry(label, endpoint, order, is_shown))


def desk_menu() -> list[Entry]:
    """The entries that the person at the page sees, in order."""
    entries: list[Entry] = current_app.extensions["desk_menu"]
    return [entry for entry in sorted(entries, key=lambda entry: entry.order) if entry.is_shown()]
