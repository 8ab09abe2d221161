"""The page client: every page that a test fetches is checked for what every page owes its reader."""

import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = ("hidden", "submit", "button", "image", "reset")
HANDLER = re.compile(r"^on[a-z]+$")
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "form": "action"}


class Page:
    """A page as its reader meets it: `text`, `title`, `h1`, elements by tag."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        self.tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(self.html)

    def all(self, tag: str) -> list[Element]:
        return list(self.tree.iter(tag))

    def texts(self, tag: str) -> list[str]:
        return [words(element) for element in self.all(tag)]

    @property
    def text(self) -> str:
        """Everything that can be read on the page, single-spaced."""
        body = self.tree.find("body")
        return words(body) if body is not None else ""

    @property
    def title(self) -> str:
        return self.texts("title")[0]

    @property
    def h1(self) -> str:
        return self.texts("h1")[0]

    def link(self, text: str) -> str:
        """The address behind the link whose text contains `text`."""
        found = [link.get("href", "") for link in self.all("a") if text in words(link)]
        assert found, f"no link “{text}” on the page; there are: {self.texts('a')}"
        return found[0]

    def field(self, name: str) -> str:
        """The value of the form field of that name (the token of a form, for instance)."""
        for element in self.all("input"):
            if element.get("name") == name:
                return element.get("value", "")
        raise AssertionError(f"no field {name} on the page")

    def check(self) -> None:
        """AssertionError with what to mend, if the page breaks a rule of the house."""
        for rule in (_language, _headings, _ids, _labels, _scripts, _hosts):
            rule(self)


class PageClient(FlaskClient):
    """A test client whose `page` and `send` give checked pages; `get` and `post` give bare responses."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)
        self.environ_base = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "tests"}

    def page(self, path: str, status: int = 200, **options: Any) -> Page:
        """Fetch and check a page; redirections are followed unless `status` is one."""
        options.setdefault("follow_redirects", status not in (301, 302, 303, 307))
        return self._checked(self.get(path, **options), path, status)

    def send(self, path: str, status: int = 200, **fields: Any) -> Page:
        """Send a form as the page at `path` would, with its token (if it has one), and check the page that answers."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).get_data(as_text=True))
        data = {**({"csrf_token": token[1]} if token else {}), **fields}
        response = self.post(path, data=data, follow_redirects=True)
        return self._checked(response, path, status)

    def _checked(self, response: TestResponse, path: str, status: int) -> Page:
        assert response.status_code == status, f"{path}: {response.status}, not {status}\n{response.text[:2000]}"
        page = Page(response)
        if response.mimetype == "text/html" and status not in (301, 302, 303, 307):
            page.check()
        return page


def words(element: Element) -> str:
    """The text of an element, single-spaced."""
    return " ".join("".join(element.itertext()).split())


def _language(page: Page) -> None:
    assert page.tree.get("lang") in ("zh-Hans", "en"), "the html element needs its lang: extend base.html or desk.html"


def _headings(page: Page) -> None:
    assert len(page.all("h1")) == 1, f"a page has one h1, this has {page.texts('h1')}"
    same = page.h1 in page.title or page.title in page.h1
    assert same, f"the title “{page.title}” and the h1 “{page.h1}” must say the same"


def _ids(page: Page) -> None:
    ids = [element.get("id") for element in page.tree.iter() if element.get("id") is not None]
    doubled = {each for each in ids if ids.count(each) > 1}
    assert not doubled, f"ids used twice: {doubled}"


def _labels(page: Page) -> None:
    labels = {label.get("for") for label in page.all("label")}
    wrapped = {id(field) for label in page.all("label") for field in label.iter() if field.tag in LABELLED}
    for tag in LABELLED:
        for field in page.all(tag):
            named = field.get("id") in labels or id(field) in wrapped or field.get("aria-label")
            assert named or field.get("type") in UNLABELLED_TYPES, f"the field {field.attrib} has no label"


def _scripts(page: Page) -> None:
    for element in page.tree.iter():
        handlers = [name for name in element.attrib if HANDLER.match(str(name)) or name == "style"]
        assert not handlers, f"{element.tag} carries {handlers}: the content policy blocks inline scripts and styles"
    assert not page.all("style"), "no inline styles: write them in static/portal.css"
    assert all(script.get("src") for script in page.all("script")), "no inline scripts: the content policy blocks them"


def _hosts(page: Page) -> None:
    for tag, attribute in LOADS.items():
        for element in page.all(tag):
            address = element.get(attribute, "")
            assert not re.match(r"(https?:)?//", address), f"{tag} loads from another host: {address}"
