"""Records that the portal itself puts into the gazette: what they are called, and what they tell in sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kinds.programmes import PROGRAMMES
from portal.text import N_, Message


@dataclass(frozen=True)
class Record:
    """A kind of record: `heading(content)` is what one is called, `story(content)` what it tells."""

    name: str
    label: str
    heading: Callable[[Mapping[str, Any]], Message]
    story: Callable[[Mapping[str, Any]], list[Message]]


def _programme(content: Mapping[str, Any]) -> Any:
    programme = PROGRAMMES.get(str(content.get("programme", "")))
    return programme.called if programme else str(content.get("programme", ""))


def _calls_heading(content: Mapping[str, Any]) -> Message:
    return Message(N_("Calls to households: %(programme)s"), {"programme": _programme(content)})


def _calls_story(content: Mapping[str, Any]) -> list[Message]:
    """Counts alone; where few were reached there are none, and that is said."""
    drew = N_("A lot drew %(n)s households of this township, and the township called them.")
    told = [Message(drew, {"n": content["called"]})]
    if "reached" not in content:
        few = N_("So few were reached that their answers are not told: one household could be recognised.")
        return [*told, Message(few)]
    counts = {name: content[name] for name in ("reached", "confirmed", "corrected")}
    said = N_(
        "Reached: %(reached)s. The money came as the list says: %(confirmed)s. "
        "Something was not as the list says: %(corrected)s."
    )
    return [*told, Message(said, counts)]


def _withholding_heading(content: Mapping[str, Any]) -> Message:
    return Message(N_("Item %(number)s is withheld by order"), {"number": content["number"]})


def _withholding_story(content: Mapping[str, Any]) -> list[Message]:
    words = {"order": content["order"], "authority": content.get("authority", ""), "actor": content["actor"]}
    text = N_("By the order %(order)s of %(authority)s, carried out by %(actor)s.")
    return [Message(text if words["authority"] else N_("By the order %(order)s, carried out by %(actor)s."), words)]


RECORDS: Mapping[str, Record] = {
    record.name: record
    for record in (
        Record("calls", N_("Calls to households"), _calls_heading, _calls_story),
        Record("withholding", N_("Withheld by order"), _withholding_heading, _withholding_story),
    )
}
