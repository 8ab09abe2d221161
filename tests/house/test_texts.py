"""Both languages are complete, and every placeholder survives the translation."""

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portal.config import ROOT
from portal.text import LANGUAGES, TRANSLATIONS

KEYWORDS = {"_": None, "N_": None, "_l": None}
MAPPING = [("portal/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false"}}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
HAN = re.compile(r"[㐀-鿿]")


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """Every text of code and templates."""
    found = extract_from_dir(ROOT, MAPPING, OPTIONS, KEYWORDS, directory_filter=_is_ours)
    return {text for _file, _line, text, _comments, _context in found if isinstance(text, str) and text}


def _is_ours(folder: str) -> bool:
    path = Path(folder).relative_to(ROOT)
    return not path.parts or path.parts[0] in ("portal", "templates")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read_po(BytesIO((TRANSLATIONS / "zh/LC_MESSAGES/messages.po").read_bytes()), locale="zh")


def test_every_text_has_its_chinese(texts: set[str], catalogue: Catalog) -> None:
    missing = sorted(text for text in texts if not (message := catalogue.get(text)) or not message.string)
    assert not missing, f"run `make messages` and translate {len(missing)} texts, the first: {missing[:5]}"


def test_nothing_in_the_catalogue_is_doubtful_or_left_over(texts: set[str], catalogue: Catalog) -> None:
    doubtful = [message.id for message in catalogue if message.id and message.fuzzy]
    left_over = sorted({str(message.id) for message in catalogue if message.id} - texts)
    assert not doubtful, f"look at what was guessed, then take the mark `fuzzy` away: {doubtful}"
    assert not left_over, f"`make messages` takes away what nobody says any more: {left_over[:5]}"


def test_a_translation_keeps_every_placeholder(catalogue: Catalog) -> None:
    for message in catalogue:
        if isinstance(message.id, str) and message.id and isinstance(message.string, str):
            ours, theirs = PLACEHOLDER.findall(message.id), PLACEHOLDER.findall(message.string)
            assert set(ours) >= set(theirs), f"{message.id} → {message.string}: a placeholder that nobody fills"
            assert set(theirs) >= set(ours), f"{message.id} → {message.string}: a placeholder was lost"


def test_no_text_hides_in_an_f_string() -> None:
    hidden = []
    for file in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
                if any(isinstance(func, ast.Name) and func.id in KEYWORDS for func in calls):
                    hidden.append(f"{file.name}:{node.lineno}")
    assert not hidden, f"`make messages` does not see texts inside f-strings; give them a name first: {hidden}"


def test_sources_are_english_and_the_languages_are_two(texts: set[str]) -> None:
    chinese = sorted(text for text in texts if HAN.search(text) and not re.search(r"[A-Za-z]{3}", text))
    assert not chinese, f"source texts are English, the catalogue has the Chinese: {chinese[:5]}"
    assert LANGUAGES == ("zh", "en")
