"""The tree is tidy: linters are content, the documents say what is there."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from portal.cli import main
from portal.config import ROOT

DESIGN = ROOT / "docs" / "design.md"
BINARIES = Path(sys.executable).parent
TOP_LEVEL = {
    *("portal", "static", "templates", "instance", "tests", "docs", "setup.cfg", "wsgi.py", "README.md", "LICENSE"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml", "constraints.txt", ".ci", ".gitignore"),
}


def _run(*command: str) -> None:
    result = subprocess.run([BINARIES / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, f"`make lint` says:\n{result.stdout}{result.stderr}"


def test_ruff_finds_no_fault() -> None:
    _run("ruff", "check", ".")


def test_the_code_is_laid_out() -> None:
    _run("ruff", "format", "--check", ".")


def test_the_types_agree() -> None:
    _run("mypy")


def _tracked() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_top_level_holds_what_was_agreed() -> None:
    there = {name.split("/")[0] for name in _tracked()}
    assert there <= TOP_LEVEL, f"{there - TOP_LEVEL} belongs into portal/, tests/ or docs/"


def test_nothing_is_left_for_later() -> None:
    later = re.compile("TO" + r"DO|FIX" + r"ME|XX" + "X:")
    files = [ROOT / name for name in _tracked() if name.endswith((".py", ".html", ".css", ".md", ".cfg", ".toml"))]
    found = [str(file.relative_to(ROOT)) for file in files if later.search(file.read_text(encoding="utf-8"))]
    assert not found, f"do it now, or write an issue: {found}"


def _rows_of_design() -> dict[str, str]:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", DESIGN.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: _plain(sentence) for name, sentence in rows}


def _plain(text: str) -> str:
    return " ".join(text.replace("*(pure)*", "").replace("`", "").split()).rstrip(". ")


@pytest.mark.parametrize("room", sorted(file.parent.name for file in (ROOT / "portal").glob("*/__init__.py")))
def test_a_room_says_of_itself_what_the_design_says(room: str) -> None:
    source = (ROOT / "portal" / room / "__init__.py").read_text(encoding="utf-8")
    sentence = re.match(r'"""(.+?)"""', source, re.DOTALL)
    assert sentence, f"portal/{room}/__init__.py begins with its one sentence"
    assert _plain(sentence[1].split("\n\n")[0]) == _rows_of_design().get(room), (
        f"the docstring of portal/{room} and its row in docs/design.md must be the same sentence"
    )


def _commands(group: click.Group, before: str = "portal") -> list[str]:
    names = []
    for name, command in group.commands.items():
        names.append(f"{before} {name}")
        if isinstance(command, click.Group):
            names += _commands(command, f"{before} {name}")
    return names


@pytest.mark.parametrize("command", _commands(main))
def test_every_command_is_in_the_documents(command: str) -> None:
    documents = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs").glob("*.md"))
    assert command in documents, f"say in docs/operations.md what `{command}` is for"


def test_the_help_of_make_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE), f"write a comment `## …` behind {target}:"
