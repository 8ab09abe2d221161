"""Beginning a real county, and what is open before it goes live."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.accounts import passwords, queries, services
from portal.accounts.rules import OPERATOR
from portal.accounts.setup import check, init_county
from portal.config import Settings
from portal.errors import Conflict, Invalid
from portal.jobs.services import MOST_ATTEMPTS, enqueue, run_due
from portal.places import queries as places
from portal.places import services as place_services
from tests.accounts.people import LIST, actor, settle


def _open(settings: Settings) -> list[str]:
    return [str(each.message) for each in check(settings, clock.now()) if not each.is_ok]


def test_init_makes_the_county_and_an_administrator_whose_term_counts(
    database: str, context: Flask, settings: Settings
) -> None:
    link = init_county(settings, "990101", "Clearwater", "gazette.example", clock.now(), ("Ada", "ada"))
    county = places.county()
    assert county.code == "990101000000"
    assert places.setting("log_origin", county.id, clock.today()) == "gazette.example"
    assert [holder.name for holder in places.holders(county.id, clock.today())] == ["Ada"]
    assert link is not None and queries.link_opens(link, clock.now())


def test_where_nobody_could_confirm_it_the_first_administrator_counts_at_once_and_only_the_first(
    database: str, context: Flask, settings: Settings
) -> None:
    init_county(settings, "990101", "Clearwater", "gazette.example", clock.now())
    loaded = services.load_places(LIST.encode(), OPERATOR, clock.now())
    county = places.county()
    assert [holder.name for holder in places.holders(county.id, clock.today())] == ["Ada"]
    ada = queries.account_of_login("ada")
    assert ada is not None and loaded.administrator == ada.id
    assert "abe" in loaded.logins
    pending = [term.id for term in places.pending_terms()]
    assert len(pending) == 5
    assert [term.id for term in places.terms_to_confirm(ada.person_id)] == pending
    place_services.confirm_terms(pending, actor("ada"), clock.now())
    again = services.load_places(LIST.encode(), OPERATOR, clock.now())
    assert (again.administrator, again.logins) == (None, [])


def test_what_cannot_be_mended_is_not_open_for_ever(context: Flask, settings: Settings) -> None:
    settle()
    said = {str(each.message): each.is_ok for each in check(settings, clock.now())}
    assert said["No mail is sent: one-time links are handed over by the administrator."]


def test_there_is_one_county(context: Flask, settings: Settings) -> None:
    init_county(settings, "990101", "Clearwater", "gazette.example", clock.now())
    with pytest.raises(Conflict):
        init_county(settings, "990102", "Farbank", "gazette.example", clock.now())


@pytest.mark.parametrize(
    ("code", "name", "origin"),
    [("99", "C", "o"), ("990101100000", "C", "o"), ("990101", " ", "o"), ("990101", "C", "a b")],
)
def test_what_is_asked_must_make_sense(context: Flask, settings: Settings, code: str, name: str, origin: str) -> None:
    with pytest.raises(Invalid):
        init_county(settings, code, name, origin, clock.now())


def test_check_lists_what_is_open(context: Flask, settings: Settings) -> None:
    settle()
    said = " ".join(_open(settings))
    for word in ("https://", "sqlite3", "last_backup", "phone", "Bookkeeper: nobody in 1 villages (Three Wells)"):
        assert word in said
    assert "Willow Bend" not in said


def test_check_is_content_once_things_are_done(context: Flask, settings: Settings) -> None:
    settle()
    (settings.instance / "last_backup").touch()
    done = " ".join(_open(replace(settings, public_url="https://portal.example")))
    assert "https://" not in done and "backup" not in done


def test_check_finds_damaged_keys_and_the_demos_password(context: Flask, settings: Settings) -> None:
    settle()
    person = place_services.add_person("Nina", None)
    services.add_user("admin", person, OPERATOR, clock.now(), passwords.DEFAULT)
    (settings.keys / "log").write_bytes(b"short")
    (settings.keys / "match").chmod(0o644)
    said = " ".join(_open(settings))
    for word in ('"log" is missing or damaged', '"match" can be read', "demo's password: admin"):
        assert word in said


def test_check_tells_of_work_that_was_given_up(context: Flask, settings: Settings) -> None:
    init_county(settings, "990110", "青禾县", "gazette.example", clock.now())
    at = clock.now()
    number = enqueue("evidence.prepare", {})

    def broken(_arguments: dict[str, Any], _progress: Any) -> None:
        raise OSError("no room")

    for _attempt in range(MOST_ATTEMPTS):
        with clock.stopped(at):
            run_due({"evidence.prepare": broken})
        at += timedelta(hours=1)
    told = [str(each.message) for each in check(settings, at) if not each.is_ok]
    assert any("evidence.prepare" in text and f"(number {number})" in text for text in told)
    later = [str(each.message) for each in check(settings, at + timedelta(days=31))]
    assert not any("evidence.prepare" in text for text in later)
