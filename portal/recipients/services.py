"""The verbs of recipients in one place; each is written where its people are: slips, calls."""

from portal.recipients.calls import answered, draw, not_reached, publish
from portal.recipients.slips import answer, desk_code, enter_list, make_slips, open_slip

__all__ = [
    "answer",
    "answered",
    "desk_code",
    "draw",
    "enter_list",
    "make_slips",
    "not_reached",
    "open_slip",
    "publish",
]
