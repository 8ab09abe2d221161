"""The page cache: a page is rendered once in a generation, and nothing made for one person is ever kept."""

import gzip
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from portal.web.cache import OVERHEAD, PageCache, _normalised


class Clockwork:
    """A generation and a date that a test turns."""

    def __init__(self) -> None:
        self.number, self.day = 1, date(2026, 4, 16)

    def generation(self) -> int:
        return self.number

    def today(self) -> date:
        return self.day


@pytest.fixture
def works() -> Clockwork:
    return Clockwork()


@pytest.fixture
def cached(room: Flask, works: Clockwork) -> Client:
    return Client(PageCache(room.wsgi_app, works.generation, 1, works.today, date_lasts=0))


def test_a_page_is_rendered_once(cached: Client, rendered: list[str]) -> None:
    first, second = cached.get("/en/things/1"), cached.get("/en/things/1")
    assert first.data == second.data
    assert len(rendered) == 1


@pytest.mark.parametrize("turned", [("number", 2), ("day", date(2026, 4, 17))])
def test_a_publication_and_midnight_drop_every_page(
    cached: Client, works: Clockwork, rendered: list[str], turned: tuple[str, Any]
) -> None:
    cached.get("/en/things/1")
    setattr(works, *turned)
    cached.get("/en/things/1")
    assert len(rendered) == 2


def test_a_publication_during_the_rendering_leaves_nothing_old(room: Flask, works: Clockwork) -> None:
    def publishing(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        body = b"".join(room.wsgi_app(environ, start))
        works.number += 1
        return [body]

    cache = PageCache(publishing, works.generation, 1, works.today, date_lasts=0)
    Client(cache).get("/en/things/1")
    kept = [key for key in cache._pages if works.number == (cache._epoch or (0,))[0]]
    assert not kept


def test_language_size_and_query_are_pages_of_their_own(cached: Client, rendered: list[str]) -> None:
    for path in ("/en/things/1", "/zh/things/1", "/en/things/1?size=large", "/en/things/1?page=2", "/en/things/2"):
        cached.get(path)
    assert len(rendered) == 5
    cached.get("/en/things/1?page=2&size=large")
    cached.get("/en/things/1?size=large&page=2")
    assert len(rendered) == 6


def test_a_page_with_a_cookie_is_never_kept(cached: Client, rendered: list[str]) -> None:
    cached.get("/en/remembers")
    cached.get("/en/remembers")
    assert len(rendered) == 2


def test_errors_and_officers_pages_are_never_kept(cached: Client, room: Flask) -> None:
    cache = room.wsgi_app
    assert isinstance(cache, PageCache)
    for path in ("/en/nothing", "/workroom/form", "/things/1"):
        cached.get(path)
    middleware = cached.application
    assert isinstance(middleware, PageCache)
    assert not middleware._pages


def test_a_browser_gets_it_compressed_by_us(cached: Client) -> None:
    plain, packed = cached.get("/en/things/1"), cached.get("/en/things/1", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_an_officers_page_is_compressed_too(cached: Client) -> None:
    response = cached.get("/workroom/form", headers={"Accept-Encoding": "gzip"})
    assert b"<h1>" in gzip.decompress(response.data)
    assert "Cookie" in response.headers["Vary"]


def test_who_has_the_page_already_gets_nothing_again(cached: Client) -> None:
    tag = cached.get("/en/things/1").headers["ETag"]
    again = cached.get("/en/things/1", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_head_says_the_same_without_the_page(cached: Client) -> None:
    page, head = cached.get("/en/things/1"), cached.head("/en/things/1")
    assert head.data == b""
    assert head.headers["Content-Length"] == page.headers["Content-Length"]


def test_a_form_sent_is_never_answered_from_the_cache(cached: Client) -> None:
    cached.get("/en/things/1")
    assert cached.post("/en/things/1").status_code == 405


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 600_000)), max_size=30))
def test_the_memory_is_bounded_whatever_is_asked(requests: list[tuple[str, int]]) -> None:
    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        body = b"x" * int(environ["QUERY_STRING"])
        start("200 OK", [("Cache-Control", "public"), ("Content-Length", str(len(body)))])
        return [body]

    cache = PageCache(application, lambda: 1, 1, lambda: date(2026, 1, 1))
    client = Client(cache)
    for path, size in requests:
        assert len(client.get(f"/{path}?{size}").data) == size
    assert cache._size <= 1024 * 1024
    assert cache._size == sum(kept.size for kept in cache._pages.values()) >= OVERHEAD * len(cache._pages)


@given(st.lists(st.text("ab=1", min_size=1), unique_by=lambda part: part.partition("=")[0]))
def test_the_order_of_parameters_does_not_matter(parts: list[str]) -> None:
    assert _normalised("&".join(parts)) == _normalised("&".join(reversed(parts)))


def test_of_two_parameters_with_one_name_the_order_counts() -> None:
    assert _normalised("q=a&q=b") != _normalised("q=b&q=a")
    assert _normalised("q=a&page=2&q=b") == _normalised("page=2&q=a&q=b")
