"""Every endpoint declares who may call it, and every permission opens something."""

from pathlib import Path

from flask import Flask

from portal.accounts.rules import PERMISSIONS, Permission
from portal.config import ROOT
from portal.web.declared import MARK


def test_every_endpoint_declares_its_access(app: Flask) -> None:
    undeclared = sorted(name for name, view in app.view_functions.items() if not hasattr(view, MARK))
    assert not undeclared, f"write @allow(Permission.…) or @open_to_all below the route of: {undeclared}"


def test_every_permission_is_held_by_some_office() -> None:
    held = frozenset().union(*PERMISSIONS.values())
    assert set(Permission) <= held, f"nobody holds {set(Permission) - held}: give it to a role or take it away"


def test_every_permission_is_asked_for() -> None:
    rules = ROOT / "portal" / "accounts" / "rules.py"
    sources = "\n".join(file.read_text(encoding="utf-8") for file in _sources() if file != rules)
    unused = [permission.name for permission in Permission if f"Permission.{permission.name}" not in sources]
    assert not unused, f"no view and no service asks for {unused}: take the permission away, or ask for it"


def _sources() -> list[Path]:
    return sorted((ROOT / "portal").rglob("*.py"))
