"""What an item's figures are measured against: the village's postings before, and its township per head of the village.

Only figures that stand on pages anyway are read; which ones, a kind says (`Kind.measures`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from portal import clock
from portal.gazette import queries as gazette
from portal.gazette import subjects
from portal.gazette.queries import ItemView
from portal.kinds.base import NOTHING, Kind
from portal.kinds.measures import Before, Measure
from portal.public import rules
from portal.public.memo import kept
from portal.public.rules import Told, Township
from portal.public.surroundings import Around


def of(item: ItemView, kind: Kind, content: Mapping[str, Any], where: Around) -> list[Told]:
    """The comparisons of an item, a sentence each; none where it says that there was nothing."""
    measures = kind.measures(content)
    if not measures or not item.period or content.get(NOTHING):
        return []
    own = kind.figures(content)
    told = rules.with_earlier(measures, kind.headline, own, item.period, _earlier(item, item.period, measures))
    if any(measure.per_head for measure in measures):
        told += rules.with_township(measures, kind.headline, item.place_id, own, _township(item, item.period, where))
    return told


def _earlier(item: ItemView, period: str, measures: Sequence[Measure]) -> dict[Before, tuple[str, Mapping[str, int]]]:
    """The village's postings before, as far as there are: (period, figures)."""
    wanted = {before for measure in measures for before in measure.before}
    posted = subjects.periods_about(item.place_id, item.kind, item.subject) if Before.LAST in wanted else ()
    periods = rules.periods_before(period, wanted, posted)
    found = gazette.figures_of([item.place_id], item.kind, set(periods.values()), item.subject)
    return {
        before: (then, found[item.place_id, then]) for before, then in periods.items() if (item.place_id, then) in found
    }


def _township(item: ItemView, period: str, where: Around) -> Township:
    """What the villages of the township posted of the same; the figures are kept for the page generation."""

    def read() -> dict[int, dict[str, int]]:
        found = gazette.figures_of(where.siblings, item.kind, [period], item.subject)
        return {place: figures for (place, _period), figures in found.items()}

    here = (where.place_line[0].id, where.place_line[-2:][0].id)
    figures = kept(("figures", *here, item.kind, item.subject, period), read)
    _first, last = clock.period_bounds(period)
    population = {place: int(where.settings.value("population", (place,), last)) for place in {item.place_id, *figures}}
    return Township(figures, population, int(where.settings.value("pool_minimum", where.ids, last)))
