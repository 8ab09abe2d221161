"""What a roster says in figures and sentences, so that anyone can compute it again."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.clock import grain_of
from portal.kinds.groups import group_order
from portal.kinds.programmes import PROGRAMMES, VILLAGE, named
from portal.kinds.subsidy.which import rates_text
from portal.money import quantity
from portal.text import N_, Bilingual, Message

BY_GROUP = N_("By group")
NOT_STATED = N_("not stated")


def figures(content: Mapping[str, Any]) -> dict[str, int]:
    """The sum in fen, the number of lines, and the basis in ten-thousandths."""
    lines = content["lines"]
    return {
        "amount": sum(line.get("amount", 0) for line in lines),
        "recipients": len(lines),
        "basis": sum(line.get("basis", 0) for line in lines),
    }


def heading(content: Mapping[str, Any]) -> Message:
    """The programme's name, and the batch."""
    if "name" not in content:
        return Message(N_("Subsidies"))
    name = Bilingual(**content["name"])
    if content.get("batch"):
        return Message(N_("%(name)s (%(batch)s)"), {"name": name, "batch": content["batch"]})
    return named(name)


def story(content: Mapping[str, Any]) -> list[Message]:
    """Rate, rule, who pays, and how names stand: a sentence each."""
    if "rule" not in content:
        return []
    unit, basis = Bilingual(**content["unit"]), Bilingual(**content["basis"])
    other = _other_rates(content)
    told = [*([other] if other else []), _rate(content, unit, basis)]
    told.append(Message(N_("The rule: %(rule)s."), {"rule": Bilingual(**content["rule"])}))
    if content.get("paid_by") == VILLAGE:
        if "ledger" in content:
            numbers = {"number": content["ledger"]["number"], "n": content["ledger"]["n"]}
            told.append(Message(N_("Paid by the village: gazette item %(number)s, line %(n)s."), numbers))
        else:
            told.append(Message(N_("Paid by the village out of its own books.")))
    else:
        told.append(Message(N_("Paid by the county straight to people's accounts; it is not in the village's books.")))
    programme = PROGRAMMES.get(content.get("programme", ""))
    if programme is not None and programme.is_health:
        told.append(Message(N_("Aid for reasons of health: people stand with their surname only.")))
    return told


def _rate(content: Mapping[str, Any], unit: Bilingual, basis: Bilingual) -> Message:
    rates: Sequence[int] = content.get("rates", ())
    params: dict[str, Any] = {"unit": unit, "basis": basis}
    is_monthly = _is_by_month(content)
    if rates:
        params["rate"] = " / ".join(map(quantity, rates))
        text = (
            N_("%(rate)s yuan per %(unit)s and month: the sum is the basis (%(basis)s) × the rate × the months.")
            if is_monthly
            else N_("%(rate)s yuan per %(unit)s: the sum is the basis (%(basis)s) × the rate.")
        )
        return Message(text, params)
    if any("rate" in line for line in content["lines"]):
        if is_monthly:
            by_month = N_("Each sum is the basis (%(basis)s, per %(unit)s) × the rate × the months in its line.")
            return Message(by_month, params)
        return Message(N_("Each sum is the basis (%(basis)s, per %(unit)s) × the rate in its line."), params)
    return Message(N_("The basis of each sum: %(basis)s, per %(unit)s."), params)


def _other_rates(content: Mapping[str, Any]) -> Message | None:
    """That lines were paid by another rate than the one in force. It stands first and has both, since a first page may
    have room for one sentence only."""
    official = content.get("rates", ())
    others = [line["rate"] for line in content["lines"] if official and line.get("rate", official[0]) not in official]
    if not others:
        return None
    params = {
        "rate": rates_text(sorted(set(others))),
        "official": rates_text(official),
        "n": len(others),
        "m": len(content["lines"]),
    }
    return Message(
        N_("Attention: %(n)s of the %(m)s lines were paid at %(rate)s yuan, the rate in force is %(official)s."), params
    )


def _is_by_month(content: Mapping[str, Any]) -> bool:
    """Is a monthly sum multiplied by months here?"""
    programme = PROGRAMMES.get(content.get("programme", ""))
    is_longer = grain_of(content["period"]) != "month"
    return any("months" in line for line in content["lines"]) or bool(
        programme and programme.period == "month" and is_longer
    )


def breakdown(content: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """The sums of the village groups in the order of their numbers, where the list has several."""
    sums: dict[str, int] = {}
    for line in content["lines"]:
        group = line.get("group", "")
        sums[group] = sums.get(group, 0) + line.get("amount", 0)
    ordered = [(group or NOT_STATED, sums[group]) for group in sorted(sums, key=group_order)]
    return {BY_GROUP: ordered} if len(sums) > 1 else {}
