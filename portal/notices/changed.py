"""What changed between two versions, as texts for paper: what it is about, and each field of it."""

from collections.abc import Sequence
from typing import Any

from portal.kinds.base import Figure, Type
from portal.kinds.compared import WHAT, Compared, Field, LineTold
from portal.money import quantity, shown
from portal.notices.sheets import Text
from portal.text import N_, Message

AT_MOST = 60
"""Lines told on paper: the rest is on the page that the code opens."""

Told = tuple[Text, Sequence[Text]]


def changed_texts(found: Compared | None) -> list[Told]:
    """All that changed, in the order of the page; nothing where the version before is withheld, or says the same."""
    if not found:
        return []
    told: list[Told] = []
    sums = [_pair(Message(figure.label), _sum(figure, old), _sum(figure, new)) for figure, old, new in found.figures]
    sums += [_pair(_of_book(one.book, one.label), shown(one.before), shown(one.now)) for one in found.books]
    if sums:
        told.append((Message(N_("Sums that changed")), sums))
    for before, now in found.words:
        told.append((Message(N_("Explanation")), [_pair(Message(N_("Explanation")), before, now)]))
    told += [(_name(line), [_field(line, field) for field in line.fields]) for line in found.lines[:AT_MOST]]
    if more := len(found.lines[AT_MOST:]):
        told.append((Message(N_("and %(n)s more lines that changed"), {"n": more}), ()))
    return told


def in_one(told: Sequence[Told]) -> list[Text]:
    """Each of these as one sentence: what it is about, then its fields."""
    return [_joined((name, *fields)) for name, fields in told]


def _joined(parts: Sequence[Text]) -> Text:
    first, *others = parts
    for other in others:
        first = Message(N_("%(one)s; %(more)s"), {"one": first, "more": other})
    return first


def _sum(figure: Figure, value: int) -> str:
    if figure.type is Type.MONEY:
        return shown(value)
    return quantity(value) if figure.type is Type.QUANTITY else str(value)


def _of_book(book: Message, label: str) -> Message:
    return Message(N_("%(book)s, %(what)s"), {"book": book, "what": Message(label)})


def _name(line: LineTold) -> Message:
    params = {"what": Message(WHAT[line.what]), "n": line.n or line.was, "title": line.title}
    return Message(N_("%(what)s: line %(n)s, %(title)s"), params)


def _field(line: LineTold, field: Field) -> Message:
    if line.what != "changed":
        value = field.before if field.now is None else field.now
        return Message(N_("%(label)s: %(value)s"), {"label": Message(field.label), "value": value})
    if field.is_hidden:
        hidden = Message(N_("corrected; names are no longer shown"))
        return Message(N_("%(label)s: %(value)s"), {"label": Message(field.label), "value": hidden})
    return _pair(Message(field.label), field.before, field.now)


def _pair(label: Message, before: Any, now: Any) -> Message:
    nothing = Message(N_("nothing"))
    told = {"label": label, "before": nothing if before is None else before, "now": nothing if now is None else now}
    return Message(N_("%(label)s: %(before)s → %(now)s"), told)
