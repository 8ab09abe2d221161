"""Error pages in both languages that say what to do next; the portal's own errors become pages here."""

from http import HTTPStatus

from flask import Flask, current_app, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response

from portal.errors import Conflict, Forbidden, Invalid, PortalError, machines_sentence, refused_by_machine
from portal.errors import NotFound as NothingThere
from portal.text import N_, Message
from portal.web.filters import message as rendered
from portal.web.language import is_public, offer_language

STATUS: dict[type[PortalError], int] = {Invalid: 400, Forbidden: 403, NothingThere: 404, Conflict: 409}

TITLES = {
    400: N_("This could not be read"),
    403: N_("This page is not open to you"),
    404: N_("There is no such page"),
    405: N_("This cannot be done here"),
    409: N_("Somebody was faster"),
    413: N_("The file is too large"),
    429: N_("Too many tries"),
    500: N_("Something is broken on our side"),
    503: N_("The portal cannot do this now"),
}
ADVICE = {
    400: N_("Go back, look at what you entered and send it again."),
    403: N_("Sign in with the office that this page belongs to, or ask your township to give you that office."),
    404: N_("Check the address, or start from the first page and look for your village there."),
    405: N_("Go back and use the buttons of the page."),
    409: N_("Go back, load the page again and look at what has changed before you decide."),
    413: N_("Send files of up to 64 MB. Photographs may be made smaller; a workbook may be split into sheets."),
    429: N_("Wait a few minutes, then try again."),
    500: N_("Nothing that you sent was half done. Wait a minute and try again; if it stays so, tell your township."),
    503: N_("Nothing was saved and nothing is half done. Go back in a minute and try again; if it stays so, tell your "
            "township."),
}  # fmt: skip
RETRY_AFTER = "60"  # seconds


def init_app(app: Flask) -> None:
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _broken)
    app.register_error_handler(Exception, _refused_by_machine)


def error_page(status: int, sentence: Message | None = None) -> tuple[str, int]:
    """The page of an error; `sentence` says what happened where the portal knows it.

    A fault of ours is told without the menu of officers: that would ask the database, which may be what failed.
    """
    shown = status if status in TITLES else 400 if status < 500 else 500
    is_ours = status >= 500
    page = render_template(
        "errors/error.html",
        layout="base.html" if is_public() or is_ours else "desk.html",
        is_desk=is_ours and not is_public(),
        title=_(TITLES[shown]),
        advice=_(ADVICE[shown]),
        sentence=rendered(sentence) if sentence else "",
        status=status,
    )
    return page, status


def _portal_error(error: PortalError) -> tuple[str, int]:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    return error_page(int(status), error.message)


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return error_page(400, Message(N_("This form is too old, or cookies are switched off. Load the page again.")))


def _not_found(error: NotFound) -> tuple[str, int] | Response:
    return offer_language(error) or error_page(404)


def _http_error(error: HTTPException) -> tuple[str, int] | Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # a redirect, or a response that a view has made itself
    return error_page(error.code)


def _broken(_error: Exception) -> tuple[str, int]:
    return error_page(500)


def _refused_by_machine(error: Exception) -> tuple[str, int, dict[str, str]]:
    """A full disk, a locked or lost database: the act was rolled back, and the log has the machine's own words."""
    if not refused_by_machine(error):
        raise error
    current_app.logger.error("The machine refused", exc_info=error)
    return (*error_page(503, machines_sentence(error)), {"Retry-After": RETRY_AFTER})
