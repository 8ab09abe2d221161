"""Who may do what."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import (
    LONGEST_WAIT,
    OPERATOR,
    PERMISSIONS,
    Actor,
    Permission,
    needs_second_factor,
    wait_after,
)
from portal.errors import Forbidden
from portal.places.rules import LEVEL_OF_ROLE, Held, Role

COUNTY, TOWNSHIP, VILLAGE, OTHER = 1, 2, 3, 4
LINE = [COUNTY, TOWNSHIP, VILLAGE]


def _actor(role: Role, place: int) -> Actor:
    return Actor(7, "Nina", (Held(1, role, place, LEVEL_OF_ROLE[role]),))


def test_an_agency_bookkeeper_prepares_for_every_village_of_the_township_and_no_other() -> None:
    agency = _actor(Role.AGENCY_BOOKKEEPER, TOWNSHIP)
    assert agency.may(Permission.DRAFTS_PREPARE, LINE)
    assert not agency.may(Permission.DRAFTS_PREPARE, [COUNTY, OTHER])


def test_a_village_office_reaches_its_own_village_only() -> None:
    head = _actor(Role.HEAD, VILLAGE)
    assert head.may(Permission.DRAFTS_SIGN, LINE)
    assert not head.may(Permission.DRAFTS_SIGN, [COUNTY, TOWNSHIP])
    with pytest.raises(Forbidden):
        head.must(Permission.DRAFTS_ORDER, LINE)


def test_an_administrator_sees_no_drafts() -> None:
    assert not any(permission.startswith("drafts:") for permission in PERMISSIONS[Role.ADMINISTRATOR])


def test_whoever_prepares_does_not_sign_by_the_same_office() -> None:
    for permissions in PERMISSIONS.values():
        assert not {Permission.DRAFTS_PREPARE, Permission.DRAFTS_SIGN} <= permissions


def test_the_operator_neither_signs_nor_orders_nor_confirms() -> None:
    for permission in (Permission.DRAFTS_SIGN, Permission.DRAFTS_ORDER, Permission.PLACES_CONFIRM):
        assert not OPERATOR.may_anywhere(permission)


def test_every_permission_is_somebodys() -> None:
    given_out = set().union(*PERMISSIONS.values())
    assert given_out == set(Permission)


@given(st.sampled_from(Role), st.booleans())
def test_the_second_factor_is_asked_above_the_village_and_never_in_the_demo(role: Role, demo: bool) -> None:
    held = _actor(role, 1).offices
    assert needs_second_factor(held, demo) == (not demo and LEVEL_OF_ROLE[role] != "village")


@given(st.integers(0, 10_000))
def test_the_wait_grows_and_never_locks_anybody_out_for_long(failures: int) -> None:
    assert timedelta(0) <= wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
