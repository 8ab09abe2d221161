"""Two people act on one draft at the same moment, or on a page that somebody else has made stale."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from portal.accounts.rules import Actor
from portal.database import db
from portal.disclosure import editions, queries, review, services
from portal.disclosure.rules import State
from portal.errors import Conflict, PortalError
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from portal.notices import draw_review_sheet
from tests.disclosure import village
from tests.disclosure.village import AT, CASH, actor, bank, cash, handed_over, published

WRONG = [CASH[0], (*CASH[1][:5], "壹百", 879.50, "", ""), (*CASH[2][:5], "陆百", 279.50, "", "")]
"""A cash book with two faults: F3 should say 120.50, F4 600."""


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


# ---------------------------------------------------------------- both prepare


def begun(*files: tuple[str, bytes]) -> int:
    """A draft with these files."""
    draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)
    services.add_files(actor("bookkeeper"), draft_id, files, AT)
    return draft_id


def page(draft_id: int) -> str:
    """What somebody's page shows now."""
    return str(editions.edition(queries.draft(draft_id)))


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[str]:
    """Every act in a thread of its own, all at the same moment: "" or the sentence of each."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        with app.app_context():
            try:
                ready.wait()
                act()
            except PortalError as error:
                return str(error.message)
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def mending(login: str, draft_id: int, seen: str, **texts: str) -> Callable[[], None]:
    file_id = queries.files(draft_id)[0].id
    cells = {(file_id, "现金日记账", cell): text for cell, text in texts.items()}
    return lambda: services.mend(actor(login), draft_id, cells, AT, seen)


def mended(draft_id: int) -> dict[str, str]:
    return {cell: text for one in queries.choices(draft_id).mends.values() for (_sheet, cell), text in one.items()}


@pytest.mark.usefixtures("database")
def test_two_who_begin_a_month_at_once_begin_one_draft(app: Flask) -> None:
    with app.app_context():
        place = village.build()

    def begin(login: str) -> int:
        return services.start_draft(actor(login), place, "finance", "2026-03", AT)

    assert at_once(app, lambda: begin("bookkeeper"), lambda: begin("agency")) == ["", ""]
    with app.app_context():
        assert len(queries.drafts([place.id])) == 1


@pytest.mark.usefixtures("database")
def test_two_who_mend_different_cells_at_once_have_both_mended_them(app: Flask) -> None:
    with app.app_context():
        village.build()
        draft_id = begun(cash(WRONG))
        seen = page(draft_id)
        acts = mending("bookkeeper", draft_id, seen, F3="120.50"), mending("agency", draft_id, seen, F4="600")
    assert at_once(app, *acts) == ["", ""]
    with app.app_context():
        assert mended(draft_id) == {"F3": "120.50", "F4": "600"}
        view = queries.draft(draft_id)
        assert view.is_acceptable and not view.is_being_read


@pytest.mark.usefixtures("database")
def test_of_two_who_mend_one_cell_at_once_the_second_is_told_what_was_not_taken(app: Flask) -> None:
    with app.app_context():
        village.build()
        draft_id = begun(cash(WRONG))
        seen = page(draft_id)
        acts = mending("bookkeeper", draft_id, seen, F3="120"), mending("agency", draft_id, seen, F3="121", F4="600")
    answers = at_once(app, *acts)
    with app.app_context():
        if answers[0]:
            assert "郑平 has mended the same" in answers[0] and "F3 “120”" in answers[0]
            assert answers[1] == "" and mended(draft_id) == {"F3": "121", "F4": "600"}
        else:
            assert "周清远 has mended the same" in answers[1] and "F3 “121”" in answers[1] and "F4" not in answers[1]
            assert mended(draft_id) == {"F3": "120"}


@pytest.mark.usefixtures("database")
def test_what_is_handed_over_is_what_the_page_showed_and_a_stale_page_takes_nothing_back(app: Flask) -> None:
    with app.app_context():
        village.build()
        draft_id = begun(cash())
        seen = page(draft_id)
        mend = mending("agency", draft_id, seen, C3="购办公用品")
    answers = at_once(app, lambda: services.hand_over(actor("bookkeeper"), draft_id, AT, seen), mend)
    with app.app_context():
        view = queries.draft(draft_id)
        if view.state is State.WAITING:
            assert answers[0] == "" and "handed over to be signed since" in answers[1] and not mended(draft_id)
        else:
            assert answers[1] == "" and answers[0], "somebody who had not seen it would have handed it over"
            assert view.state is State.PREPARING and mended(draft_id) == {"C3": "购办公用品"}


@pytest.mark.usefixtures("database")
def test_a_signature_and_a_taking_back_at_once_are_one_after_the_other(app: Flask) -> None:
    with app.app_context():
        draft_id = handed_over(village.build())
        digest = queries.draft(draft_id).digest or ""
        services.sign(actor("head"), draft_id, "signed", "", digest, AT)
        mend = mending("bookkeeper", draft_id, page(draft_id), C3="购办公用品")
    signed, taken_back = at_once(
        app, lambda: services.sign(actor("committee"), draft_id, "signed", "", digest, AT), mend
    )
    with app.app_context():
        view = queries.draft(draft_id)
        if view.state is State.PUBLISHED:
            assert signed == "" and "closed" in taken_back
            assert gazette.content(view.number or 0)["lines"][0]["summary"] == "办公用品"
        else:
            assert taken_back == "" and "not waiting for signatures" in signed
            assert view.state is State.PREPARING and not gazette.items_of(view.place.id)


# ---------------------------------------------------------------- both correct

LATER = AT + timedelta(days=25)  # April can be posted


def correcting(number: int, reason: str = "写错了") -> int:
    """A correction that changes what one line of a month paid, so that the later months go along."""
    keeper = actor("bookkeeper", LATER)
    draft_id = services.start_correction(keeper, number, reason, LATER)
    services.correct_line(keeper, draft_id, 1, {"expense": "10"}, LATER)
    return draft_id


@pytest.mark.usefixtures("database")
def test_two_who_begin_a_correction_at_once_begin_one(app: Flask) -> None:
    with app.app_context():
        number = published(handed_over(village.build()))

    def begin(login: str) -> int:
        return services.start_correction(actor(login, LATER), number, "写错了", LATER)

    first, second = sorted(at_once(app, lambda: begin("bookkeeper"), lambda: begin("agency")))
    assert first == "" and "being corrected already" in second
    with app.app_context():
        assert len(queries.corrections([village.place().id])) == 1


@pytest.mark.usefixtures("database")
def test_of_two_corrections_published_at_once_that_touch_one_month_the_second_is_told(app: Flask) -> None:
    with app.app_context():
        place = village.build()
        march = published(handed_over(place))
        april = village.april(place, LATER)
        drafts = [correcting(march), correcting(april)]
        services.carry_through(actor("bookkeeper", LATER), drafts[0], True, LATER)
        for draft_id in drafts:
            services.hand_over(actor("bookkeeper", LATER), draft_id, LATER)
            services.sign(actor("head", LATER), draft_id, "signed", "", queries.draft(draft_id).digest or "", LATER)
        seen = {draft_id: queries.draft(draft_id).digest or "" for draft_id in drafts}

    def last(draft_id: int) -> Callable[[], Any]:
        return lambda: services.sign(actor("committee", LATER), draft_id, "signed", "", seen[draft_id], LATER)

    answers = at_once(app, *map(last, drafts))
    with app.app_context():
        views = [queries.draft(draft_id) for draft_id in drafts]
        of_march, of_april = (gazette.item(number).superseded_by for number in (march, april))
        assert verify().ok
        if views[0].state is State.PUBLISHED:
            assert (of_march, of_april) == (3, 4), "April went along"
        else:
            assert (of_march, of_april) == (None, 3), "March was signed to take along what holds no more"
        assert sorted(view.state for view in views) == [State.PUBLISHED, State.SENT_BACK]
        assert sorted(map(bool, answers)) == [False, True], "the second is told"


# ---------------------------------------------------------------- a page made stale


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("ready", [True, False])
def test_cells_of_a_file_that_was_replaced_are_not_mended_though_its_number_is_the_same(
    context: Flask, ready: bool
) -> None:
    village.build()
    draft_id = begun(cash(WRONG))
    act = mending("bookkeeper", draft_id, page(draft_id), F3="120.50")
    if ready:
        services.add_files(actor("agency"), draft_id, [cash([*CASH, CASH[2]])], AT)
    else:
        services.remove_file(actor("agency"), draft_id, queries.files(draft_id)[0].id, AT)
        services.add_files(actor("agency"), draft_id, [bank()], AT)
    with pytest.raises(Conflict, match="files of this draft have changed"):
        act()
    assert not mended(draft_id)


WHOLE: dict[str, Callable[[Actor, int, str], object]] = {
    "undo": lambda who, draft_id, seen: services.undo(who, draft_id, AT, seen),
    "ask again": lambda who, draft_id, seen: services.ask_again(who, draft_id, AT, seen),
    "discard": lambda who, draft_id, seen: services.discard(who, draft_id, AT, seen),
    "nothing": lambda who, draft_id, seen: services.nothing_happened(who, draft_id, AT, seen),
    "hand over": lambda who, draft_id, seen: services.hand_over(who, draft_id, AT, seen),
    "remove": lambda who, draft_id, seen: services.remove_file(who, draft_id, queries.files(draft_id)[0].id, AT, seen),
}
"""What concerns the draft as a whole, or all that was done in a file."""


@pytest.mark.parametrize(
    ("act", "change"), [*zip(WHOLE, ["mended", "taken back", "sent"] * 2, strict=True), ("undo", "taken back")]
)
def test_what_concerns_the_whole_draft_is_refused_from_a_page_that_shows_less(
    context: Flask, act: str, change: str
) -> None:
    village.build()
    draft_id, other = begun(cash()), actor("agency")
    for cell in ("C3", "C4"):
        mending("agency", draft_id, page(draft_id), **{cell: "购办公用品"})()
    seen = page(draft_id)
    if change == "mended":
        mending("agency", draft_id, seen, H3="柳河书店")()
    elif change == "taken back":
        services.undo(other, draft_id, AT, seen)
    else:
        services.add_files(other, draft_id, [bank()], AT, seen)
    before = queries.files(draft_id), mended(draft_id), queries.draft(draft_id).state
    with pytest.raises(Conflict, match="changed since you opened this page"):
        WHOLE[act](actor("bookkeeper"), draft_id, seen)
    assert (queries.files(draft_id), mended(draft_id), queries.draft(draft_id).state) == before
    WHOLE[act](actor("bookkeeper"), draft_id, page(draft_id))


def test_a_file_that_somebody_else_sent_or_mended_meanwhile_is_not_replaced_unseen(context: Flask) -> None:
    village.build()
    draft_id = begun(cash())
    keeper, seen = actor("bookkeeper"), page(draft_id)
    services.add_files(actor("agency"), draft_id, [bank()], AT, seen)
    mine = (bank()[0], bank([*bank_rows()])[1])
    with pytest.raises(Conflict, match="sent or mended 银行账"):
        services.add_files(keeper, draft_id, [mine], AT, seen)
    services.add_files(keeper, draft_id, [("另一本.xlsx", mine[1])], AT, seen)
    seen = page(draft_id)
    mending("agency", draft_id, seen, C3="购办公用品")()
    with pytest.raises(Conflict, match="sent or mended 现金账"):
        services.add_files(keeper, draft_id, [cash(WRONG)], AT, seen)
    services.add_files(keeper, draft_id, [cash(WRONG)], AT, page(draft_id))
    assert not mended(draft_id) and len(queries.files(draft_id)) == 3


def bank_rows() -> list[tuple[Any, ...]]:
    return [*village.BANK, ("2026-03-09", "银-003", "水费", "公益支出", None, 10, 58127.60, "青禾水站", "周清远")]


def test_columns_and_answers_are_not_decided_over_somebodys_head(context: Flask) -> None:
    village.build()
    head = ("日期", "凭证号", "摘要", "科目", "甲", "乙", "余额", "收款人", "经手人")
    draft_id = begun(("账.xlsx", village.workbook([(row[0], "", *row[2:]) for row in CASH], "流水", head)))
    layout, seen = queries.reading(draft_id).sheets[0].layout, page(draft_id)
    keeper, other = actor("bookkeeper"), actor("agency")
    services.map_columns(other, draft_id, layout, {4: "income", 5: "expense"}, AT, seen)
    with pytest.raises(Conflict, match="郑平 has decided the same"):
        services.map_columns(keeper, draft_id, layout, {4: "expense", 5: "income"}, AT, seen)
    with pytest.raises(Conflict, match="郑平 has decided the same"):
        services.leave_sheet_out(keeper, draft_id, layout, AT, seen)
    question, seen = queries.reading(draft_id).questions[0].key, page(draft_id)
    services.answer(other, draft_id, {question: "cash"}, AT, seen)
    with pytest.raises(Conflict, match="郑平 has decided the same"):
        services.answer(keeper, draft_id, {question: "basic"}, AT, seen)
    assert queries.choices(draft_id).answers[question] == "cash"


@pytest.mark.parametrize("seen", ["", "1", "a.b.c.d", "1.1.1", "²." * 3 + "x", "9" * 400 + ".1.1.x"])
def test_an_edition_that_nobody_gave_out_is_a_page_long_gone(context: Flask, seen: str) -> None:
    village.build()
    draft_id = begun(cash())
    with pytest.raises(Conflict, match="Look at it again"):
        services.hand_over(actor("bookkeeper"), draft_id, AT, seen)
