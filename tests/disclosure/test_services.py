"""From upload to the gazette's door, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.database import db, transaction
from portal.disclosure import queries, services, signing
from portal.disclosure.rules import State, sheet_code
from portal.errors import Conflict, Forbidden, Invalid
from portal.gazette import queries as gazette
from portal.places import queries as places
from portal.places.queries import PlaceView
from tests.disclosure import village
from tests.disclosure.village import AT, BANK, CASH, actor, bank, cash, handed_over

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def place(context: Flask) -> PlaceView:
    return village.build()


def started(place: PlaceView) -> int:
    return services.start_draft(actor("bookkeeper"), place, "finance", "2026-03", AT)


def sign(login: str, draft_id: int, decision: str = "signed", reason: str = "", at=AT) -> int | None:
    seen = queries.draft(draft_id).digest
    return services.sign(actor(login), draft_id, decision, reason, seen, at)


def test_two_files_become_a_month_that_can_be_handed_over(place: PlaceView) -> None:
    draft_id = started(place)
    services.add_files(actor("bookkeeper"), draft_id, [cash(), bank()], AT)
    reading = queries.reading(draft_id)
    assert not reading.errors and not reading.questions
    assert {book["book"]: book["closing"] for book in reading.content["books"]} == {"cash": 27950, "basic": 5813760}
    services.hand_over(actor("bookkeeper"), draft_id, AT)
    assert queries.draft(draft_id).state is State.WAITING


def test_one_month_has_one_open_draft(place: PlaceView) -> None:
    assert started(place) == started(place)


def test_the_month_is_published_when_every_office_has_decided(place: PlaceView) -> None:
    draft_id = handed_over(place)
    assert sign("head", draft_id) is None
    number = sign("committee", draft_id, "reserved", "银-002 没有见到发票。")
    view = queries.draft(draft_id)
    assert (view.state, view.number) == (State.PUBLISHED, number)
    assert [(s["office"], s["decision"]) for s in gazette.signoffs(number)] == [
        ("bookkeeper", "made"),
        ("head", "signed"),
        ("committee", "reserved"),
    ]
    assert {s["digest"] for s in gazette.signoffs(number)} == {view.digest}
    assert gazette.content(number) == queries.reading(draft_id).content


def test_a_refusal_is_printed_and_holds_nothing_up(place: PlaceView) -> None:
    draft_id = handed_over(place)
    sign("committee", draft_id, "refused", "现金没有盘点。")
    number = sign("head", draft_id)
    assert [s.get("reason") for s in gazette.signoffs(number)] == [None, None, "现金没有盘点。"]


def test_neither_the_drafter_nor_a_stranger_nor_his_browser_signs(place: PlaceView) -> None:
    draft_id = handed_over(place)
    seen = queries.draft(draft_id).digest
    for login in ("bookkeeper", "township", "admin", "otherhead"):
        with pytest.raises(Forbidden):
            services.sign(actor(login), draft_id, "signed", "", seen, AT)
    with pytest.raises(Forbidden, match="browser"):
        services.sign(actor("head", session="browser of bookkeeper"), draft_id, "signed", "", seen, AT)
    assert not queries.draft(draft_id).signatures


def test_two_members_cannot_both_decide_for_the_committee(place: PlaceView) -> None:
    draft_id = handed_over(place)
    sign("committee", draft_id)
    with pytest.raises(Conflict, match="already decided"):
        sign("member", draft_id)


def test_a_stale_form_decides_nothing(place: PlaceView) -> None:
    draft_id = handed_over(place)
    seen = queries.draft(draft_id).digest
    mended = [*CASH[:2], ("2026-03-12", "现-002", "水渠清淤人工费", "公益支出", None, 600, 279.5, "王春明", "周清远")]
    services.add_file(actor("bookkeeper"), draft_id, *cash(mended), AT)
    services.hand_over(actor("bookkeeper"), draft_id, AT + timedelta(hours=1))
    with pytest.raises(Conflict, match="has changed"):
        services.sign(actor("head"), draft_id, "signed", "", seen, AT + timedelta(hours=2))


def test_a_new_file_after_signing_voids_the_signature_and_is_shown(place: PlaceView) -> None:
    draft_id = handed_over(place)
    sign("head", draft_id)
    mended = [
        *BANK[:2],
        ("2026-03-06", "银-002", "路灯电费二月", "公益支出", None, 862.40, 58137.60, "青禾供电公司", ""),
    ]
    services.add_file(actor("bookkeeper"), draft_id, *bank(mended), AT)
    assert queries.draft(draft_id).state is State.PREPARING
    services.hand_over(actor("bookkeeper"), draft_id, AT + timedelta(hours=1))
    view = queries.draft(draft_id)
    assert not view.standing
    from portal.disclosure.review import review

    changed = review(view, queries.reading(draft_id)).since_handed_over
    assert [set(fields) for _line, fields in changed.changed] == [{"summary", "handler"}]


def test_a_draft_sent_back_is_mended_and_signed_anew(place: PlaceView) -> None:
    draft_id = handed_over(place)
    seen = queries.draft(draft_id).digest
    sign("head", draft_id)
    services.send_back(actor("committee"), draft_id, "缺少收据", seen, AT)
    view = queries.draft(draft_id)
    assert (view.state, view.times_sent_back, view.sent_back.reason) == (State.SENT_BACK, 1, "缺少收据")
    services.hand_over(actor("bookkeeper"), draft_id, AT + timedelta(hours=1))
    assert signing.missing_offices(queries.draft(draft_id), AT) == ["head", "committee"]


def test_a_wrong_cell_is_mended_in_place_and_the_mending_taken_back(place: PlaceView) -> None:
    keeper, draft_id = actor("bookkeeper"), started(place)
    wrong = [*CASH[:1], ("2026-03-05", "现-001", "办公用品", "管理费用", None, "壹百", 879.50, "", ""), CASH[2]]
    services.add_file(keeper, draft_id, *cash(wrong), AT)
    error = next(finding for finding in queries.reading(draft_id).errors if finding.cell == "F3")
    assert (error.sheet, error.value, error.column) == ("现金日记账", "壹百", "支出")
    with pytest.raises(Invalid, match="errors"):
        services.hand_over(keeper, draft_id, AT)
    file_id = queries.files(draft_id)[0].id
    services.mend(keeper, draft_id, {(file_id, "现金日记账", "F3"): "120.50"}, AT)
    assert not queries.reading(draft_id).errors
    services.undo(keeper, draft_id, AT)
    assert [f.cell for f in queries.reading(draft_id).errors if f.cell == "F3"]


def test_the_same_file_twice_and_a_file_that_is_none_are_refused_with_a_sentence(place: PlaceView) -> None:
    keeper, draft_id = actor("bookkeeper"), started(place)
    name, body = cash()
    services.add_file(keeper, draft_id, name, body, AT)
    with pytest.raises(Conflict, match="already part"):
        services.add_file(keeper, draft_id, "copy.xlsx", body, AT)
    for body in (b"", b"<html><table></table></html>", b"\x00\x01\x02"):
        with pytest.raises(Invalid):
            services.add_files(keeper, draft_id, [bank(), ("bad.xls", body)], AT)
    assert [file.name for file in queries.files(draft_id)] == ["现金账.xlsx"]


def test_a_published_month_and_a_month_to_come_are_refused(place: PlaceView) -> None:
    draft_id = handed_over(place)
    sign("head", draft_id)
    sign("committee", draft_id)
    with pytest.raises(Conflict, match="already published"):
        started(place)
    with pytest.raises(Conflict, match="closed"):
        services.start_draft(actor("bookkeeper"), place, "finance", "2026-02", AT)
    with pytest.raises(Invalid, match="not begun"):
        services.start_draft(actor("bookkeeper"), place, "finance", "2026-05", AT)


def test_the_township_orders_publication_only_after_five_working_days(place: PlaceView) -> None:
    draft_id = handed_over(place)
    seen = queries.draft(draft_id).digest
    sign("head", draft_id)
    with pytest.raises(Conflict, match="time until"):
        services.order_publication(actor("township"), draft_id, seen, AT + timedelta(days=7))
    number = services.order_publication(actor("township"), draft_id, seen, AT + timedelta(days=8))
    assert [(s["office"], s["decision"]) for s in gazette.signoffs(number)] == [
        ("bookkeeper", "made"),
        ("head", "signed"),
        ("committee", "silent"),
        ("township", "ordered"),
    ]


def test_a_sheet_signed_on_paper_is_entered_under_its_code(place: PlaceView) -> None:
    draft_id = handed_over(place)
    view = queries.draft(draft_id)
    member = actor("member").person_id
    clerk = actor("township")
    with pytest.raises(Invalid, match="code"):
        services.enter_paper(clerk, draft_id, "1-AAAA-AAAA", "committee", member, "signed", "", AT)
    code = sheet_code(draft_id, view.digest)
    with pytest.raises(Forbidden):
        services.enter_paper(actor("head"), draft_id, code, "committee", member, "signed", "", AT)
    services.enter_paper(clerk, draft_id, code.lower(), "committee", member, "reserved", "缺一张收据", AT)
    number = sign("head", draft_id)
    assert gazette.signoffs(number)[2]["on_paper"] is True


def test_no_dealings_is_one_act_and_carries_the_balance_on(place: PlaceView) -> None:
    draft_id = handed_over(place)
    sign("head", draft_id)
    sign("committee", draft_id)
    later = AT + timedelta(days=20)
    empty = services.no_dealings(actor("bookkeeper", later), place, "finance", "2026-04", later)
    assert queries.draft(empty).state is State.WAITING
    sign("head", empty, at=later)
    number = sign("committee", empty, at=later)
    content = gazette.content(number)
    assert content["no_dealings"] is True
    assert {book["book"]: book["closing"] for book in content["books"]} == {"cash": 27950, "basic": 5813760}


def test_a_failure_while_publishing_leaves_nothing_half_done(place: PlaceView, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id = handed_over(place)
    sign("head", draft_id)

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(signing, "finish", killed)
    with pytest.raises(RuntimeError, match="killed"):
        sign("committee", draft_id)
    view = queries.draft(draft_id)
    assert (view.state, set(view.standing)) == (State.WAITING, {"head"})
    assert gazette.current(place.id, "finance", "2026-03") is None


def test_a_reading_cut_off_leaves_a_draft_that_can_be_read_again(
    place: PlaceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, draft_id = actor("bookkeeper"), started(place)
    with monkeypatch.context() as patch:
        patch.setattr("portal.disclosure.assembling.understand", lambda *_: (_ for _ in ()).throw(RuntimeError("cut")))
        with pytest.raises(RuntimeError):
            services.add_file(keeper, draft_id, *cash(), AT)
    assert queries.draft(draft_id).is_being_read
    with pytest.raises(Conflict, match="being read"):
        services.hand_over(keeper, draft_id, AT)
    services.read_again(keeper, draft_id, AT)
    assert queries.draft(draft_id).is_acceptable


def test_contents_changed_behind_the_signature_are_not_published(place: PlaceView) -> None:
    draft_id = handed_over(place)
    sign("head", draft_id)
    with transaction() as session:
        from portal.disclosure.models import DraftState

        state = session.get(DraftState, draft_id)
        state.content = state.content.replace("办公用品".encode(), "接待用餐".encode())
    with pytest.raises(Conflict, match="not what was signed"):
        sign("committee", draft_id)
    assert gazette.current(place.id, "finance", "2026-03") is None


def test_discarding_erases_files_and_contents_and_keeps_the_record(place: PlaceView) -> None:
    draft_id = handed_over(place)
    services.discard(actor("bookkeeper"), draft_id, AT)
    assert queries.draft(draft_id).state is State.DISCARDED
    assert not queries.files(draft_id) and queries.reading(draft_id).content is None
    assert not queries.handed_over_contents(draft_id)
    assert started(place) != draft_id


def test_nothing_readable_of_an_upload_lies_in_the_database(place: PlaceView) -> None:
    name, body = cash()
    draft_id = started(place)
    services.add_file(actor("bookkeeper"), draft_id, name, body, AT)
    services.hand_over(actor("bookkeeper"), draft_id, AT)
    for table in ("draft_file", "draft_state", "draft_event"):
        for row in db.session.execute(db.text(f"SELECT * FROM {table}")):
            for value in row:
                assert "办公用品".encode() not in bytes(value) if isinstance(value, bytes | memoryview) else True
    assert queries.bodies(draft_id)[0][2] == body


def test_an_agency_bookkeeper_of_the_township_keeps_the_books_too(place: PlaceView) -> None:
    draft_id = services.start_draft(actor("agency"), place, "finance", "2026-03", AT)
    assert queries.draft(draft_id).person_id == actor("agency").person_id
    with pytest.raises(Forbidden):
        services.start_draft(actor("head"), place, "finance", "2026-03", AT)
    other = places.place(village.OTHER)
    with pytest.raises(Forbidden):
        services.start_draft(actor("bookkeeper"), other, "finance", "2026-03", AT)
