"""What a draft's acts and signatures mean."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.disclosure import rules
from portal.disclosure.rules import Act, Decision, Happening, Signed, State
from portal.errors import Conflict, Forbidden, Invalid

MONDAY = datetime(2026, 4, 13, 2, 0, tzinfo=UTC)
KEEPER, HEAD, MEMBER = 1, 2, 3


def happened(*acts: Act, person: int = KEEPER, session: str | None = "b1") -> list[Happening]:
    return [Happening(act, MONDAY + timedelta(hours=hour), person, session) for hour, act in enumerate(acts)]


def signed(role: str = "head", person: int = HEAD, digest: str = "d", hours: int = 5) -> Signed:
    return Signed(role, person, "x", Decision.SIGNED, digest, MONDAY + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((Act.STARTED,), State.PREPARING),
        ((Act.STARTED, Act.HANDED_OVER), State.WAITING),
        ((Act.STARTED, Act.HANDED_OVER, Act.SENT_BACK), State.SENT_BACK),
        ((Act.STARTED, Act.HANDED_OVER, Act.TAKEN_BACK), State.PREPARING),
        ((Act.STARTED, Act.HANDED_OVER, Act.ORDERED, Act.PUBLISHED), State.PUBLISHED),
        ((Act.STARTED, Act.DISCARDED), State.DISCARDED),
    ],
)
def test_the_state_follows_from_the_acts(acts: tuple[Act, ...], state: State) -> None:
    assert rules.state_of(happened(*acts)) is state


def test_a_signature_counts_only_for_the_content_it_saw_and_only_since_the_handing_over() -> None:
    since = MONDAY + timedelta(hours=4)
    assert set(rules.standing([signed()], "d", since)) == {"head"}
    assert not rules.standing([signed(digest="other")], "d", since)
    assert not rules.standing([signed(hours=3)], "d", since)
    assert not rules.standing([signed()], "d", None)


def test_offices_that_have_not_decided_are_missing_in_the_order_of_the_setting() -> None:
    assert rules.missing(["head", "committee"], {"head": signed()}) == ["committee"]
    assert rules.missing(["committee", "head"], {}) == ["committee", "head"]


def test_the_drafter_does_not_sign() -> None:
    with pytest.raises(Forbidden, match="You prepared this draft"):
        rules.check_signer(KEEPER, "b2", happened(Act.STARTED, Act.HANDED_OVER), {}, "head")


def test_nobody_signs_in_the_drafters_browser() -> None:
    with pytest.raises(Forbidden, match="this very browser"):
        rules.check_signer(HEAD, "b1", happened(Act.STARTED, Act.HANDED_OVER), {}, "head")


def test_without_a_browser_there_is_no_browser_to_share() -> None:
    rules.check_signer(HEAD, None, happened(Act.STARTED, Act.HANDED_OVER, session=None), {}, "head")


def test_an_office_decides_once_and_a_person_for_one_office() -> None:
    acts = happened(Act.STARTED, Act.HANDED_OVER)
    with pytest.raises(Conflict, match="already decided"):
        rules.check_signer(MEMBER, "b3", acts, {"head": signed()}, "head")
    with pytest.raises(Forbidden, match="another office"):
        rules.check_signer(HEAD, "b3", acts, {"head": signed()}, "committee")


def test_silence_ends_after_five_working_days() -> None:
    assert rules.silence_ends(MONDAY, 5) == date(2026, 4, 20)
    assert rules.silence_ends(MONDAY, 5, [date(2026, 4, 14)]) == date(2026, 4, 21)


def test_a_reservation_needs_a_reason_and_a_signature_none() -> None:
    assert rules.check_reason("signed", "") == ""
    for decision in ("reserved", "refused", "sent_back"):
        with pytest.raises(Invalid, match="why"):
            rules.check_reason(decision, "  ")


@pytest.mark.parametrize("reason", ["打电话 138 0013 8000 问", "收款人 110101199003070038", "卡号6222021234567890123"])
def test_a_reason_is_printed_and_so_holds_no_number_of_a_person(reason: str) -> None:
    for decision in ("signed", "reserved", "ordered"):
        with pytest.raises(Invalid, match="number"):
            rules.check_reason(decision, reason)


@pytest.mark.parametrize("reason", ["a\u202eb c", "a\0b c", "a\u200bb c", "\x1bab c"])
def test_a_reason_holds_no_sign_that_nobody_sees(reason: str) -> None:
    assert rules.check_reason("signed", reason) == "ab c"


def test_a_draft_is_not_sent_back_for_ever() -> None:
    rules.check_sending_back(happened(Act.SENT_BACK, Act.SENT_BACK))
    with pytest.raises(Conflict, match="3 times"):
        rules.check_sending_back(happened(Act.SENT_BACK, Act.SENT_BACK, Act.SENT_BACK))


def lines(count: int) -> list[dict[str, object]]:
    return [{"key": f"k{n}", "voucher": f"v{n // 2}", "owner": "o", "book": "cash", "expense": 1} for n in range(count)]


@given(st.integers(0, 40), st.text("0123456789abcdef", min_size=8, max_size=8))
def test_vouchers_are_drawn_by_the_content_alone_and_each_once(count: int, digest: str) -> None:
    once, again = rules.drawn(lines(count), digest), rules.drawn(list(reversed(lines(count))), digest)
    assert once == again
    assert len(once) == min(5, -(-count // 2))
    assert len({line["voucher"] for line in once}) == len(once)


def test_another_content_draws_other_vouchers() -> None:
    assert rules.drawn(lines(60), "one") != rules.drawn(lines(60), "two")


def test_a_move_between_books_is_not_drawn() -> None:
    assert rules.drawn([{"key": "t", "transfer": True, "expense": 5}], "d") == []


@given(st.integers(1, 10**6), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_sheet_code_is_read_as_people_type_it(draft: int, digest: str) -> None:
    code = rules.sheet_code(draft, digest)
    assert rules.is_sheet_code(code, draft, digest)
    assert rules.is_sheet_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l"), draft, digest)
    assert not rules.is_sheet_code(code, draft, digest[::-1] + "0")
    assert not rules.is_sheet_code(code, draft + 1, digest)
