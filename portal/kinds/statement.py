"""Statements: claims, debts, assets, goods, budgets, audits and the like, each class as opening, change and closing."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.clock import MONTH, QUARTER, YEAR
from portal.kinds import subjects
from portal.kinds.base import Column, Context, Figure, Kind, Level, Privacy, Question, Rhythm, Table, Type
from portal.kinds.listing import CHECK_LABELS, CHECKS, SERIAL, SUBJECT, Desk, Entry, Recipe
from portal.kinds.measures import PER_HEAD, Before, Measure
from portal.kinds.payees import is_organisation
from portal.kinds.words import code_of
from portal.money import shown
from portal.text import N_, Message

CLASSES = {
    "claims": N_("Claims: who owes the village"),
    "debts": N_("Debts: whom the village owes"),
    "assets": N_("Assets"),
    "plan": N_("Plan and budget"),
    "report": N_("Annual report"),
    "distribution": N_("Distribution of the surplus"),
    "goods": N_("Donated and relief goods"),
    "land": N_("Land compensation"),
    "audit": N_("Audits"),
    "appraisal": N_("Yearly appraisal"),
}
_WORDS = {
    "claims": "债权|应收",
    "debts": "债务|应付|欠款|负债",
    "assets": "资产|固定资产|resource",
    "plan": "预算|计划",
    "report": "年度报告|决算|年报|收支总",
    "distribution": "收益分配|分红|分配",
    "goods": "捐赠|救灾|救济物资|物资|慰问品",
    "land": "征地|土地补偿|补偿款",
    "audit": "审计",
    "appraisal": "评议|考核|述职",
}
PARTIES = {
    "bank": N_("bank or credit cooperative"),
    "government": N_("government or public body"),
    "company": N_("company or shop"),
    "member": N_("villager or household"),
    "other": N_("other"),
}
_PARTY_WORDS = {
    "bank": "银行|信用社|金融|bank",
    "government": "财政|政府|上级|单位|机关|government",
    "company": "企业|公司|商户|工程|店|company",
    "member": "个人|村民|农户|干部|member",
}
_PER_HEAD = ("claims", "debts")
"""Classes of which every villager has a share; what a village owns or was given depends on more than its heads."""
QUESTION = "class"

INPUT = (
    SERIAL,
    Column("class", N_("Class"), Type.TEXT, ("类别", "项目类别", "公开类别", "class"), privacy=Privacy.INTERNAL,
           words=CLASSES),
    Column("name", N_("Name of the entry"), Type.TEXT,
           ("名称", "项目", "债权人", "债务人", "资产名称", "物资名称", "姓名", "单位名称", "户主", "name", "creditor",
            "debtor"),
           required=True, privacy=Privacy.MASKED, weight=3),
    Column("party", N_("Kind of party"), Type.TEXT, ("债权人类别", "债务人类别", "对方类别", "性质", "party"),
           words=PARTIES, weight=1),
    Column("since", N_("Since when"), Type.DATE, ("发生时间", "形成时间", "购置时间", "日期", "时间", "since", "date")),
    Column("purpose", N_("For what"), Type.TEXT, ("事由", "用途", "形成原因", "内容", "摘要", "purpose"), weight=2),
    Column("opening", N_("Opening"), Type.MONEY, ("期初", "年初数", "期初余额", "年初余额", "opening")),
    Column("change", N_("Change"), Type.MONEY, ("本期增减", "本期变动", "增减", "本期发生", "change")),
    Column("closing", N_("Closing"), Type.MONEY, ("期末", "期末数", "期末余额", "金额", "余额", "closing", "amount")),
    Column("quantity", N_("Quantity"), Type.QUANTITY, ("数量", "面积", "quantity")),
    Column("unit", N_("Unit of quantity"), Type.TEXT, ("计量单位", "单位", "unit")),
    Column("result", N_("Result"), Type.TEXT, ("结果", "结论", "意见", "评议结果", "审计结论", "result"), weight=2),
    Column("note", N_("Note"), Type.TEXT, ("备注", "说明", "note"), below=True),
)  # fmt: skip
COLUMNS = (*INPUT[2:], SUBJECT)


def class_named(text: str) -> str:
    """The class that a name given by a person speaks of; empty where it speaks of none, or of several."""
    return code_of(text, _WORDS, CLASSES)


def _prepare(tables: Sequence[Table], desk: Desk) -> None:
    """The class: chosen, or of a column, a title, a sheet's or a file's name; else the bookkeeper is asked."""
    found = {code for table in tables if (code := _class_of(table, desk.context))}
    if len(found) > 1:
        text = N_("The files hold several classes. Post each class on its own.")
        desk.say("class", text)
    if not found and tables:
        options = [(code, Message(label)) for code, label in CLASSES.items()]
        desk.questions.append(
            Question(QUESTION, Message(N_("What does this list hold?")), options, f"{QUESTION}:{tables[0].layout}")
        )


def _class_of(table: Table, context: Context) -> str:
    chosen = context.choices.get(QUESTION, "")
    if chosen in CLASSES:
        return chosen
    written = {str(row.values["class"]) for row in table.rows if row.values.get("class")}
    named = {code_of(text, _WORDS, CLASSES) for text in written} - {""}
    if len(named) == 1:
        return named.pop()
    return next((code for text in (table.title, table.sheet, table.file) if (code := code_of(text, _WORDS, {}))), "")


def _each(entry: Entry, desk: Desk) -> bool:
    content = entry.content
    entry.internal.pop("class", None)
    if "party" in content:
        content["party"] = code_of(content["party"], _PARTY_WORDS, PARTIES) or "other"
    opening, change, closing = (content.get(name) for name in ("opening", "change", "closing"))
    if closing is None and (opening is not None or change is not None):
        content["closing"] = (opening or 0) + (change or 0)
    elif opening is not None and change is not None and closing != opening + change:
        text = N_("%(opening)s and %(change)s make %(sum)s, not %(closing)s. Correct one of them.")
        sums = {"opening": opening, "change": change, "sum": opening + change, "closing": closing}
        desk.say("balance", text, entry, "closing", **{name: shown(fen or 0) for name, fen in sums.items()})
    elif opening is not None and change is None and closing is not None:
        content["change"] = closing - opening
    return True


def _whole(entries: Sequence[Entry], desk: Desk) -> dict[str, Any]:
    class_ = next((code for table in desk.tables if (code := _class_of(table, desk.context))), "")
    seen: dict[str, Entry] = {}
    for entry in entries:
        content = entry.content
        name = content.get("name", "")
        content[SUBJECT.name] = subjects.key(class_, name, content.get("purpose", ""))
        if name and content[SUBJECT.name] in seen:
            desk.say(
                "twice", N_("This stands in the list twice. Put the sums together, or say what differs."), entry, "name"
            )
        seen.setdefault(content[SUBJECT.name], entry)
    _compare(entries, desk, class_)
    return {"class": class_} if class_ else {}


def _empty(desk: Desk) -> dict[str, Any]:
    """The class: chosen or named by the bookkeeper, else asked; what the list before had is told."""
    context = desk.context
    class_ = context.choices.get(QUESTION, "") or code_of(context.about, _WORDS, CLASSES)
    if class_ not in CLASSES:
        options = [(code, Message(label)) for code, label in CLASSES.items()]
        desk.questions.append(Question(QUESTION, Message(N_("Of what is there nothing?")), options))
        return {}
    last = _last(desk, class_)
    if last:
        text = N_("The list before this one still had %(n)s entries. Say in a list with closing 0 what became of them.")
        desk.say("gone", text, n=len(last))
    return {"class": class_}


def _last(desk: Desk, class_: str) -> dict[str, Mapping[str, Any]]:
    """What the list before left, by subject."""
    last: dict[str, Mapping[str, Any]] = {}
    for line in desk.context.facts.get("statements", ()):
        if line["class"] == class_ and line.get("closing"):
            last[line[SUBJECT.name]] = line
        elif line["class"] == class_:
            last.pop(line[SUBJECT.name], None)
    return last


def _compare(entries: Sequence[Entry], desk: Desk, class_: str) -> None:
    """Each opening is the closing last posted of the same thing; what stood there and is gone must be told."""
    last = _last(desk, class_)
    for entry in entries:
        before = last.pop(entry.content[SUBJECT.name], None)
        opening = entry.content.get("opening")
        if before and opening is not None and opening != before["closing"]:
            text = N_("The list before this one closed with %(closing)s, this one opens with %(opening)s.")
            params = {"closing": shown(before["closing"]), "opening": shown(opening)}
            desk.say("opening", text, entry, "opening", **params)
    if last and entries:
        text = N_(
            "%(n)s entries of the list before are gone from this one: say in a row with closing 0 what became of them."
        )
        desk.say("gone", text, n=len(last))


def _figures(content: Mapping[str, Any]) -> dict[str, int]:
    lines = content["lines"]
    sums = {name: sum(line.get(name, 0) for line in lines) for name in ("opening", "change", "closing")}
    return {**sums, "lines": len(lines)}


def _measures(content: Mapping[str, Any]) -> list[Measure]:
    """The closing, where the class has one (an audit has none)."""
    if not any("closing" in line for line in content["lines"]):
        return []
    per_head = PER_HEAD if content.get("class") in _PER_HEAD else None
    return [Measure("closing", before=(Before.LAST,), per_head=per_head, label=N_("Closing in total"))]


def _breakdown(content: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """By kind of party, where the lists say it."""
    sums: dict[str, int] = {}
    for line in content["lines"]:
        if line.get("party") and line.get("closing"):
            label = PARTIES[line["party"]]
            sums[label] = sums.get(label, 0) + line["closing"]
    return {BY_PARTY: sorted(sums.items(), key=lambda pair: -pair[1])} if len(sums) > 1 else {}


BY_PARTY = N_("By kind of party")


def _search_text(line: Mapping[str, Any]) -> str:
    """The purpose, and the name if it is no person's."""
    name = str(line.get("name", ""))
    return " ".join(filter(None, (name if is_organisation(name) else "", str(line.get("purpose", "")))))


