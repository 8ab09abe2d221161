"""The review sheet is one A4 that says everything, whatever it has to say."""

import re

import pytest

from portal.errors import Invalid
from portal.notices import Voucher, draw_review_sheet
from tests.notices.papers import a_review_sheet, codes, drawn, page_texts, words


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_sheet_names_its_vouchers_figures_and_code(tmp_path, fonts, language):
    sheet = a_review_sheet()
    (text,) = page_texts(drawn(draw_review_sheet, sheet, tmp_path, language=language, fonts=fonts))
    for said in (sheet.code, "梧桐村", "86,420.15", "86,420.00", "98,706.05", "支出比上月多"):
        assert said in text
    for voucher in sheet.vouchers:
        assert voucher.number in text
        assert voucher.summary in text


def test_the_sheet_asks_six_questions(tmp_path, fonts):
    (text,) = page_texts(drawn(draw_review_sheet, a_review_sheet(), tmp_path, language="en", fonts=fonts))
    assert text.count("?") == 6
    assert len(re.findall(r"\byes +no +not checked", text)) == 6


def test_its_code_opens_the_draft(tmp_path, fonts):
    sheet = a_review_sheet(demo=True)
    assert codes(drawn(draw_review_sheet, sheet, tmp_path, fonts=fonts), tmp_path) == [[sheet.url]]


@pytest.mark.parametrize("language", ["zh", "both"])
def test_it_stays_one_page_without_overlaps_when_there_is_much_to_say(tmp_path, fonts, language):
    long = "收到拨付本年度村级组织运转经费补助资金,已存入基本账户,与上月相比多出许多"
    sheet = a_review_sheet(
        changes=[long] * 30,
        warnings=[long] * 30,
        vouchers=[Voucher("2026-03-01", "银-001", long * 2, 10**9)] * 5,
        hand_in="签好后交镇里。",
        demo=True,
    )
    pdf = drawn(draw_review_sheet, sheet, tmp_path, language=language, fonts=fonts)
    assert len(page_texts(pdf)) == 1
    found = words(pdf)
    for index, word in enumerate(found):
        assert word.y1 < 841.9 - 14
        for other in found[:index]:
            wide = min(word.x1, other.x1) - max(word.x0, other.x0)
            high = min(word.y1, other.y1) - max(word.y0, other.y0)
            assert wide < 0.6 or high < 0.6, (word, other)


def test_a_missing_character_is_refused(tmp_path, fonts):
    with pytest.raises(Invalid, match="U\\+1F642"):
        drawn(draw_review_sheet, a_review_sheet(changes=["🙂"]), tmp_path, fonts=fonts)
