"""What a correction changed, line by line."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.kinds.changes import changes, still_there


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


# ---------------------------------------------------------------- lists whose keys are places


def listed(*names: str, **fields: Any) -> list[dict[str, Any]]:
    return [line(str(n), name=name, amount=100 * len(name), group="1组", **fields) for n, name in enumerate(names, 1)]


def test_a_line_taken_out_of_a_list_by_place_is_told_as_gone_and_moves_no_other() -> None:
    before, now = listed("甘小满", "龙春生", "文长贵", "白有田"), listed("甘小满", "文长贵", "白有田")
    found = changes(before, now)
    assert [one["name"] for one in found.removed] == ["龙春生"] and not found.added and not found.changed
    assert found.became == {"3": "2", "4": "3"}
    back = changes(now, before)
    assert [one["name"] for one in back.added] == ["龙春生"] and len(back) == 1


def test_a_line_that_only_moved_in_a_list_by_place_is_not_told() -> None:
    assert not changes(listed("甘小满", "龙春生", "文长贵"), listed("文长贵", "甘小满", "龙春生"))


def test_several_fields_of_one_line_of_a_list_by_place_are_one_change() -> None:
    before, now = listed("甘小满", "龙春生", "文长贵", note="x"), listed("甘小满", "龙春生", "文长贵", note="x")
    now[1] |= {"amount": 7, "note": "y"}
    found = changes(before, now)
    assert [(one["name"], set(fields)) for one, fields in found.changed] == [("龙春生", {"amount", "note"})]
    assert len(found) == 1


PLACED = st.lists(
    st.dictionaries(st.sampled_from(("name", "amount", "group", "note")), st.integers(0, 2), min_size=1), max_size=7
).map(lambda found: [{"key": str(n), **fields} for n, fields in enumerate(found, 1)])


def applied(before: list[dict[str, Any]], found: Any) -> list[dict[str, Any]]:
    """The old lines with what was told about them done to them."""
    came_from = {new: old for old, new in found.became.items()}
    gone = {one["key"] for one in found.removed}
    lines = {one["key"]: dict(one) for one in before if one["key"] not in gone}
    for now, fields in found.changed:
        line = lines[came_from.get(now["key"], now["key"])]
        for name, (old, new) in fields.items():
            assert line.pop(name, None) == old
            if new is not None:
                line[name] = new
    return [*lines.values(), *found.added]


@given(st.one_of(st.tuples(LINES, LINES), st.tuples(PLACED, PLACED)))
def test_what_is_told_of_the_old_lines_makes_the_new_ones(both: tuple[list[Any], list[Any]]) -> None:
    before, now = both
    found = changes(before, now)
    assert bare(applied(before, found)) == bare(now)


def test_papers_stay_only_with_a_line_that_is_about_the_same_person() -> None:
    def people(*names: str) -> list[dict[str, Any]]:
        return [{"key": str(n), "name": name, "group": "1组", "amount": 500} for n, name in enumerate(names, 1)]

    before, now = people("甘小满", "龙春生", "文长贵"), people("甘大山", "甘小满", "文常贵")
    assert changes(before, now).became, "for a reader somebody stands there under another name"
    assert still_there(before, now, ("name",)) == {"1": "2"}
    numbers = ["a", "b", "c"], ["d", "a", "c"]
    assert still_there(before, now, ("name",), numbers) == {"1": "2", "3": "3"}, "a name mended: the number is the same"
    twins = people("甘小满", "甘小满")
    assert still_there(twins, twins[:1], ("name",), (["a", "b"], ["b"])) == {"2": "1"}
    assert still_there(twins, [], ("name",)) == {}


def test_papers_stay_with_a_voucher_whoever_it_names_and_follow_its_new_number() -> None:
    first = {"key": "银-001:1", "payee": "甘小满", "amount": 500, "day": "2026-03-01"}
    second = {"key": "银-002:1", "payee": "龙春生", "amount": 700, "day": "2026-03-02"}
    mended, renamed = {**first, "payee": "甘晓满"}, {**second, "key": "银-003:1"}
    there = still_there([first, second], [mended, renamed], ("payee",))
    assert there == {"银-001:1": "银-001:1", "银-002:1": "银-003:1"}
