import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.kinds import KINDS
from portal.kinds.base import Figure
from portal.kinds.measures import PER_HEAD, Before, Measure
from portal.public import rules
from portal.public.rules import PerHead, Township

HEADLINE = (Figure("amount", "Paid in total"), Figure("recipients", "Recipients"))
SUM = Measure("amount", before=(Before.YEAR, Before.LAST), per_head=PER_HEAD, count="recipients")
PERIODS = st.builds(
    lambda year, rest: f"{year}{rest}",
    st.integers(2020, 2030),
    st.sampled_from(["", *(f"-Q{n}" for n in range(1, 5)), *(f"-{n:02d}" for n in range(1, 13))]),
)
FIGURES = st.dictionaries(
    st.integers(1, 9),
    st.fixed_dictionaries({"amount": st.integers(-(10**12), 10**12), "recipients": st.integers(0, 9)}),
    max_size=9,
)


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


@given(PERIODS, st.sets(PERIODS, max_size=8))
def test_what_an_item_is_compared_with_ended_before_it(period, posted):
    found = rules.periods_before(period, list(Before), posted)
    assert clock.grain_of(found[Before.YEAR]) == clock.grain_of(found[Before.STEP]) == clock.grain_of(period)
    (first, last), (then, _end) = clock.period_bounds(period), clock.period_bounds(found[Before.YEAR])
    assert (then.year, then.month) == (first.year - 1, first.month)
    assert (first - clock.period_bounds(found[Before.STEP])[1]).days == 1
    ended = [clock.period_bounds(one)[1] for one in posted if clock.period_bounds(one)[1] < last]
    assert (Before.LAST in found) == bool(ended)
    if ended:
        assert clock.period_bounds(found[Before.LAST])[1] == max(ended)


def test_the_last_posting_is_of_the_same_grain_where_two_end_on_one_day():
    assert rules.periods_before("2026-Q2", [Before.LAST], ["2026-03", "2026-Q1", "2025"]) == {Before.LAST: "2026-Q1"}
    assert rules.periods_before("2026-04", [Before.LAST], ["2026-03", "2026-Q1", "2026"]) == {Before.LAST: "2026-03"}


@given(FIGURES, st.integers(3, 6))
def test_no_median_has_a_short_list_in_it_and_none_is_made_of_too_few_villages(figures, minimum):
    own = {"amount": 100, "recipients": 9}
    [told] = rules.with_township([SUM], HEADLINE, 1, own, Township(figures, dict.fromkeys(range(1, 10), 100), minimum))
    long = {place for place, found in figures.items() if found["recipients"] >= rules.LIST_AT_LEAST} | {1}
    assert told.message.params["n"] == len(long)
    assert told.message.id == (PER_HEAD.beside if len(long) >= minimum else PER_HEAD.few)
    assert told.is_soft == (len(long) < minimum)


def test_a_sum_that_few_share_and_unknown_heads_are_said_to_be_no_measure():
    others = {place: {"amount": 100, "recipients": 9} for place in range(2, 9)}
    heads = dict.fromkeys(range(1, 9), 10)
    [few] = rules.with_township([SUM], HEADLINE, 1, {"amount": 100, "recipients": 4}, Township(others, heads, 3))
    assert (few.message.id, few.is_soft, "own" in few.message.params) == (PER_HEAD.short, True, False)
    own = {"amount": 100, "recipients": 5}
    [unknown] = rules.with_township([SUM], HEADLINE, 1, own, Township(others, {**heads, 1: 0}, 3))
    assert (unknown.message.id, unknown.is_soft) == (PER_HEAD.unknown, True)


def test_a_figure_stands_beside_each_posting_before_or_it_is_said_that_there_is_none():
    earlier = {Before.LAST: ("2025-Q4", {"amount": 1_00})}
    alone, told = rules.with_earlier([SUM], HEADLINE, {"amount": 0}, "2026-Q1", earlier)
    assert alone.is_soft and "for the same quarter last year" in str(alone.message)
    assert str(told.message) == "Paid in total: 1.00 yuan less than in the last posting before it (Q4 2025)."
    alone, first = rules.with_earlier([SUM], HEADLINE, {"amount": 0}, "2026", {})
    assert "for the year before" in str(alone.message) and "posted before" in str(first.message)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_measures_large_figures_and_counts_that_it_has(kind):
    lines = [{"key": "1", "closing": 5, "annual_rent": 5, "asset": "鱼塘", "class": "water"}]
    content = {"class": "debts", "lines": lines, "books": [], "projects": [], "period": "2026"}
    for measure in kind.measures(content):
        assert measure.figure in {figure.name for figure in kind.headline} and (measure.before or measure.per_head)
        assert not measure.count or measure.count in kind.figures(content)
