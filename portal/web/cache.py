"""Whole public pages, kept in front of Flask, and the compression of everything: a WSGI middleware.

A kept page is found again by path and query (language and size stand in them) and lives as long as the generation under
which it was made and the county's date. Both are read *before* the page is rendered, so that a publication in between
leaves nothing old behind. Nothing is kept that was made for one person: no cookie, no `Vary: Cookie`, no `no-store`.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any

from portal import clock

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
Epoch = tuple[int, date]

MEGABYTE = 1024 * 1024
PAGE_LIMIT = 4 * MEGABYTE  # bytes; what is larger is handed through
SMALL = 500  # bytes; compressing less costs more than it saves
TEXTS = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml", "application/atom")
OVERHEAD = 1500  # bytes a kept page costs besides its bodies


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it is sent: plain and compressed, with the headers of each; `packed` is None where it does not pay."""

    etag: str
    plain: bytes
    plain_headers: Headers
    packed: bytes | None
    packed_headers: Headers
    short_headers: Headers
    """Of the answer "not modified"."""

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.packed or b"") + OVERHEAD


class PageCache:
    """The middleware around `application`; `generation` is asked on every request and must be quick.

    `megabytes` bounds the memory (least recently used pages go first); 0 keeps nothing and only compresses. `today`
    is asked again after `date_lasts` seconds.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        generation: Callable[[], int],
        megabytes: int = 64,
        today: Callable[[], date] = clock.today,
        date_lasts: float = 1.0,
    ) -> None:
        self._application = application
        self._generation = generation
        self._today = today
        self._date_lasts = date_lasts
        self._date = today()
        self._date_until = 0.0
        self._limit = megabytes * MEGABYTE
        self._pages: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._size = 0
        self._epoch: Epoch | None = None
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or "HTTP_RANGE" in environ or not self._limit:
            return self._handed_through(environ, start_response)
        key = (environ["PATH_INFO"], _normalised(environ.get("QUERY_STRING", "")))
        epoch = (self._generation(), self._county_date())
        kept = self._find(key, epoch)
        if kept is None:
            if method == "HEAD":
                return self._handed_through(environ, start_response)
            return self._made(environ, start_response, key, epoch)
        return _sent(kept, environ, start_response)

    def _county_date(self) -> date:
        """The county's date, asked for once a second: it costs more than all the rest of an answer."""
        now = monotonic()
        if now >= self._date_until:
            self._date, self._date_until = self._today(), now + self._date_lasts
        return self._date

    def _find(self, key: tuple[str, str], epoch: Epoch) -> Kept | None:
        with self._lock:
            if epoch != self._epoch:
                self._pages.clear()
                self._size, self._epoch = 0, epoch
                return None
            kept = self._pages.get(key)
            if kept is not None:
                self._pages.move_to_end(key)
            return kept

    def _made(
        self, environ: Environ, start_response: Callable[..., Any], key: tuple[str, str], epoch: Epoch
    ) -> Iterable[bytes]:
        """Render the page, keep it if it may be kept, and send it."""
        fresh = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        status, headers, body = _answer(self._application, fresh)
        if not _may_be_kept(status, headers) or not isinstance(body, bytes):
            return _forwarded(status, headers, body, environ, start_response)
        kept = _kept(headers, body)
        self._keep(key, epoch, kept)
        return _sent(kept, environ, start_response)

    def _keep(self, key: tuple[str, str], epoch: Epoch, kept: Kept) -> None:
        with self._lock:
            if epoch != self._epoch or kept.size > self._limit:
                return
            previous = self._pages.pop(key, None)
            self._size += kept.size - (previous.size if previous else 0)
            self._pages[key] = kept
            while self._size > self._limit:
                _key, oldest = self._pages.popitem(last=False)
                self._size -= oldest.size

    def _handed_through(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "HEAD" or "HTTP_RANGE" in environ:
            return self._application(environ, start_response)
        status, headers, body = _answer(self._application, environ)
        return _forwarded(status, headers, body, environ, start_response)


_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def _normalised(query: str) -> str:
    """The same parameters in another order are the same page."""
    return "&".join(sorted(query.split("&"), key=_name)) if "&" in query else query


def _name(parameter: str) -> str:
    """Of two with one name the first counts, so these keep their order."""
    return parameter.partition("=")[0]


def _answer(
    application: Callable[..., Iterable[bytes]], environ: Environ
) -> tuple[str, Headers, bytes | Iterable[bytes]]:
    """What the application answers; the body as bytes if its length is known and not too much, else as it comes."""
    heard: list[Any] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        heard[:] = [status, headers]
        return _no_write

    body = application(environ, start)
    status, headers = heard
    length = _value(headers, "content-length")
    if not length.isdigit() or int(length) > PAGE_LIMIT:
        return status, headers, body
    try:
        return status, headers, b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _no_write(_data: bytes) -> None:
    raise RuntimeError("the old write() of WSGI is not supported")


def _value(headers: Headers, name: str) -> str:
    return ", ".join(value for each, value in headers if each.lower() == name)


def _may_be_kept(status: str, headers: Headers) -> bool:
    return (
        status.startswith("200")
        and "public" in _value(headers, "cache-control")
        and not _value(headers, "set-cookie")
        and "cookie" not in _value(headers, "vary").lower()
    )


def _is_compressible(headers: Headers, body: bytes) -> bool:
    return (
        len(body) >= SMALL
        and _value(headers, "content-type").startswith(TEXTS)
        and not _value(headers, "content-encoding")
    )


def _with(headers: Headers, **changes: str) -> Headers:
    """The headers with these ones instead of those of the same name; ``Content_Length`` stands for Content-Length."""
    new = {name.replace("_", "-"): value for name, value in changes.items()}
    replaced = {name.lower() for name in new}
    return [pair for pair in headers if pair[0].lower() not in replaced] + list(new.items())


def _varied(headers: Headers) -> str:
    vary = _value(headers, "vary")
    return f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"


def _kept(headers: Headers, body: bytes) -> Kept:
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = [pair for pair in headers if pair[0].lower() not in ("last-modified", "date")]
    packed = gzip.compress(body, 9, mtime=0) if _is_compressible(headers, body) else None
    vary = {"Vary": _varied(headers)} if packed else {}
    plain_headers = _with(headers, ETag=etag, Content_Length=str(len(body)), **vary)
    packed_headers = _with(plain_headers, Content_Encoding="gzip", Content_Length=str(len(packed or b"")))
    return Kept(etag, body, plain_headers, packed, packed_headers, _short(plain_headers))


def _short(headers: Headers) -> Headers:
    """What an answer "not modified" says of the page again."""
    return [pair for pair in headers if pair[0].lower() in ("etag", "cache-control", "vary")]


def _nothing() -> None:
    """Bytes need no closing."""


def _sent(kept: Kept, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None and kept.etag in asked:
        start_response("304 NOT MODIFIED", kept.short_headers)
        return []
    if kept.packed is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        start_response("200 OK", kept.packed_headers)
        body = kept.packed
    else:
        start_response("200 OK", kept.plain_headers)
        body = kept.plain
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def _forwarded(
    status: str,
    headers: Headers,
    body: bytes | Iterable[bytes],
    environ: Environ,
    start_response: Callable[..., Any],
) -> Iterable[bytes]:
    """Send what is not kept, compressed if the browser takes it; nothing again to whom has it already."""
    asked, etag = environ.get("HTTP_IF_NONE_MATCH"), _value(headers, "etag")
    if asked is not None and etag and etag in asked and status.startswith("200"):
        getattr(body, "close", _nothing)()
        start_response("304 NOT MODIFIED", _short(headers))
        return []
    if not isinstance(body, bytes):
        start_response(status, headers)
        return body
    if _is_compressible(headers, body):
        headers = _with(headers, Vary=_varied(headers))
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body = gzip.compress(body, 4, mtime=0)
            headers = _with(headers, Content_Encoding="gzip", Content_Length=str(len(body)))
    start_response(status, headers)
    return [body]
