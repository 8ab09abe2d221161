"""What a draft's dated events and signatures mean: its state, who may sign, what changed, which vouchers are drawn."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from portal.clock import add_working_days, today
from portal.errors import Conflict, Forbidden, Invalid
from portal.kinds import names
from portal.kinds.base import Kind
from portal.kinds.names import sealed_columns
from portal.kinds.privacy import LABELS, suspicious_digits, without_digits
from portal.text import N_, Message
from portal.workbooks.typed import NAME as TYPED

SENT_BACK_AT_MOST = 3  # own choice: after that a reason is printed instead
DRAWN_VOUCHERS = 5  # the review sheet of the supervision committee has room for five
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Act(StrEnum):
    """What can happen to a draft; each happening is a dated row."""

    STARTED = "started"
    HANDED_OVER = "handed_over"
    CHANGED = "changed"
    """Files, cells, answers or columns, by somebody who had not yet done anything in the draft from this browser."""
    TAKEN_BACK = "taken_back"
    """The bookkeeper changed something after handing over."""
    SENT_BACK = "sent_back"
    OVERTAKEN = "overtaken"
    """Another month was published while it waited, and the sums carried over are other ones; nobody's decision."""
    ORDERED = "ordered"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class State(StrEnum):
    """Where a draft stands; computed from its acts, never stored."""

    PREPARING = "preparing"
    SENT_BACK = "sent_back"
    WAITING = "waiting"
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def is_open(self) -> bool:
        return self in (State.PREPARING, State.SENT_BACK, State.WAITING)

    @property
    def is_with_bookkeeper(self) -> bool:
        return self in (State.PREPARING, State.SENT_BACK)


class Decision(StrEnum):
    """What stands behind an office's name in the sign-off; `MADE` is the maker's, `SILENT` and `ORDERED` come from an
    order of the township."""

    MADE = "made"
    SIGNED = "signed"
    RESERVED = "reserved"
    REFUSED = "refused"
    SILENT = "silent"
    ORDERED = "ordered"


SIGNERS_DECISIONS = (Decision.SIGNED, Decision.RESERVED, Decision.REFUSED)

DECISION_LABELS: Mapping[Decision, str] = {
    Decision.MADE: N_("prepared"),
    Decision.SIGNED: N_("signed"),
    Decision.RESERVED: N_("signed with reservation"),
    Decision.REFUSED: N_("refused to sign"),
    Decision.SILENT: N_("not signed"),
    Decision.ORDERED: N_("ordered publication"),
}

STATE_LABELS: Mapping[State, str] = {
    State.PREPARING: N_("being prepared"),
    State.SENT_BACK: N_("sent back"),
    State.WAITING: N_("waiting for signatures"),
    State.PUBLISHED: N_("published"),
    State.DISCARDED: N_("discarded"),
}

_LEADS_TO = {
    Act.STARTED: State.PREPARING,
    Act.HANDED_OVER: State.WAITING,
    Act.TAKEN_BACK: State.PREPARING,
    Act.SENT_BACK: State.SENT_BACK,
    Act.OVERTAKEN: State.SENT_BACK,
    Act.PUBLISHED: State.PUBLISHED,
    Act.DISCARDED: State.DISCARDED,
}


WHY_OVERTAKEN = N_(
    "Another month was published or corrected meanwhile, so the sums carried over are other ones now. The files were "
    "read again: look it through and hand it over anew."
)


@dataclass(frozen=True)
class Happening:
    """One act on a draft as the rules see it: who did it, from which browser session, when, why."""

    act: Act
    at: datetime
    person_id: int
    session: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Signed:
    """One office's decision about one content (`digest`)."""

    role: str
    person_id: int
    name: str
    decision: Decision
    digest: str
    at: datetime
    reason: str | None = None
    session: str | None = None
    on_paper: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    """The review sheet's answers by question; empty for a sheet on paper."""


def state_of(happenings: Sequence[Happening]) -> State:
    """The state after these happenings, oldest first; an order leaves the state to the publication that follows."""
    state = State.PREPARING
    for happening in happenings:
        state = _LEADS_TO.get(happening.act, state)
    return state


