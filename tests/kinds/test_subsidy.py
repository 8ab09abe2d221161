"""Rosters: one programme, basis × rate, whole numbers that stay inside, names masked where they must be."""

from datetime import date
from typing import Any

import pytest

from portal.kinds.base import Assembly, Context, Level
from portal.kinds.programmes import PROGRAMMES
from portal.kinds.subsidy import BY_GROUP, KIND
from portal.money import PRECISION
from portal.text import Message, translator
from tests.kinds.lists import TODAY, assembled, errors, said, table
from tests.kinds.rosters import ARABLE, card, row, settings


def read(*rows: dict[str, Any], title: str = ARABLE, period: str = "2025", **more: Any) -> Assembly:
    more.setdefault("settings", settings())
    return assembled(KIND, rows, period, title, **more)


def checks(assembly: Assembly) -> list[str]:
    return [finding.check for finding in assembly.findings]


def text(message: Message, language: str = "en") -> str:
    return message.render(translator(language))


# ---------------------------------------------------------------- what a list becomes


def test_a_roster_becomes_lines_figures_and_sentences() -> None:
    found = read(row(), row("龙春生", "二组", 1.5))
    assert not found.findings and not found.questions
    assert found.content is not None
    assert found.content["lines"][0] == {
        "key": "1", "name": "甘小满", "group": "一组", "basis": 32_000, "rate": 1_205_000, "amount": 385_60,
        "programme": "arable",
    }  # fmt: skip
    assert KIND.figures(found.content) == {"amount": 566_35, "recipients": 2, "basis": 47_000}
    assert KIND.breakdown(found.content) == {BY_GROUP: [("一组", 385_60), ("二组", 180_75)]}
    assert KIND.subject_of(found.content) == "arable"
    assert text(KIND.called(found.content)) == "Arable land fertility subsidy"
    assert text(KIND.called(found.content), "zh") == "耕地地力保护补贴"


def test_groups_stand_by_their_numbers_not_by_their_sums() -> None:
    rows = [row("龙春生", "十组", 9), row("甘小满", "二组", 1), row("秦小满", "一组", 2)]
    content = read(*rows).content
    assert content is not None
    assert [name for name, _fen in KIND.breakdown(content)[BY_GROUP]] == ["一组", "二组", "十组"]


def test_rate_and_rule_are_told_so_that_anyone_can_compute_again() -> None:
    content = read(row()).content
    assert content is not None
    rate, rule, payer = (text(sentence) for sentence in KIND.story(content))
    assert "120.5 yuan per mu" in rate and "long abandoned" in rule and "county" in payer
    assert "每亩 120.5 元" in text(KIND.story(content)[0], "zh") and "长年抛荒地" in text(KIND.story(content)[1], "zh")
    own = read(row(), settings=settings(rule__arable="只补给本村在册农户")).content
    assert own is not None and "只补给本村在册农户" in text(KIND.story(own)[1])


def test_what_holds_is_what_held_when_the_period_ended() -> None:
    facts = {"programmes": {"rate.arable": [1_100_000]}}
    found = read(row(), facts=facts)
    assert found.content is not None and found.content["rates"] == [1_100_000]
    assert checks(found) == ["rate_differs"]


def test_whole_numbers_stay_inside_and_are_tidied() -> None:
    more = {"phone": "138 0011 2233", "bank_account": "6217001234567890123", "bank": "青禾信用社", "contracted": 32_000}
    found = read(row(id_number=f" {card()} ", village="青禾村", household_number="00012", **more))
    assert not errors(found)
    assert found.internal == [
        {"household_number": "00012", "id_number": card(), "phone": "13800112233",
         "bank_account": "6217001234567890123", "bank": "青禾信用社", "contracted": "32000"}
    ]  # fmt: skip
    assert set(found.content["lines"][0]) <= {column.name for column in KIND.columns} | {"key"}


def test_a_list_of_heads_of_households_names_them() -> None:
    rows = [{"household": "文长贵", "basis": PRECISION, "amount": 100_00}]
    found = read(*rows, settings={})
    assert [line.get("name") for line in found.content["lines"]] == ["文长贵"]
    both = read({**row("小文"), "household": "文长贵"})
    assert both.content["lines"][0]["household"] == "文长贵"


