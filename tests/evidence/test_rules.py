"""Names of files tell their line, boxes stay on the page, some papers are sealed whatever anybody says."""

import pytest

from portal.errors import Invalid
from portal.evidence import rules
from portal.evidence.requests import Mask
from portal.evidence.rules import Bearer, Document

VOUCHERS = {"a": "银-001", "b": "银-002", "c": "现-001", "d": "银-012", "e": "银-012", "f": "转字第3号"}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("银-001.jpg", ["a"]), ("银001 发票.jpg", ["a"]), ("银字第001号.png", ["a"]), ("现 1.pdf", ["c"]),
        ("银-００２.JPG", ["b"]), ("银-012收据(2).jpg", ["d", "e"]), ("2.jpg", ["b"]), ("12 发票.jpg", ["d", "e"]),
        ("凭证2号.jpg", ["b"]), ("转3.jpg", ["f"]), ("转字3-合同.pdf", ["f"]),
        ("001.jpg", []), ("IMG_0002.jpg", []), ("银-01202.jpg", []), ("2026-03-12.jpg", []), ("银1银2.jpg", []),
        ("", []), ("发票.jpg", []), ("微信图片_20260305.jpg", []),
    ],
)  # fmt: skip
def test_a_file_says_by_its_name_which_voucher_it_belongs_to(name: str, keys: list[str]) -> None:
    assert rules.keys_of_name(name, VOUCHERS) == keys


def test_a_voucher_without_a_word_is_meant_by_its_number_alone() -> None:
    assert rules.keys_of_name("7.jpg", {"a": "7", "b": "17"}) == ["a"]
    assert rules.keys_of_name("0017 收据.jpg", {"a": "7", "b": "17"}) == ["b"]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("银001 发票.jpg", Document.INVOICE), ("白条 现-2.jpg", Document.SLIP), ("工资表.pdf", Document.WAGES),
        ("INVOICE 3.pdf", Document.INVOICE), ("租赁合同.pdf", Document.CONTRACT), ("银-001.jpg", Document.PHOTO),
    ],
)  # fmt: skip
def test_a_file_says_by_its_name_what_it_is(name: str, document: Document) -> None:
    assert rules.document_of_name(name, Document.PHOTO) is document


def test_the_countys_list_seals_and_a_wish_overrides_it_but_an_identity_card_is_always_sealed() -> None:
    assert rules.is_sealed(Document.WAGES, ["wages"]) and not rules.is_sealed(Document.WAGES, [])
    assert not rules.is_sealed(Document.WAGES, ["wages"], wished=False)
    assert rules.is_sealed(Document.INVOICE, [], wished=True)
    assert rules.is_sealed(Document.IDENTITY, [], wished=False)


def test_a_box_is_measured_in_thousandths_and_stays_on_its_page() -> None:
    assert rules.mask(2, 10, 20.5, 30, 40, pages=3) == Mask(2, 100, 205, 300, 400)
    for wrong in ((1, 80, 0, 30, 10), (1, 0, -1, 10, 10), (4, 0, 0, 10, 10), (1, 0, 0, 0.2, 50)):
        with pytest.raises(Invalid):
            rules.mask(wrong[0], *wrong[1:], pages=3)


def test_two_corners_make_a_box_whichever_comes_first() -> None:
    assert rules.between((60, 50), (10, 120)) == (10, 50, 50, 50)


def test_a_paper_belongs_to_a_draft_or_to_an_item() -> None:
    assert Bearer(1, number=7, earlier=(5, 2)).numbers == (7, 5, 2)
    assert Bearer(1, draft_id=3).numbers == ()
    for both in ({}, {"draft_id": 1, "number": 1}):
        with pytest.raises(ValueError):
            Bearer(1, **both)


def test_what_is_no_paper_of_a_line_is_refused() -> None:
    assert rules.document("slip") is Document.SLIP
    for text in ("board", "virus", ""):
        with pytest.raises(Invalid):
            rules.document(text)
