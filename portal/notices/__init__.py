"""Draws an item as a PDF for the board. *(pure)*"""

from portal.notices.board import BoardSheet, draw_board_sheet
from portal.notices.card import card
from portal.notices.drawing import draw, draw_many, missing, objection
from portal.notices.letter import draw_letter
from portal.notices.review import draw_review_sheet
from portal.notices.sheets import (
    Amount,
    Book,
    Both,
    Column,
    Letter,
    Notice,
    Payment,
    ReviewSheet,
    Signature,
    Text,
    Voucher,
)
from portal.notices.slips import Slip, TickLine, TickList, draw_slips, draw_tick_list
from portal.notices.typeface import regular_font

__all__ = [
    "Amount",
    "BoardSheet",
    "Book",
    "Both",
    "Column",
    "Letter",
    "Notice",
    "Payment",
    "ReviewSheet",
    "Signature",
    "Slip",
    "Text",
    "TickLine",
    "TickList",
    "Voucher",
    "card",
    "draw",
    "draw_board_sheet",
    "draw_letter",
    "draw_many",
    "draw_review_sheet",
    "draw_slips",
    "draw_tick_list",
    "missing",
    "objection",
    "regular_font",
]
