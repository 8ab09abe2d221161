"""What the measurements share: runs taken in turn with the peer's, whole processes with their memory, wrk."""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL = Path(sys.executable).with_name("portal")


@dataclass(frozen=True)
class Result:
    """A figure of ours beside a peer's, both in `unit`, and what was promised of them."""

    name: str
    ours: float
    peer: float
    unit: str
    peer_name: str
    promise: str
    holds: bool

    @property
    def ratio(self) -> float:
        return self.ours / self.peer


def at_most(name: str, ours: float, peer: float, unit: str, peer_name: str, factor: float) -> Result:
    """Promised: ours ≤ factor × peer (times, sizes)."""
    return Result(name, ours, peer, unit, peer_name, f"≤ {factor:g} ×", ours <= factor * peer)


def at_least(name: str, ours: float, peer: float, unit: str, peer_name: str, factor: float) -> Result:
    """Promised: ours ≥ factor × peer (rates)."""
    return Result(name, ours, peer, unit, peer_name, f"≥ {factor:g} ×", ours >= factor * peer)


def in_turn(*acts: Callable[[], object], runs: int = 5) -> list[float]:
    """Median seconds of each act over `runs` rounds A B A B …, after one that does not count."""
    times: list[list[float]] = [[] for _ in acts]
    for run in range(runs + 1):
        for act, kept in zip(acts, times, strict=True):
            start = time.perf_counter()
            act()
            if run:
                kept.append(time.perf_counter() - start)
    return [statistics.median(kept) for kept in times]


def process(command: Sequence[str | Path], environ: Mapping[str, str] | None = None) -> tuple[float, float]:
    """Seconds and peak memory (MiB, largest process) of a whole command; CalledProcessError if it fails."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [str(part) for part in command], env={**os.environ, **(environ or {})}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def server(
    command: Sequence[str | Path], url: str, environ: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, the leader of its session, inside the block; entered once `url` answers."""
    child = subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(environ or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(url, child)
        yield child
    finally:
        os.killpg(child.pid, 15)
        child.wait(20)


def _wait_for(url: str, child: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if child.poll() is not None:
            raise RuntimeError(f"{child.args!r} ended with {child.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def requests_per_second(url: str, seconds: int = 5, connections: int = 32) -> float:
    """What wrk counts on `url` (two threads on the same cores as the server); RuntimeError if answers were not 200."""
    out = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-H", "Accept-Encoding: gzip", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in out:
        raise RuntimeError(out)
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    if not found:
        raise RuntimeError(out)
    return float(found[1])
