"""What is refused of every request, and the security headers of every response: it loads from this server only, runs no
inline script, is never framed."""

from flask import Flask, Response, abort, current_app, request

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
YEAR = 365 * 24 * 3600  # seconds


def init_app(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)


def _refuse_nul() -> None:
    """No keyboard types NUL and PostgreSQL holds none: it is refused here, not by a fault deep inside."""
    if "\0" in request.path:
        abort(404)
    if b"%00" in request.query_string:
        abort(400)
    if request.method == "POST" and any("\0" in text for field in request.form.items(multi=True) for text in field):
        abort(400)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SETTINGS"].is_https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = _cache_control(response)
    return response


def _cache_control(response: Response) -> str:
    """Public pages may be kept, if they are asked for again each time; an officer's page is kept nowhere."""
    is_public = "language" in request.url_rule.arguments if request.url_rule else False
    if is_public and request.method in ("GET", "HEAD") and response.status_code == 200:
        return "public, no-cache"
    return "no-store"
