"""Jobs are done once their act has committed, again after a crash, and not for ever."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, jobs
from portal.database import db, transaction
from portal.errors import Invalid, NotFound
from portal.jobs import queries, services
from portal.jobs.models import Job
from portal.jobs.services import LEASE, MOST_ATTEMPTS, Progress, run_due
from portal.text import N_
from tests.conftest import A_DAY

pytestmark = pytest.mark.usefixtures("database", "context", "stopped_clock")


@pytest.fixture
def done() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def handlers(context: Flask, done: list[dict[str, Any]]) -> dict[str, services.Handler]:
    def note(arguments: dict[str, Any], progress: Progress) -> None:
        progress(50)
        done.append(arguments)

    return {"note": note}


def test_a_job_is_done_once(handlers: dict[str, services.Handler], done: list[Any]) -> None:
    job_id = jobs.enqueue("note", {"draft": 7})
    assert run_due(handlers) == 1
    assert run_due(handlers) == 0
    assert done == [{"draft": 7}]
    job = jobs.job(job_id)
    assert (job.progress, job.done_at, job.attempts, job.error) == (100, clock.now(), 1, None)


def test_a_job_of_an_act_that_failed_never_was(handlers: dict[str, services.Handler]) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("note", {})
        raise ZeroDivisionError
    assert run_due(handlers) == 0


def test_jobs_wait_for_their_time_and_come_in_its_order(handlers: dict[str, services.Handler], done: list[Any]) -> None:
    jobs.enqueue("note", {"n": 3}, clock.now() + timedelta(hours=1))
    jobs.enqueue("note", {"n": 2}, clock.now())
    jobs.enqueue("note", {"n": 1}, clock.now() - timedelta(hours=1))
    jobs.enqueue("unknown here", {})
    assert run_due(handlers) == 2
    assert [each["n"] for each in done] == [1, 2]
    with clock.stopped(A_DAY + timedelta(hours=2)):
        assert run_due(handlers) == 1


def test_what_a_dead_worker_left_is_done_after_its_lease(
    handlers: dict[str, services.Handler], done: list[Any]
) -> None:
    jobs.enqueue("note", {})

    def killed(_arguments: dict[str, Any], _progress: Progress) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        run_due({"note": killed})
    assert run_due(handlers) == 0
    with clock.stopped(A_DAY + LEASE):
        assert run_due(handlers) == 1
    assert done == [{}]


def test_progress_is_seen_by_others_and_renews_the_lease(context: Flask) -> None:
    job_id = jobs.enqueue("long", {})
    seen: list[int] = []

    def long(_arguments: dict[str, Any], progress: Progress) -> None:
        with clock.stopped(A_DAY + timedelta(minutes=9)):
            progress(40)
        progress(41)  # within the same second: not written
        with db.engine.connect() as other:
            seen.extend(other.execute(select(Job.progress)).scalars())
        with clock.stopped(A_DAY + timedelta(minutes=12)):
            assert run_due({"long": long}) == 0

    run_due({"long": long})
    assert seen == [40]
    assert jobs.job(job_id).progress == 100


def test_a_failing_job_is_tried_again_later_and_then_given_up(context: Flask) -> None:
    job_id = jobs.enqueue("bad", {})

    def bad(_arguments: dict[str, Any], _progress: Progress) -> None:
        raise Invalid(N_("There is no item %(number)s."), number=3)

    at = A_DAY
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with clock.stopped(at):
            assert run_due({"bad": bad}) == 1
            assert run_due({"bad": bad}) == 0
        assert str(jobs.job(job_id).error) == "There is no item 3."
        assert (jobs.job(job_id).failed_at is not None) == (attempt == MOST_ATTEMPTS)
        at += timedelta(hours=1)
    with clock.stopped(at):
        assert run_due({"bad": bad}) == 0
    assert [job.id for job in queries.given_up(A_DAY)] == [job_id]
    assert queries.given_up(at) == []


def test_an_unexpected_error_ends_the_attempt_not_the_worker(
    handlers: dict[str, services.Handler], done: list[Any]
) -> None:
    def broken(_arguments: dict[str, Any], _progress: Progress) -> None:
        with transaction():
            raise KeyError("x")

    first = jobs.enqueue("broken", {})
    jobs.enqueue("note", {})
    stop = Event()

    def last(_arguments: dict[str, Any], _progress: Progress) -> None:
        stop.set()

    jobs.enqueue("last", {}, clock.now())
    services.work({**handlers, "broken": broken, "last": last}, stop, pause=0.01)
    assert done == [{}]
    assert "KeyError" in str(jobs.job(first).error)


def test_a_job_that_is_not_there_is_not_found(context: Flask) -> None:
    with pytest.raises(NotFound):
        jobs.job(7)
