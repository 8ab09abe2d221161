"""An invented village with notices for its board."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from tests.disclosure import village

AT = village.AT


def after(days: int) -> datetime:
    return AT + timedelta(days=days)


@pytest.fixture(autouse=True)
def _at_the_desk() -> Iterator[None]:
    with clock.stopped(AT):
        yield


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return settings


@pytest.fixture
def built(app: Flask) -> Flask:
    """Number 1 is March of the village, published on the day of `AT`."""
    with app.app_context():
        assert village.march() == 1
    return app
