"""What a correction changed, line by line."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.kinds.changes import changes


def line(key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, **fields}


def test_changes_tell_new_lines_from_gone_ones_and_name_the_fields() -> None:
    before = [line("a", summary="x", income=1), line("b", summary="y")]
    now = [line("a", summary="x", income=2, note="n"), line("c", summary="z")]
    found = changes(before, now)
    assert [one["key"] for one in found.added] == ["c"]
    assert [one["key"] for one in found.removed] == ["b"]
    assert found.changed[0][1] == {"income": (1, 2), "note": (None, "n")}
    assert len(found) == 3
    assert not changes(now, now)


def test_a_corrected_name_is_one_changed_line_though_its_key_changed() -> None:
    before = [
        line("甘小满", name="甘小满", people=4, amount=6000),
        line("龙春生", name="龙春生", people=3, amount=4800),
    ]
    now = [line("甘小曼", name="甘小曼", people=4, amount=6000), before[1]]
    found = changes(before, now)
    assert not found.added and not found.removed
    assert found.changed == [(now[0], {"name": ("甘小满", "甘小曼")})]
    assert found.became == {"甘小满": "甘小曼"}


def test_lines_that_only_share_a_sum_are_not_the_same() -> None:
    found = changes([line("a", summary="电费", expense=5)], [line("b", summary="水费", expense=6)])
    assert (len(found.added), len(found.removed)) == (1, 1) and not found.became


LINES = st.dictionaries(
    st.sampled_from("abcdef"),
    st.dictionaries(st.sampled_from(("summary", "payee", "income", "note")), st.integers(0, 3), min_size=1),
    max_size=6,
).map(lambda found: [{"key": key, **fields} for key, fields in found.items()])


@given(LINES, LINES)
def test_every_line_is_told_exactly_once(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> None:
    found = changes(before, now)
    kept = {one["key"] for one in before} & {one["key"] for one in now}
    assert len(found.removed) + len(found.became) + len(kept) == len(before)
    assert len(found.added) + len(found.became) + len(kept) == len(now)
    assert found or bare(before) == bare(now)


def bare(lines: list[dict[str, Any]]) -> list[Any]:
    """What stands in the lines, whatever they are called."""
    return sorted(sorted((name, value) for name, value in one.items() if name != "key") for one in lines)
