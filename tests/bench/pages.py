"""Reading: a month's page under load beside nginx and Datasette, its weight, its growth, and search beside LIKE."""

import gzip
import os
import re
import shutil
import sqlite3
import sys
import urllib.request
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient

from portal.app import create_app
from portal.config import load_settings
from portal.gazette import queries as gazette
from tests.bench.importing import county
from tests.bench.measure import (
    PORTAL,
    Result,
    at_least,
    at_most,
    free_port,
    in_turn,
    process,
    requests_per_second,
    server,
)

SIZES = {8_640: 8, 324_000: 300, 3_240_000: 3_000}
"""Lines → villages (36 months of 30 lines each)."""


def load(folder: Path) -> list[Result]:
    """One month's page of 30 lines, 32 connections: cached beside nginx, not cached beside Datasette."""
    environ = _filled(folder, 8)
    path = "/zh/gazette/100"
    with _portal(environ) as base:
        page = _get(base + path)
        weight = _first_view(base, path)
        cached = requests_per_second(base + path)
    with _nginx(folder, page) as limit:
        static = requests_per_second(limit + "/page.html")
    with _portal({**environ, "PORTAL_PAGE_CACHE_MB": "0"}) as base:
        fresh = requests_per_second(base + path)
    with _datasette(folder, environ) as base:
        table = requests_per_second(base + "/portal/line_finance?number=100")
    return [
        at_least("month page, cached", cached, static, "requests/s", "nginx, the same bytes from a file", 0.3),
        at_least("month page, not cached", fresh, table, "requests/s", "Datasette's table page of the month", 5),
        at_most("month page over the wire", len(gzip.compress(page)) / 1024, 15, "KiB", "limit", 1),
        at_most("first view over the wire, style and icon too", weight / 1024, 60, "KiB", "limit", 1),
    ]


def growth(folder: Path) -> list[Result]:
    """The same page, made afresh, in databases of 8,640, 324,000 and 3,240,000 lines, in turn; search beside LIKE."""
    apps = {}
    for lines, villages in SIZES.items():
        environ = _filled(folder, villages)
        apps[lines] = create_app(load_settings({**environ, "PORTAL_PAGE_CACHE_MB": "0"}))
        if lines == 324_000:
            with apps[lines].app_context():
                search = _search(environ)
    pages = [partial(_fetch, app.test_client()) for app in apps.values()]
    smallest, *larger = in_turn(*pages, runs=300)
    return [search] + [
        at_most(
            f"month page in a database of {lines:,} lines",
            seconds * 1000,
            smallest * 1000,
            "ms",
            "the same among 8,640 lines",
            1.3,
        )
        for lines, seconds in zip(list(SIZES)[1:], larger, strict=True)
    ]


def _fetch(client: FlaskClient) -> None:
    answer = client.get("/zh/gazette/100")
    if answer.status_code != 200:
        raise RuntimeError(f"the page answers {answer.status_code}")
    answer.close()


def _search(environ: Mapping[str, str]) -> Result:
    """The first page of "清淤" by the search index beside the same by LIKE; both give the newest 30 lines."""
    connection = sqlite3.connect(environ["PORTAL_DATABASE_URL"].removeprefix("sqlite:///"))
    like = "SELECT id FROM line_finance WHERE summary LIKE '%清淤%第29笔%' ORDER BY id DESC LIMIT 30"
    count = "SELECT count(*) FROM line_finance WHERE summary LIKE '%清淤%'"
    ours, peer = in_turn(
        lambda: gazette.search("清淤", None, 30, 0),
        lambda: (connection.execute(like).fetchall(), connection.execute(count).fetchall()),
    )
    connection.close()
    return at_most("search of two characters in 324,000 lines", ours * 1000, peer * 1000, "ms", "LIKE", 0.2)


def _filled(folder: Path, villages: int) -> dict[str, str]:
    ledger, environ = county(folder, villages)
    process([PORTAL, "backfill", ledger, "--kind", "finance", "--create-places"], environ)
    return environ


def _portal(environ: Mapping[str, str]):
    port = free_port()
    return _At(
        server(
            [PORTAL, "serve", "--port", str(port), "--workers", "2", "--no-worker"],
            f"http://127.0.0.1:{port}/healthz",
            environ,
        ),
        port,
    )


def _datasette(folder: Path, environ: Mapping[str, str]):
    port = free_port()
    database = environ["PORTAL_DATABASE_URL"].removeprefix("sqlite:///")
    command = [Path(sys.executable).with_name("datasette"), database, "-p", str(port)]
    return _At(server(command, f"http://127.0.0.1:{port}/-/versions.json"), port)


def _nginx(folder: Path, page: bytes):
    port = free_port()
    root = folder / "nginx"
    root.mkdir(exist_ok=True)
    (root / "page.html").write_bytes(page)
    (root / "page.html.gz").write_bytes(gzip.compress(page))
    (root / "nginx.conf").write_text(
        f"daemon off; {'user root;' if os.getuid() == 0 else ''} worker_processes 2;"
        f"pid {root}/pid; error_log {root}/error.log;"
        f"events {{}} http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {root}; gzip_static on; }} }}"
    )
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    return _At(server([nginx, "-c", root / "nginx.conf", "-p", root], f"http://127.0.0.1:{port}/page.html"), port)


class _At:
    """A server's context manager that gives its address."""

    def __init__(self, running, port: int) -> None:
        self.running, self.base = running, f"http://127.0.0.1:{port}"

    def __enter__(self) -> str:
        self.running.__enter__()
        return self.base

    def __exit__(self, *error) -> None:
        self.running.__exit__(*error)


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def _first_view(base: str, path: str) -> int:
    """Bytes over the wire for a page and everything its HTML names (styles, images, icons), compressed as sent."""
    total = 0
    page = _get(base + path).decode()
    named = re.findall(r'<(?:link|img|script)[^>]+(?:href|src)="(/[^"]+)"', page)
    wanted = [name for name in named if "/static/" in name or name.endswith((".png", ".svg", ".css", ".ico"))]
    for address in [path, *sorted(set(wanted))]:
        request = urllib.request.Request(base + address, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            total += len(answer.read()) + len(str(answer.headers))
    return total
