"""What all pages share: base form, error pages, headers, filters, language, page cache; knows nothing of villages."""

from flask import Flask
from flask_wtf import CSRFProtect

from portal.web import body, errors, filters, health, language, menu, security, static

csrf = CSRFProtect()
"""Guards every form that belongs to a session; public forms are exempt and carry a token of their own."""


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    for part in (body, language, filters, static, menu, security, errors, health):
        part.init_app(app)
