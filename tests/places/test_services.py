"""Appointing, confirming, ending; settings from a day on."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.errors import Conflict, Forbidden, Invalid
from portal.places import queries, services, settings, values
from portal.places.rules import Role, is_first_administrator
from tests.accounts.people import actor, settle

DAY = date(2026, 4, 16)
LATER = date(2026, 5, 1)


@pytest.fixture
def county(context: Flask, stopped_clock: object) -> Flask:
    settle()
    return context


def _id(code: str) -> int:
    return queries.place(code).id


WILLOW, STONEBRIDGE, COUNTY = "990101100201", "990101100000", "990101000000"


def test_a_term_at_a_village_counts_at_once(county: Flask) -> None:
    person = services.add_person("Nina", None)
    services.appoint(_id(WILLOW), Role.SECRETARY, person, DAY, None, actor("ada"), clock.now())
    assert Role.SECRETARY in [office.role for office in queries.offices_of(person, DAY)]


def test_a_term_at_the_township_counts_once_a_second_person_has_confirmed_it(county: Flask) -> None:
    person = services.add_person("Nina", None)
    term = services.appoint(_id(STONEBRIDGE), Role.TOWNSHIP, person, DAY, None, actor("ada"), clock.now())
    assert queries.offices_of(person, DAY) == []
    for not_second in (actor("ada"), OPERATOR, actor("tom")):
        with pytest.raises(Forbidden):
            services.confirm_terms([term], not_second, clock.now())
    assert services.confirm_terms([term], actor("cora"), clock.now()) == 1
    assert [office.role for office in queries.offices_of(person, DAY)] == [Role.TOWNSHIP]


def test_nobody_appoints_or_confirms_himself(county: Flask) -> None:
    ada, abe = actor("ada"), actor("abe")
    with pytest.raises(Forbidden):
        services.appoint(_id(COUNTY), Role.COUNTY, ada.person_id, DAY, None, ada, clock.now())
    term = services.appoint(_id(COUNTY), Role.COUNTY, abe.person_id, DAY, None, ada, clock.now())
    with pytest.raises(Forbidden):
        services.confirm_terms([term], abe, clock.now())


def test_a_county_officer_does_not_appoint(county: Flask) -> None:
    person = services.add_person("Nina", None)
    with pytest.raises(Forbidden):
        services.appoint(_id(WILLOW), Role.SECRETARY, person, DAY, None, actor("cora"), clock.now())


def test_who_keeps_or_spends_the_money_does_not_sit_on_the_committee(county: Flask) -> None:
    for login in ("ben", "hal", "agnes"):
        with pytest.raises(Conflict):
            person = actor(login).person_id
            services.appoint(_id(WILLOW), Role.COMMITTEE, person, DAY, None, actor("ada"), clock.now())
    with pytest.raises(Conflict):
        person = actor("cleo").person_id
        services.appoint(_id(STONEBRIDGE), Role.AGENCY_BOOKKEEPER, person, DAY, None, actor("ada"), clock.now())


def test_a_village_has_one_head_at_a_time_and_terms_follow_each_other(county: Flask) -> None:
    ada, village = actor("ada"), _id(WILLOW)
    new = services.add_person("Nina", None)
    with pytest.raises(Conflict, match="Hal holds this office"):
        services.appoint(village, Role.HEAD, new, LATER, None, ada, clock.now())
    hal = next(term for term in queries.terms(village) if term.name == "Hal")
    services.end_term(hal.id, LATER - timedelta(days=1), ada, clock.now())
    services.appoint(village, Role.HEAD, new, LATER, None, ada, clock.now())
    office = queries.office(village, Role.HEAD)
    assert [h.name for h in queries.holders(village, DAY) if h.office_id == office] == ["Hal"]
    assert [h.name for h in queries.holders(village, LATER) if h.office_id == office] == ["Nina"]


def test_an_office_sits_at_its_own_level(county: Flask) -> None:
    with pytest.raises(Invalid):
        services.add_office(_id(WILLOW), Role.TOWNSHIP)


def test_an_administrator_is_confirmed_as_everybody_while_there_is_one(county: Flask) -> None:
    person = services.add_person("Nina", None)
    term = services.appoint(_id(COUNTY), Role.ADMINISTRATOR, person, DAY, None, OPERATOR, clock.now())
    assert not queries.term(term).confirmed


def test_only_the_operator_and_only_a_lasting_term_make_a_first_administrator() -> None:
    first = {"is_operator": True, "has_administrator": False, "is_over": False}
    assert is_first_administrator(Role.ADMINISTRATOR, **first)
    assert not is_first_administrator(Role.COUNTY, **first)
    for name, value in first.items():
        assert not is_first_administrator(Role.ADMINISTRATOR, **(first | {name: not value}))


def test_a_declined_term_is_gone_and_a_confirmed_one_cannot_be_declined(county: Flask) -> None:
    person = services.add_person("Nina", None)
    term = services.appoint(_id(STONEBRIDGE), Role.TOWNSHIP, person, DAY, None, actor("ada"), clock.now())
    services.decline_term(term, actor("cora"), clock.now())
    assert queries.pending_terms() == []
    confirmed = queries.terms(_id(STONEBRIDGE))[0]
    with pytest.raises(Conflict):
        services.decline_term(confirmed.id, actor("cora"), clock.now())


def test_a_setting_holds_from_its_day_and_the_lower_place_decides(county: Flask) -> None:
    ada, now = actor("ada"), clock.now()
    services.set_setting("hanging_days", _id(COUNTY), 20, LATER, "notice 7", ada, now)
    services.set_setting("hanging_days", _id(WILLOW), 30, LATER, "the villagers' wish", ada, now)
    assert queries.setting("hanging_days", _id(WILLOW), DAY) == 15
    assert queries.setting("hanging_days", _id(WILLOW), LATER) == 30
    assert queries.setting("hanging_days", _id(STONEBRIDGE), LATER) == 20


def test_a_later_row_overrides_and_the_earlier_one_stays_in_the_history(county: Flask) -> None:
    ada, place = actor("ada"), _id(COUNTY)
    for days in (4, 6):
        services.set_setting("silence_days", place, days, DAY, "notice 7", ada, clock.now())
    assert queries.setting("silence_days", place, DAY) == 6
    assert [found.value for found in queries.setting_history("silence_days", place)] == [6, 4]


@pytest.mark.parametrize(
    ("key", "code", "value", "day", "source"),
    [
        ("hanging_days", COUNTY, 14, DAY, "x"),  # below the law
        ("hanging_days", COUNTY, 20, DAY - timedelta(days=1), "x"),  # what was printed stays right
        ("hanging_days", COUNTY, 20, DAY, " "),
        ("silence_days", WILLOW, 4, DAY, "x"),  # the county's alone
        ("no_such_thing", COUNTY, 4, DAY, "x"),
        ("sign_offices", COUNTY, ["township"], DAY, "x"),
        ("check.anything", COUNTY, "silent", DAY, "x"),
    ],
)
def test_what_does_not_fit_is_not_set(
    county: Flask, key: str, code: str, value: object, day: date, source: str
) -> None:
    with pytest.raises(Invalid):
        services.set_setting(key, _id(code), value, day, source, actor("ada"), clock.now())


def test_a_township_does_not_set_what_it_is_measured_by(county: Flask) -> None:
    with pytest.raises(Forbidden):
        services.set_setting("hanging_days", _id(STONEBRIDGE), 20, DAY, "x", actor("tom"), clock.now())


def test_every_setting_says_what_it_is_and_its_default_is_valid() -> None:
    for setting in settings.SETTINGS.values():
        assert setting.label and setting.sentence and setting.source
        if setting.default not in ("", []):
            assert values.checked(setting, setting.default) == setting.default


@given(st.sampled_from(sorted(settings.SETTINGS)), st.text(max_size=40))
def test_whatever_is_typed_is_a_value_that_reads_back_or_is_refused(key: str, text: str) -> None:
    setting = settings.SETTINGS[key]
    try:
        value = values.parse(setting, text)
    except Invalid:
        return
    assert values.checked(setting, value) == value


def test_places_are_found_by_name_and_by_code(county: Flask) -> None:
    assert [view.name for view in queries.find("willow bend".title())] == ["Willow Bend"]
    assert [view.name for view in queries.find("9901011002")] == ["Willow Bend"]
    assert queries.find("%") == queries.find("") == []
