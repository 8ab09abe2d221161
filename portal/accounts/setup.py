"""What a new installation needs to begin, and what is still open before it goes live: for the command line."""

import stat
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal import clock, keys
from portal.accounts import passwords, services
from portal.accounts.models import Account
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.database import db, transaction
from portal.errors import Invalid, NotFound
from portal.jobs import queries as jobs
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.rules import ROLE_LABELS, Level, Role, is_code
from portal.text import N_, Message

DEMO_LOGINS = ("bookkeeper", "head", "committee", "township", "county", "inspector", "admin")
BACKUP_MARK = "last_backup"
"""A file in the instance folder whose time says when the last backup was made; who copies the database touches it."""
BACKUP_AGE = timedelta(days=7)
NAMED_AT_MOST = 5
GIVEN_UP_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Check:
    """One thing to look at before going live: done (`is_ok`) or open, with a sentence that says what to do."""

    is_ok: bool
    message: Message


def init_county(
    settings: Settings, code: str, name: str, origin: str, at: datetime, administrator: tuple[str, str] | None = None
) -> str | None:
    """Begin a real county: keys, the county's place, the origin of its log and, if `administrator` (name, login) is
    given, the first administrator, whose term nobody else has to confirm.

    Expects the tables to exist. `code` has 6 or 12 digits. Returns the token of the first administrator's one-time
    link (``/sign-in/new-password/<token>``). Conflict if there is a county already.
    """
    keys.make_missing(settings.keys)
    full = code + "000000" if len(code) == 6 else code
    if not is_code(full) or not full.endswith("000000"):
        raise Invalid(N_("A county's code has six digits, or twelve that end with 000000."), field="code")
    if not origin.strip() or len(origin.split()) != 1:
        raise Invalid(N_("The log needs an origin without blanks, such as gazette.county.example."), field="origin")
    if not name.strip():
        raise Invalid(N_("A county needs a name."), field="name")
    with transaction():
        county_id = place_services.add_place(Level.COUNTY, full, name.strip(), None, OPERATOR, at)
        place_services.set_setting(
            "log_origin", county_id, origin, clock.today(at), "portal init", OPERATOR, at
        )  # fmt: skip
        if administrator is None:
            return None
        return _first_administrator(county_id, *administrator, at)


def _first_administrator(county_id: int, name: str, login: str, at: datetime) -> str:
    person_id = place_services.add_person(name, None)
    today = clock.today(at)
    place_services.appoint(county_id, Role.ADMINISTRATOR, person_id, today, None, OPERATOR, at)
    account_id = services.add_user(login, person_id, OPERATOR, at)
    return services.new_password_link(account_id, OPERATOR, at)


def check(settings: Settings, at: datetime) -> list[Check]:
    """What is done and what is open before this installation goes live."""
    found = [*_keys(settings), _https(settings), _demo(settings), _backup(settings, at), _mail(), *_default_passwords()]
    try:
        county = places.county()
    except NotFound as error:
        return [*found, Check(False, error.message)]
    return [
        *found,
        Check(True, Message(N_("The county is %(name)s."), {"name": county.name})),
        _administrators(county.id, at),
        _pending(),
        *_phones(county.id, at),
        *_empty_offices(county.id, at),
        *_given_up(at),
    ]


def _given_up(at: datetime) -> list[Check]:
    """Work in the background that failed at every attempt: nobody else sees it."""
    text = N_("The work “%(name)s” (number %(number)s) failed at every attempt: %(error)s")
    return [
        Check(False, Message(text, {"name": job.name, "number": job.id, "error": job.error or ""}))
        for job in jobs.given_up(at - GIVEN_UP_WITHIN)
    ]


def _keys(settings: Settings) -> list[Check]:
    checks = []
    for name in keys.NAMES:
        try:
            keys.read(settings.keys, name)
        except ValueError:
            missing = N_('The key "%(name)s" is missing or damaged: restore it, or run `portal init`.')
            checks.append(Check(False, Message(missing, {"name": name})))
            continue
        if stat.S_IMODE((settings.keys / name).stat().st_mode) & 0o077:
            readable = N_('The key "%(name)s" can be read by other users of this machine: chmod 600.')
            checks.append(Check(False, Message(readable, {"name": name})))
    return checks or [Check(True, Message(N_("All keys are there.")))]