def handed_over_at(happenings: Sequence[Happening]) -> datetime | None:
    """When the draft was last handed over; None while it is with the bookkeeper."""
    last = None
    for happening in happenings:
        if happening.act is Act.HANDED_OVER:
            last = happening.at
        elif happening.act in (Act.TAKEN_BACK, Act.SENT_BACK, Act.OVERTAKEN):
            last = None
    return last


def times_sent_back(happenings: Iterable[Happening]) -> int:
    return sum(happening.act is Act.SENT_BACK for happening in happenings)


def standing(signatures: Iterable[Signed], digest: str | None, since: datetime | None) -> dict[str, Signed]:
    """The decisions that count, by role: made about exactly this content, since it was last handed over.

    So a changed file voids what was signed before, without anybody crossing it out.
    """
    if digest is None or since is None:
        return {}
    return {signed.role: signed for signed in signatures if signed.digest == digest and signed.at >= since}


def missing(required: Sequence[str], standing_now: Mapping[str, Signed]) -> list[str]:
    """The offices that have not decided yet, in the order of the setting."""
    return [role for role in required if role not in standing_now]


def silence_ends(since: datetime, days: int, holidays: Collection[date] = (), worked: Collection[date] = ()) -> date:
    """The last day on which the signers may still be waited for: `days` working days after the handing over."""
    return add_working_days(today(since), days, holidays, worked)


def check_signer(
    person_id: int, session: str | None, happenings: Sequence[Happening], standing_now: Mapping[str, Signed], role: str
) -> None:
    """Raise unless this person may decide for `role`: not the drafter, not from the drafter's browser, not twice."""
    if person_id in makers(happenings):
        raise Forbidden(N_("You prepared this draft. Somebody else has to sign it."))
    if session in {happening.session for happening in happenings if happening.act in _MAKERS_ACTS and session}:
        raise Forbidden(
            N_("The draft was prepared in this very browser. Sign it on your own phone or computer, or on paper.")
        )
    if role in standing_now:
        raise Conflict(N_("Your office has already decided about this draft."))
    if any(signed.person_id == person_id for signed in standing_now.values()):
        raise Forbidden(N_("You have already signed this draft for another office. One person signs once."))


_MAKERS_ACTS = (Act.STARTED, Act.CHANGED, Act.HANDED_OVER, Act.TAKEN_BACK)


def makers(happenings: Iterable[Happening]) -> set[int]:
    """The persons who prepared the draft: none of them may decide about it."""
    return {happening.person_id for happening in happenings if happening.act in _MAKERS_ACTS}


def has_made(person_id: int, session: str | None, happenings: Iterable[Happening]) -> bool:
    """Do the acts already say that this person prepared the draft, from this very browser?"""
    return any(
        (happening.person_id, happening.session) == (person_id, session)
        for happening in happenings
        if happening.act in _MAKERS_ACTS
    )


def check_sending_back(happenings: Iterable[Happening]) -> None:
    """Raise if the draft was sent back often enough: nobody holds up publication for ever."""
    if times_sent_back(happenings) >= SENT_BACK_AT_MOST:
        raise Conflict(
            N_("This draft was sent back %(n)s times. Now sign with a reservation or refuse: your reason is printed."),
            n=SENT_BACK_AT_MOST,
        )


def check_seen(seen: str, digest: str | None) -> None:
    """Raise unless what the person saw is what is there now (a stale form)."""
    if seen != digest:
        raise Conflict(
            N_("The draft has changed since you opened this page. Look at it again and decide about what it says now.")
        )


_NEEDS_NO_REASON = (Decision.SIGNED, Decision.ORDERED)


