"""A household's own page: what was granted over the years, by the code of its slip; no sign-in, no cookie, no trace."""

from flask import Blueprint, Flask, Response, make_response, render_template, request

from portal import clock
from portal.accounts.views import limited
from portal.errors import Invalid, NotFound, PortalError
from portal.recipients import queries, rules, services
from portal.web import csrf, tokens
from portal.web.declared import open_to_all

blueprint = Blueprint("mine", __name__, url_prefix="/<language:language>/mine")
PURPOSE = "mine, with its hour"  # pages that were opened before tokens had it begin anew


def init_app(app: Flask) -> None:
    csrf.exempt(blueprint)  # the form carries a token of its own, for there is no session
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
@open_to_all
@limited
def mine() -> Response | tuple[Response, int]:
    """Type the code; then everything of one household, and nothing else."""
    if request.method == "GET":
        return _shown()
    try:
        recipient_id = services.open_slip(request.form.get("code", ""), clock.now())
    except (Invalid, NotFound) as error:
        return _shown(error), 400
    return _household(recipient_id, int(clock.now().timestamp()))


@blueprint.post("/answer")
@open_to_all
@limited
def answer() -> Response | tuple[Response, int]:
    """Received, not received, wrong sum, not mine."""
    try:
        recipient_id, opened = _of_token(request.form.get("token", ""))
        number = request.form.get("number", "")
        services.answer(
            recipient_id,
            int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0,
            request.form.get("key", ""),
            request.form.get("answer", ""),
            clock.now(),
        )
    except Invalid as error:
        return _shown(error), 400
    return _household(recipient_id, opened, is_answered=True)


def _of_token(token: str) -> tuple[int, int]:
    """The household that a page was opened for, and when (seconds); Invalid after an hour, however often it answered,
    and for a household that is no more: its number may be another's since."""
    recipient_id, match, opened = tokens.read(PURPOSE, token)
    if clock.now().timestamp() - opened > tokens.HOUR or queries.match_of(recipient_id) != match:
        raise Invalid(tokens.TOO_LONG)
    return recipient_id, opened


def _shown(error: PortalError | None = None) -> Response:
    return _kept_nowhere(render_template("recipients/mine.html", error=error, household=None))


def _household(recipient_id: int, opened: int, is_answered: bool = False) -> Response:
    place, household = queries.recipient(recipient_id)
    return _kept_nowhere(
        render_template(
            "recipients/mine.html",
            error=None,
            place=place,
            household=household,
            token=tokens.sign(PURPOSE, [recipient_id, queries.match_of(recipient_id), opened]),
            answers=rules.ANSWERS,
            offered=rules.OFFERED,
            is_answered=is_answered,
        )
    )


def _kept_nowhere(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
