"""How an endpoint declares who may call it: a mark on the view, read by the guard of `accounts` and by the tests."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

OPEN = "open to all"
MARK = "portal_access"


def open_to_all(view: View) -> View:
    """Everybody may call this endpoint, signed in or not."""
    setattr(view, MARK, OPEN)
    return view
