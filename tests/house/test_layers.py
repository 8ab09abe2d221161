"""Rooms import downwards only, and inside a room pages and database stay apart."""

import ast
from pathlib import Path

import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command

from portal.config import ROOT

ROOMS = sorted(folder for folder in (ROOT / "portal").iterdir() if (folder / "__init__.py").exists())
MODULES = sorted((ROOT / "portal").glob("*/**/*.py"))
WEB = {"flask", "flask_babel", "flask_limiter", "flask_login", "flask_wtf", "wtforms"}
DATABASE = {"sqlalchemy", "flask_sqlalchemy", "portal.database"}
PAGE_FILES = ("__init__", "access", "forms", "pages", "views")
LONGEST = 450  # lines of a file


def _imported(file: Path) -> set[str]:
    """What a file imports: modules and their first parts."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found | {name.partition(".")[0] for name in found}


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_the_import_contracts_of_setup_cfg_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(lint_imports_command, ["--no-cache"])
    assert result.exit_code == 0, f"move the import down, or the code up:\n{result.output}"


def _is_of_a_feature(file: Path) -> bool:
    """Migrations run inside the application; web only asks whether the database answers."""
    return "migrations" not in file.parts and file.parent.name != "web"


@pytest.mark.parametrize("file", [file for file in MODULES if _is_of_a_feature(file)], ids=_name)
def test_a_module_knows_pages_or_the_database_never_both(file: Path) -> None:
    imported = _imported(file)
    assert not (imported & WEB and imported & DATABASE), (
        f"{_name(file)} imports {imported & WEB} and {imported & DATABASE}: a view calls a service or a query, "
        "and these take plain values, an actor and a time"
    )
    is_page = any(part in file.stem.split("_") for part in PAGE_FILES) or file.stem in PAGE_FILES
    assert is_page or not imported & WEB, f"{_name(file)} imports {imported & WEB}: only views, forms and access may"


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_a_file_is_short_and_says_what_it_is_for(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    if "versions" in file.parts:
        return
    assert ast.get_docstring(ast.parse(source)), f"{_name(file)}: begin with one sentence on what it is for"
    lines = source.count("\n")
    assert lines <= LONGEST, f"{_name(file)} has {lines} lines: split it by what its functions do"


def test_every_folder_of_templates_belongs_to_a_room() -> None:
    shared = {"macros", "errors"}
    folders = {folder.name for folder in (ROOT / "templates").iterdir() if folder.is_dir()} - shared
    rooms = {room.name for room in ROOMS}
    assert folders <= rooms, f"templates/{folders - rooms}: name the folder after the room whose views show it"
