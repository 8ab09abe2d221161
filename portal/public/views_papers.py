"""The files of papers, to everybody: only what a published line shows, under the digest of its bytes."""

import re

from flask import Blueprint, Response, request

from portal.errors import NotFound
from portal.evidence.formats import MIME
from portal.public import papers, photos
from portal.web.declared import open_to_all

blueprint = Blueprint("public_papers", __name__)

FOR_MINUTES = "private, max-age=300"
"""A paper is withheld, a photo ends: no browser shows it long after that, and nobody between it and us at all. (The
page cache too keeps only what says "public": pictures would push the pages out of it.)"""
LOCKED = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
GONE = "这份单据未公开,或已不再公开。\nThis paper is not public, or not any more.\n"
_NAME = re.compile(r"([0-9a-f]{64})\.(jpg|pdf)")


@blueprint.get("/evidence/<name>")
@open_to_all
def copy(name: str) -> Response:
    """A copy or a small copy; a plain sentence in both languages where there is none (no page, so no session)."""
    named = _NAME.fullmatch(name)
    try:
        if named is None:
            raise NotFound(GONE)
        body = _body(named[1], named[2])
    except NotFound:
        return Response(GONE, 404, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
    response = Response(body, content_type=MIME[named[2]])
    response.headers["Cache-Control"] = FOR_MINUTES
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(named[1])
    response.make_conditional(request)
    return response


def _body(digest: str, kind: str) -> bytes:
    try:
        return papers.public_copy(digest, kind)
    except NotFound:
        if kind != "jpg":
            raise
    return photos.public_copy(digest)
