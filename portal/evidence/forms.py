"""What the page of a paper sends: numbers of a box, a point that was clicked, as plain values."""

import re
from collections.abc import Mapping

from portal.errors import Invalid
from portal.text import N_

BOX = ("left", "top", "width", "height")
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")


def box(form: Mapping[str, str]) -> tuple[float, float, float, float]:
    """Left, top, width and height in percent."""
    left, top, width, height = (_percent(form.get(name, ""), name) for name in BOX)
    return left, top, width, height


def point(form: Mapping[str, str], width: int, height: int) -> tuple[float, float]:
    """The point that was clicked on a picture shown `width` × `height` pixels large, in percent."""
    found = [form.get(f"point.{axis}", "") for axis in "xy"]
    if not all(re.fullmatch("[0-9]{1,5}", text) for text in found):
        raise Invalid(N_("Click on the picture, or write four numbers."), field="left")
    across, down = (100 * int(text) / size for text, size in zip(found, (width, height), strict=True))
    return min(across, 100.0), min(down, 100.0)


def corner(form: Mapping[str, str]) -> tuple[float, float] | None:
    """The corner that was clicked first, in percent; None if none was."""
    texts = [form.get(name, "") for name in ("x", "y")]
    if not all(_NUMBER.fullmatch(text) for text in texts):
        return None
    return float(texts[0]), float(texts[1])


def _percent(text: str, name: str) -> float:
    plain = text.strip().replace(",", ".").removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        raise Invalid(N_("Write a number from 0 to 100, such as 12.5."), field=name)
    return float(plain)