def test_a_list_without_names_says_so_once() -> None:
    found = read({"basis": PRECISION, "amount": 1}, {"basis": PRECISION, "amount": 1}, settings={})
    assert errors(found) == ["no_names"]


# ---------------------------------------------------------------- which programme


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": "青禾村二〇二五年农村低保金发放花名册"}, "dibao"),
        ({"choices": {"programme": "old_age"}}, "old_age"),
        ({"choices": {"programme": "高龄津贴"}}, "old_age"),
        ({"about": "退耕还林补助 第二批"}, "grain_for_green"),
        ({"about": "lost_work"}, "lost_work"),
    ],
)
def test_title_answer_or_name_say_the_programme(more: dict[str, Any], code: str) -> None:
    found = read(row(), **{"title": "", "settings": {}, **more})
    assert found.content["programme"] == code and not errors(found)


def test_every_programme_is_found_by_its_names() -> None:
    for programme in PROGRAMMES.values():
        for name in (programme.code, programme.name.zh, programme.name.en):
            found = read(row(), title="", settings={}, choices={"programme": name})
            assert found.content["programme"] == programme.code


def test_a_column_says_the_programme_and_another_one_is_refused() -> None:
    rows = [row(programme="耕地地力补贴"), row("龙春生", programme="arable")]
    assert read(*rows, title="").content["programme"] == "arable"
    mixed = read(row(programme="arable"), row("龙春生", programme="低保"), title="")
    assert "programme_other" in errors(mixed)
    unknown = read(row(programme="某某补贴"))
    assert [finding.cell for finding in said(unknown, "programme_unknown")] == ["F2"]


def test_what_nothing_names_is_asked_with_all_programmes_and_remembered_by_layout() -> None:
    found = read(row(), title="明细表")
    (question,) = found.questions
    assert (question.key, question.remember) == ("programme", "programme:x")
    assert [code for code, _label in question.options] == list(PROGRAMMES)
    assert text(question.options[0][1], "zh") == "耕地地力保护补贴"


def test_an_unknown_code_is_an_error_and_a_title_of_another_programme_too() -> None:
    assert errors(read(row(), choices={"programme": "gold"})) == ["programme_unknown"]
    assert errors(read(row(), choices={"programme": "dibao"}, settings={})) == ["programme_other"]


def test_a_batch_makes_a_subject_of_its_own_without_free_text() -> None:
    first = read(row(), about="耕地地力保护补贴")
    second = read(row(), about="耕地地力保护补贴 第二批")
    titled = read(row(), title=f"{ARABLE}（第二批）")
    assert "batch" not in first.content
    assert second.content["batch"] == titled.content["batch"] == "第二批"
    assert KIND.subject_of(second.content) == KIND.subject_of(titled.content) != KIND.subject_of(first.content)
    assert "第二批" not in str(KIND.subject_of(second.content))
    assert text(KIND.called(second.content), "zh") == "耕地地力保护补贴（第二批）"
    assert errors(read(row(batch="一"), row("龙春生", batch="二"))) == ["batch_other"]


def test_a_row_of_another_village_is_refused_at_its_cell() -> None:
    for ours in ("青禾村", "柳河镇青禾村", "青禾村民委员会", "青禾"):
        assert not errors(read(row(village=ours))), ours
    found = read(row(), {**row("龙春生"), "village": "溪口村"})
    assert [(finding.check, finding.cell) for finding in found.findings] == [("other_village", "F3")]


# ---------------------------------------------------------------- sums and areas


def test_a_sum_that_is_not_basis_times_rate_is_an_error_at_its_cell() -> None:
    found = read(row(), row("龙春生", amount=400_00))
    assert [(finding.check, finding.cell, finding.value) for finding in found.findings] == [
        ("arithmetic", "E3", "400.00")
    ]
    assert "3.2 × 120.5 makes 385.60, not 400.00" in text(found.findings[0].message)