_RECIPE = Recipe(
    input=INPUT,
    columns=COLUMNS,
    checks={
        **CHECKS,
        "class": Level.ERROR,
        "balance": Level.ERROR,
        "opening": Level.WARNING,
        "gone": Level.WARNING,
        "twice": Level.WARNING,
    },
    key=lambda line: str(line.get("subject", "")),
    prepare=_prepare,
    each=_each,
    whole=_whole,
    empty=_empty,
    may_be_negative=("change", "opening", "closing"),
)

KIND = Kind(
    name="statement",
    version=1,
    label=N_("Statements"),
    rhythm=Rhythm.PERIOD,
    **_RECIPE.parts,
    figures=_figures,
    headline=(
        Figure("opening", N_("Opening")),
        Figure("change", N_("Change"), "+"),
        Figure("closing", N_("Closing"), "="),
        Figure("lines", N_("Entries"), type=Type.INTEGER),
    ),
    check_labels={
        **CHECK_LABELS,
        "class": N_("Several classes in one posting"),
        "balance": N_("Opening and change that do not make the closing"),
        "opening": N_("An opening other than the closing last posted"),
        "gone": N_("Entries of the last list that are gone"),
        "twice": N_("An entry that stands twice"),
    },
    subject=("class", "name", "purpose"),
    subject_of=lambda content: content.get("class"),
    search_text=_search_text,
    title=lambda line: str(line.get("name") or line["key"]),
    amount=lambda line: line.get("closing"),
    nothing_said=lambda content: Message(N_("Of this there is nothing at the end of the period.")),
    heading=lambda content: Message(CLASSES.get(content.get("class", ""), N_("Statements"))),
    breakdown=_breakdown,
    measures=_measures,
    grains=(QUARTER, MONTH, YEAR),
    is_single=True,
    split=("class",),
    facts=("statements",),
    order=50,
)
