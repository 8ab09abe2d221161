"""Decisions of the public pages: what may be compared, how a chart is laid out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from portal import clock
from portal.kinds.base import Figure, Type
from portal.kinds.measures import Before, Heads, Measure
from portal.money import quantity, shown
from portal.text import N_, Bilingual, Message, period_text


@dataclass(frozen=True)
class PerHead:
    """Spending per head in fen: the village's, the middle of its township's villages, and of how many."""

    own: int
    middle: int
    villages: int


def per_head(
    own: int, spending: Mapping[int, int], population: Mapping[int, int], pool_minimum: int
) -> PerHead | int | None:
    """The village's spending per head beside the township's median.

    `spending` and `population` are by village id, fen and heads. None when the village's own population is unknown;
    the number of comparable villages when they are fewer than `pool_minimum` (then nothing is compared: with two or
    three villages a median is a neighbour's figure, not a measure).
    """
    if not population.get(own) or own not in spending:
        return None
    rates = {place: round(fen / population[place]) for place, fen in spending.items() if population.get(place)}
    if len(rates) < pool_minimum:
        return len(rates)
    return PerHead(rates[own], round(median(rates.values())), len(rates))


LIST_AT_LEAST = 5
"""Fewer than so many on a list are no measure for a village: a sum per head would be one household's fortune."""
_WHEN = {
    (Before.STEP, clock.MONTH): N_("the month before"),
    (Before.STEP, clock.QUARTER): N_("the quarter before"),
    (Before.STEP, clock.YEAR): N_("the year before"),
    (Before.YEAR, clock.MONTH): N_("the same month last year"),
    (Before.YEAR, clock.QUARTER): N_("the same quarter last year"),
    (Before.YEAR, clock.YEAR): N_("the year before"),
}
_LAST = N_("the last posting before it (%(period)s)")
_ALONE = N_("There is nothing to compare with: nothing of this was posted for %(when)s.")
_FIRST = N_("There is nothing to compare with: nothing of this was posted before.")


@dataclass(frozen=True)
class Told:
    """A sentence that compares, or (`is_soft`) says why nothing is compared."""

    message: Message
    is_soft: bool = False


@dataclass(frozen=True)
class Township:
    """What the villages of a township posted of the same for a period: figures and heads by village id, and how many
    of them a comparison needs."""

    figures: Mapping[int, Mapping[str, int]]
    population: Mapping[int, int]
    pool_minimum: int


def periods_before(period: str, wanted: Collection[Before], posted: Collection[str] = ()) -> dict[Before, str]:
    """Which periods an item is compared with; `posted` are those among which the last one is looked for."""
    year = 12 // clock.MONTHS_IN[clock.grain_of(period) or clock.MONTH]
    found = {Before.STEP: clock.shift_period(period, -1), Before.YEAR: clock.shift_period(period, -year)}
    _first, end = clock.period_bounds(period)
    ended = [one for one in posted if clock.period_bounds(one)[1] < end]
    if ended:  # of two that end on one day (a month, its quarter) the one of the item's own grain
        is_alike = {one: clock.grain_of(one) == clock.grain_of(period) for one in ended}
        found[Before.LAST] = max(ended, key=lambda one: (clock.period_bounds(one)[1], is_alike[one], one))
    return {before: found[before] for before in wanted if before in found}


def with_earlier(
    measures: Sequence[Measure],
    headline: Sequence[Figure],
    own: Mapping[str, int],
    period: str,
    earlier: Mapping[Before, tuple[str, Mapping[str, int]]],
) -> list[Told]:
    """An item's figures beside those of the village's postings before, which are `earlier` as (period, figures)."""
    told = []
    for before in dict.fromkeys(before for measure in measures for before in measure.before):
        asked = [measure for measure in measures if before in measure.before]
        if before in earlier:
            when = _when(before, period, earlier[before][0])
            told += [Told(_beside(one, headline, own, earlier[before][1], when)) for one in asked]
        elif any(measure.tells_alone for measure in asked):
            is_last = before is Before.LAST
            text = Message(_FIRST) if is_last else Message(_ALONE, {"when": _when(before, period, "")})
            told.append(Told(text, is_soft=True))
    return told


def _when(before: Before, period: str, then: str) -> Message:
    if before is Before.LAST:
        return Message(_LAST, {"period": Bilingual(period_text(then, "zh"), period_text(then, "en"))})
    return Message(_WHEN[before, clock.grain_of(period) or clock.MONTH])


def _beside(
    measure: Measure, headline: Sequence[Figure], own: Mapping[str, int], then: Mapping[str, int], when: Message
) -> Message:
    figure = _figure(measure, headline)
    more = own.get(measure.figure, 0) - then.get(measure.figure, 0)
    text = measure.words.more if more > 0 else measure.words.less if more < 0 else measure.words.same
    return Message(text, {"what": _called(measure, figure), "amount": _written(figure, abs(more)), "when": when})


def _figure(measure: Measure, headline: Sequence[Figure]) -> Figure:
    return next(figure for figure in headline if figure.name == measure.figure)


def _called(measure: Measure, figure: Figure) -> Message:
    return Message(measure.label or figure.label)


def _written(figure: Figure, value: int) -> str:
    if figure.type is Type.MONEY:
        return _money(value)
    return quantity(value) if figure.type is Type.QUANTITY else str(value)


def _money(fen: int) -> str:
    return shown(fen).replace("-", "−")


def with_township(
    measures: Sequence[Measure], headline: Sequence[Figure], place: int, own: Mapping[str, int], township: Township
) -> list[Told]:
    """An item's sums per head beside the township's median, or why they do not stand there."""
    among = {**township.figures, place: own}
    return [
        _per_head(measure, measure.per_head, _figure(measure, headline), place, among, township)
        for measure in measures
        if measure.per_head
    ]


def _per_head(
    measure: Measure,
    words: Heads,
    figure: Figure,
    place: int,
    among: Mapping[int, Mapping[str, int]],
    township: Township,
) -> Told:
    params = {"what": _called(measure, figure)}
    sums = comparable(measure, among)
    if place not in sums:
        return Told(Message(words.short, {**params, "m": LIST_AT_LEAST}), is_soft=True)
    found = per_head(place, sums, township.population, township.pool_minimum)
    if found is None:
        return Told(Message(words.unknown, params), is_soft=True)
    if isinstance(found, int):
        return Told(Message(words.few, {**params, "n": found, "m": township.pool_minimum}), is_soft=True)
    rates = {"own": _money(found.own), "middle": _money(found.middle), "n": found.villages}
    return Told(Message(words.beside, params | rates))


def comparable(measure: Measure, figures: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    """The sums, by village, that may be compared per head: those of lists that are too short are left out."""
    return {
        place: found[measure.figure]
        for place, found in figures.items()
        if measure.figure in found and (not measure.count or found.get(measure.count, 0) >= LIST_AT_LEAST)
    }


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Text cut into pieces, True for those that match a word (case is ignored)."""
    pieces: list[tuple[str, bool]] = []
    lower, at, plain = text.casefold(), 0, 0
    if len(lower) != len(text):  # a few letters change length when folded; then positions would be wrong
        lower = text
    wanted = [word.casefold() for word in words if word]
    while at < len(text):
        hit = next((word for word in wanted if lower.startswith(word, at)), None)
        if hit is None:
            at += 1
            continue
        if plain < at:
            pieces.append((text[plain:at], False))
        at += len(hit)
        pieces.append((text[at - len(hit) : at], True))
        plain = at
    if plain < len(text):
        pieces.append((text[plain:], False))
    return pieces


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `width` in percent of the longest."""

    label: str
    amount: int
    width: float


PARTS_SHOWN = 8
"""Bars of a chart; the later parts are added up."""


def bars(parts: Sequence[tuple[str, int]], longest: int, keep: int = PARTS_SHOWN, rest: str = "") -> list[Bar]:
    """Amounts as bars, widths against `longest`; beyond `keep` the later ones are added up under `rest`."""
    shown = list(parts[:keep])
    if len(parts) > keep:
        shown.append((rest, sum(amount for _, amount in parts[keep:])))
    return [
        Bar(label, amount, round(100 * max(amount, 0) / longest, 1) if longest > 0 else 0) for label, amount in shown
    ]


@dataclass(frozen=True)
class Curve:
    """Amounts over months as steps of an SVG: `bars` are (x, y, height, negative); `zero` the y of nought."""

    width: int
    height: int
    zero: float
    bars: Sequence[tuple[float, float, float, bool]]
    step: float


def curve(amounts: Sequence[int | None], width: int = 720, height: int = 160) -> Curve:
    """Lay out one column per month (None: not posted, an empty place); the scale always contains nought."""
    known = [amount for amount in amounts if amount is not None] or [0]
    top, bottom = max(0, *known), min(0, *known)
    scale = height / ((top - bottom) or 1)
    step = width / max(len(amounts), 1)
    columns = []
    for index, amount in enumerate(amounts):
        if amount is not None:
            y = (top - max(amount, 0)) * scale
            columns.append((round(index * step, 1), round(y, 1), round(max(abs(amount) * scale, 1), 1), amount < 0))
    return Curve(width, height, round(top * scale, 1), columns, round(step, 2))
