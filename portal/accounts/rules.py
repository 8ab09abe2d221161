"""Who may do what: permissions by role, and the actor every service is given."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.errors import Forbidden
from portal.places.rules import Held, Level, Role
from portal.text import N_


class Permission(StrEnum):
    """What an office may allow, as ``scope:action``."""

    DRAFTS_PREPARE = "drafts:prepare"
    DRAFTS_SEE = "drafts:see"
    DRAFTS_SIGN = "drafts:sign"
    DRAFTS_ORDER = "drafts:order"
    DRAFTS_ENTER = "drafts:enter"  # what was signed on paper
    RECIPIENTS_MANAGE = "recipients:manage"  # slips, tick lists, answers
    CALLS_MAKE = "calls:make"
    CALLS_WATCH = "calls:watch"  # which of them were planted
    INTERNAL_READ = "internal:read"  # whole numbers of people behind a list
    READINGS_SEE = "readings:see"  # who read them, and why
    PAYOUTS_RECORD = "payouts:record"
    PAPERS_SEE = "papers:see"  # also sealed ones, and what lies under a black box; each look is kept
    PAPERS_COVER = "papers:cover"  # what of a paper villagers see
    WITHHOLDINGS_REQUEST = "withholdings:request"  # ask, with an order, that an item be withheld
    WITHHOLDINGS_CONFIRM = "withholdings:confirm"  # as the second person
    BOARDS_SHOW = "boards:show"  # photos of notices on the board, and the word that one does not hang
    PLACES_SEE = "places:see"
    PLACES_MANAGE = "places:manage"
    PLACES_CONFIRM = "places:confirm"
    SETTINGS_SEE = "settings:see"
    SETTINGS_SET = "settings:set"
    ACCOUNTS_MANAGE = "accounts:manage"


_P = Permission
_PAPERS = frozenset({_P.PAPERS_SEE, _P.PAPERS_COVER})
_SIGNER = frozenset({_P.DRAFTS_SEE, _P.DRAFTS_SIGN, _P.PAPERS_SEE})
_KEEPER = frozenset({_P.DRAFTS_SEE, _P.DRAFTS_PREPARE, _P.PAYOUTS_RECORD, _P.BOARDS_SHOW}) | _PAPERS
_OVERSEES = frozenset({_P.INTERNAL_READ, _P.PLACES_SEE, _P.SETTINGS_SEE})
_ORDERS = frozenset({_P.DRAFTS_SEE, _P.DRAFTS_ORDER, _P.DRAFTS_ENTER, _P.WITHHOLDINGS_REQUEST}) | _OVERSEES | _PAPERS
_MANAGES = frozenset({_P.PLACES_SEE, _P.PLACES_MANAGE, _P.PLACES_CONFIRM, _P.SETTINGS_SEE, _P.SETTINGS_SET})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.BOOKKEEPER: _KEEPER,
    Role.AGENCY_BOOKKEEPER: _KEEPER,
    Role.HEAD: _SIGNER,
    Role.SECRETARY: _SIGNER,
    Role.COMMITTEE: _SIGNER | {_P.BOARDS_SHOW},
    Role.TOWNSHIP: _ORDERS | {_P.RECIPIENTS_MANAGE, _P.CALLS_MAKE, _P.PAYOUTS_RECORD, _P.BOARDS_SHOW},
    Role.COUNTY: _ORDERS
    | {_P.CALLS_WATCH, _P.PLACES_CONFIRM, _P.READINGS_SEE, _P.SETTINGS_SET, _P.WITHHOLDINGS_CONFIRM},
    Role.INSPECTOR: _OVERSEES | {_P.CALLS_WATCH, _P.PAPERS_SEE},
    Role.ADMINISTRATOR: _MANAGES | {_P.ACCOUNTS_MANAGE},
}

OPERATOR_MAY = (_MANAGES - {_P.PLACES_CONFIRM}) | {
    _P.ACCOUNTS_MANAGE,
    _P.DRAFTS_PREPARE,
    _P.DRAFTS_SEE,
    _P.WITHHOLDINGS_REQUEST,
}
"""Whoever runs the command line owns the database anyway; but he neither signs, orders nor confirms."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, the offices held today, and the browser he sits at.

    `session` is a digest of the browser's id, which outlives signing out: what was drafted at one browser cannot be
    signed at it by another person (DESIGN decision 4). None outside a browser.
    """

    person_id: int
    name: str
    offices: tuple[Held, ...] = ()
    session: str | None = None
    is_operator: bool = False

    def may(self, permission: str, place_line: Collection[int]) -> bool:
        """Does one of the offices, at one of these places, give the permission? `place_line`: the place and its
        ancestors (`places.queries.line`)."""
        if self.is_operator:
            return permission in OPERATOR_MAY
        return self.office_for(permission, place_line) is not None

    def must(self, permission: str, place_line: Collection[int]) -> None:
        """Forbidden unless `may`."""
        if not self.may(permission, place_line):
            raise Forbidden(N_("Your office does not allow this here."))

    def office_for(self, permission: str, place_line: Collection[int]) -> Held | None:
        """The office behind an act: the first that gives the permission at one of these places."""
        for office in self.offices:
            if office.place_id in place_line and permission in PERMISSIONS[office.role]:
                return office
        return None

    def may_anywhere(self, permission: str) -> bool:
        """Does any office give the permission, wherever? Opens a page; the service asks about the object."""
        if self.is_operator:
            return permission in OPERATOR_MAY
        return any(permission in PERMISSIONS[office.role] for office in self.offices)


OPERATOR = Actor(person_id=0, name="operator", is_operator=True)
"""The person at the console; `person_id` 0 is stored as NULL (`actor.person_id or None`)."""


def needs_second_factor(offices: Collection[Held], demo: bool) -> bool:
    """Township, county, inspector and administrator show a second factor; nobody does in the demo."""
    return not demo and any(office.level != Level.VILLAGE for office in offices)


FREE_TRIES = 4
LONGEST_WAIT = timedelta(minutes=15)
FORGIVEN_AFTER = timedelta(hours=24)


def wait_after(failures: int) -> timedelta:
    """How long a login waits after so many failures in a row: nothing at first, then 2, 4, 8 … seconds, at most 15
    minutes, so that nobody can be locked out for long by a stranger."""
    if failures <= FREE_TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 20)), LONGEST_WAIT)
