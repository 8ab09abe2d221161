"""A real `portal serve` for tests, in a process group of its own that can be killed, and a browser without a screen."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from portal.config import ROOT, Settings
from tests.bench.measure import free_port

WAIT = 120  # seconds for a start on a machine that has much else to do
LOST = (OSError, HTTPException)
"""What a browser meets when its server dies."""

File = tuple[str, bytes]


class Server:
    """`portal serve` with one process that answers, on a free port of this machine."""

    def __init__(self, settings: Settings, *options: str) -> None:
        self.settings = settings
        self.options = options
        self.log = settings.instance / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self) -> None:
        """Entered into service: the database answers."""
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        environ |= {
            "PORTAL_INSTANCE": str(self.settings.instance),
            "PORTAL_DATABASE_URL": self.settings.database_url,
            "PORTAL_DEMO": "1",
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
        }
        command = [sys.executable, "-c", "from portal.cli import main; main()", "serve", "--port", str(port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", "1", *self.options],
                env=environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + WAIT
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=WAIT):
                    return
            except LOST:
                assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the whole group at once, as the kernel or a power cut would."""
        if self.process is None:
            return
        os.killpg(self.process.pid, number)
        self.process.wait(WAIT)
        self.process = None

    def peak_memory(self) -> int:
        """The most that any process of the group has held so far, in bytes."""
        assert self.process is not None
        peaks = [_peak(process) for process in Path("/proc").iterdir() if process.name.isdigit()]
        return max(peak for group, peak in peaks if group == self.process.pid)


def _peak(process: Path) -> tuple[int, int]:
    """(process group, peak of the resident memory); zeros for one that has gone meanwhile."""
    try:
        group = int((process / "stat").read_text().rpartition(")")[2].split()[2])
        found = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
    except OSError:
        return 0, 0
    return group, int(found[1]) * 1024 if found else 0


class Page:
    """What came back: status, address, text."""

    def __init__(self, response: Any) -> None:
        self.status = response.status
        self.address = response.url
        self.html = response.read().decode(errors="replace")

    def field(self, name: str) -> str:
        found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', self.html)
        assert found, f"no field {name} at {self.address}"
        return found[1]


class Browser:
    """Somebody signed in at a server that may die and come back elsewhere."""

    def __init__(self, server: Server, login: str, password: str) -> None:
        self.server = server
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.opener.addheaders = [("Accept-Language", "en")]
        page = self.get("/sign-in")
        assert self.post(page, "/sign-in", login=login, password=password).status == 200

    def get(self, path: str) -> Page:
        return self._opened(urllib.request.Request(self.server.address + path))

    def post(self, page: Page, path: str, files: Sequence[File] = (), **fields: str) -> Page:
        """Send a form with the token of its page, and with the edition where the page has one."""
        sent = {"csrf_token": page.field("csrf_token"), **fields}
        if 'name="edition"' in page.html:
            sent["edition"] = page.field("edition")
        body, kind = _multipart(sent, files) if files else (urlencode(sent).encode(), URLENCODED)
        return self._opened(urllib.request.Request(self.server.address + path, body, {"Content-Type": kind}))

    def _opened(self, request: urllib.request.Request) -> Page:
        try:
            with self.opener.open(request, timeout=WAIT) as response:
                return Page(response)
        except urllib.error.HTTPError as error:
            with error:
                return Page(error)


URLENCODED = "application/x-www-form-urlencoded"


def _multipart(fields: Mapping[str, str], files: Sequence[File]) -> tuple[bytes, str]:
    parts = [(f'name="{name}"', text.encode()) for name, text in fields.items()]
    parts += [(f'name="files"; filename="{name}"', body) for name, body in files]
    divider = "a-line-that-no-file-holds"
    body = b"".join(
        f"--{divider}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return body + f"--{divider}--\r\n".encode(), f"multipart/form-data; boundary={divider}"
