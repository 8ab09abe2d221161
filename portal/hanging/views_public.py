"""What should hang on a village's board now, to everybody, and the sheet with the board's permanent code."""

from io import BytesIO

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, notices
from portal.accounts.views import limited
from portal.config import Settings
from portal.errors import Invalid
from portal.hanging import queries, services
from portal.hanging.queries import BoardView
from portal.hanging.rules import State
from portal.notices import BoardSheet
from portal.places import queries as places
from portal.text import N_
from portal.web import csrf, tokens
from portal.web.declared import open_to_all
from portal.web.language import current_language, wanted_language

PURPOSE = "board"
blueprint = Blueprint("board", __name__, url_prefix="/<language:language>/places/<code>")
short = Blueprint("board_address", __name__)


def init_app(app: Flask) -> None:
    csrf.exempt(blueprint)  # the forms carry a token of their own, for there is no session
    app.register_blueprint(blueprint)
    app.register_blueprint(short)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@short.get("/b/<board>")
@open_to_all
def permanent(board: str) -> AnyResponse:
    """The address on a board's sheet; it holds whatever becomes of the place's code and of the board."""
    code, _dash, n = board.partition("-")
    found = queries.board(code, _number(n))
    return redirect(
        url_for("board.now", language=wanted_language(), code=found.village.code, at=found.n or None)
    )  # fmt: skip


@blueprint.get("/board")
@open_to_all
def now(code: str) -> Response:
    """The notices that must hang today, each with a button for who does not see it there."""
    return _page(queries.board(code, _number(request.args.get("at"))), said=_number(request.args.get("said")))


def _page(board: BoardView, said: int = 0, error: Invalid | None = None) -> Response:
    today = clock.today()
    page = render_template(
        "hanging/now.html",
        board=board,
        boards={one.n: one.name for one in queries.boards(board.village)},
        place_line=places.ancestors(board.village.id),
        standing=[one for one in queries.standing([board.village], today) if one.ought],
        phone=places.settings_in_force(board.village.id, today)["township_phone"],
        token=tokens.sign(PURPOSE, board.code),
        said=said,
        error=error,
        State=State,
    )
    response = make_response(page, 400 if error else 200)
    response.headers["Cache-Control"] = "no-store"  # its token lasts an hour, its counts change with every voice
    return response


@blueprint.post("/board")
@open_to_all
@limited
def missing(code: str) -> AnyResponse:
    """“It does not hang here”: counted by notice and day, and nothing else is kept."""
    board = queries.board(code, _number(request.form.get("at")))
    number = _number(request.form.get("number"))
    try:
        if tokens.read(PURPOSE, request.form.get("token", "")) != board.code:
            raise Invalid(N_("This page was open too long. Go back to its beginning and try again."))
        services.say_missing(board.village, number, board.n, clock.now())
    except Invalid as error:
        return _page(board, error=error)
    return redirect(url_for(".now", code=board.village.code, at=board.n or None, said=number, _anchor="said"), 303)


@blueprint.get("/board.pdf")
@open_to_all
def sheet(code: str) -> Response:
    """The sheet to be hung on the board once and for all: its permanent code, and what it is for."""
    settings: Settings = current_app.config["SETTINGS"]
    board = queries.board(code, _number(request.args.get("at")))
    language = request.args.get("lang", "both")
    if language not in ("zh", "en", "both"):
        raise Invalid(N_("The sheet is in zh, en or both."))
    line, out = places.ancestors(board.village.id), BytesIO()
    drawn = BoardSheet(
        county=line[0].name,
        township=line[-2].name,
        place=board.village.name,
        board=board.name,
        url=f"{settings.public_url}/b/{board.code}",
        phone=str(places.settings_in_force(board.village.id, clock.today())["township_phone"]),
        demo=settings.demo,
    )
    notices.draw_board_sheet(drawn, out, language, settings.fonts)
    response = Response(out.getvalue(), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="board-{board.code}-{current_language()}.pdf"'
    return response
