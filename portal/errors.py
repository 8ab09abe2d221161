"""The portal's errors: each carries a `Message` that tells a person what to do."""

from portal.text import Message


class PortalError(Exception):
    """Something the user can be told. `message` is shown, translated, by pages and by the command line."""

    def __init__(self, message: Message | str, **params: object) -> None:
        self.message = message if isinstance(message, Message) else Message(message, params)
        super().__init__(str(self.message))


class Invalid(PortalError):
    """What was sent cannot be taken as it is (400). `field` names the form field where there is one."""

    def __init__(self, message: Message | str, field: str | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class Forbidden(PortalError):
    """The actor may not do this (403)."""


class NotFound(PortalError):
    """There is no such thing, or none that the actor may know of (404)."""


class Conflict(PortalError):
    """Somebody was faster, or the state has moved on: look again (409)."""