def test_rounding_is_the_countys_and_a_reason_makes_it_a_printed_warning() -> None:
    rounded = row(basis=3.33, amount=401_30)  # 401.265
    assert errors(read(rounded)) == ["arithmetic"]
    assert not errors(read(rounded, settings=settings(subsidy_tolerance=5)))
    for note in ("含2024年补发", "扣回重复发放", "adjusted"):
        found = read(row(amount=100_00, note=note))
        assert not errors(found)
        assert [warning["check"] for warning in found.content["warnings"]] == ["back_pay"]
        assert found.content["warnings"][0]["key"] == "1"


def test_without_a_rate_in_the_file_the_rate_in_force_is_used() -> None:
    assert not read(row(rate=None, amount=385_60)).findings
    assert errors(read(row(rate=None, amount=385_00))) == ["arithmetic"]
    bands = {"rate.old_age": [1_000_000, 3_000_000]}
    of_age = row(basis=1, rate=None, amount=300_00)
    assert not errors(read(of_age, title="高龄津贴", period="2026-03", settings=bands))


def test_a_monthly_sum_is_multiplied_by_the_months() -> None:
    a_quarter = row(basis=1, rate=100, amount=300_00)
    assert not errors(read(a_quarter, title="高龄津贴", period="2026-Q1", settings={}))
    assert errors(read(a_quarter, title="高龄津贴", period="2026-03", settings={})) == ["arithmetic"]
    assert not errors(read(row(basis=1, rate=100, amount=200_00, months=2), title="高龄津贴", settings={}))
    content = {**read(row()).content, "lines": [{"basis": 1_0000, "rate": 560_0000, "months": 3, "amount": 1680_00}]}
    content.pop("rates", None)
    told = KIND.story(content)[0]
    assert "× the rate × the months" in text(told) and "该行月数" in text(told, "zh"), "told as it is computed"


def test_another_rate_than_the_one_in_force_is_told_once_for_all_lines() -> None:
    found = read(*(row(f"龙{n}", rate=110) for n in range(30)))
    (warning,) = said(found, "rate_differs")
    assert warning.level is Level.WARNING
    assert text(warning.message).startswith("30 lines at 110, the rate in force is 120.5 (lines 1, 2, 3,")
    assert text(warning.message).endswith("20 …).")


def test_whoever_hears_the_rate_in_force_hears_by_which_the_list_was_paid() -> None:
    content = read(row("甲某", rate=109.5), row("乙某", rate=108), row("丙某")).content
    first, *_more = KIND.story(content)
    assert "2 of the 3 lines were paid at 108 / 109.5 yuan, the rate in force is 120.5" in text(first)
    assert "108 / 109.5" in text(first, "zh") and "120.5" in text(first, "zh")
    assert not any("Attention" in text(message) for message in KIND.story(read(row()).content))


def test_areas_make_the_area_paid_for() -> None:
    areas = {"contracted": 52_000, "flowed_out": 20_000, "entrusted": 5_000, "excluded": 5_000}
    assert not errors(read(row(**areas)))
    found = read(row(**areas | {"excluded": 0}))
    assert [(finding.check, finding.cell) for finding in found.findings] == [("area", "C2")]
    assert "makes 3.7, not 3.2" in text(found.findings[0].message)
    without = {key: value for key, value in row(**areas).items() if key != "basis"}
    assert read(without).content["lines"][0]["basis"] == 32_000
    assert errors(read(row(contracted=-32_000))) == ["negative", "area"]


def test_a_negative_sum_needs_its_reason() -> None:
    assert errors(read(row(amount=-100_00))) == ["negative"]
    assert not errors(read(row(amount=-100_00, note="扣回2024年多发")))


def test_totals_in_the_text_agree() -> None:
    assert not errors(read(row(), title=f"{ARABLE} 合计金额：385.60元"))
    assert errors(read(row(), title=f"{ARABLE} 共计1,385.60元")) == ["total_stated"]


# ---------------------------------------------------------------- people and their numbers


