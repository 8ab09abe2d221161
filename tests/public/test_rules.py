from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.public import rules
from portal.public.rules import PerHead, Posting, State

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]


def tenth(_period: str) -> int:
    return 10


def test_finance_is_due_on_the_day_of_the_next_month_that_the_county_set():
    assert rules.due_date("2026-03", 10) == date(2026, 4, 10)
    assert rules.due_date("2025-12", 5) == date(2026, 1, 5)
    assert rules.due_date("2026-01", 31) == date(2026, 2, 28)


def test_a_month_posted_after_its_day_is_late_by_so_many_days():
    month = rules.month_of("2026-03", Posting(7, date(2026, 4, 16)), 10, date(2026, 5, 1))
    assert (month.state, month.days) == (State.LATE, 6)


def test_a_month_posted_on_its_last_day_is_in_time():
    month = rules.month_of("2026-03", Posting(7, date(2026, 4, 10)), 10, date(2026, 5, 1))
    assert (month.state, month.days) == (State.ON_TIME, 0)


def test_a_month_without_a_posting_is_missing_only_after_its_day():
    assert rules.month_of("2026-03", None, 10, date(2026, 4, 10)).state is State.OPEN
    overdue = rules.month_of("2026-03", None, 10, date(2026, 4, 12))
    assert (overdue.state, overdue.days) == (State.MISSING, 2)


def test_older_records_are_neither_late_nor_in_time():
    posting = Posting(1, date(2026, 4, 30), taken_over=True)
    assert rules.month_of("2024-01", posting, 10, date(2026, 5, 1)).state is State.OLDER


def test_what_lies_before_the_first_posting_is_not_missing():
    months = rules.calendar({"2026-01": Posting(1, date(2026, 2, 3))}, tenth, date(2026, 4, 20))
    assert [(month.period, month.state) for month in months] == [
        ("2026-01", State.ON_TIME),
        ("2026-02", State.MISSING),
        ("2026-03", State.MISSING),
    ]
    assert rules.missing_in_a_row(months) == 2


def test_a_village_that_never_posted_has_no_calendar():
    assert rules.calendar({}, tenth, date(2026, 4, 20)) == []


@given(st.sets(st.sampled_from(MONTHS)), st.dates(date(2025, 1, 1), date(2027, 6, 1)))
def test_a_calendar_has_every_month_once_and_loses_no_posting(posted, today):
    postings = {period: Posting(n, today) for n, period in enumerate(sorted(posted))}
    periods = [month.period for month in rules.calendar(postings, tenth, today)]
    assert periods == sorted(set(periods))
    assert posted <= set(periods)
    assert all(period >= min(posted) for period in periods)


def test_years_stand_newest_first_and_begin_with_january():
    months = rules.calendar({"2025-11": Posting(1, date(2025, 12, 1))}, tenth, date(2026, 3, 1))
    years = rules.by_year(months)
    assert [year for year, _ in years] == [2026, 2025]
    assert years[1][1][:10] == [None] * 10
    assert [month.month for month in years[0][1] if month] == [1, 2]


def test_a_dated_setting_holds_from_its_day_and_the_lower_place_overrides():
    rows = [(date(2026, 1, 1), 12), (date(2026, 6, 1), 15), (date(2026, 2, 1), 20)]
    assert rules.in_force(rows, date(2025, 12, 31), 10) == 10
    assert rules.in_force(rows, date(2026, 1, 15), 10) == 12
    assert rules.in_force(rows, date(2026, 7, 1), 10) == 20


def test_spending_per_head_stands_beside_the_middle_of_the_township():
    spending = {1: 100_000, 2: 300_000, 3: 500_000}
    assert rules.per_head(1, spending, {1: 100, 2: 100, 3: 100}, 3) == PerHead(1_000, 3_000, 3)


def test_too_few_villages_are_not_compared_and_unknown_heads_are_not_guessed():
    assert rules.per_head(1, {1: 100, 2: 200}, {1: 10, 2: 10}, 5) == 2
    assert rules.per_head(1, {1: 100}, {1: 0}, 1) is None


@given(st.text(), st.lists(st.text(max_size=3), max_size=3))
def test_marking_words_never_changes_the_text(text, words):
    assert "".join(piece for piece, _ in rules.marked(text, words)) == text


def test_words_are_marked_wherever_they_stand():
    assert rules.marked("购买水渠材料", ["水渠"]) == [("购买", False), ("水渠", True), ("材料", False)]
    assert rules.marked("Repair pump", ["PUMP"]) == [("Repair ", False), ("pump", True)]


@given(st.lists(st.integers(0, 10**12), max_size=20))
def test_bars_keep_every_fen_and_stay_within_the_chart(amounts):
    parts = [(str(n), amount) for n, amount in enumerate(sorted(amounts, reverse=True))]
    shown = rules.bars(parts, max(amounts, default=0), rest="others")
    assert sum(bar.amount for bar in shown) == sum(amounts)
    assert len(shown) <= 9
    assert all(0 <= bar.width <= 100 for bar in shown[:8])


@given(st.lists(st.none() | st.integers(-(10**12), 10**12), max_size=24))
def test_the_columns_of_the_chart_stay_inside_it(amounts):
    curve = rules.curve(amounts)
    assert 0 <= curve.zero <= curve.height
    for x, y, height, _negative in curve.bars:
        assert 0 <= x < curve.width
        assert y >= 0 and y + height <= curve.height + 1.2


def test_paper_cites_the_law_in_force_on_its_day():
    assert "36" in rules.right_to_turn(date(2026, 1, 1)).id
    assert "31" in rules.right_to_turn(date(2026, 1, 1) - timedelta(days=1)).id


def test_what_was_due_before_the_portal_opened_is_neither_late_nor_missing():
    opened = date(2026, 4, 20)
    for posting in (None, Posting(7, date(2026, 4, 24))):
        assert rules.month_of("2026-03", posting, 10, date(2026, 6, 1), opened).state is State.OLDER
    assert rules.month_of("2026-04", None, 10, date(2026, 6, 1), opened).state is State.MISSING
