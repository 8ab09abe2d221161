"""A notice read back by other tools: text, pages, fonts, codes, and where things stand."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.errors import Invalid
from portal.notices import Book, Both, Column, Payment, Signature, draw, draw_many
from portal.text import Message
from tests.notices.papers import ADDRESS, CODE, a_notice, codes, drawn, entries, page_texts, words

FORMS = [(size, language) for size in ("A4", "A3") for language in ("zh", "en", "both")]
A_LONG_REASON = "银-009 的水渠材料未见验收单,数量与现场不符,请补上后再公示;" * 12


@pytest.mark.parametrize(("size", "language"), FORMS)
def test_every_page_says_whose_which_period_unit_number_code_and_how_many_pages(tmp_path, fonts, size, language):
    pdf = drawn(draw, a_notice(30), tmp_path, size=size, language=language, fonts=fonts)
    pages = page_texts(pdf)
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        flat = re.sub(r"\s+", "", text)
        assert "梧桐村" in flat
        assert CODE in flat
        assert "1284" in flat
        period = {"zh": "2026年3月", "en": "March2026", "both": "2026年3月"}[language]
        assert period in flat
        assert re.search(rf"{number}\D{{1,5}}{len(pages)}", flat)
        assert "yuan" in flat or "元" in flat


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_code_on_every_page_opens_the_address(tmp_path, fonts, language):
    pdf = drawn(draw, a_notice(20, demo=True), tmp_path, language=language, fonts=fonts)
    found = codes(pdf, tmp_path)
    assert len(found) > 1
    assert all(on_page == [ADDRESS] for on_page in found)


def test_only_embedded_fonts_of_our_own_are_listed(tmp_path, fonts):
    pdf = drawn(draw, a_notice(30), tmp_path, language="both", fonts=fonts)
    listed = subprocess.run(["pdffonts", str(pdf)], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    names = {line.split()[0].partition("+")[2] for line in listed}
    assert names == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert all(" yes yes yes " in line for line in listed)


def test_every_entry_is_on_paper_whole(tmp_path, fonts):
    notice = a_notice(40)
    pdf = drawn(draw, notice, tmp_path, fonts=fonts)
    text = "".join(re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(pdf).pages)
    for row in notice.rows:
        assert re.sub(r"\s+", "", str(row[2])) in text
        assert str(row[1]) in text


def test_characters_beyond_the_basic_plane_are_read_back(tmp_path, fonts):
    pdf = drawn(draw, a_notice(1, maker="𣲗㐱䶮"), tmp_path, fonts=fonts)
    assert "𣲗㐱䶮" in page_texts(pdf)[0]
    assert "𣲗㐱䶮" in PdfReader(pdf).pages[0].extract_text()


CROWDED = {
    "few lines": {},
    "no lines": {"rows": (), "books": (), "payments": ()},
    "demo": {"demo": True},
    "a long reservation": {
        "signatures": [
            Signature("村主任", "王春明"),
            Signature("村务监督委员会", "李秋云", decision="reserved", reason=A_LONG_REASON),
            Signature("村党组织书记", decision="silent"),
        ]
    },
    "five signers, two of them against": {
        "signatures": [
            Signature(f"第{n}个职务名称很长的办公室", "欧阳长名字", decision=decision, reason="不实" * n)
            for n, decision in enumerate(["refused", "refused", "signed", "signed", "ordered"])
        ]
    },
    "long payments and large sums": {
        "payments": [Payment("拨付本年度村级组织运转经费补助资金及公益事业建设项目配套" * 3, 12_345_678_901)] * 5
    },
    "a long name": {
        "place": "梧桐树下青禾小镇云麓社区第十八联合村",
        "kind": Both("集体资产资源和债权债务", "Assets and debts"),
    },
    "much to ask and to mend": {
        "ask": ["向村里、乡镇、县里提问或反映问题的办法和时限都在这里写着,请仔细读完再来问。"] * 5,
        "erratum": ["更正:本单替代公报第1200号。", "原因:" + "金额写错;" * 30],
        "taken_over": True,
        "demo": True,
    },
    "many books": {"books": [Book(f"第{n}小组现金账", n, n, n, n * 10**9) for n in range(40)]},
    "warnings": {"warnings": ["银-003:摘要“其他”过于笼统,请写清用途"] * 30},
    "a summary longer than a page": {"rows": entries(2, summary="维修" * 900)},
    "columns that want more room than there is": {
        "columns": [
            *[Column("很长的栏目名称", "money", summed=True)] * 4,
            Column("摘要", weight=1),
            Column("其他说明文字"),
        ],
        "rows": [(10**11, 10**11, None, 10**11, "维修水渠", "另有说明文字很长很长")] * 9,
    },
}


@pytest.mark.parametrize("language", ["zh", "both"])
@pytest.mark.parametrize("case", CROWDED)
def test_nothing_is_clipped_and_nothing_overlaps(tmp_path, fonts, case, language):
    pdf = drawn(draw, a_notice(8, **CROWDED[case]), tmp_path, language=language, fonts=fonts)
    found = words(pdf)
    assert found
    for word in found:
        assert word.x0 >= 14, word
        assert word.x1 <= 595.3 - 14, word
        assert word.y0 >= 0, word
        assert word.y1 <= 841.9 - 14, word
    by_page: dict[int, list] = {}
    for word in found:
        for other in by_page.setdefault(word.page, []):
            wide = min(word.x1, other.x1) - max(word.x0, other.x0)
            high = min(word.y1, other.y1) - max(word.y0, other.y0)
            assert wide < 0.6 or high < 0.6, (word, other)
        by_page[word.page].append(word)


def test_page_one_is_read_standing(tmp_path, fonts):
    pdf = drawn(draw, a_notice(5), tmp_path, fonts=fonts)
    sizes: dict[str, float] = {}

    def visit(text, _cm, _tm, _font, size):
        sizes[text.strip()] = max(size, sizes.get(text.strip(), 0))

    PdfReader(pdf).pages[0].extract_text(visitor_text=visit)

    def size_of(fragment: str) -> float:
        return max(size for text, size in sizes.items() if fragment in text)

    for fragment in (
        "梧桐村",
        "86,420.15",
        "41,200.00",
        "28,913.60",
        "98,706.55",
        "期末结余",
        "维修水渠材料",
        "3,279.9",
    ):
        assert size_of(fragment) >= 24, fragment


def test_a3_is_set_larger_by_the_root_of_two(tmp_path, fonts):
    small, large = BytesIO(), BytesIO()
    assert draw(a_notice(20), small, size="A4", fonts=fonts) == draw(a_notice(20), large, size="A3", fonts=fonts)
    assert float(PdfReader(large).pages[0].mediabox.width) == pytest.approx(841.9, abs=0.5)


def test_reasons_of_those_who_did_not_agree_are_printed(tmp_path, fonts):
    signatures = [
        Signature("村主任", "王春明", decision="refused", reason="未见原始单据"),
        Signature("村务监督委员会", "李秋云", decision="reserved", reason=A_LONG_REASON),
    ]
    pages = page_texts(drawn(draw, a_notice(3, signatures=signatures), tmp_path, fonts=fonts))
    text = re.sub(r"\s+", "", "".join(pages))
    assert "未见原始单据" in text
    assert text.count("数量与现场不符") == 12


def test_page_subtotals_add_up_to_the_whole(tmp_path, fonts):
    notice = a_notice(40)
    text = "\n".join(page_texts(drawn(draw, notice, tmp_path, language="en", fonts=fonts)))
    subtotals = [
        int(sums.replace(",", "").replace(".", "")) for sums in re.findall(r"This page +[\d,.]+ +([\d,.]+)", text)
    ]
    assert len(subtotals) > 2
    assert sum(subtotals) == sum(row[4] for row in notice.rows)


def test_a_character_that_the_font_lacks_is_named_with_its_place_and_nothing_is_written(tmp_path, fonts):
    target = tmp_path / "paper.pdf"
    rows = entries(3)
    rows[1] = (*rows[1][:2], "路灯🙂", *rows[1][3:])
    with pytest.raises(Invalid) as refused:
        draw(a_notice(rows=rows), target, language="en", fonts=fonts)
    assert "🙂" in str(refused.value)
    assert "row 2, Summary" in str(refused.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "changes",
    [
        {"maker": "王\U0001f600"},
        {"signatures": [Signature("村主任", "\ue000")]},
        {"signatures": [Signature("村主任", "王", reason="\x07")]},
        {"ask": ["\U0001f4de"]},
        {"warnings": [Message("%(x)s", {"x": "\U0001f600"})]},
        {"rows": [("2026-03-01", "银-001", "\x00", None, 1, "")]},
    ],
)
def test_a_missing_character_is_found_wherever_it_stands(changes, fonts):
    with pytest.raises(Invalid):
        draw(a_notice(1, **changes), BytesIO(), fonts=fonts)


def test_many_notices_count_their_pages_each_and_report_progress(tmp_path, fonts):
    done: list[int] = []
    path = tmp_path / "all.pdf"
    notices = (a_notice(lines, number=number) for number, lines in ((1, 2), (2, 40), (3, 2)))
    pages = draw_many(notices, path, fonts=fonts, progress=done.append)
    texts = [re.sub(r"\s+", "", text) for text in page_texts(path)]
    assert len(texts) == pages
    assert done == [1, 2, 3]
    firsts = [
        index
        for index, text in enumerate(texts)
        if re.search(r"86,420\.15.*98,706\.55", text) and "000-5550123" in text
    ]
    assert len(firsts) == 3


def test_the_same_notice_gives_the_same_bytes(fonts):
    first, second = BytesIO(), BytesIO()
    draw(a_notice(), first, fonts=fonts)
    draw(a_notice(), second, fonts=fonts)
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("wrong", [{"size": "A5"}, {"language": "fr"}])
def test_other_papers_and_languages_are_refused(wrong, fonts):
    with pytest.raises(Invalid):
        draw(a_notice(), BytesIO(), fonts=fonts, **wrong)


def test_no_notice_at_all_is_refused(fonts):
    with pytest.raises(Invalid):
        draw_many([], BytesIO(), fonts=fonts)


def test_fonts_that_are_not_installed_are_named_as_the_reason(tmp_path: Path):
    with pytest.raises(Invalid, match="make install"):
        draw(a_notice(), BytesIO(), fonts=tmp_path)
