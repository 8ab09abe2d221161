"""Small rosters of invented people, with numbers of cards that add up, for the tests of subsidies."""

from typing import Any

from portal.money import PRECISION

ARABLE = "2025年耕地地力保护补贴发放明细表"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def card(n: int = 1, born: str = "19650412") -> str:
    """The number of an identity card of an invented district, with its check digit."""
    first = f"990110{born}{n:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def row(
    name: str = "甘小满", group: str = "一组", basis: float = 3.2, rate: float | None = 120.5, **more: Any
) -> dict[str, Any]:
    """A typed row whose sum is basis × rate; None takes a column away."""
    found: dict[str, Any] = {
        "name": name,
        "group": group,
        "basis": round(basis * PRECISION),
        "rate": None if rate is None else round(rate * PRECISION),
        "amount": round(basis * (rate or 0) * 100),
        **more,
    }
    return {key: value for key, value in found.items() if value is not None}


def settings(**more: Any) -> dict[str, Any]:
    """What a county set: the rate of the arable land subsidy."""
    return {"rate.arable": [1_205_000], **{key.replace("__", "."): value for key, value in more.items()}}
