"""Decisions: what was resolved, step by step, by whom, with how many, and whether that was enough."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from portal.clock import MONTH, QUARTER, YEAR, period_bounds
from portal.kinds import quorums
from portal.kinds.base import Column, Figure, Kind, Level, Rhythm, Type
from portal.kinds.listing import CHECK_LABELS, CHECKS, SERIAL, SUBJECT, Desk, Entry, Recipe, one_subject
from portal.kinds.words import code_of
from portal.money import PRECISION, shown
from portal.text import N_, Message

STEPS = {
    "propose": N_("proposed by the party branch"),
    "consult": N_("consulted by the two committees"),
    "deliberate": N_("deliberated by the party members"),
    "resolve": N_("resolved by the villagers or their representatives"),
    "post_resolution": N_("resolution posted"),
    "post_result": N_("result posted"),
}
"""The six steps of 四议两公开, in order (party procedure, not law)."""

_STEP_WORDS = {
    "propose": "提议",
    "consult": "商议",
    "deliberate": "审议",
    "resolve": "决议|表决|通过",
    "post_resolution": "决议公开|公开决议|决议公示",
    "post_result": "结果公开|实施结果|公开结果|结果公示",
}
_BODY_WORDS = {
    quorums.MEMBER_REPRESENTATIVES: "成员代表",
    quorums.MEMBERS: "成员大会|成员会议|社员大会",
    quorums.REPRESENTATIVES: "村民代表|代表会议|代表大会",
    quorums.ASSEMBLY: "村民会议|村民大会|户代表",
    quorums.PARTY: "党员",
    quorums.COMMITTEES: "两委",
    quorums.BRANCH: "支部|党组织|党委",
    quorums.GROUP: "小组",
}
_USUAL_BODY = {
    "propose": quorums.BRANCH,
    "consult": quorums.COMMITTEES,
    "deliberate": quorums.PARTY,
    "resolve": quorums.REPRESENTATIVES,
}
_FOR_THE_ASSEMBLY = (
    "规划", "误工", "集体资金", "集体资产", "资产处置", "一事一议", "筹资", "筹劳", "公益事业", "承包方案", "发包",
    "征地补偿", "宅基地", "救助", "低保", "收益分配", "plan of the village", "lost-work", "levy", "collective money",
)  # fmt: skip
"""Words of the six matters that belong to the assembly, which may hand them to the representatives (art. 28)."""
_LESSER = (quorums.COMMITTEES, quorums.BRANCH, quorums.PARTY)

INPUT = (
    SERIAL,
    Column("matter", N_("Matter"), Type.TEXT, ("议题", "决议事项", "事项", "决策事项", "内容", "matter", "topic"),
           required=True, searchable=True, weight=3),
    Column("step", N_("Step"), Type.TEXT, ("程序", "步骤", "环节", "阶段", "step"), words=STEPS, weight=1.4),
    Column("held_on", N_("Held on"), Type.DATE, ("会议时间", "召开时间", "日期", "时间", "决议日期", "held on", "date"),
           required=True),
    Column("body", N_("Who decided"), Type.TEXT, ("会议名称", "会议", "决策形式", "会议形式", "body", "meeting"),
           words=quorums.BODIES, weight=1.2),
    Column("due", N_("Due"), Type.INTEGER, ("应到人数", "应到", "应到会人数", "due")),
    Column("present", N_("Present"), Type.INTEGER, ("实到人数", "实到", "到会人数", "present")),
    Column("in_favour", N_("In favour"), Type.INTEGER, ("同意人数", "同意", "赞成", "赞成人数", "in favour")),
    Column("households", N_("Counted by households"), Type.FLAG, ("按户", "户代表", "by households"), below=True),
    Column("levy", N_("Money per head"), Type.MONEY, ("人均筹资", "每人筹资", "筹资标准", "money per head"),
           below=True),
    Column("labour", N_("Workdays per worker"), Type.QUANTITY, ("人均筹劳", "每劳力筹劳", "筹劳标准", "workdays"),
           below=True),
    Column("opinion", N_("Opinion of the supervision committee"), Type.TEXT, ("监委会意见", "监督意见", "opinion"),
           below=True),
    Column("result", N_("Result"), Type.TEXT, ("结果", "决议结果", "决议内容", "实施结果", "result"), below=True),
    Column("note", N_("Note"), Type.TEXT, ("备注", "note"), below=True),
)  # fmt: skip
COLUMNS = (
    *INPUT[1:8],
    Column("quorum", N_("Was it enough?"), Type.TEXT, words=quorums.OUTCOMES, weight=1),
    *INPUT[8:],
    SUBJECT,
)


def _each(entry: Entry, desk: Desk) -> bool:
    content = entry.content
    _understand(content)
    _check_votes(entry, desk)
    _check_quorum(entry, desk)
    _check_levy(entry, desk)
    return True


def _understand(content: dict[str, Any]) -> None:
    """Step and body as codes, from what the file calls them; the usual body of a step where none is named."""
    step = code_of(str(content.pop("step", "")), _STEP_WORDS, STEPS)
    body = code_of(str(content.pop("body", "")), _BODY_WORDS, quorums.BODIES)
    if not step and body:
        step = next((s for s, usual in _USUAL_BODY.items() if usual == body), "resolve")
    step = step or "resolve"
    content["step"] = step
    if body or step in _USUAL_BODY:
        content["body"] = body or _USUAL_BODY[step]


def _check_votes(entry: Entry, desk: Desk) -> None:
    """No more come than are due, and no more agree than have come."""
    get = entry.content.get
    for fewer, more in (("present", "due"), ("in_favour", "present")):
        less, most = get(fewer), get(more)
        if less is not None and most is not None and less > most:
            text = N_("%(less)s is more than the %(most)s before it. Correct the numbers.")
            desk.say("votes", text, entry, fewer, less=less, most=most)


def _check_quorum(entry: Entry, desk: Desk) -> None:
    content = entry.content
    day, body = content.get("held_on"), content.get("body", "")
    if content["step"] not in _USUAL_BODY or not day:
        return
    rule = quorums.rule_of(body, date.fromisoformat(day))
    numbers = content.get("due"), content.get("present"), content.get("in_favour")
    if rule is not None:
        found = quorums.outcome(rule, *numbers, are_households=bool(content.get("households")))
        content["quorum"] = found
        if found not in (quorums.MET, quorums.UNKNOWN):
            params = {"body": Message(quorums.BODIES[body]), "what": Message(quorums.OUTCOMES[found])}
            text = N_("%(body)s: %(what)s (%(source)s). The resolution does not hold like this.")
            desk.say("quorum", text, entry, "present", **params, source=Message(rule.source))
        elif found == quorums.UNKNOWN and content["step"] == "resolve":
            text = N_("How many were due, came and agreed is not stated, so nobody can see whether it was enough.")
            desk.say("numbers", text, entry, "present")
    if content["step"] == "resolve" and body in _LESSER and _is_for_the_assembly(content.get("matter", "")):
        text = N_("This matter belongs to the villagers' assembly, or to the representatives if it handed it to them.")
        desk.say("wrong_body", text, entry, "body")


def _is_for_the_assembly(matter: str) -> bool:
    return any(word in matter.lower() for word in _FOR_THE_ASSEMBLY)


def _check_levy(entry: Entry, desk: Desk) -> None:
    """What the province allows each head and worker to be asked for in a year."""
    settings, content = desk.context.settings, entry.content
    money, labour = settings.get("levy_money_cap", 15_00), settings.get("levy_labour_cap", 10)
    if content.get("levy", 0) > money:
        desk.say("levy_cap", N_("More than %(cap)s yuan a head and year."), entry, "levy", cap=shown(money))
    if content.get("labour", 0) > labour * PRECISION:
        desk.say("levy_cap", N_("More than %(cap)s workdays a worker and year."), entry, "labour", cap=str(labour))


def _whole(entries: Sequence[Entry], desk: Desk) -> dict[str, Any]:
    order = list(STEPS)
    by_matter: dict[str, list[Entry]] = {}
    for entry in entries:
        if "held_on" in entry.content:
            by_matter.setdefault(entry.content.get("matter", ""), []).append(entry)
    for of_one in by_matter.values():
        in_order = sorted(of_one, key=lambda entry: order.index(entry.content["step"]))
        for earlier, later in pairwise(in_order):
            if later.content["held_on"] < earlier.content["held_on"]:
                text = N_("This step is dated before the step that comes before it. Correct the date.")
                desk.say("order", text, later, "held_on")
    _first, last = period_bounds(desk.period)
    for entry in entries:
        if entry.content.get("held_on", "") > last.isoformat():
            desk.say("date_outside", N_("This day lies after the period of the posting."), entry, "held_on")
    return {}


def _figures(content: Mapping[str, Any]) -> dict[str, int]:
    lines = content["lines"]
    resolved = [line for line in lines if line.get("step") == "resolve"]
    return {
        "matters": len({line.get("matter") for line in lines}),
        "resolved": len(resolved),
        "not_enough": sum(line.get("quorum") in (quorums.TOO_FEW_CAME, quorums.TOO_FEW_AGREED) for line in resolved),
    }


def _story(content: Mapping[str, Any]) -> list[Message]:
    """One sentence for each resolution: how many came and agreed, and whether that was enough."""
    return [_told(line) for line in content["lines"] if line.get("step") == "resolve" and line.get("due")]


def _told(line: Mapping[str, Any]) -> Message:
    params = {
        "matter": line.get("matter", ""),
        "body": Message(quorums.BODIES[line["body"]]),
        **{name: line.get(name, 0) for name in ("due", "present", "in_favour")},
        "what": Message(quorums.OUTCOMES[line.get("quorum", quorums.UNKNOWN)]),
    }
    text = N_("%(matter)s: %(body)s, due %(due)s, present %(present)s, in favour %(in_favour)s: %(what)s.")
    return Message(text, params)


def missing_steps(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """The steps of a matter that nobody posted, before the last one that was; labels."""
    posted = {line.get("step") for line in lines}
    order = list(STEPS)
    last = max((order.index(step) for step in posted if step in order), default=0)
    return [STEPS[step] for step in order[:last] if step not in posted]


_RECIPE = Recipe(
    input=INPUT,
    columns=COLUMNS,
    checks={
        **CHECKS,
        "votes": Level.ERROR,
        "quorum": Level.WARNING,
        "numbers": Level.WARNING,
        "wrong_body": Level.WARNING,
        "levy_cap": Level.WARNING,
        "order": Level.WARNING,
        "date_outside": Level.ERROR,
    },
    key=lambda line: f"{line.get('subject', '')}:{line.get('step', '')}",
    each=_each,
    whole=_whole,
    subject=("matter",),
)

KIND = Kind(
    name="decision",
    version=1,
    label=N_("Decisions"),
    rhythm=Rhythm.EVENT,
    **_RECIPE.parts,
    figures=_figures,
    headline=(
        Figure("matters", N_("Matters"), type=Type.INTEGER),
        Figure("resolved", N_("Resolutions"), type=Type.INTEGER),
        Figure("not_enough", N_("Without enough votes"), type=Type.INTEGER),
    ),
    check_labels={
        **CHECK_LABELS,
        "votes": N_("More votes than people"),
        "quorum": N_("A resolution without enough people or votes"),
        "numbers": N_("A resolution without its numbers"),
        "wrong_body": N_("A matter of the assembly that others decided"),
        "levy_cap": N_("A levy above what the province allows"),
        "order": N_("Steps in the wrong order"),
        "date_outside": N_("A date outside the period"),
    },
    subject=("matter",),
    subject_of=one_subject,
    search_text=lambda line: str(line.get("matter", "")),
    title=lambda line: str(line.get("matter") or line["key"]),
    amount=lambda line: None,
    story=_story,
    nothing_said=lambda content: Message(N_("In this period nothing was proposed or resolved.")),
    grains=(MONTH, QUARTER, YEAR),
    order=40,
)

__all__ = ["KIND", "STEPS", "missing_steps"]