def check_reason(decision: str, reason: str) -> str:
    """The reason, trimmed, without signs that nobody sees; a reservation, a refusal and a sending back need one.

    It is printed for good, so it holds no number of a person's card or phone.
    """
    reason = "".join(sign for sign in " ".join(reason.split()) if sign.isprintable())
    if kind := suspicious_digits(reason):
        raise Invalid(
            N_("This looks like %(what)s, which must not be printed. Take it out."),
            field="reason",
            what=Message(LABELS[kind]),
        )
    if decision not in _NEEDS_NO_REASON and len(reason) < 2:
        raise Invalid(N_("Say in one sentence why. The sentence is printed."), field="reason")
    if len(reason) > 500:
        raise Invalid(N_("Use at most 500 characters."), field="reason")
    return reason


def names_somebody(kind: Kind, reason: str, *contents: Mapping[str, Any]) -> bool:
    """Does a reason name somebody of a list whose names are sealed apart? The reason is sealed in plain words."""
    return bool(sealed_columns(kind)) and names.of(kind, *contents).hidden(reason) != reason


def check_names_nobody(kind: Kind, reason: str, *contents: Mapping[str, Any]) -> str:
    """The reason, if it names nobody of such a list; Invalid else."""
    if names_somebody(kind, reason, *contents):
        raise Invalid(NAMES_SOMEBODY, field="reason")
    return reason


NAMES_SOMEBODY = N_(
    "This names somebody on the list. Give the number of the line instead: the sentence stays public when the names on "
    "the list no longer are."
)


def drawn(lines: Iterable[Mapping[str, Any]], digest: str, count: int = DRAWN_VOUCHERS) -> list[Mapping[str, Any]]:
    """Vouchers for the committee to look at: drawn by the content's digest, so nobody chooses them.

    One line of each voucher at most, spending first, moves between books left out.
    """
    seen: set[tuple[Any, Any, Any]] = set()
    chosen = []
    pool = [line for line in lines if not line.get("transfer")]
    for line in sorted(pool, key=lambda line: (not line.get("expense"), _lot(digest, line["key"]))):
        voucher = (line.get("owner"), line.get("book"), line.get("voucher") or line["key"])
        if voucher not in seen:
            seen.add(voucher)
            chosen.append(line)
        if len(chosen) == count:
            break
    return chosen


def _lot(digest: str, key: str) -> bytes:
    return sha256(f"{digest} {key}".encode()).digest()


def sheet_code(draft_id: int, digest: str) -> str:
    """The code printed on a review sheet: it belongs to one draft with one content (40 bits of their hash)."""
    number = int.from_bytes(sha256(f"review sheet {draft_id} {digest}".encode()).digest()[:5])
    text = "".join(_CROCKFORD[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{draft_id}-{text[:4]}-{text[4:]}"


def is_sheet_code(typed: str, draft_id: int, digest: str) -> bool:
    """Is what somebody typed this draft's code? Case, spaces and look-alikes (O/0, I/L/1) do not matter."""
    return _plain_code(typed) == _plain_code(sheet_code(draft_id, digest))


def _plain_code(text: str) -> str:
    narrow = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text).upper()
    return re.sub("[^0-9A-Z]", "", narrow).translate(str.maketrans("OIL", "011"))


def checked_about(about: str, kind: Kind) -> str:
    """What tells a posting from others of its period, tidied; Invalid where the kind needs no name."""
    about = " ".join(about.split())
    if about and kind.is_carried:
        raise Invalid(N_("Of this kind there is one posting a month; it needs no name."), field="about")
    if suspicious_digits(about):
        raise Invalid(N_("Take the number of a person's card or phone out of the name."), field="about")
    if len(about) > 100:
        raise Invalid(N_("Use at most %(n)s characters."), n=100, field="about")
    return about


def clean_name(name: str) -> str:
    """The file's own name without folders, unprintable characters and numbers of people's cards or phones.

    Two files that differ in such a number alone stay two: a few signs of a digest stand for it.
    """
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    kept = printable.strip()[-200:] or "workbook"
    kept = f"_{kept}" if kept.lower() == TYPED else kept  # the name of what is typed into the form
    masked = without_digits(kept)
    if masked == kept:
        return kept
    stem, dot, ending = masked.rpartition(".")
    return f"{stem}~{sha256(kept.encode()).hexdigest()[:4]}{dot}{ending}"
