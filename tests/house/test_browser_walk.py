"""Every page in a real Chromium, as everyone, in both languages, on a telephone and on a desk: axe finds nothing, no
page is wider than its window, whatever is pressed is large enough, the focus is seen, and the console stays empty."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pyotp
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from werkzeug.routing import Rule

from portal import clock
from portal.config import Settings
from portal.gazette import queries as gazette
from portal.gazette import seal
from portal.text import LANGUAGES
from tests.disclosure import village
from tests.house import county
from tests.house.test_walk import EXAMPLES
from tests.journeys.people import OF_SIZE, OF_WORDS, sign_in
from tests.pages import PageClient

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("stopped_clock")]

TELEPHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
AXE = "options => axe.run({resultTypes: ['violations'], ...options}).then(found => found.violations)"
COLOURS = """() => [...new Set([...document.querySelectorAll('body *')].filter(each => {
  const speaks = [...each.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  return (speaks || each.matches('input, select, textarea')) && each.checkVisibility({visibilityProperty: true});
}).map(each => {
  const style = getComputedStyle(each), size = parseFloat(style.fontSize);
  const behind = [];
  for (let under = each; under; under = under.parentElement) {
    const {backgroundColor, backgroundImage, opacity} = getComputedStyle(under);
    behind.push(backgroundColor, backgroundImage, opacity);
  }
  const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  return [style.color, isLarge, ...behind.filter(one => !['rgba(0, 0, 0, 0)', 'none', '1'].includes(one))].join();
}))]"""
"""Every sort of text on the page: its colour, whether it counts as large, what lies behind it."""

ASKED = {
    "public.home": ("find=青", "find=没有"),
    "public.search": ("q=" + quote("电费"), "q=x", "q=" + quote("没有的"), f"q=office&place={village.CODE}"),
    "public.verify": ("code=7", "code={right}", "code={replaced}", "code={forged}"),
    "board.now": ("said=3&at=1",),
    "drafts.listing": ("state=waiting", "state=discarded&period=2020-01"),
}
"""What else is asked of an address, by endpoint: its answers are pages of their own."""

PART = re.compile(r"""<(\w+)(?:[^>]*?\b(class="[^"]*"))?(?:[^>]*?\b(type="[^"]*"))?""")

LOOK = """() => {
  document.querySelectorAll('details').forEach(each => { each.open = true });
  const LARGE = 44, reads = /[\\p{L}\\p{N}]/u;
  const isSeen = each => {
    const box = each.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && each.checkVisibility({visibilityProperty: true});
  };
  const name = each => each.outerHTML.slice(0, 120).replace(/\\s+/g, ' ');
  const stands = each => {  // alone in its block, not a word in a sentence
    let block = each.parentElement;
    while (getComputedStyle(block).display === 'inline') block = block.parentElement;
    const copy = block.cloneNode(true);
    copy.querySelectorAll('a, button, input, select, textarea, small, svg, .hidden').forEach(one => one.remove());
    return !reads.test(copy.textContent);
  };
  const box = each => {  // a radio button is pressed at its label too
    const label = /^(radio|checkbox)$/.test(each.type) ? each.closest('label, .option') || each : each;
    return label.getBoundingClientRect();
  };
  const pressed = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(each => each.type !== 'hidden' && isSeen(each));
  const small = pressed.filter(each => (each.tagName !== 'A' || stands(each)) && box(each).height < LARGE - .5);
  const unseen = pressed.filter(each => {
    each.focus();
    const style = getComputedStyle(each);
    return document.activeElement !== each || style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2;
  });
  const root = document.documentElement;
  return {
    wide: root.scrollWidth - root.clientWidth,
    small: small.map(each => `${Math.round(box(each).height)} px: ${name(each)}`),
    unseen: unseen.map(name),
  };
}"""


@dataclass(frozen=True)
class Stop:
    """A page to be looked at: its address in Chinese, its answer, and what makes it another page than the others."""

    address: str
    status: int
    key: tuple[Any, ...]

    def in_language(self, language: str) -> str:
        return f"/{language}{self.address[3:]}" if self.address.startswith("/zh/") else self.address


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As the demo: nobody shows a second factor, and "try as …" is there."""
    return replace(settings, demo=True)


@pytest.fixture
def window(chromium: Any) -> Iterator[Any]:
    """A browser window that brings axe into every page."""
    window = chromium.new_context(viewport=TELEPHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
    window.set_default_timeout(30_000)
    window.add_init_script(AXE_SCRIPT)
    yield window
    window.close()


def test_every_page_can_be_seen_heard_and_pressed_by_everybody(app: Flask, live_server: str, window: Any) -> None:
    with app.app_context():
        more = county.build()
    page, problems, looked = window.new_page(), [], set()
    for login in (None, *county.PEOPLE):
        client = _signed_in(app, login)
        stops = [stop for stop in _stops(app, client, more, is_public=login is None) if stop.key not in looked]
        stops = list({stop.key: stop for stop in reversed(stops)}.values())
        looked |= {stop.key for stop in stops}
        for language in LANGUAGES:
            client.get(f"/language/{language}")
            window.clear_cookies()
            window.add_cookies(_cookies(client, live_server))
            for stop in stops:
                problems += [
                    (login, language, stop.address, *each) for each in _look(page, live_server, stop, language)
                ]
    assert not problems, "\n".join(str(each) for each in problems)
    endpoints = {key[0] for key in looked}
    assert len(endpoints) > 25, f"the walk has met too few pages: {endpoints}"


def test_the_second_factor_can_be_seen_heard_and_pressed(app: Flask, live_server: str, window: Any) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=False)
    with app.app_context():
        village.build()
        village.open_accounts()
    page, problems = window.new_page(), []
    for step in ("/sign-in/second-factor", "/sign-in/code"):
        sign_in(page, live_server, "township", then="/desk/account")
        assert step in page.url
        problems += _problems(page)
        if "second-factor" in step:
            page.fill("#code", pyotp.TOTP(page.inner_text("code").replace(" ", "")).at(clock.now()))
            page.click("button.main")
            page.click("footer button")
    assert not problems


def _signed_in(app: Flask, login: str | None) -> PageClient:
    client = PageClient(app)
    client.get("/language/zh")
    if login:
        client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def _cookies(client: PageClient, server: str) -> list[dict[str, str]]:
    found = (client.get_cookie(name) for name in ("portal", "portal_browser"))
    return [{"name": each.key, "value": each.value, "url": server} for each in found if each]


def _stops(app: Flask, client: PageClient, more: dict[str, tuple[Any, ...]], is_public: bool) -> Iterator[Stop]:
    """The pages that this person meets; the public ones are the same for everybody."""
    for rule, address in _addresses(app, more):
        if "language" in rule.arguments and not is_public:
            continue
        response = client.get(address)
        if response.mimetype == "text/html" and response.status_code not in (302, 303):
            about = rule.endpoint if response.status_code == 200 else response.status_code
            yield Stop(address, response.status_code, (about, frozenset(PART.findall(response.text))))


def _addresses(app: Flask, more: dict[str, tuple[Any, ...]]) -> Iterator[tuple[Rule, str]]:
    """Every address that can be fetched: with the examples, with each other example of one argument, and as asked."""
    codes = _codes(app)
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint in ("static", "language.choose") or "GET" not in (rule.methods or ()):
                continue
            unknown = rule.arguments - set(EXAMPLES)
            assert not unknown, f"{rule.rule}: give {unknown} an example in tests.house.test_walk.EXAMPLES"
            plain = {name: "zh" if name == "language" else EXAMPLES[name] for name in rule.arguments}
            others = [{name: value} for name in sorted(rule.arguments) for value in more.get(name, ())]
            others += more.get(rule.endpoint, ())
            found = [adapter.build(rule.endpoint, {**plain, **other}) for other in ({}, *others)]
            asked = [f"{found[0]}?{question.format(**codes)}" for question in ASKED.get(rule.endpoint, ())]
            yield from ((rule, address) for address in dict.fromkeys((*found, *asked)))


def _codes(app: Flask) -> dict[str, str]:
    """A check code that is right, and one under whose number something else was published."""
    with app.app_context():
        first, second = (gazette.item(number) for number in (1, 2))
    return {
        "right": second.check_code,
        "replaced": first.check_code,
        "forged": seal.check_code(first.number, second.header.encode()),
    }


def _look(page: Any, server: str, stop: Stop, language: str) -> list[tuple[str, Any]]:
    said: list[str] = []
    listeners = {
        "pageerror": lambda error: said.append(str(error)),
        "console": lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    page.goto(server + stop.in_language(language))
    found = _problems(page, is_first=language == LANGUAGES[0])
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    own = f"status of {stop.status} "  # a browser complains when the page itself is an error
    return [*found, *(("console", each) for each in said if stop.status == 200 or own not in each)]


def _problems(page: Any, is_first: bool = True) -> list[tuple[str, Any]]:
    """What is wrong with the page that is open, on a telephone and on a desk; all rules are asked the first time. In
    the second language those whose answer its words may change, on the telephone alone: what fits there fits a desk.
    The contrast of colours is asked again at a desk where a text has others there than any on the telephone."""
    page.keyboard.press("Tab")  # from now on the focus is shown as to people who use the keyboard
    found: list[tuple[str, Any]] = []
    first = (
        (TELEPHONE, {"rules": {"target-size": {"enabled": True}}}),
        (DESK, {"runOnly": [*OF_SIZE]}),
    )
    second = ((TELEPHONE, {"runOnly": [*OF_SIZE, *OF_WORDS]}),)
    colours: set[str] = set()
    for size, options in first if is_first else second:
        page.set_viewport_size(size)
        seen = page.evaluate(LOOK)
        if is_first:
            there = set(page.evaluate(COLOURS))
            if size is DESK and there - colours:
                options = {"runOnly": [*OF_SIZE, "color-contrast"]}
            colours |= there
        found += [(f"{name} at {size['width']}", seen[name]) for name in ("small", "unseen") if seen[name]]
        if seen["wide"] > 0:
            found.append((f"wider than {size['width']} px by", seen["wide"]))
        for violation in page.evaluate(AXE, options):
            nodes = [" ".join(node["target"]) for node in violation["nodes"][:3]]
            found.append((f"axe at {size['width']}: {violation['id']}", nodes))
    return found
