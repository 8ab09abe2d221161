"""Loading the csv of places, people and offices."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.database import db
from portal.errors import Invalid
from portal.places import queries
from portal.places.loading import load
from portal.places.models import Person, Place, PlaceSetting, Term
from portal.places.roster import Refused
from portal.places.rules import Role

AT = datetime(2026, 4, 16, 2, 0, tzinfo=UTC)
ON = date(2026, 4, 16)
LIST = """level,code,name,parent,population,role,person,phone,login,begins,ends
county,990101000000,Clearwater,,,,,,,,
township,990101100000,Stonebridge,990101000000,,,,,,,
village,990101100201,Willow Bend,,812,,,,,,
village,990101100202,Three Wells,990101100000,,,,,,,
,990101100201,,,,bookkeeper,Ann,13900000001,ann,2024-01-01,
,990101100201,,,,head,Ben,,ben,2024-01-01,
,990101100201,,,,secretary,Ben,,,2024-01-01,
,990101100201,,,,committee,Cleo,,,2024-01-01,
,990101100202,,,,head,,,,,
,990101100000,,,,agency_bookkeeper,Dan,,dan,2024-01-01,
"""


def _rows() -> list[int]:
    return [
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Place, Person, Term, PlaceSetting)
    ]


def test_one_file_makes_the_tree_its_people_and_its_offices(database: str, context: Flask) -> None:
    loaded = load(LIST.encode(), OPERATOR, AT)
    willow = queries.place("990101100201")
    assert (loaded.places, loaded.people, loaded.terms) == (4, 4, 5)
    assert [view.name for view in queries.ancestors(willow.id)] == ["Clearwater", "Stonebridge", "Willow Bend"]
    assert {(holder.role, holder.name) for holder in queries.holders(willow.id, ON)} == {
        (Role.BOOKKEEPER, "Ann"),
        (Role.HEAD, "Ben"),
        (Role.SECRETARY, "Ben"),
        (Role.COMMITTEE, "Cleo"),
    }
    assert queries.setting("population", willow.id, date(2020, 1, 1)) == 812
    assert [login for _row, _person, login in loaded.logins] == ["ann", "ben", "dan"]
    assert queries.office(queries.place("990101100202").id, Role.HEAD) is not None


def test_loading_twice_changes_nothing(database: str, context: Flask) -> None:
    load(LIST.encode(), OPERATOR, AT)
    before = _rows()
    again = load(LIST.encode(), OPERATOR, AT)
    assert again.changes == 0
    assert _rows() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_and_words_are_read_in_every_usual_encoding(context: Flask, encoding: str) -> None:
    text = "级别,代码,名称,职务,姓名\n县,990101000000,清水县,,\n乡镇,990101100000,石桥镇,,\n"
    text += "村,990101100201,柳湾村,村主任,甲某\n"
    load(text.encode(encoding), OPERATOR, AT)
    village = queries.place("990101100201")
    assert (village.name, village.level) == ("柳湾村", "village")
    assert [holder.role for holder in queries.holders(village.id, clock.today(AT))] == [Role.HEAD]


def test_a_wrong_file_loads_nothing_and_names_every_row_and_column(context: Flask) -> None:
    wrong = LIST.replace("990101100202,Three", "99010110020X,Three").replace("Cleo,,,2024-01-01", "Cleo,,,1.1.24")
    with pytest.raises(Refused) as refused:
        load(wrong.encode(), OPERATOR, AT)
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(5, "code"), (9, "begins")]
    assert _rows() == [0, 0, 0, 0]


def test_a_row_that_is_neither_place_nor_office_is_told_what_it_may_be(context: Flask) -> None:
    with pytest.raises(Refused, match=r"county, township, village.*bookkeeper, head.*administrator"):
        load(b"code,name\n990101000000,Clearwater\n", OPERATOR, AT)


def test_what_only_the_database_knows_is_also_named_by_row(context: Flask) -> None:
    load(LIST.encode(), OPERATOR, AT)
    before = _rows()
    more = "code,role,person,phone,begins\n990101100201,head,Eve,1,2025-01-01\n990101199999,head,Eve,1,2025-01-01\n"
    with pytest.raises(Refused) as refused:
        load(more.encode(), OPERATOR, AT)
    assert [problem.row for problem in refused.value.problems] == [2, 3]
    assert "Ben holds this office" in str(refused.value.problems[0].message)
    assert _rows() == before


def test_two_people_of_one_name_are_told_apart_by_their_phone(context: Flask) -> None:
    load(LIST.encode(), OPERATOR, AT)
    more = "code,role,person,phone\n990101100201,committee,Cleo,1\n990101100201,committee,Cleo,2\n"
    load(more.encode(), OPERATOR, AT)
    members = [h for h in queries.holders(queries.place("990101100201").id, ON) if h.role is Role.COMMITTEE]
    assert len({member.person_id for member in members}) == 2


def test_a_new_code_leads_to_the_same_village_and_the_old_one_still_does(context: Flask) -> None:
    load(LIST.encode(), OPERATOR, AT)
    before = queries.place("990101100201").id
    load(b"level,code,name,formerly\nvillage,990101100301,Willow Bend,990101100201\n", OPERATOR, AT)
    assert queries.place("990101100201").id == queries.place("990101100301").id == before
    assert queries.place("990101100201").code == "990101100301"


def test_a_village_merged_into_another_stands_no_more_but_is_still_found_by_its_code(context: Flask) -> None:
    load(LIST.encode(), OPERATOR, AT)
    load(b"level,code,name,successor,ends\nvillage,990101100202,Three Wells,990101100201,2026-03-31\n", OPERATOR, AT)
    gone, stays = queries.place("990101100202"), queries.place("990101100201")
    assert (gone.successor_id, gone.ended_on) == (stays.id, date(2026, 4, 1))
    with clock.stopped(AT):
        assert [view.id for view in queries.villages_under(queries.county().id)] == [stays.id]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00\x01", b"name\nWillow\n", b"code,code\n1,2\n", b"code,colour\n1,red\n"]
)
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(context: Flask, data: bytes) -> None:
    with pytest.raises(Invalid):
        load(data, OPERATOR, AT)


def test_villages_of_old_records_are_made_from_their_codes(context: Flask) -> None:
    from portal.places import services

    added = services.add_missing_villages(["990101100201", "990101100202", "990101100201"], OPERATOR, AT)
    assert added == ["990101100201", "990101100202"]
    assert services.add_missing_villages(added, OPERATOR, AT) == []
    above = [view.code for view in queries.ancestors(queries.place("990101100202").id)]
    assert above[:2] == [
        "990101000000",
        "990101100000",
    ]
