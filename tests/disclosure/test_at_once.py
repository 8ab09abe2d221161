"""Two people act on one draft at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from flask import Flask

from portal.accounts.rules import Actor
from portal.database import db
from portal.disclosure import queries, review, services
from portal.disclosure.rules import State
from portal.errors import Conflict
from portal.gazette import queries as gazette
from portal.notices import draw_review_sheet
from tests.disclosure import village
from tests.disclosure.village import AT, actor, handed_over


def sign(app: Flask, who: Actor, draft_id: int, seen: str) -> int | str | None:
    with app.app_context():
        try:
            return services.sign(who, draft_id, "signed", "", seen, AT)
        except Conflict:
            return "too late"
        finally:
            db.session.remove()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("second", ["committee", "head"])
def test_two_signatures_at_once_are_one_after_the_other(app: Flask, second: str) -> None:
    with app.app_context():
        draft_id = handed_over(village.build())
        seen = queries.draft(draft_id).digest or ""
        people = [actor("head"), actor(second)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: sign(app, who, draft_id, seen), people))
    with app.app_context():
        view = queries.draft(draft_id)
        if second == "committee":
            assert sorted(answers, key=str) == [1, None]
            assert view.state is State.PUBLISHED and len(gazette.items_of(view.place.id)) == 1
        else:
            assert sorted(answers, key=str) == [None, "too late"]
            assert len(view.signatures) == 1


def test_the_review_sheet_is_one_page_with_its_code(context: Flask) -> None:
    draft_id = handed_over(village.build())
    view = queries.draft(draft_id)
    sheet = review.review_sheet(view, queries.reading(draft_id), "http://portal.example", False, AT)
    assert len(sheet.vouchers) == 4 and len(sheet.questions) == 6 and sheet.drawn_after == 4
    assert "58,137.60" in sheet.questions[1][1].zh and "279.50" in sheet.questions[2][1].zh  # bank, cash
    out = BytesIO()
    assert draw_review_sheet(sheet, out) == 1
    assert out.getvalue().startswith(b"%PDF")
