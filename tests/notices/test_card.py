"""The card of a month for a chat group."""

from io import BytesIO

import pytest
from PIL import Image

from portal.errors import Invalid
from portal.notices import card
from tests.notices.papers import ADDRESS, a_notice, code_in


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_card_is_1080_wide_small_and_its_code_is_read(fonts, language):
    png = card(a_notice(60, demo=True), fonts, language)
    assert Image.open(BytesIO(png)).width == 1080
    assert len(png) < 150_000
    assert code_in(png) == [ADDRESS]


def test_long_sentences_make_the_card_longer_not_cut(fonts):
    short = Image.open(BytesIO(card(a_notice(sentences=["一。"]), fonts)))
    long = Image.open(BytesIO(card(a_notice(sentences=["一。" * 100, "二。" * 100, "三。" * 60]), fonts)))
    assert long.height > short.height + 500
    assert code_in(card(a_notice(sentences=["一。" * 100]), fonts)) == [ADDRESS]


def test_a_missing_character_is_refused(fonts):
    with pytest.raises(Invalid):
        card(a_notice(sentences=["🙂"]), fonts)
