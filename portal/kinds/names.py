"""How people stand once a notice is over: surname + 某 in every column that names them, and wherever a text does."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from portal.kinds.base import Kind, Privacy, Type
from portal.kinds.payees import Names, surname_only

_TEXTS = (Type.TEXT, Type.CODE)


def sealed_columns(kind: Kind) -> tuple[str, ...]:
    """The columns whose names are sealed as digests, because they are not shown for ever (`Kind.names_key`)."""
    return () if kind.names_key is None else masked_columns(kind)


def masked_columns(kind: Kind) -> tuple[str, ...]:
    """The columns that name people."""
    return tuple(column.name for column in kind.columns if column.privacy is Privacy.MASKED)


def naming(kind: Kind, content: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], list[str]]:
    """Which columns of a line say whom a list names: the sealed ones, and texts in which one of its names stands."""
    sealed, everybody = sealed_columns(kind), of(kind, content)
    texts = [column.name for column in kind.columns if column.type is Type.TEXT and column.name not in sealed]

    @cache  # groups and notes come again and again
    def is_naming(text: str) -> bool:
        return everybody.hidden(text) != text

    def columns(line: Mapping[str, Any]) -> list[str]:
        told = [name for name in texts if (text := line.get(name)) and is_naming(text)]
        return [*(name for name in sealed if line.get(name)), *told]

    return columns


def who(kind: Kind, line: Mapping[str, Any]) -> str:
    """The person that a line is about, for the village's own pages and paper; empty where lines name nobody."""
    return str(next((line[name] for name in masked_columns(kind) if line.get(name)), ""))


def of(kind: Kind, *contents: Mapping[str, Any]) -> Names:
    """Everybody whom the lines of some contents name in full."""
    columns = masked_columns(kind)
    lines = (line for content in contents for line in content.get("lines", ()))
    return Names(line[name] for line in lines for name in columns if line.get(name))


def hidden(
    kind: Kind, content: dict[str, Any], signoffs: Iterable[Mapping[str, Any]], *others: Mapping[str, Any]
) -> tuple[dict[str, Any], Any]:
    """Content and signatures as they are shown when names are no longer: neither a line nor a signer's reason has one,
    nor one of the names in `others`, such as the version before.

    What was sealed stays as it is: this is only how it is shown.
    """
    names = of(kind, content, *others)
    masked = set(masked_columns(kind))
    texts = {column.name for column in kind.columns if column.type in _TEXTS} - masked
    lines = [
        {
            name: surname_only(value) if name in masked else names.hidden(value) if name in texts else value
            for name, value in line.items()
        }
        for line in content.get("lines", ())
    ]
    signed = [
        {**signoff, "reason": names.hidden(signoff["reason"])} if signoff.get("reason") else dict(signoff)
        for signoff in signoffs
    ]
    told = {"reason": names.hidden(content["reason"])} if content.get("reason") else {}
    return {**content, **told, "lines": lines}, signed
