"""The process that withholds something is killed once the act has committed: what it had still to erase is erased."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.database import db
from portal.evidence import installation as evidence
from portal.gazette import generation, withholding
from portal.gazette.verify import verify
from portal.jobs.queries import given_up
from portal.jobs.services import HANDLERS, run_due
from portal.places.rules import Role
from tests.desk import withheld
from tests.desk.test_withholding import asked
from tests.desk.withheld import LATER, NAME
from tests.disclosure import rosters, village
from tests.disclosure.village import actor


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.stopped(LATER):
        yield


def in_a_process_killed_at(step: str, act: Any) -> None:
    """Do something in a process of its own, which is killed when it comes to `step`."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(step, lambda *_args, **_more: os._exit(9))
                act()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9, "it came as far as the step"


@pytest.mark.parametrize(
    "step", ["pathlib.Path.unlink", "portal.gazette.generation.bump", "portal.gazette.erasing.forget_old_pages"]
)
def test_what_a_killed_withholding_had_still_to_erase_the_worker_erases(
    context: Flask, settings: Settings, step: str
) -> None:
    place = village.build()
    county = rosters.appointed(Role.COUNTY, "柳明", "county")
    number = withheld.roster(place, rosters.appointed(Role.INSPECTOR, "秦正", "inspector"))
    month, drawn = withheld.ledger(place), withheld.printed(settings)
    stored: set[Path] = set(evidence.store().folder.glob("??/*"))
    request_id = withholding.request(actor("township", LATER), asked(number, month), LATER)
    seen = withholding.edition(withholding.request_of(county, request_id))
    page = generation.current()
    in_a_process_killed_at(step, lambda: withholding.confirm(county, request_id, seen, LATER))
    assert not withholding.request_of(county, request_id).is_open, "it was withheld when the process died"
    assert verify().ok
    db.session.remove()
    if step == "pathlib.Path.unlink":
        assert drawn.exists() and all(path.exists() for path in stored), "its files were not yet deleted"
    run_due(HANDLERS)
    assert not given_up(village.AT)
    assert not drawn.exists() and not any(path.exists() for path in stored)
    assert withheld.where(settings, NAME) == set(), "nor in older pages of the database's file"
    assert generation.current() > page, "no process shows a page that it kept"
    before = withheld.everything(settings)
    assert not run_due(HANDLERS) and withheld.everything(settings) == before
