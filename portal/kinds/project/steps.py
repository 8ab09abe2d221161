"""The steps of a project, the ways of choosing a contractor, and which way a sum asks for by the limits of a day."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.kinds.words import code_of
from portal.text import N_

STEPS = {
    "decision": N_("decision"),
    "budget": N_("budget"),
    "selection": N_("choice of the contractor"),
    "contract": N_("contract"),
    "change": N_("change of works"),
    "progress": N_("progress"),
    "payment": N_("payment"),
    "acceptance": N_("acceptance"),
    "final_account": N_("final account"),
}
"""In the order in which a project goes through them."""

PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decision": (("decision",), ()),
    "budget": (("budget",), ("source",)),
    "selection": (("way",), ("way_due", "limit", "contractor")),
    "contract": (("contract_amount", "contract_number"), ("contractor",)),
    "change": (("change_amount",), ()),
    "progress": (("started", "finished", "progress"), ()),
    "payment": (("payment", "paid"), ("voucher", "ledger")),
    "acceptance": (("accepted_on", "accepted_by"), ()),
    "final_account": (("final_account",), ()),
}
"""Which filled columns of a line tell of a step, and which others are then shown beside them."""

_STEP_WORDS = {
    "decision": "决策|立项|决议|议定|表决|decision|decided|resolved",
    "budget": "预算|概算|预算批复|资金批复|budget|estimate",
    "selection": "招标|招投标|比选|询价|比价|选定|开标|评标|中标|发包|定标|selection|tender|choice",
    "contract": "合同|签约|签订合同|contract",
    "change": "变更|签证|合同变更|设计变更|工程变更|change",
    "progress": "进度|开工|施工|在建|竣工|完工|progress|works",
    "payment": "付款|支付|拨付|拨款|进度款|工程款|质保金|付工程款|payment|paid",
    "acceptance": "验收|竣工验收|完工验收|acceptance|accepted",
    "final_account": "决算|结算|竣工决算|竣工结算|工程结算|结算审计|审计|final",
}

WAYS = {
    "direct": N_("given directly"),
    "quotes": N_("several offers compared"),
    "township": N_("by the township's trading centre"),
    "county": N_("by the county's trading centre"),
    "tender": N_("open tender"),
}
"""Weakest first."""

WAYS_DUE = {**WAYS, "direct": N_("no special one")}
"""What a sum asks for."""

_WAY_WORDS = {
    "direct": "直接|委托|指定|单一来源|直接发包|直接委托|direct",
    "quotes": "询价|比价|比选|三家报价|竞争性谈判|竞争性磋商|offers|quotes|quotations",
    "tender": "招标|公开招标|邀请招标|招投标|tender",
    "township": "乡镇|镇级|乡镇公共资源交易中心|镇公共资源交易中心|镇公共资源交易站|镇招标|镇交易站|乡镇招标|township",
    "county": "县级|公共资源交易中心|县公共资源交易中心|县招标|区公共资源交易中心|县级平台|county",
}

LIMITS = {
    "quotes": "village_purchase_from",
    "township": "township_purchase_from",
    "county": "county_purchase_from",
}
"""From which setting on which way is asked for."""


def step_of(text: str) -> str:
    """The step that a cell names; empty if it is not understood."""
    return code_of(text, _STEP_WORDS, STEPS)


def way_of(text: str) -> str:
    """The way that a cell names, as a code; a way that is not known stays as it was written."""
    return code_of(text, _WAY_WORDS, WAYS) or text


def step_reached(line: Mapping[str, Any]) -> str:
    """Where a line says no step: the furthest one that its filled columns tell of."""
    reached = [step for step, (marks, _also) in PARTS.items() if any(name in line for name in marks)]
    return reached[-1] if reached else "decision"


def limits_on(day: str, dated: Sequence[Mapping[str, Any]], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """The limits in force on a day (ISO), of their history (``from`` and the settings, oldest first); else `now`."""
    held = [row for row in dated if row["from"] <= day]
    return held[-1] if held else now


def way_due(amount: int, limits: Mapping[str, Any]) -> tuple[str, int]:
    """The way that a sum asks for, and the limit that it reaches; ``direct`` and 0 below all of them."""
    found = "direct", 0
    for way, key in LIMITS.items():
        limit = limits.get(key)
        if limit is not None and amount >= limit:
            found = way, limit
    return found


def is_weaker(way: str, due: str) -> bool:
    """Does a way fall short of what is asked? An open tender is enough for any sum; unknown ways are not judged."""
    order = list(WAYS)
    return way in WAYS and due in WAYS and order.index(way) < order.index(due)
