"""What can be asked of the record, and what it answers."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.errors import Invalid, NotFound
from portal.gazette import queries, services, subjects
from tests.gazette.factories import AT, Village, a_line, a_month, a_village

pytestmark = pytest.mark.usefixtures("database", "context")


@pytest.fixture
def village(context: Flask) -> Village:
    return a_village()


def test_an_item_is_shown_as_it_was_published(village: Village) -> None:
    services.publish([a_month(village, taken_over=True, signoffs=[{"office": "head", "decision": "signed"}])], AT)
    item = queries.item(1)
    assert (item.number, item.kind, item.place, item.place_id) == (1, "finance", village[1], village[0])
    assert (item.period, item.subject, item.supersedes, item.superseded_by) == ("2026-03", None, None, None)
    assert (item.taken_over, item.published_at, item.withheld_by) == (True, AT, None)
    assert queries.signoffs(1) == [{"office": "head", "decision": "signed"}]
    assert queries.content(1) == a_month(village).content
    assert queries.items([1, 2]) == {1: item}
    with pytest.raises(NotFound):
        queries.item(2)
    with pytest.raises(NotFound):
        queries.payload_text(2)


def test_lines_are_those_of_the_payload(village: Village) -> None:
    given = [a_line(1), a_line(2, income=5, transfer=True), a_line(3, "无收款人", "")]
    services.publish([a_month(village, given), a_month(village, [])], AT)
    assert queries.lines(1) == [{"n": n, **line} for n, line in enumerate(given, 1)]
    assert queries.lines(2) == []
    assert queries.line(1, 3) == {"n": 3, **given[2]}
    for n in (0, 4, 1 << 20, -1):
        with pytest.raises(NotFound):
            queries.line(1, n)


def test_the_newest_item_that_nothing_supersedes_holds(village: Village) -> None:
    other = a_village("Stone Bridge")
    services.publish([a_month(village), a_month(other), a_month(village, period="2026-04")], AT)
    services.publish([a_month(village, supersedes=1)], AT)
    assert [item.number for item in queries.items_of(village[0])] == [3, 4]
    assert [item.number for item in queries.items_of(village[0], "finance", last="2026-03")] == [4]
    assert [item.number for item in queries.items_of(village[0], first="2026-04", last="2026-04")] == [3]
    assert [item.number for item in queries.items_of_places([village[0], other[0]])] == [3, 4, 2]
    assert queries.items_of(village[0], "subsidy") == []
    assert queries.current(village[0], "finance", "2026-05") is None
    assert [item.number for item in queries.versions(1)] == [1, 4] == [item.number for item in queries.versions(4)]
    assert [item.number for item in queries.newest(2)] == [4, 3]
    assert queries.periods_published("finance") == {
        (village[0], "2026-03", None), (village[0], "2026-04", None), (other[0], "2026-03", None)
    }  # fmt: skip


def test_figures_are_those_of_current_items(village: Village) -> None:
    services.publish([a_month(village), a_month(village, period="2026-04")], AT)
    services.publish([a_month(village, [a_line(1, expense=700)], supersedes=1)], AT)
    found = queries.figures_of([village[0]], "finance", ["2026-03", "2026-04", "2026-05"])
    assert found == {
        (village[0], "2026-03"): {"opening": 100000, "income": 0, "expense": 700, "closing": 99300, "lines": 1},
        (village[0], "2026-04"): {"opening": 100000, "income": 0, "expense": 9250, "closing": 90750, "lines": 2},
    }
    assert queries.figures([1, 3])[3] == found[village[0], "2026-03"]
    assert queries.figures([]) == {}


def test_figures_and_periods_are_those_of_one_subject(village: Village) -> None:
    other = a_village("Stone Bridge")
    about = [a_month(village, [a_line(1, expense=n)], period) for n, period in enumerate(("2026-03", "2026-Q1"), 1)]
    services.publish([replace(one, subject="debts") for one in about], AT)
    services.publish([replace(a_month(other, [a_line(1, expense=7)]), subject="debts"), a_month(village)], AT)
    places, periods = [village[0], other[0]], ["2026-03", "2026-Q1"]
    found = queries.figures_of(places, "finance", periods, "debts")
    assert {key: figures["expense"] for key, figures in found.items()} == {
        (village[0], "2026-03"): 1, (village[0], "2026-Q1"): 2, (other[0], "2026-03"): 7
    }  # fmt: skip
    assert set(queries.figures_of(places, "finance", periods)) == {(village[0], "2026-03")}
    assert queries.figures_of(places, "finance", periods, "claims") == {}
    services.publish([replace(a_month(village, period="2026-Q2"), subject="debts")], AT)
    assert sorted(subjects.periods_about(village[0], "finance", "debts")) == ["2026-03", "2026-Q1", "2026-Q2"]
    assert subjects.periods_about(village[0], "finance", None) == ["2026-03"]
    assert subjects.periods_about(other[0], "finance", "claims") == []


def test_closings_are_those_of_the_last_month_before(village: Village) -> None:
    assert queries.closings(village[0], "2026-03") is None
    services.publish([a_month(village), a_month(village, period="2026-01")], AT)
    services.publish([a_month(village, [a_line(1, expense=700)], supersedes=1)], AT)
    assert queries.closings(village[0], "2026-03") == ("2026-01", {("committee", "cash"): 90750})
    assert queries.closings(village[0], "2026-09") == ("2026-03", {("committee", "cash"): 99300})


def test_search_finds_two_characters_words_together_in_one_village_or_all(village: Village) -> None:
    other = a_village("Stone Bridge")
    services.publish([a_month(village, [a_line(1, "支付三月电费"), a_line(2, "购买Ａ4纸，水费")])], AT)
    services.publish([a_month(other, [a_line(1, "支付路灯电费")])], AT)

    def found(words: str, *where: int) -> list[tuple[int, int]]:
        return [(hit.number, hit.n) for hit in queries.search(words, list(where) or None)]

    assert found("电费") == [(2, 1), (1, 1)]
    assert found("电费", village[0]) == [(1, 1)]
    assert found("电费", village[0], other[0]) == [(2, 1), (1, 1)]
    assert found("路灯 电费") == [(2, 1)]
    assert found("路灯电费") == [(2, 1)]
    assert found("水费 电费") == []
    assert found("a4") == found("Ａ４") == [(1, 2)]
    assert found("纸水") == []
    assert queries.search("电费", []) == []
    hit = queries.search("路灯")[0]
    assert (hit.kind, hit.place_id, hit.period, hit.line["summary"]) == ("finance", other[0], "2026-03", "支付路灯电费")
    assert set(hit.line) == {"n", *a_line(1)}


@pytest.mark.parametrize("words", ["", "电", " 电 费 ", '"', "* OR", "，。"])
def test_less_than_two_characters_are_asked_for_again(words: str) -> None:
    if words == "* OR":
        assert queries.search(words) == []  # no operator: the word "or"
        return
    with pytest.raises(Invalid, match="two characters"):
        queries.search(words)


def test_search_goes_page_by_page_without_gaps(village: Village) -> None:
    services.publish([a_month(village, [a_line(n) for n in range(1, 21)]) for _ in range(3)], AT)
    whole = queries.search("电费", limit=100)
    assert [(hit.number, hit.n) for hit in whole] == [(number, n) for number in (3, 2, 1) for n in range(20, 0, -1)]
    assert [hit for page in range(0, 60, 7) for hit in queries.search("电费", limit=7, offset=page)] == whole


def test_a_payee_has_its_lines_newest_first(village: Village) -> None:
    other = a_village("Stone Bridge")
    services.publish([a_month(village), a_month(other), a_month(village, period="2026-04")], AT)
    services.publish([a_month(village, [a_line(5)], supersedes=1)], AT)
    hits = queries.lines_of_payee(village[0], "柳湾供电所")
    assert [(hit.number, hit.n, hit.period) for hit in hits] == [(4, 1, "2026-03"), (3, 1, "2026-04")]
    assert queries.lines_of_payee(village[0], "柳湾") == []