@pytest.mark.parametrize(
    ("number", "check"),
    [
        ("3.50102E+17", "number_shortened"),
        ("3.50102199001011e+17", "number_shortened"),
        ("990110196504120000", "number_shortened"),
        ("12345", "id_number"),
        (card()[:-1] + ("1" if card()[-1] != "1" else "2"), "id_number"),
        (card(born="20991231"), "id_birth"),
        (card(born="19651332"), "id_birth"),
    ],
)
def test_a_wrong_number_of_a_card_has_its_sentence_at_its_cell(number: str, check: str) -> None:
    found = read(row(id_number=number))
    assert [(finding.check, finding.cell) for finding in found.findings] == [(check, "F2")]
    assert not any(sign.isdigit() for sign in found.findings[0].value or "")


def test_accounts_are_taken_for_cut_only_where_most_of_them_are() -> None:
    accounts = ("6217001234567890", "6217001234500000123", "6217001234567890000")
    rows = [row(f"龙{n}", bank_account=account) for n, account in enumerate(accounts)]
    assert not said(read(rows[0], rows[1]), "number_shortened") and not said(read(rows[0]), "number_shortened")
    assert len(said(read(*rows), "number_shortened")) == 2
    assert errors(read(row(bank_account="6.217E+18"))) == ["number_shortened"]


def test_old_cards_are_a_warning_and_full_width_numbers_are_understood() -> None:
    found = read(row(id_number="990110650412001"))
    assert checks(found) == ["id_old"] and not errors(found)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in card())
    assert not read(row(id_number=wide)).findings


def test_the_same_card_twice_is_an_error_but_for_a_reason() -> None:
    twice = [row(id_number=card()), row(id_number=card())]
    assert [(finding.check, finding.cell) for finding in read(*twice).findings] == [("id_twice", "F3")]
    old = row(id_number=card()[:6] + card()[8:17])
    assert errors(read(twice[0], old)) == ["id_twice"]
    assert not errors(read(twice[0], row(id_number=card(), note="补发")))


def test_the_same_name_in_a_group_is_a_warning_that_names_nobody() -> None:
    found = read(row(), row(), row("龙春生"))
    (warning,) = found.content["warnings"]
    assert warning["check"] == "name_twice" and "甘小满" not in str(warning)
    assert not read(row(id_number=card(1)), row(id_number=card(2))).findings


def test_a_line_whose_card_was_emptied_is_told_beside_the_one_that_has_it() -> None:
    (warning,) = read(row(id_number=card()), row(), row("龙春生", id_number=card(1))).content["warnings"]
    assert warning["check"] == "name_twice" and warning["message"]["params"] == {"n": 2, "lines": "1, 2"}
    assert not read(row(id_number=card()), row(group="二组")).findings, "another group, perhaps another person"
    assert not read(row(id_number=card()), row(note="补发")).findings


def test_many_people_on_one_account_are_counted_not_named() -> None:
    rows = [row(f"龙{n}", id_number=card(n), bank_account="6217001234567890123") for n in range(3)]
    (warning,) = read(*rows).content["warnings"]
    assert warning["message"]["params"] == {"people": 3, "n": 1, "lines": 3}
    assert not read(*rows[:2]).findings


def test_minors_and_health_based_aid_stand_with_their_surname() -> None:
    child = read(row("龙小宝", household="龙春生", id_number=card(born="20120301"), note="龙小宝由祖母代领"))
    line = child.content["lines"][0]
    assert (line["name"], line["household"], line["note"]) == ("龙某", "龙某", "龙某由祖母代领")
    assert child.internal[0]["name"] == "龙小宝"
    at_eighteen = read(row("龙小宝", id_number=card(born="20071230"), paid_on=date(2026, 1, 5)))
    assert at_eighteen.content["lines"][0]["name"] == "龙小宝"
    aid = read(row("欧阳春生"), title="医疗救助发放表", settings={})
    assert aid.content["lines"][0]["name"] == "欧阳某" and "欧阳春生" not in str(aid.content)
    assert aid.internal == [{"name": "欧阳春生"}]


