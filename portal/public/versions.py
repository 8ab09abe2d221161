"""An item among its versions: what it corrects and why, by what it was replaced, and which lines changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.kinds import names
from portal.kinds.compared import Compared, LineTold, compared
from portal.public.memo import kept
from portal.public.opening import hides_names, kind_of, opened
from portal.public.surroundings import Around
from portal.text import N_, Bilingual, Message, period_text


@dataclass(frozen=True)
class Version:
    """One version, and why it took the place of the one before it: its own reason, or that another month was corrected,
    and why; `is_withheld` if it can no longer be read."""

    item: ItemView
    reason: str | Message = ""
    is_withheld: bool = False

    @property
    def because(self) -> Message:
        return Message(N_("because %(reason)s"), {"reason": self.reason})


@dataclass(frozen=True)
class Cause:
    """The month whose correction shifted this one: its period, and the number of its corrected version."""

    period: str
    number: int


@dataclass(frozen=True)
class Versions:
    """The versions of an item, oldest first, and which of them this one is (`at`).

    `backwards` tells what changed against the version that it corrects, `forwards` what has changed in the version that
    holds now; None where one of the two is withheld.
    """

    all: Sequence[Version]
    at: int
    backwards: Compared | None = None
    forwards: Compared | None = None
    cause: Cause | None = None

    @property
    def this(self) -> Version:
        return self.all[self.at]

    @property
    def before(self) -> Version | None:
        """The version that this one corrects."""
        return self.all[self.at - 1] if self.at else None

    @property
    def after(self) -> Version | None:
        """The version that corrects this one."""
        return self.all[self.at + 1] if self.at + 1 < len(self.all) else None

    @property
    def later(self) -> Sequence[Version]:
        """All versions after this one."""
        return self.all[self.at + 1 :]

    @property
    def newest(self) -> Version:
        return self.all[-1]

    def told_of(self, n: int) -> tuple[LineTold | None, LineTold | None]:
        """Of line `n`: what it was in the version before, and what became of it in the one that holds now."""
        return (
            self.backwards.became(n) if self.backwards else None,
            self.forwards.was(n) if self.forwards else None,
        )


def versions_of(item: ItemView, where: Around) -> Versions:
    """All about the versions of a posting; without any query where there is only the one."""
    if item.supersedes is None and item.superseded_by is None:
        return Versions([Version(item)], 0)
    found: Versions = kept(("versions", item.number), partial(_versions_of, item, where))
    return found


@dataclass(frozen=True)
class _Read:
    """A version that can be read; `hides` names if its notice is over."""

    content: Mapping[str, Any]
    hides: bool


def _versions_of(item: ItemView, where: Around) -> Versions:
    chain = gazette.versions(item.number)
    at = next(index for index, one in enumerate(chain) if one.number == item.number)
    kind = kind_of(item)
    read = {one.number: _read(one, where) for one in chain}
    hides = any(one.hides for one in read.values() if one)
    known = names.of(kind, *(one.content for one in read.values() if one))

    def reason(number: int) -> str | Message:
        one = read[number]
        if one is None:
            return ""
        told = str(one.content.get("reason", ""))
        return _of_its_month(known.hidden(told) if hides else told, one.content.get("carried_from"))

    def told(then: ItemView, now: ItemView) -> Compared | None:
        before, after = read[then.number], read[now.number]
        if before is None or after is None:
            return None
        return compared(kind, before.content, after.content, hides)

    this = read[item.number]
    return Versions(
        all=[Version(one, reason(one.number), one.withheld_by is not None) for one in chain],
        at=at,
        backwards=told(chain[at - 1], item) if at else None,
        forwards=told(item, chain[-1]) if at + 1 < len(chain) else None,
        cause=_cause(this.content) if this else None,
    )


def _read(item: ItemView, where: Around) -> _Read | None:
    if item.withheld_by is not None:
        return None
    content, _signoffs = opened(item)
    return _Read(content, hides_names(item, kind_of(item), content, where))


def _of_its_month(reason: str, carried_from: Mapping[str, Any] | None) -> str | Message:
    """A reason as it is told: that of a month carried along speaks of the month whose correction shifted it."""
    if not carried_from:
        return reason
    period = Bilingual(*(period_text(carried_from["period"], language) for language in ("zh", "en")))
    text = N_("%(period)s was corrected: %(reason)s") if reason else N_("%(period)s was corrected")
    return Message(text, {"period": period, "reason": reason})


def _cause(content: Mapping[str, Any]) -> Cause | None:
    """Where a month was shifted by the correction of one before it."""
    told = content.get("carried_from")
    if not told:
        return None
    corrected = gazette.item(told["number"]).superseded_by
    return Cause(told["period"], corrected or told["number"])


def others(versions: Versions) -> list[dict[str, Any]]:
    """The contents of the versions beside this one that can be read: whom they name is hidden with this one's."""
    return [opened(one.item)[0] for one in versions.all if one is not versions.this and not one.is_withheld]
