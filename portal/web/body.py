"""The body of a request that is too large is heard out before the answer: a browser that is interrupted while it sends
shows a broken connection in the place of the page that says why."""

from flask import Flask
from flask import Request as FlaskRequest
from werkzeug.exceptions import RequestEntityTooLarge

HEARD_OUT = 256 * 1024 * 1024  # bytes; whoever says, or sends, more than this is interrupted
_PIECE = 64 * 1024


class Request(FlaskRequest):
    """A request as Flask has it."""

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            self._hear_out()
            raise

    def _hear_out(self) -> None:
        """Read on and forget what is read, where the server ends the stream itself (else reading on would wait)."""
        if not self.environ.get("wsgi.input_terminated") or (self.content_length or 0) > HEARD_OUT:
            return
        left = HEARD_OUT
        while left > 0 and (piece := self.environ["wsgi.input"].read(_PIECE)):
            left -= len(piece)


def init_app(app: Flask) -> None:
    app.request_class = Request
