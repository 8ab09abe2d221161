"""Household slips, confirmations, the call list, "what did we get"."""

from flask import Flask

from portal.recipients import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register the pages, here, so that services can be imported without any; and what is erased by order."""
    import portal.recipients.views
    import portal.recipients.views_public
    from portal.recipients import withheld

    withheld.register()
    portal.recipients.views.init_app(app)
    portal.recipients.views_public.init_app(app)
