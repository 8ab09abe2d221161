"""Breaks text into lines: Chinese anywhere but before closing or after opening punctuation, words and numbers whole.
A number stays with the sign of what it counts."""

import re
from collections.abc import Iterable

from portal.notices.typeface import Face

_OPENING = "(〔[{〈《「『【〖“‘〝（［｛￥$"  # stays with what follows
_CLOSING = ")〕]}〉》」』】〗”’〞）］｝,.:;!?%‰℃、。，．：；！？·…—～"  # stays with what precedes
_WORD = "!-~¡-ɏΑ-я−"  # Latin, Greek, Cyrillic letters, digits and signs, kept whole
_COUNTED = "组年月日号元户"  # stays with the number before it
_TOKEN = re.compile(f"[{re.escape(_OPENING)}]*(?:[{_WORD}]+[{_COUNTED}]?|.)[{re.escape(_CLOSING)}]*[ 　]*", re.DOTALL)
_INVISIBLE = {ord(character): None for character in "\u200b\u200c\u200d\u2060\ufeff\u00ad"}


def clean(text: str) -> str:
    """Text as it can be set: one kind of line end, spaces for tabs, nothing invisible."""
    if text.isprintable() and "\u00a0" not in text:
        return text
    lines = text.translate(_INVISIBLE).replace("\u00a0", " ").replace("\t", " ").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def wrap(text: str, face: Face, size: float, width: float) -> list[str]:
    """Lines no wider than `width` points at `size`; joined they are `text` without its line ends.

    Spaces at a line's end hang over. A word wider than a line is cut between characters; only a single character
    wider than the line is left sticking out.
    """
    limit = width * 1000 / size
    if "\n" in text:
        return [line for part in text.split("\n") for line in _wrapped(part, face.advances, limit)]
    return _wrapped(text, face.advances, limit)


def _wrapped(text: str, advances: dict[str, float], limit: float) -> list[str]:
    advance = advances.__getitem__
    if sum(map(advance, text)) <= limit:
        return [text]
    lines: list[str] = []
    line, used = "", 0.0
    for token in _TOKEN.findall(text):
        wide = sum(map(advance, token))
        ink = wide if token[-1] not in " 　" else sum(map(advance, token.rstrip(" 　")))
        if used + ink > limit and line:
            lines.append(line)
            line, used = "", 0.0
        if ink > limit:
            *full, line = _cut(token, advances, limit)
            lines += full
            used = sum(map(advance, line))
        else:
            line += token
            used += wide
    lines.append(line)
    return lines


def _cut(token: str, advances: dict[str, float], limit: float) -> list[str]:
    parts = [""]
    used = 0.0
    for character in token:
        wide = advances[character]
        if used + wide > limit and parts[-1] and character != " ":
            parts.append("")
            used = 0.0
        parts[-1] += character
        used += wide
    return parts


def packed(items: Iterable[str], face: Face, size: float, width: float) -> list[str]:
    """Short items side by side, a dot between them, none torn apart unless it is wider than a line by itself."""
    lines: list[str] = []
    for item in items:
        joined = f"{lines[-1]} · {item}" if lines else item
        if lines and face.width(joined, size) <= width:
            lines[-1] = joined
        else:
            lines += wrap(item, face, size, width)
    return lines


def shortened(text: str, face: Face, size: float, width: float, lines: int) -> list[str]:
    """At most `lines` lines; what does not fit is replaced by “…” (the full text stands in the entries)."""
    whole = wrap(text, face, size, width)
    if len(whole) <= lines:
        return whole
    last = whole[lines - 1].rstrip()
    while last and face.width(last + "…", size) > width:
        last = last[:-1]
    return [*whole[: lines - 1], last + "…"]
