"""Signing in, the second factor, links, closing accounts."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounts import passwords, queries, services
from portal.accounts.models import Account, PasswordLink, SignIn
from portal.accounts.rules import FREE_TRIES, OPERATOR
from portal.accounts.services import Next, Throttle
from portal.database import db
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.places import queries as places
from portal.places.roster import Refused
from tests import once
from tests.accounts.people import LIST, PASSWORD, actor, settle

THROTTLE = Throttle(b"k" * 32)
Accounts = dict[str, int]


@pytest.fixture
def accounts(context: Flask, stopped_clock: object) -> Iterator[Accounts]:
    yield settle()


def _sign_in(login: str, password: str = PASSWORD, after: timedelta = timedelta(0)) -> services.Opened:
    return services.sign_in(login, password, THROTTLE, False, clock.now() + after)


def _code(login: str, after: timedelta = timedelta(0)) -> str:
    secret = db.session.scalar(select(Account.totp_secret).where(Account.login == login))
    assert secret is not None
    return pyotp.TOTP(secret.decode()).at(clock.now() + after)


def _enrolled(login: str) -> str:
    """Sign in for the first time with a new second factor; the complete token."""
    opened = _sign_in(login)
    assert opened.next is Next.ENROL
    services.enrolment(opened.token, "Village affairs", clock.now())
    return services.show_code(opened.token, _code(login), THROTTLE, clock.now())


def test_a_villages_bookkeeper_signs_in_with_a_password(database: str, accounts: Accounts) -> None:
    opened = _sign_in(" BEN ")
    found = queries.signed_in(opened.token, clock.now())
    assert opened.next is Next.SIGNED_IN
    assert found is not None and found.name == "Ben"


def test_a_password_costs_what_is_recommended_and_one_that_cost_less_is_hashed_anew_at_the_next_sign_in(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> str | None:
        return db.session.scalar(select(Account.password_hash).where(Account.login == "ben"))

    assert kept() == _sign_in_and(kept), "the tests' own cheap hash is left as long as it is what is asked for"
    monkeypatch.setattr(passwords, "hasher", once.THE_PRODUCTS_HASHER)
    assert str(_sign_in_and(kept)).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert _sign_in("ben").next is Next.SIGNED_IN


def _sign_in_and(look: Callable[[], str | None]) -> str | None:
    _sign_in("ben")
    return look()


def test_unknown_login_wrong_password_and_closed_account_are_told_the_same(accounts: Accounts) -> None:
    services.disable(accounts["hal"], actor("ada"), clock.now())
    told = set()
    for login, password in (("nobody", PASSWORD), ("ben", "wrong"), ("hal", PASSWORD)):
        with pytest.raises(Invalid) as refused:
            _sign_in(login, password)
        told.add(str(refused.value))
    assert len(told) == 1


@pytest.mark.parametrize("login", ["ben", "nobody"])
def test_after_several_tries_a_login_waits_whether_it_exists_or_not(accounts: Accounts, login: str) -> None:
    for _try in range(FREE_TRIES + 3):
        with pytest.raises(Invalid):
            _sign_in(login, "wrong", timedelta(hours=0, seconds=_try * 60))
    with pytest.raises(Invalid, match="Wait"):
        _sign_in(login, PASSWORD, timedelta(seconds=(FREE_TRIES + 2) * 60 + 1))


def test_the_wait_ends_and_a_right_password_forgives(accounts: Accounts) -> None:
    for _try in range(FREE_TRIES + 1):
        with pytest.raises(Invalid):
            _sign_in("ben", "wrong")
    assert _sign_in("ben", after=timedelta(seconds=3)).next is Next.SIGNED_IN
    with pytest.raises(Invalid, match="do not fit"):
        _sign_in("ben", "wrong", timedelta(seconds=4))


def test_a_township_officer_sets_up_a_second_factor_before_anything_opens(database: str, accounts: Accounts) -> None:
    opened = _sign_in("tom")
    assert opened.next is Next.ENROL
    assert queries.signed_in(opened.token, clock.now()) is None
    address = services.enrolment(opened.token, "Village affairs", clock.now())
    assert address.startswith("otpauth://totp/")
    with pytest.raises(Invalid):
        services.show_code(opened.token, "000000", THROTTLE, clock.now())
    token = services.show_code(opened.token, _code("tom"), THROTTLE, clock.now())
    assert queries.signed_in(token, clock.now()) is not None
    assert queries.sign_in_of(opened.token, clock.now()) is None


def test_a_code_is_taken_once(accounts: Accounts) -> None:
    _enrolled("tom")
    opened = _sign_in("tom")
    assert opened.next is Next.CODE
    with pytest.raises(Invalid):
        services.show_code(opened.token, _code("tom"), THROTTLE, clock.now())
    later = timedelta(seconds=60)
    token = services.show_code(opened.token, _code("tom", later), THROTTLE, clock.now() + later)
    assert queries.signed_in(token, clock.now() + later) is not None


def test_an_enrolment_cannot_be_read_once_there_is_a_second_factor(accounts: Accounts) -> None:
    _enrolled("tom")
    with pytest.raises(Conflict):
        services.enrolment(_sign_in("tom").token, "Village affairs", clock.now())


def test_the_second_step_waits_ten_minutes_and_no_longer(accounts: Accounts) -> None:
    opened = _sign_in("tom")
    with pytest.raises(Forbidden):
        services.enrolment(opened.token, "Village affairs", clock.now() + timedelta(minutes=11))


def test_the_demo_asks_for_no_second_factor(accounts: Accounts) -> None:
    assert services.sign_in("ada", PASSWORD, THROTTLE, True, clock.now()).next is Next.SIGNED_IN


def test_a_sign_in_ends_when_idle_and_at_the_latest_after_half_a_day(accounts: Accounts) -> None:
    token, start = _sign_in("ben").token, clock.now()
    assert queries.signed_in(token, start + timedelta(minutes=61)) is None
    at = start
    while at < start + timedelta(hours=12):
        assert queries.signed_in(token, at) is not None
        services.seen(token, at)
        at += timedelta(minutes=50)
    assert queries.signed_in(token, start + timedelta(hours=12, seconds=1)) is None


def test_signing_out_ends_one_sign_in_and_everywhere_ends_all(database: str, accounts: Accounts) -> None:
    first, second, third = (_sign_in("ben").token for _ in range(3))
    services.sign_out(first)
    assert queries.signed_in(first, clock.now()) is None and queries.signed_in(second, clock.now())
    services.sign_out_everywhere(accounts["ben"], actor("ben"), clock.now())
    assert queries.signed_in(second, clock.now()) is queries.signed_in(third, clock.now()) is None


def test_no_token_lies_in_the_database(accounts: Accounts) -> None:
    token = _sign_in("ben").token
    link = services.new_password_link(accounts["hal"], actor("ada"), clock.now())
    stored = {*db.session.scalars(select(SignIn.digest)), *db.session.scalars(select(PasswordLink.digest))}
    assert len(stored) == 2 and not {token, link} & stored


def test_a_link_sets_one_password_and_ends_every_sign_in(accounts: Accounts) -> None:
    signed_in = _sign_in("ben").token
    link = services.new_password_link(accounts["ben"], actor("ada"), clock.now())
    assert queries.signed_in(signed_in, clock.now()) is None
    assert services.set_password(link, "another four plain words", clock.now()) == "ben"
    assert _sign_in("ben", "another four plain words").next is Next.SIGNED_IN
    with pytest.raises(NotFound):
        services.set_password(link, "a third row of words", clock.now())


def test_a_link_is_too_old_after_a_day_and_gives_way_to_a_newer_one(accounts: Accounts) -> None:
    old = services.new_password_link(accounts["ben"], OPERATOR, clock.now())
    new = services.new_password_link(accounts["ben"], OPERATOR, clock.now())
    for token, at in ((old, clock.now()), (new, clock.now() + timedelta(hours=25))):
        with pytest.raises(NotFound):
            services.set_password(token, "another four plain words", at)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaa", "ben-ben-ben-1", "village-demo", "x" * 201])
def test_a_weak_password_is_refused_and_the_link_stays_good(accounts: Accounts, weak: str) -> None:
    link = services.new_password_link(accounts["ben"], OPERATOR, clock.now())
    with pytest.raises(Invalid):
        services.set_password(link, weak, clock.now())
    assert queries.link_opens(link, clock.now())


def test_the_administrator_sets_a_lost_authenticator_up_anew_and_the_owner_sees_it(accounts: Accounts) -> None:
    _enrolled("tom")
    link = services.new_password_link(accounts["tom"], actor("ada"), clock.now(), with_second_factor=True)
    services.set_password(link, "another four plain words", clock.now())
    assert _sign_in("tom", "another four plain words").next is Next.ENROL
    told = [(what, by) for _at, what, by in queries.events(accounts["tom"])]
    assert ("second factor taken off", "Ada") in told


def test_only_an_administrator_manages_accounts_and_not_his_own(accounts: Accounts) -> None:
    for login, account in (("cora", "ben"), ("hal", "ben"), ("ada", "ada")):
        with pytest.raises(Forbidden):
            services.new_password_link(accounts[account], actor(login), clock.now())


def test_changing_the_password_needs_the_old_one_and_ends_the_other_sign_ins(accounts: Accounts) -> None:
    other = _sign_in("ben").token
    with pytest.raises(Invalid):
        services.change_password(
            accounts["ben"], "wrong", "another four plain words", THROTTLE, actor("ben"), clock.now()
        )
    token = services.change_password(
        accounts["ben"], PASSWORD, "another four plain words", THROTTLE, actor("ben"), clock.now()
    )
    assert queries.signed_in(other, clock.now()) is None
    assert queries.signed_in(token, clock.now()) is not None


def test_an_ended_term_takes_its_rights_away_the_next_day(accounts: Accounts) -> None:
    from portal.places import services as place_services

    term = next(term for term in places.terms(places.place("990101100201").id) if term.name == "Ben")
    place_services.end_term(term.id, clock.today(), actor("ada"), clock.now())
    token = _sign_in("ben").token
    tomorrow = clock.now() + timedelta(days=1)
    services.seen(token, tomorrow)
    assert queries.sign_in_of(token, clock.now() + timedelta(minutes=1)).offices  # type: ignore[union-attr]
    assert places.offices_of(actor("ben").person_id, clock.today(tomorrow)) == []


def test_a_list_makes_accounts_and_a_second_time_none(database: str, context: Flask) -> None:
    services.load_places(LIST.encode(), OPERATOR, clock.now())
    made = len(queries.accounts())
    services.load_places(LIST.encode(), OPERATOR, clock.now())
    assert made == len(queries.accounts()) == 10


def test_a_login_of_somebody_else_is_an_error_at_its_row_and_nothing_is_loaded(context: Flask) -> None:
    with pytest.raises(Refused) as refused:
        services.load_places(LIST.replace(",hugh,", ",ben,").encode(), OPERATOR, clock.now())
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(11, "login")]
    assert queries.accounts() == []
