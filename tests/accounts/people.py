"""A small county with people who sign in, for the tests of accounts and places."""

from datetime import date
from functools import cache

from sqlalchemy import update

from portal import clock
from portal.accounts import passwords, queries, services
from portal.accounts.models import Account
from portal.accounts.rules import OPERATOR, Actor
from portal.database import transaction
from portal.places import queries as places
from portal.places.models import Term
from tests.laid import laid

PASSWORD = "four plain words here"
LIST = """level,code,name,role,person,login,begins
county,990101000000,Clearwater,administrator,Ada,ada,2024-01-01
,990101000000,,administrator,Abe,abe,2024-01-01
,990101000000,,county,Cora,cora,2024-01-01
township,990101100000,Stonebridge,township,Tom,tom,2024-01-01
,990101100000,,agency_bookkeeper,Agnes,agnes,2024-01-01
village,990101100201,Willow Bend,bookkeeper,Ben,ben,2024-01-01
,990101100201,,head,Hal,hal,2024-01-01
,990101100201,,committee,Cleo,cleo,2024-01-01
township,990101101000,Farbank,township,Tess,tess,2024-01-01
village,990101101201,Three Wells,head,Hugh,hugh,2024-01-01
"""


@cache
def _hash() -> str:
    """The password's hash, made once a run: hashing is slow on purpose."""
    return passwords.hasher.hash(PASSWORD)


@laid
def settle() -> dict[str, int]:
    """Load the county, confirm everybody, give everybody an account; account ids by login."""
    at = clock.now()
    services.load_places(LIST.encode(), OPERATOR, at)
    with transaction() as session:
        session.execute(update(Term).values(confirmed_at=at))
        session.execute(update(Account).values(password_hash=_hash()))
    return {account.login: account.id for account in queries.accounts()}


def actor(login: str, on: date | None = None) -> Actor:
    """Somebody of the county as an actor."""
    account = queries.account_of_login(login)
    assert account is not None
    return Actor(account.person_id, account.name, tuple(places.offices_of(account.person_id, on or clock.today())))
