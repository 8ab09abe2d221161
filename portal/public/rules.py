"""Decisions of the public pages: what may be compared, how a chart is laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


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


def bars(parts: Sequence[tuple[str, int]], longest: int, keep: int = 8, rest: str = "") -> list[Bar]:
    """Amounts as bars, widths against `longest`; beyond `keep` the small ones are added up under `rest`."""
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