def _https(settings: Settings) -> Check:
    if settings.is_https:
        return Check(True, Message(N_("The public address uses HTTPS.")))
    return Check(
        False, Message(N_("Set PORTAL_PUBLIC_URL to an https:// address: passwords and cookies travel over it."))
    )


def _demo(settings: Settings) -> Check:
    if settings.demo:
        return Check(False, Message(N_("This is the demo: begin a real county with `portal init`.")))
    return Check(True, Message(N_("This is not the demo.")))


def _backup(settings: Settings, at: datetime) -> Check:
    mark = settings.instance / BACKUP_MARK
    if mark.exists() and at.timestamp() - mark.stat().st_mtime < BACKUP_AGE.total_seconds():
        return Check(True, Message(N_("A backup was made within the last 7 days.")))
    copied = (
        N_('No backup in 7 days: every night `sqlite3 %(file)s ".backup COPY"`, then `touch %(mark)s`.')
        if settings.database_url.startswith("sqlite")
        else N_("No backup was made within the last 7 days: every night `pg_dump`, then `touch %(mark)s`.")
    )
    file = settings.database_url.removeprefix("sqlite:///")
    return Check(False, Message(copied, {"file": file, "mark": str(mark)}))


def _mail() -> Check:
    return Check(True, Message(N_("No mail is sent: one-time links are handed over by the administrator.")))


def _default_passwords() -> list[Check]:
    query = select(Account).where(Account.login.in_(DEMO_LOGINS), Account.disabled_at.is_(None))
    open_to_anyone = [
        account.login
        for account in db.session.scalars(query)
        if passwords.matches(account.password_hash, passwords.DEFAULT)
    ]
    if not open_to_anyone:
        return [Check(True, Message(N_("No account has the demo's password.")))]
    named = {"logins": ", ".join(open_to_anyone)}
    return [Check(False, Message(N_("These accounts have the demo's password: %(logins)s."), named))]


def _administrators(county_id: int, at: datetime) -> Check:
    holders = places.holders(county_id, clock.today(at))
    count = len({holder.person_id for holder in holders if holder.role is Role.ADMINISTRATOR})
    if count >= 2:
        return Check(True, Message(N_("Administrators: %(n)s."), {"n": count}))
    return Check(
        False, Message(N_("Administrators: %(n)s. Two are needed, for each confirms the other."), {"n": count})
    )


def _pending() -> Check:
    count = len(places.pending_terms())
    if not count:
        return Check(True, Message(N_("No term waits to be confirmed.")))
    return Check(False, Message(N_("%(n)s terms wait for a second person: /desk/places."), {"n": count}))


def _phones(county_id: int, at: datetime) -> list[Check]:
    today = clock.today(at)
    without = [
        place.name for place in places.children(county_id) if not places.setting("township_phone", place.id, today)
    ]
    if not without:
        return [Check(True, Message(N_("Every township has a phone for questions.")))]
    return [Check(False, Message(N_("No phone for questions: %(names)s."), {"names": _some(without)}))]


def _empty_offices(county_id: int, at: datetime) -> list[Check]:
    today = clock.today(at)
    if not places.villages_under(county_id):
        return [Check(False, Message(N_("There is no village yet: `portal places load FILE`.")))]
    signing = [Role(role) for role in places.setting("sign_offices", county_id, today)]
    agencies = places.places_with(Role.AGENCY_BOOKKEEPER, today)  # they keep the books of their villages
    empty: dict[Role, list[str]] = {}
    for village, role in places.vacant(today, [Role.BOOKKEEPER, *signing]):
        if role is not Role.BOOKKEEPER or village.parent_id not in agencies:
            empty.setdefault(role, []).append(village.name)
    if not empty:
        return [Check(True, Message(N_("Every village has somebody who prepares and somebody who signs.")))]
    text = N_("%(role)s: nobody in %(n)s villages (%(names)s).")
    return [
        Check(False, Message(text, {"role": Message(ROLE_LABELS[role]), "n": len(names), "names": _some(names)}))
        for role, names in empty.items()
    ]


def _some(names: list[str]) -> str:
    return "、".join(names[:NAMED_AT_MOST]) + ("…" if len(names) > NAMED_AT_MOST else "")
