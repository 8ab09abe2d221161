"""Photos of boards taken in by the served portal beside Pillow re-encoding the same; memory of server and children."""

import http.cookiejar
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import segno
from PIL import Image
from sqlalchemy import func, select

from portal.app import create_app
from portal.config import load_settings
from portal.database import db
from portal.evidence.models import EvidenceLink
from portal.hanging.models import Sighting
from portal.public.paper import verify_address
from tests.bench.measure import PORTAL, Result, at_least, at_most, free_port, process, server
from tests.disclosure import village

PHOTOS = int(os.environ.get("BENCH_PHOTOS", "200"))
SIZE = (4032, 3024)  # twelve million dots, as telephones take them
MEGABYTE = 1024 * 1024
AT_ONCE = 2  # photos on the way, for two cores
REENCODE = """
import sys
from pathlib import Path
from PIL import Image
for name in sys.argv[2:]:
    Image.open(name).save(Path(sys.argv[1]) / Path(name).name, "JPEG", quality=82)
"""


def photos(folder: Path) -> list[Result]:
    """200 photos of 4 MB, two at a time, to rows, copies and sealed originals; then one form with 60 MB of papers."""
    environ = _installation(folder)
    files = _files(folder, environ)
    peer = _pillow(folder, files)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [PORTAL, "serve", "--port", str(port), "--workers", "1", "--no-worker"]
    with server(command, base + "/healthz", environ) as running:
        send = _signed_in(base)
        at_rest = memory(running.pid)
        with peak(running.pid) as most:
            start = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                board = f"/desk/boards/{village.CODE}"
                for _answer in pool.map(lambda path: send(board, [path.read_bytes()], number="1"), files):
                    pass
            ours = len(files) / (time.perf_counter() - start)
        with peak(running.pid) as most_of_papers:
            send("/desk/items/1/papers", _papers(files, 60 * MEGABYTE), document="receipt")
    _check(environ, len(files))
    print(f"  the server at rest: {at_rest:.0f} MiB", file=sys.stderr)
    limit = "limit, server and children"
    return [
        at_least(f"{len(files)} photos of 4 MB taken in", ours, peer, "photos/s", "Pillow re-encoding the same", 0.5),
        at_most("memory while photos are taken in", most[0], 600, "MiB", limit, 1),
        at_most("memory of one form with 60 MB of papers", most_of_papers[0], 600, "MiB", limit, 1),
    ]


# ---------------------------------------------------------------- what is sent


def _installation(folder: Path) -> dict[str, str]:
    instance = folder / "instance"
    environ = {"PORTAL_INSTANCE": str(instance), "PORTAL_DATABASE_URL": f"sqlite:///{instance}/portal.db"}
    process(
        [PORTAL, "init", "--county", "990110", "--name", "青禾县", "--origin", "bench.example/log", "--yes"], environ
    )
    with _application(environ):
        place = village.build(log=False)
        village.open_accounts()
        village.published(village.handed_over(place))
    return environ


@contextmanager
def _application(environ: dict[str, str]) -> Iterator[None]:
    app = create_app(load_settings({**environ, "PORTAL_PAGE_CACHE_MB": "0"}))
    with app.app_context():
        yield
        db.engine.dispose()


def _files(folder: Path, environ: dict[str, str]) -> list[Path]:
    """A grainy sheet with the notice's code, 4 MB; each file has another remark, so that no two are one paper."""
    with _application(environ):
        from portal.gazette import queries as gazette

        settings = load_settings(environ)
        address = verify_address(gazette.item(1).check_code, settings)
    picture = Image.effect_noise(SIZE, 40).convert("RGB")
    code = BytesIO()
    segno.make_qr(address, error="m").save(code, kind="png", scale=10, border=4)
    picture.paste(Image.open(code).convert("RGB"), (2000, 1800))
    quality, body = 95, b""
    while quality == 95 or len(body) > 4.2 * MEGABYTE:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        quality, body = quality - 3, out.getvalue()
    found = []
    for n in range(PHOTOS):
        remark = f"photo {n}".encode()
        path = folder / f"photo-{n:03}.jpg"
        path.write_bytes(body[:2] + b"\xff\xfe" + (len(remark) + 2).to_bytes(2) + remark + body[2:])
        found.append(path)
    print(f"  {len(body) / MEGABYTE:.1f} MB each", file=sys.stderr)
    return found


def _papers(files: Sequence[Path], size: int) -> list[bytes]:
    found: list[bytes] = []
    for path in files:
        found.append(path.read_bytes() + b"receipt")
        if sum(map(len, found)) + len(found[0]) > size:
            break
    return found


def _check(environ: dict[str, str], count: int) -> None:
    with _application(environ):
        taken = db.session.scalars(select(Sighting.codes)).all()
        papers = db.session.scalar(select(func.count(EvidenceLink.id)))
    if taken != [[1]] * count or not papers:
        raise RuntimeError(f"{len(taken)} photos of {count} were taken, {papers} papers")


# ---------------------------------------------------------------- who takes it


def _pillow(folder: Path, files: Sequence[Path]) -> float:
    """Photos a second that Pillow opens and saves, in as many processes as there are photos on the way."""
    out = folder / "again"
    out.mkdir()
    start = time.perf_counter()
    running = [
        subprocess.Popen([sys.executable, "-c", REENCODE, str(out), *map(str, files[n::AT_ONCE])])
        for n in range(AT_ONCE)
    ]
    codes = [each.wait() for each in running]  # of all, before anything is said
    if any(codes):
        raise RuntimeError("Pillow failed")
    return len(files) / (time.perf_counter() - start)


def _signed_in(base: str) -> Callable[..., None]:
    """Sends files with the fields of a form, as the page's script does; RuntimeError if one is not taken."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def token(path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opener.open(base + path).read().decode())
        if not found:
            raise RuntimeError(f"no form at {path}")
        return found[1]

    fields = {"csrf_token": token("/sign-in"), "login": "bookkeeper", "password": village.PASSWORD}
    opener.open(base + "/sign-in", urllib.parse.urlencode(fields).encode())
    tokens = {path: token(path) for path in (f"/desk/boards/{village.CODE}", "/desk/items/1/papers")}

    def send(path: str, bodies: Sequence[bytes], **more: str) -> None:
        body, kind = _form({"csrf_token": tokens[path], **more}, bodies)
        headers = {"Content-Type": kind, "Accept": "application/json"}
        answer = opener.open(urllib.request.Request(base + path, body, headers)).read()
        if b'"taken":true' not in answer:
            raise RuntimeError(answer.decode())

    return send


def _form(fields: dict[str, str], bodies: Sequence[bytes]) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for n, body in enumerate(bodies):
        head = f'Content-Disposition: form-data; name="files"; filename="{n}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        parts.append(head.encode() + body)
    start = f"--{edge}\r\n".encode()
    return b"".join(start + part + b"\r\n" for part in parts) + f"--{edge}--\r\n".encode(), (
        f"multipart/form-data; boundary={edge}"
    )


# ---------------------------------------------------------------- memory


def memory(session: int) -> float:
    """What all processes of a session hold now, MiB; what they share is counted once."""
    return sum(map(_share, _processes(session))) / 1024


def _processes(session: int) -> list[Path]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue  # gone meanwhile
        if int(fields[3]) == session:
            found.append(folder)
    return found


def _share(folder: Path) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


@contextmanager
def peak(session: int) -> Iterator[list[float]]:
    """A list whose one element is the most that the session's processes held inside the block, MiB."""
    most, over = [memory(session)], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            most[0] = max(most[0], memory(session))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()
