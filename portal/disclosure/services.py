"""The verbs of disclosure in one place; each is written where its people are: bookkeeper, signers, command line."""

from portal.disclosure.correcting import carry_through, give_reason, start_correction
from portal.disclosure.importing import acting_for_bookkeeper, as_json, import_files
from portal.disclosure.lines import correct_line, remove_line
from portal.disclosure.payouts import record_payout
from portal.disclosure.preparing import (
    add_file,
    add_files,
    answer,
    ask_again,
    discard,
    hand_over,
    leave_sheet_out,
    map_columns,
    mend,
    no_dealings,
    nothing_happened,
    read_again,
    remove_file,
    start_draft,
    undo,
)
from portal.disclosure.signing import enter_paper, order_publication, send_back, sign
from portal.disclosure.typed import remove_typed, type_in

__all__ = [
    "acting_for_bookkeeper",
    "add_file",
    "add_files",
    "answer",
    "as_json",
    "ask_again",
    "carry_through",
    "correct_line",
    "discard",
    "enter_paper",
    "give_reason",
    "hand_over",
    "import_files",
    "leave_sheet_out",
    "map_columns",
    "mend",
    "no_dealings",
    "nothing_happened",
    "order_publication",
    "read_again",
    "record_payout",
    "remove_file",
    "remove_line",
    "remove_typed",
    "send_back",
    "sign",
    "start_correction",
    "start_draft",
    "type_in",
    "undo",
]
