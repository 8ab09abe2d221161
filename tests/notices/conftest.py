"""The typeface of the tests of paper."""

from pathlib import Path

import pytest

from portal.notices.typeface import Typeface, load


@pytest.fixture(scope="session")
def typeface(fonts: Path) -> Typeface:
    return load(fonts)
