"""What is set for each subsidy programme: rates, rule, payer, names; the data behind it is whole in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.kinds.privacy import suspicious_digits
from portal.kinds.programmes import AFTER_NOTICE, PAYERS, PROGRAMMES
from portal.money import PRECISION
from portal.places import of_programmes, settings, values
from portal.places.settings import Mark

KEYS = [key for code in PROGRAMMES for key in of_programmes.keys_of(code)]


def test_there_are_fourteen_programmes_each_whole_in_both_languages() -> None:
    assert len(PROGRAMMES) == 14
    for programme in PROGRAMMES.values():
        for text in (programme.name, programme.paid_to, programme.basis, programme.unit, programme.rule):
            assert text.zh and text.en and text.en.isascii() and not text.zh.isascii()
            assert not suspicious_digits(text.zh + text.en)
        assert programme.paid_by in PAYERS and programme.names_after in AFTER_NOTICE
        assert programme.mark in ("law", "seen", "general") and programme.source


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_of_a_programme_says_what_it_is_and_its_default_is_valid(key: str) -> None:
    declared = settings.declaration(key)
    assert declared.label and declared.sentence and declared.source and declared.programme
    assert values.checked(declared, declared.default) == declared.default
    assert (declared.mark is Mark.LAW) == (PROGRAMMES[key.partition(".")[2]].mark == "law")


@pytest.mark.parametrize("key", ["rate.gold", "colour.arable", "rate", "arable"])
def test_nothing_else_is_one(key: str) -> None:
    with pytest.raises(KeyError):
        settings.declaration(key)


def test_rates_have_up_to_four_decimals_and_several_bands() -> None:
    rate = settings.declaration("rate.old_age")
    assert values.parse(rate, "300\n100.0625，200") == [100 * PRECISION + 625, 200 * PRECISION, 300 * PRECISION]
    assert values.written(rate, [1_000_625, 2_000_000]) == "100.0625\n200"
    assert values.parse(rate, "") == []
    for text in ("0", "-1", "1.00001", "abc", "1e99", "NaN", "Infinity", "99999999"):
        with pytest.raises(Invalid):
            values.parse(rate, text)


def test_a_payer_is_one_of_two_and_a_rule_is_a_sentence() -> None:
    with pytest.raises(Invalid, match="those offered"):
        values.parse(settings.declaration("paid_by.arable"), "bank")
    with pytest.raises(Invalid):
        values.parse(settings.declaration("rule.arable"), "x" * 501)


@given(st.sampled_from(KEYS), st.text(max_size=40))
def test_whatever_is_typed_is_a_value_that_reads_back_or_is_refused(key: str, text: str) -> None:
    declared = settings.declaration(key)
    try:
        value = values.parse(declared, text)
    except Invalid:
        return
    assert values.checked(declared, value) == value
