"""The worker process: does what waits, until it is told to stop."""

import signal
from threading import Event

from portal.jobs import services


def run(stop: Event | None = None) -> None:
    """Do jobs until SIGTERM or SIGINT (or until `stop` is set); the job at hand is finished first."""
    if stop is None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
    services.work(services.HANDLERS, stop)
