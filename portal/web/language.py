"""The language of a page: in the address for public pages, in the session for officers'; large type likewise.

Public blueprints are registered under ``/<language:language>``; `url_for` fills in the language and the size of the
page being shown, so that no template has to carry them along.
"""

from functools import cache
from typing import Any

from flask import Blueprint, Flask, current_app, g, has_request_context, redirect, request, session, url_for
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter, IntegerConverter, RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from portal.text import LANGUAGES, TRANSLATIONS, translator
from portal.web.declared import open_to_all

HTML_LANGUAGES = {"zh": "zh-Hans", "en": "en"}
LARGE = "large"
NOT_OF_A_QUERY = ("endpoint", "self", "_anchor", "_method", "_scheme", "_external", "language")
"""Arguments of `url_for` itself, and the address's first part: in a query they would steer it, so they mean nothing."""

blueprint = Blueprint("language", __name__)


class LanguageConverter(BaseConverter):
    """The first part of a public address: ``zh`` or ``en``."""

    regex = "|".join(LANGUAGES)


class NumberConverter(IntegerConverter):
    """A number in an address: plain digits, and no more than every database holds; anything else is no such page."""

    regex = "[0-9]{1,18}"


def init_app(app: Flask) -> None:
    app.url_map.converters.update(language=LanguageConverter, int=NumberConverter)
    app.url_value_preprocessor(_read_address)
    app.url_defaults(_carry_along)
    app.register_blueprint(blueprint)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=current_language)
    # Flask-Babel looks up its context for every text; in a page of eighty that costs more than the page's queries
    # … and Jinja's own wrapper escapes a text anew each time
    app.jinja_env.globals.update(
        _=_text,
        gettext=_text,
        current_language=current_language,
        html_language=lambda: HTML_LANGUAGES[current_language()],
        in_language=in_language,
        in_size=in_size,
        has_endpoint=lambda endpoint: endpoint in current_app.view_functions,
    )


def _text(text: str, **params: Any) -> Markup:
    """What `_()` gives in templates: the text in the page's language, its parameters escaped."""
    found = _translated(current_language(), text)
    return found % params if params else found


@cache
def _translated(language: str, text: str) -> Markup:
    return Markup(translator(language)(text))  # noqa: S704 - our own catalogue


def current_language() -> str:
    """``zh`` or ``en``: of the address, else of the session, else what the browser wants; ``zh`` outside a request."""
    if not has_request_context():
        return LANGUAGES[0]
    known: str | None = g.get("language")
    if known is None:
        known = g.language = session.get("language") or wanted_language()
    return known


def wanted_language() -> str:
    """What the browser asks for, of the languages there are."""
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def is_public() -> bool:
    """Is the page being shown one with the language in its address?"""
    return "language" in (request.view_args or {}) or g.get("in_address", False)


def in_language(language: str) -> str:
    """The address of the page being shown, in another language."""
    if not is_public():
        return url_for("language.choose", language=language, back=request.path)
    if request.endpoint is None or request.method not in ("GET", "HEAD"):
        return f"/{language}/"
    return address_here(language=language)


def in_size(size: str | None) -> str:
    """The address of the page being shown, in large type (``"large"``) or not (None)."""
    if request.endpoint is None or request.method not in ("GET", "HEAD"):
        return f"/{current_language()}/" + (f"?size={size}" if size else "")
    return address_here(size=size)


def address_here(**changes: Any) -> str:
    """The address of the page being shown, its query included, with some parts changed."""
    query = {name: value for name, value in request.args.items() if name not in NOT_OF_A_QUERY}
    return url_for(str(request.endpoint), **{**query, **(request.view_args or {}), **changes})


@blueprint.get("/language/<language:language>")
@open_to_all
def choose(language: str) -> AnyResponse:
    """An officer's choice, kept in the session; back to the page it was made on."""
    session["language"] = language
    return redirect(safe_next(request.args.get("back"), "/"))


def safe_next(target: str | None, otherwise: str) -> str:
    """Where to go next, as an address asks for it: a path of this server, else `otherwise`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return otherwise
    return target


def _read_address(endpoint: str | None, values: dict[str, Any] | None) -> None:
    language = request.path[1:].partition("/")[0]
    g.size = LARGE if request.args.get("size") == LARGE else None
    if language in LANGUAGES:
        g.language, g.in_address = language, True
    if values and endpoint != "language.choose" and "language" in values:
        g.language = values.pop("language")


def _carry_along(endpoint: str, values: dict[str, Any]) -> None:
    if "language" in values or not current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        return
    values["language"] = current_language()
    if g.get("size") and "size" not in values:
        values["size"] = g.size


def offer_language(error: NotFound) -> AnyResponse | None:
    """A public address without its language leads to the one that the browser wants; None if there is no such page."""
    if request.routing_exception is not error or g.get("in_address"):
        return None
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    language = wanted_language()
    try:
        adapter.match(f"/{language}{request.path}", method="GET")
    except RequestRedirect:
        pass
    except HTTPException:
        return None
    query = request.query_string.decode()
    response = redirect(f"/{language}{request.path}" + (f"?{query}" if query else ""))
    response.headers["Vary"] = "Accept-Language"
    return response
