"""Serves the portal with granian, the worker beside it; the demo only to this machine."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from portal.config import ROOT, Settings
from portal.errors import Conflict, Forbidden
from portal.text import N_


def serve(settings: Settings, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Answer requests until interrupted. Forbidden for a demo on an address that others reach."""
    if settings.demo and not _is_loopback(host):
        raise Forbidden(N_("The demo's passwords are known to everyone: it is served on 127.0.0.1 only."))
    _must_be_free(host, port)
    with _worker_beside(with_worker):
        print(f"http://{host}:{port}", file=sys.stderr)
        Granian(
            "wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,  # one drawing a PDF must not keep the others waiting; more only fight for the lock
            log_level=LogLevels.warning,
            websockets=False,
            working_dir=ROOT,
            respawn_failed_workers=True,
        ).serve()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _must_be_free(host: str, port: int) -> None:
    """Conflict if somebody serves there: the kernel would share the requests out between the two."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the last server's closed connections do not count
        try:
            probe.bind((host, port))
        except OSError as error:
            text = N_("%(host)s:%(port)s cannot be served: %(reason)s. Another --port may be free.")
            raise Conflict(text, host=host, port=port, reason=error.strerror) from error


@contextmanager
def _worker_beside(wanted: bool) -> Iterator[None]:
    """The worker as a process of its own while the block runs."""
    if not wanted:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", "from portal.cli import main; main(['worker'])"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
