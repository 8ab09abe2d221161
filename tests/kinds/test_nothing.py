"""A period in which there was nothing: every kind that can say so has figures, a name, a sentence, and no lines."""

from datetime import date
from typing import Any

import pytest

from portal.kinds import KINDS, statement
from portal.kinds.base import Context, Kind
from tests.kinds.test_statement import DEBT

SAYING = [kind for kind in KINDS.values() if kind.nothing is not None]


def nothing(kind: Kind, **about: Any) -> Any:
    assert kind.nothing is not None
    return kind.nothing(Context("990110001201", today=date(2026, 4, 13), **about))


def test_every_posting_kind_can_say_it() -> None:
    assert list(KINDS.values()) == SAYING


@pytest.mark.parametrize("kind", SAYING, ids=lambda kind: kind.name)
def test_it_has_figures_a_name_a_sentence_and_no_lines(kind: Kind) -> None:
    found = nothing(kind, period="2026-03", choices={"class": "debts"})
    assert found.acceptable and found.content["lines"] == [], found.findings
    figures = kind.figures(found.content)
    assert {figures.get(figure.name, 0) for figure in kind.headline} == {0}
    assert str(kind.called(found.content)) and str(kind.told_of_nothing(found.content))
    assert kind.subject_of(found.content) in (None, "debts") and kind.breakdown(found.content).values() is not None
    assert all(map(str, kind.story(found.content)))


def test_of_a_statement_the_class_is_asked_or_understood_and_what_was_there_before_is_told() -> None:
    asked = nothing(statement.KIND, period="2026-Q1")
    assert [question.key for question in asked.questions] == ["class"] and not asked.acceptable
    before = {**DEBT, "class": "debts", "subject": "x", "closing": 20_000_00}
    named = nothing(statement.KIND, period="2026-Q1", about="债务明细", facts={"statements": [before]})
    assert named.content["class"] == "debts"
    assert [finding.check for finding in named.findings] == ["gone"]


def test_a_period_to_come_is_refused() -> None:
    assert not nothing(KINDS["contract"], period="2031-Q1").acceptable
