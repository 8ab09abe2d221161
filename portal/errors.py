"""The portal's errors: each carries a `Message` that tells a person what to do; and what the machine refuses."""

import errno
from collections.abc import Sequence

from portal.text import N_, Message


class PortalError(Exception):
    """Something the user can be told. `message` is shown, translated, by pages and by the command line."""

    def __init__(self, message: Message | str, **params: object) -> None:
        self.message = message if isinstance(message, Message) else Message(message, params)
        super().__init__(str(self.message))


class Invalid(PortalError):
    """What was sent cannot be taken as it is (400). `field` names the form field where there is one; `others` are the
    faults of other fields that were found with it."""

    def __init__(self, message: Message | str, field: str | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field
        self.others: Sequence[Invalid] = ()


def refuse_together(faults: Sequence[Invalid]) -> None:
    """Raise what was found wrong in a form, all at once: the first with the others beside it. Nothing for no fault."""
    found = [each for fault in faults for each in (fault, *fault.others)]
    for fault in found:
        fault.others = ()
    if found:
        found[0].others = found[1:]
        raise found[0]


class Forbidden(PortalError):
    """The actor may not do this (403)."""


class NotFound(PortalError):
    """There is no such thing, or none that the actor may know of (404)."""


class Conflict(PortalError):
    """Somebody was faster, or the state has moved on: look again (409)."""


# ---------------------------------------------------------------- what the machine refuses

_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OF_THE_MACHINE = _OF_THE_DISK | {errno.EIO, errno.EROFS, errno.ENOMEM, errno.EMFILE, errno.ENFILE}
_FULL = ("disk is full", "No space left", "DiskFull")
_BUSY = ("is locked", "LockNotAvailable", "QueuePool limit")
FULL = N_("There is no room left on the server's disk.")
BUSY = N_("Others were saving at the same time, and it took too long.")


def refused_by_machine(error: BaseException) -> bool:
    """Was it the disk, the memory or the database that failed, rather than the portal?

    Every driver's errors have the names of PEP 249, and SQLAlchemy's too; no driver is imported for that.
    """
    if isinstance(error, OSError):
        return error.errno in _OF_THE_MACHINE
    names = [each.__name__ for each in type(error).__mro__]
    return (
        isinstance(error, MemoryError)
        or names[0] == "DatabaseError"
        or "OperationalError" in names
        or "QueuePool limit" in str(error)
    )


def machines_reason(error: BaseException) -> str:
    """In the machine's own words why it refused: for who runs it."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{reason}: {error.filename}" if error.filename else reason
    return str(getattr(error, "orig", error)).strip().partition("\n")[0] or type(error).__name__


def machines_sentence(error: BaseException) -> Message | None:
    """What is told to whoever used a page; None where the reason would say nothing to them."""
    if isinstance(error, OSError):
        return Message(FULL) if error.errno in _OF_THE_DISK else None
    original = getattr(error, "orig", error)
    text = f"{type(original).__name__} {original}"
    known = ((FULL, _FULL), (BUSY, _BUSY))
    return next((Message(told) for told, words in known if any(word in text for word in words)), None)
