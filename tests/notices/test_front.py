"""Page 1 of the notice: whatever happens, the boxes with the decisions stand on it."""

import re
from dataclasses import replace
from datetime import date

import pytest

from portal.notices import Both, Notice, Payment, Signature, draw, missing
from tests.notices.papers import a_notice, drawn, page_texts, words

OFFICES = (
    Both("村主任", "Village head"),
    Both("村务监督委员会", "Supervision committee"),
    Both("村党组织书记", "Party secretary"),
)
NAMES = ("王春明", "李秋云", "赵大山")
PROOF = "没见到验收单"
REASONS = {"short": f"银-005 {PROOF}。", "long": f"银-009 的水渠材料{PROOF},数量与现场不符,请补上后再公示;" * 20}
ASK = (
    Both(
        "有疑问,先问村里:村主任或村务监督委员会。",
        "Ask in the village: the village head or the supervision committee.",
    ),
    Both("不满意,可以向云麓镇反映。", "Not satisfied? Turn to 云麓镇."),
    Both(
        "公布不及时、不真实?乡镇、县里应当负责调查核实。",
        "Posted late or untrue? The township and the county must look into it (Organic Law of 2025, art. 36).",
    ),
)
SUMMARY = "拨付村级组织运转经费补助资金及公益事业建设项目配套"
ERRATUM = (Both("更正:本单替代公报第1200号。", "This replaces item 1200."), "原因:" + "金额写错;" * 60)
MORE = {"plain": {}, "demo": {"demo": True}, "erratum": {"demo": True, "erratum": ERRATUM}}


def crowded(signers: int, decision: str, reason: str, more: str) -> Notice:
    """A notice whose last signer does not agree."""
    agreed = [
        Signature(office, name, date(2026, 4, 12)) for office, name in zip(OFFICES[:signers], NAMES, strict=False)
    ]
    signatures = [*agreed[:-1], replace(agreed[-1], decision=decision, reason=REASONS[reason])]
    payments = [Payment(f"{SUMMARY}{n}", 328_000 - n) for n in range(1, 6)]
    return replace(a_notice(4), signatures=signatures, ask=ASK, payments=payments, **MORE[more])


@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("decision", ["reserved", "refused"])
@pytest.mark.parametrize("signers", [1, 2, 3])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_boxes_with_decisions_are_always_on_page_one(tmp_path, fonts, language, signers, decision, reason, more):
    notice = crowded(signers, decision, reason, more)
    pdf = drawn(draw, notice, tmp_path, language=language, fonts=fonts)
    found = [word for word in words(pdf) if word.page == 1]
    telephone = next(word for word in found if "5550123" in word.text)
    for name in NAMES[:signers]:
        assert any(name in word.text and word.y1 < telephone.y0 for word in found), name
    pages = ["".join(text.split()) for text in page_texts(pdf)]
    decided = {"reserved": ("保留", "reservation"), "refused": ("拒绝", "refused")}[decision]
    assert decided[language == "en"] in pages[0]
    assert sum(text.count(PROOF) for text in pages) >= (1 if reason == "short" else 19), (
        "one may lie across a page's end"
    )
    largest = sum(number in pages[0] for number in ("3,279.99", "3,279.98", "3,279.97"))
    assert largest >= (2 if more == "erratum" else 3)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("payments", [0, 4])
def test_a_sentence_of_the_story_is_on_page_one_whole_or_not_at_all(tmp_path, fonts, language, payments):
    story = [
        Both(
            f"第{n}句说明" + "承包地面积乘以标准" * n + f"说完{n}",
            f"Sentence {n} " + "says why " * 8 * n + f"ended {n}",
        )
        for n in (1, 2, 3)
    ]
    notice = replace(a_notice(4), story=story, payments=[Payment(SUMMARY, 328_000)] * payments)
    pdf = drawn(draw, notice, tmp_path, language=language, fonts=fonts)
    first, *later = ["".join(text.split()) for text in page_texts(pdf)]
    for begins, ends in (("第{}句说明", "说完{}"), ("Sentence{}", "ended{}"))[
        language == "en" : 1 + (language != "zh")
    ]:
        told = [n for n in (1, 2, 3) if begins.format(n) in first]
        assert told == [n for n in (1, 2, 3) if ends.format(n) in first]
        assert told or payments, "there is room for one at least"
        assert all(ends.format(n) in "".join(later) for n in (1, 2, 3)), "all of it stands before the entries"


def test_a_total_stands_below_the_last_pages_subtotal(tmp_path, fonts):
    notice = a_notice(40, totals=(None, None, None, None, 987_654, None))
    last = page_texts(drawn(draw, notice, tmp_path, language="en", fonts=fonts))[-1]
    assert re.search(r"This page.*Total", last, re.DOTALL)
    assert not re.search(r"Total.*This page", last, re.DOTALL)


def test_a_move_between_books_says_so_and_is_in_no_subtotal(tmp_path, fonts):
    notice = a_notice(40, moved=[3])
    text = "\n".join(page_texts(drawn(draw, notice, tmp_path, language="en", fonts=fonts)))
    assert text.count("transfer between books") == 1
    sums = re.findall(r"This page +[\d,.]+ +([\d,.]+)", text)
    added = sum(int(found.replace(",", "").replace(".", "")) for found in sums)
    assert added == sum(row[4] for row in notice.rows) - notice.rows[3][4]


def test_signs_that_the_font_lacks_are_found_before_paper_is_drawn(fonts):
    lacking = {"\U0001f600", "\U00020bb7"}
    assert missing(["路灯\U0001f600", "水渠\U00020bb7", "一\u200b二"], fonts) == lacking
