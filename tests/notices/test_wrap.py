"""Lines are no wider than their column and lose nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.notices.wrap import _CLOSING, clean, packed, shortened, wrap

ROWS = [0xA1, 0xA3, *range(0xB0, 0xF8)]  # punctuation, full-width signs, and all 6,763 characters
GB2312 = bytes(byte for row in ROWS for cell in range(0xA1, 0xFF) for byte in (row, cell)).decode("gb2312", "ignore")
summaries = st.text(st.sampled_from(GB2312 + "".join(map(chr, range(32, 127)))), max_size=120)


@given(summaries, st.floats(60, 400))
def test_any_summary_fits_its_column_and_loses_no_character(typeface, text, width):
    lines = wrap(text, typeface.regular, 14, width)
    assert "".join(lines) == text
    for line in lines:
        assert typeface.regular.width(line.rstrip(" 　"), 14) <= width + 1e-6


def test_all_of_gb2312_can_be_set(typeface):
    assert typeface.missing(GB2312) == set()


@given(st.text(st.sampled_from(GB2312[300:]), min_size=1, max_size=9), st.sampled_from("、。,;:!?)》”"))
def test_no_line_begins_with_closing_punctuation(typeface, text, mark):
    lines = wrap((text + mark) * 6, typeface.regular, 14, 14 * 11)
    assert not any(line[0] in _CLOSING for line in lines)


def test_latin_words_stay_whole(typeface):
    lines = wrap("购买LED路灯Philips灯泡replacement十二只", typeface.regular, 14, 14 * 7)
    assert all(any(word in line for line in lines) for word in ("LED", "Philips", "replacement"))


@pytest.mark.parametrize(
    "text", ["梧桐村耕地地力保护补贴 1组公示单", "公示期2026年11月25日至12月10日", "共14户，每户120.5元"]
)
def test_a_number_stays_with_what_it_counts(typeface, text):
    for wide in range(5, 14):
        lines = wrap(text, typeface.regular, 14, 14 * wide)
        assert not any(before[-1].isdigit() and after[0] in "组年月日户元" for before, after in pairwise(lines))


def test_a_word_wider_than_its_column_is_cut(typeface):
    lines = wrap("x" * 100, typeface.regular, 14, 100)
    assert len(lines) > 5
    assert "".join(lines) == "x" * 100


def test_line_ends_in_a_text_are_kept_and_invisible_signs_dropped(typeface):
    assert wrap(clean("一\r\n二\u200b\t三\n"), typeface.regular, 14, 100) == ["一", "二 三"]


def test_a_shortened_text_says_so_and_fits(typeface):
    lines = shortened("维修水渠" * 30, typeface.regular, 24, 300, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(typeface.regular.width(line, 24) <= 300 for line in lines)


@pytest.mark.parametrize("width", [60, 150, 400])
def test_packed_items_stay_whole_where_they_can(typeface, width):
    items = ["收款人 建材店", "经手人 赵某", "证明人 钱某"]
    lines = packed(items, typeface.regular, 14, width)
    assert "".join(lines).replace(" · ", "").replace(" ", "") == "".join(items).replace(" ", "")
    assert all(typeface.regular.width(line.rstrip(), 14) <= width for line in lines)