def test_a_note_about_an_illness_is_refused_and_one_about_poverty_is_told() -> None:
    found = read(row(note="患尿毒症"), row("龙春生", note="贫困户"), row("文长贵", note="孤儿"))
    assert [(finding.check, finding.cell) for finding in found.findings] == [
        ("note_illness", "F2"),
        ("note_hardship", "F3"),
    ]
    assert found.content["lines"][2]["name"] == "文某"
    assert not read(row(note="原低保户"), title="农村低保", settings={}).findings


def test_parts_of_a_lines_own_numbers_are_taken_out_of_its_texts() -> None:
    found = read(row(id_number=card(), note=f"证号{card()[:8]}"), row("龙春生", note="卡尾号1234"))
    assert errors(found) == ["private_number", "private_number"]
    assert [line["note"] for line in found.content["lines"]] == ["证号********", "卡尾号****"]
    assert not errors(read(row(id_number=card(), note="2024年第123号协议")))


def test_a_number_in_a_column_of_sums_becomes_no_sum() -> None:
    found = read(row(amount=13_800_112_233_00, basis=1), row("龙春生", phone="13800112233", amount=385_60))
    assert "too_large" in errors(found)
    assert "amount" not in found.content["lines"][0]
    assert "13800112233" not in str(found.findings).replace(",", "")


# ---------------------------------------------------------------- paid by the village


def paid(fen: int, day: str = "2026-03-28", summary: str = "发放三月误工补贴", **more: Any) -> dict[str, Any]:
    return {
        "number": 7,
        "n": 4,
        "key": "committee:cash:现-004:1",
        "date": day,
        "summary": summary,
        "expense": fen,
        **more,
    }


def lost_work(*ledger: dict[str, Any], **more: Any) -> Assembly:
    rows = [row("何秀兰", basis=3, rate=80), row("苏小河", basis=2, rate=80)]
    return read(*rows, title="误工补贴", period="2026-03", settings=more, facts={"ledger": ledger})


def test_what_the_village_pays_is_found_in_its_books() -> None:
    found = lost_work(paid(400_00), paid(400_00, "2026-01-10"), paid(1_00, summary="办公用品"))
    assert not found.findings
    assert found.content["ledger"] == {"number": 7, "n": 4, "key": "committee:cash:现-004:1", "amount": 400_00}
    assert "item 7, line 4" in text(KIND.story(found.content)[2])
    parts = lost_work(paid(240_00), paid(160_00, key="other"))
    assert [link["key"] for link in parts.content["ledger"]["more"]] == ["other"]


def test_what_is_not_found_or_differs_is_printed() -> None:
    nothing, other = lost_work(), lost_work(paid(390_00))
    for found, words in ((nothing, "show no payment"), (other, "show 390.00")):
        (warning,) = found.content["warnings"]
        assert warning["check"] == "ledger" and words in text(Message.from_json(warning["message"]))
    assert not lost_work(paid(400_00, "2024-03-28")).content.get("ledger")


def test_what_the_county_pays_is_not_looked_for() -> None:
    assert not lost_work(**{"paid_by.lost_work": "county"}).findings
    assert not read(row()).findings


# ---------------------------------------------------------------- what the search and titles say


def test_no_title_and_no_search_names_a_person() -> None:
    lines = read(row(), row("龙春生")).content["lines"]
    assert [KIND.search_text(line) for line in lines] == ["耕地地力保护补贴 Arable land fertility subsidy", ""]
    assert {KIND.title(line) for line in lines} == {"耕地地力保护补贴"}


def test_five_thousand_lines_are_read_in_a_moment() -> None:
    rows = [
        row(f"龙{n}", f"{n % 20}组", id_number=card(n % 1000, f"19{50 + n // 1000}0101"), note="补发")
        for n in range(5000)
    ]
    found = KIND.assemble([table(KIND, rows, ARABLE)], Context("青禾村", "2025", TODAY, settings()))
    assert len(found.content["lines"]) == 5000 and not errors(found)


def test_a_telephone_in_a_column_of_areas_becomes_no_other_number() -> None:
    found = assembled(KIND, [row(basis=3.2, contracted=13800112233 * PRECISION)], "2025", ARABLE)
    assert [finding.check for finding in found.findings] == ["too_large"]
    assert "13800112233" not in str(found.content) + str([str(finding.message) for finding in found.findings])
