from hypothesis import given
from hypothesis import strategies as st

from portal.public import rules
from portal.public.rules import PerHead


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
