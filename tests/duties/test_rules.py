"""What is due when, what a posting or its absence means on a day, and which law says so on that day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.duties import rules
from portal.duties.rules import Posting, Rhythm, State
from portal.kinds.statement import CLASSES
from portal.places.settings import DUTIES, SETTINGS, Mark

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
QUARTERS = [f"{year}-Q{quarter}" for year in (2025, 2026) for quarter in range(1, 5)]
AMENDED = date(2026, 1, 1)


def tenth(_period: str) -> int:
    return 10


def test_every_duty_has_a_name_a_setting_and_a_law() -> None:
    assert {rule.key for rule in rules.RULES} == set(DUTIES)
    assert all(rule.setting in SETTINGS for rule in rules.RULES)
    assert all(rule.key.partition(":")[2] in CLASSES for rule in rules.RULES if rule.kind == "statement")
    assert SETTINGS["duties"].mark is Mark.LAW


@given(st.sampled_from(sorted({*DUTIES, *rules.MATTERS})), st.dates(date(2005, 1, 1), date(2040, 1, 1)))
def test_what_is_cited_is_in_force_on_that_day_and_one_law_at_a_time(what: str, on: date) -> None:
    laws = [(rule.law, rule.articles) for rule in rules.RULES if rule.key == what] + list(rules.MATTERS.get(what, ()))
    in_force = [(law, articles) for law, articles in laws if law.holds(on)]
    assert len(in_force) <= 1
    cited = rules.citation(what, on)
    assert (cited is None) == (not in_force)
    if cited is not None:
        law, articles = in_force[0]
        assert law.name in str(cited) and articles in str(cited)


def test_the_law_changed_on_the_first_of_january_2026() -> None:
    assert str(rules.citation("turn", AMENDED)) == "Organic Law of 2025, art. 36"
    assert str(rules.citation("turn", AMENDED - timedelta(days=1))) == "Organic Law of 2018, art. 31"
    assert str(rules.citation("decision", AMENDED)) == "Organic Law of 2025, art. 28, 35"
    assert str(rules.citation("finance", date(2025, 6, 1))) == "Organic Law of 2018, art. 30"
    assert rules.citation("statement:report", date(2025, 4, 30)) is None
    assert "art." not in str(rules.citation("statement:debts", AMENDED)), "rules without an article are named alone"
    assert "36" in str(rules.right_to_turn(AMENDED))
    assert "art." not in str(rules.right_to_turn(date(2015, 1, 1)))


def test_finance_is_due_on_the_day_of_the_next_month_that_the_county_set() -> None:
    assert rules.due_after("2026-03", 10) == date(2026, 4, 10)
    assert rules.due_after("2025-12", 5) == date(2026, 1, 5)
    assert rules.due_after("2026-01", 31) == date(2026, 2, 28)
    assert rules.due_after("2026-Q1", 20) == date(2026, 4, 20)
    assert rules.due_after("2025-Q4", 31) == date(2026, 1, 31)


def test_a_month_posted_after_its_day_is_late_by_so_many_days() -> None:
    month = rules.judged("finance", "2026-03", date(2026, 4, 10), Posting(7, date(2026, 4, 16)), date(2026, 5, 1))
    assert (month.state, month.days, month.is_at_fault) == (State.LATE, 6, True)


def test_a_month_posted_on_its_last_day_is_in_time() -> None:
    month = rules.judged("finance", "2026-03", date(2026, 4, 10), Posting(7, date(2026, 4, 10)), date(2026, 5, 1))
    assert (month.state, month.days, month.is_at_fault) == (State.ON_TIME, 0, False)


def test_a_month_without_a_posting_is_missing_only_after_its_day() -> None:
    due = date(2026, 4, 10)
    assert rules.judged("finance", "2026-03", due, None, due).state is State.OPEN
    overdue = rules.judged("finance", "2026-03", due, None, date(2026, 4, 12))
    assert (overdue.state, overdue.days) == (State.MISSING, 2)


def test_older_records_are_neither_late_nor_in_time() -> None:
    posting = Posting(1, date(2026, 4, 30), taken_over=True)
    assert rules.judged("finance", "2024-01", date(2024, 2, 10), posting, date(2026, 5, 1)).state is State.OLDER


def test_what_was_due_before_the_village_could_post_is_neither_late_nor_missing() -> None:
    floor, due = date(2026, 4, 20), date(2026, 4, 10)
    for posting in (None, Posting(7, date(2026, 4, 24))):
        assert rules.judged("finance", "2026-03", due, posting, date(2026, 6, 1), floor).state is State.OLDER
    assert rules.judged("finance", "2026-04", date(2026, 5, 10), None, date(2026, 6, 1), floor).state is State.MISSING


def test_a_village_that_never_posted_owes_everything_since_its_first_day() -> None:
    months = rules.calendar("finance", {}, tenth, date(2026, 4, 20), date(2026, 2, 1), date(2026, 2, 1))
    assert [(month.period, month.state) for month in months] == [
        ("2026-01", State.MISSING),
        ("2026-02", State.MISSING),
        ("2026-03", State.MISSING),
    ]
    later = rules.calendar("finance", {}, tenth, date(2026, 4, 20), date(2026, 2, 11), date(2026, 2, 11))
    assert [month.period for month in later] == ["2026-02", "2026-03"], "January was due on the 10th, before it began"


def test_where_nobody_knows_the_first_day_what_lies_before_the_first_posting_is_not_missing() -> None:
    months = rules.calendar("finance", {"2026-01": Posting(1, date(2026, 2, 3))}, tenth, date(2026, 4, 20))
    assert [month.state for month in months] == [State.ON_TIME, State.MISSING, State.MISSING]
    assert rules.missing_in_a_row(months) == 2
    assert rules.calendar("finance", {}, tenth, date(2026, 4, 20)) == []


def test_what_is_not_asked_for_on_its_day_is_no_duty() -> None:
    asked = lambda due: due >= date(2026, 4, 1)  # noqa: E731
    months = rules.calendar("finance", {}, tenth, date(2026, 4, 20), date(2026, 1, 1), is_asked=asked)
    assert [month.state for month in months] == [State.OLDER, State.OLDER, State.OLDER, State.MISSING]


@given(st.sets(st.sampled_from(MONTHS)), st.dates(date(2025, 1, 1), date(2027, 6, 1)), st.none() | st.dates())
def test_a_calendar_has_every_month_once_and_loses_no_posting(
    posted: set[str], today: date, first_day: date | None
) -> None:
    if first_day is not None and not date(2018, 1, 1) <= first_day <= date(2028, 1, 1):
        first_day = None
    postings = {period: Posting(n, today) for n, period in enumerate(sorted(posted))}
    found = [month.period for month in rules.calendar("finance", postings, tenth, today, first_day)]
    assert found == sorted(set(found))
    assert posted <= set(found)


@given(st.sampled_from(QUARTERS), st.dates(date(2025, 1, 1), date(2027, 6, 1)))
def test_a_quarter_begins_with_the_first_one_due_since_the_first_day(first: str, first_day: date) -> None:
    found = rules.first_period("quarter", first_day, lambda period: 20)
    assert rules.due_after(found, 20) >= first_day
    assert rules.due_after(rules.shift_period(found, -1), 20) < first_day
    assert rules.slot("contract", first) == first


def test_a_list_of_a_month_stands_for_its_quarter() -> None:
    assert rules.slot("statement:debts", "2026-02") == "2026-Q1"
    assert rules.slot("finance", "2026-02") == "2026-02"
    assert rules.slot("subsidy", "2026-02") == "2026-02"


def test_years_stand_newest_first_and_begin_with_january() -> None:
    months = rules.calendar("finance", {"2025-11": Posting(1, date(2025, 12, 1))}, tenth, date(2026, 3, 1))
    years = rules.by_year(months)
    assert [year for year, _ in years] == [2026, 2025]
    assert years[1][1][:10] == [None] * 10
    assert [month.month for month in years[0][1] if month] == [1, 2]


def test_a_posting_about_an_event_is_measured_from_the_newest_one_it_tells_of() -> None:
    posting = Posting(3, date(2026, 4, 16))
    events = [date(2026, 3, 1), date(2026, 4, 8), date(2026, 12, 31)]  # a step before, this one, a date that is planned
    duty = rules.after_event("decision", "2026-04", 5, events, posting)
    assert (duty.state, duty.days, duty.due) == (State.LATE, 3, date(2026, 4, 13))
    undated = rules.after_event("subsidy", "2026-03", 5, [], posting)
    assert undated.due == date(2026, 4, 5), "without a date the end of the period counts"
    assert rules.after_event("subsidy", "2026", 5, [], posting).state is State.ON_TIME


def test_the_annual_report_is_due_before_the_first_assembly_of_the_next_year() -> None:
    assemblies = [date(2026, 6, 1), date(2026, 3, 20), date(2024, 3, 1)]
    due = rules.before_assembly(assemblies, 10, range(2023, 2027))
    assert due == {"2025": date(2026, 3, 10), "2023": date(2024, 2, 20)}


@pytest.mark.parametrize(
    ("today", "planned"),
    [
        (date(2026, 4, 6), None),
        (date(2026, 4, 7), date(2026, 4, 7)),
        (date(2026, 4, 10), date(2026, 4, 7)),
        (date(2026, 4, 11), date(2026, 4, 11)),
        (date(2026, 4, 14), date(2026, 4, 11)),
        (date(2026, 4, 15), date(2026, 4, 15)),
    ],
)
def test_reminders_are_planned_before_and_after_the_day(today: date, planned: date | None) -> None:
    assert rules.reminder_day(date(2026, 4, 10), today, [3], [1, 5]) == planned


@given(st.integers(0, 60), st.sets(st.integers(0, 30)), st.sets(st.integers(1, 30)))
def test_a_worker_that_stood_still_sends_one_reminder_and_no_day_sends_two(
    days: int, before: set[int], after: set[int]
) -> None:
    due = date(2026, 4, 10)
    today = due - timedelta(days=30) + timedelta(days=days)
    if rules.must_remind(due, today, before, after, []):
        assert not rules.must_remind(due, today, before, after, [today])


def test_every_rhythm_is_used() -> None:
    assert {rule.rhythm for rule in rules.RULES} == set(Rhythm)
