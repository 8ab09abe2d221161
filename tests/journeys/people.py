"""Somebody at a browser of his own, signed in at the desk or not: what all tests in a real Chromium share."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.disclosure import village

OF_SIZE = ("target-size", "scrollable-region-focusable", "link-in-text-block", "css-orientation-lock")
"""The rules of axe whose answer may be another one in a wider window."""
OF_WORDS = ("document-title", "html-has-lang", "valid-lang", "label", "link-name", "button-name", "image-alt")
"""The rules whose answer may be another one in another language."""


def faults(page: Any, is_first: bool = True) -> list[str]:
    """What axe finds on the page that is open, and whether it is too wide; on a page that was looked at in another
    language, axe asks what other words may change."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    rules = {} if is_first else {"runOnly": [*OF_SIZE, *OF_WORDS, "color-contrast"]}
    found = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
    return [*(each["id"] for each in found), *(["too wide"] if wide > 0 else [])]


def sign_in(page: Any, base: str, login: str, then: str = "") -> None:
    """Sign in with the password of the tests; `then` is the page that was asked for."""
    page.goto(f"{base}/sign-in" + (f"?next={then}" if then else ""))
    page.fill("[name=login]", login)
    page.fill("[name=password]", village.PASSWORD)
    page.click("main button.main")
    page.wait_for_load_state()


class Person:
    """Somebody at a browser: counts clicks and bytes sent, looks at each page with axe and for sideways scrolling."""

    def __init__(self, window: Any, base: str) -> None:
        self.page = window.new_page()
        self.page.on("requestfinished", self.count)
        self.base = base
        self.clicks = 0
        self.sent = 0

    def count(self, request: Any) -> None:
        sizes = request.sizes()
        self.sent += sizes["requestHeadersSize"] + max(
            sizes["requestBodySize"], int(request.headers.get("content-length", 0))
        )

    def sign_in(self, login: str) -> None:
        sign_in(self.page, self.base, login)
        self.clicks += 1

    def open(self, path: str) -> str:
        """Go to a page by its address and look at it; what it says."""
        self.page.goto(self.base + path)
        self.look()
        return self.said()

    def said(self, part: str = "main") -> str:
        return str(self.page.inner_text(part))

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{self.page.url} scrolls sideways at 360 px"
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"


def person(chromium: Any, base: str, login: str = "", width: int = 360) -> Person:
    """Somebody at a browser that nobody else uses, in Chinese; signed in if there is a login."""
    window = chromium.new_context(viewport={"width": width, "height": 740}, locale="zh-CN")
    window.set_default_timeout(15_000)
    found = Person(window, base)
    if login:
        found.sign_in(login)
    return found
