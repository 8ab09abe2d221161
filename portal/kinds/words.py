"""From what people write in a cell or a title to the code that is stored."""

from collections.abc import Collection, Mapping, Sequence

from portal.text import N_, Message


def code_of(text: str, words: Mapping[str, str], known: Collection[str] = ()) -> str:
    """The code that a text means: itself, if it is one of `known`; else the one with its longest word (divided by
    bars) in the text. Empty where there is none, or where two codes fit equally well.
    """
    plain = text.strip().lower()
    if plain in known:
        return plain
    hits = [(len(word), code) for code, some in words.items() for word in some.split("|") if word in plain]
    longest = max((length for length, _code in hits), default=0)
    fitting = {code for length, code in hits if length == longest}
    return fitting.pop() if len(fitting) == 1 else ""


def listed(parts: Sequence[str | Message]) -> str | Message:
    """Parts (plain strings are data) as one text: "decision, budget, contract"."""
    first, *others = parts
    for other in others:
        first = Message(N_("%(one)s, %(more)s"), {"one": first, "more": other})
    return first
