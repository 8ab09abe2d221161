"""What an item can be: one file a kind — columns, checks, totals, subject, rhythm."""

from importlib import import_module
from pkgutil import iter_modules

from portal.kinds.base import Kind


def _found() -> dict[str, Kind]:
    """Every file or folder of this room that has a `KIND` is one: nobody keeps a list."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    kinds = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: (kind.order, kind.name))}


KINDS: dict[str, Kind] = _found()
