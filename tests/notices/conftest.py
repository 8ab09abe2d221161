"""Fonts for the tests of paper: the installed ones, else cut once for the whole run."""

from pathlib import Path

import pytest

from portal.notices.fonts import install
from portal.notices.typeface import FONTS, WEIGHTS, Typeface, font_file, load


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if all(font_file(FONTS, style).exists() for style in WEIGHTS):
        return FONTS
    folder = tmp_path_factory.mktemp("fonts")
    install(folder)
    return folder


@pytest.fixture(scope="session")
def typeface(fonts: Path) -> Typeface:
    return load(fonts)
