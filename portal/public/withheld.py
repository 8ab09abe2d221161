"""What villagers read of a withheld item: by whose order, since when, why, and what has taken its place."""

import json
from dataclasses import dataclass
from datetime import date

from portal import clock
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.gazette.rules import REASONS, Reason
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import Message


@dataclass(frozen=True)
class Withheld:
    """The order behind a withheld item; parts that an older record does not tell are empty. `successor` is the version
    that holds now, if one was published and is not withheld itself."""

    kind: str
    record: int
    withheld_on: date
    document: str
    authority: str
    ordered_on: date | None
    reason: Message | None
    place_line: list[PlaceView]
    successor: ItemView | None


def order_of(item: ItemView) -> Withheld:
    """What the record that withholds an item says."""
    record = gazette.item(item.withheld_by or 0)
    told = json.loads(gazette.payload_text(record.number))["content"]
    newest = gazette.versions(item.number)[-1]
    reason = told.get("reason")
    return Withheld(
        kind=KINDS[item.kind].label if item.kind in KINDS else "",
        record=record.number,
        withheld_on=clock.today(record.published_at),
        document=told["order"],
        authority=told.get("authority", ""),
        ordered_on=date.fromisoformat(told["ordered_on"]) if "ordered_on" in told else None,
        reason=Message(REASONS[Reason(reason)]) if reason else None,
        place_line=places.ancestors(item.place_id),
        successor=None if newest.withheld_by else newest,
    )
