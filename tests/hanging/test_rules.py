"""How long a notice hung is judged from dated events alone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.hanging.rules import Hanging, Read, Run, Said, Seen, State, check_codes, judge, read

FIRST = date(2026, 3, 10)
DAYS, ANSWER = 15, 3


def on(n: int) -> date:
    return FIRST + timedelta(days=n)


def photo(n: int) -> Seen:
    return Seen(on(n), True)


def gone(n: int) -> Seen:
    return Seen(on(n), False)


def judged(today: int, *seen: Seen, said: tuple[Said, ...] = ()) -> Hanging:
    return judge(FIRST, DAYS, ANSWER, seen, said, on(today))


def test_without_a_photo_the_days_run_from_the_publication() -> None:
    found = judged(3)
    assert (found.state, found.since, found.until) == (State.NO_PHOTO, on(0), on(15))
    assert found.ought_to_hang(on(3)) and found.days_left(on(3)) == 12
    assert judged(15).state is State.NO_PHOTO, "on the last day it hangs still"
    over = judged(16)
    assert over.state is State.UNSHOWN and not over.ought_to_hang(on(16))


def test_with_the_first_photo_the_days_begin() -> None:
    found = judged(6, photo(4))
    assert (found.state, found.since, found.until) == (State.HANGS, on(4), on(19))
    assert judged(30, photo(20)).until == on(35), "hung up late, it hangs its days all the same"


def test_between_first_and_last_photo_must_lie_the_days() -> None:
    assert judged(15, photo(0), photo(14)).state is State.LAST_DUE
    assert judged(15, photo(0), photo(15)).state is State.HUNG
    found = judged(40, photo(0), photo(7), photo(22))
    assert found.state is State.HUNG and found.runs == [Run(on(0), on(22))]


def test_what_was_taken_down_too_early_begins_anew_with_the_next_photo() -> None:
    early = judged(9, photo(0), gone(8))
    assert (early.state, early.gone_on, early.run) == (State.GONE, on(8), None)
    assert early.ought_to_hang(on(9)) and early.ought_to_hang(on(300)) and early.days_left(on(9)) == 15
    again = judged(12, photo(0), gone(8), photo(11))
    assert (again.state, again.since, again.until) == (State.HANGS, on(11), on(26))
    assert again.runs == [Run(on(0), on(0), gone_on=on(8)), Run(on(11), on(11))]
    assert judged(26, photo(0), gone(8), photo(11), photo(26)).state is State.HUNG


def test_after_its_days_it_may_be_taken_down() -> None:
    assert judged(15, photo(0), gone(15)).state is State.LAST_DUE
    assert judged(16, photo(0), photo(15), gone(16)).state is State.HUNG


def test_never_hung_up_is_as_bad_as_taken_down() -> None:
    assert judged(5, gone(5)).state is State.GONE
    assert judged(20, gone(18)).state is State.UNSHOWN


def test_what_villagers_say_is_a_question_that_a_photo_answers() -> None:
    said = (Said(on(5), 1), Said(on(6), 40))
    asked = judged(7, photo(0), said=said)
    assert asked.state is State.HANGS
    assert asked.question and (asked.question.day, asked.question.voices, asked.question.until) == (on(5), 41, on(8))
    answered = judged(30, photo(0), photo(8), photo(15), said=said)
    assert answered.question is None and answered.state is State.HUNG
    assert judged(5, photo(0), photo(5), said=said[:1]).question is None, "a photo of the same day is an answer"


def test_silence_is_an_answer_too() -> None:
    said = (Said(on(5), 1),)
    assert judged(8, photo(0), said=said).state is State.HANGS
    silent = judged(9, photo(0), said=said)
    assert (silent.state, silent.gone_on, silent.question) == (State.GONE, on(5), None)
    late = judged(12, photo(0), photo(12), said=said)
    assert late.runs == [Run(on(0), on(0), gone_on=on(5)), Run(on(12), on(12))] and late.until == on(27)


def test_nobody_is_asked_about_what_need_not_hang() -> None:
    assert judged(20, photo(0), said=(Said(on(15), 3),)).state is State.LAST_DUE
    assert judged(9, photo(0), gone(3), said=(Said(on(4), 3),)).question is None


EVENTS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=12).map(
    lambda found: [Seen(on(n), there) for n, there in sorted(found, key=lambda pair: pair[0])]
)
VOICES = st.lists(st.builds(Said, st.integers(0, 60).map(on), st.integers(1, 99)), max_size=6)


@given(EVENTS, VOICES, st.integers(0, 80))
def test_the_dates_always_fit(seen: list[Seen], said: list[Said], today: int) -> None:
    found = judge(FIRST, DAYS, ANSWER, seen, said, on(today))
    assert all(run.first <= run.last for run in found.runs)
    assert all(run.gone_on for run in found.runs[:-1]), "only the last time on the board can still go on"
    assert all(run.gone_on and run.gone_on < run.first + timedelta(DAYS) for run in found.runs if run.gone_on)
    if found.run:
        assert found.until - found.since == timedelta(DAYS) and found.since == found.run.first
    assert (found.state is State.HUNG) == bool(found.run and (found.run.last - found.run.first).days >= DAYS)
    assert (found.state is State.GONE) == (found.gone_on is not None)
    if found.question:
        assert found.question.day <= on(today) <= found.question.until


@given(EVENTS, VOICES, st.integers(0, 80))
def test_what_was_shown_to_have_hung_stays_so(seen: list[Seen], said: list[Said], today: int) -> None:
    days = (judge(FIRST, DAYS, ANSWER, seen, said, on(n)).state for n in range(today + 1))
    states = [state is State.HUNG for state in days]
    assert states == sorted(states), "no later word takes a proof back"


@given(st.lists(st.integers(0, 40), max_size=10).map(sorted), st.integers(0, 60))
def test_voices_answered_the_same_day_change_nothing(days: list[int], today: int) -> None:
    photos = [photo(n) for n in range(0, 60, 2)]
    voices = [Said(on(n - n % 2), 5) for n in days]
    assert judge(FIRST, DAYS, ANSWER, photos, voices, on(today)) == judge(FIRST, DAYS, ANSWER, photos, [], on(today))


@given(st.integers(0, 20), VOICES)
def test_nobody_brings_names_back_by_asking(hung_on: int, said: list[Said]) -> None:
    days = [(n, judge(FIRST, DAYS, ANSWER, [photo(hung_on)], said, on(n))) for n in range(hung_on, 90)]
    shown = [on(n) <= found.names_until for n, found in days]
    assert shown == sorted(shown, reverse=True), "what has ended stays ended"
    assert not shown[-1]


def test_what_an_officer_saw_to_be_gone_shows_names_for_another_time() -> None:
    assert judged(9, photo(0), gone(8)).names_until == on(23)
    assert judged(19, photo(0), said=(Said(on(14), 1),)).names_until == on(15)


def test_a_code_helps_and_proves_nothing() -> None:
    assert [read(3, codes) for codes in ([3], [4, 3], [4], [])] == [Read.THIS, Read.THIS, Read.OTHER, Read.NONE]


def test_only_our_own_addresses_say_a_check_code() -> None:
    texts = ["http://portal.example/zh/verify?code=1284-7QKM-2XHF-9B3T-C", "weixin://pay?code=9", "http://[", "1284",
             "https://portal.example/en/verify?x=1", "https://portal.example/zh/verify?code=7&code=8"]  # fmt: skip
    assert check_codes(texts) == ["1284-7QKM-2XHF-9B3T-C", "7"]


def test_a_photo_that_comes_when_names_are_over_brings_none_back() -> None:
    assert judged(200, photo(200)).names_until == on(15), "never shown before"
    assert judged(10, photo(4)).names_until == on(19), "shown in time, it has its days"
    late = judged(200, photo(2), gone(5), photo(180))
    assert late.names_until == on(20), "taken down early, and hung again when its days were long over"
    assert judged(9, photo(2), gone(5), photo(8)).names_until == on(23)
