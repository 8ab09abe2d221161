"""Static files carry a digest of their content in the address, so that browsers may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from portal.web.declared import open_to_all

A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    folder = Path(str(app.static_folder))
    open_to_all(app.view_functions["static"])

    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values["v"] = _digest(folder / values["filename"])

    app.url_defaults(add_digest)
    app.after_request(_keep)


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = A_YEAR
    return response


@cache
def _digest(path: Path) -> str | None:
    """Twelve hexadecimal characters of the file's SHA-256; None if there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError:
        return None
