"""A list with a column of every type, some of them internal; it belongs to no room."""

from portal.kinds.base import Column, Kind, Privacy, Type
from portal.kinds.listing import SERIAL, Recipe
from tests.kinds import levy

MIXED = Recipe(
    input=(
        SERIAL,
        Column("name", "Name", Type.TEXT, ("姓名",), required=True, privacy=Privacy.MASKED),
        Column("id_number", "Identity number", Type.CODE, ("身份证号",), required=True, privacy=Privacy.INTERNAL),
        Column("card", "Bank card", Type.CODE, ("银行卡号",), privacy=Privacy.INTERNAL),
        Column("day", "Settled on", Type.DATE, ("日期",)),
        Column("area", "Area", Type.QUANTITY, ("面积",)),
        Column("people", "People", Type.INTEGER, ("人数",)),
        Column("amount", "Amount", Type.MONEY, ("金额",)),
        Column("paid", "Paid", Type.FLAG, ("是否发放",)),
        Column("note", "Note", Type.TEXT, ("备注",), below=True),
    ),
    columns=(
        Column("name", "Name", Type.TEXT, privacy=Privacy.MASKED),
        Column("subject", "Subject", Type.CODE, is_technical=True),
        Column("day", "Settled on", Type.DATE),
        Column("area", "Area", Type.QUANTITY),
        Column("people", "People", Type.INTEGER),
        Column("amount", "Amount", Type.MONEY),
        Column("paid", "Paid", Type.FLAG),
        Column("note", "Note", Type.TEXT),
    ),
    checks={name: level for name, level in levy.KIND.checks.items() if name != "too_much"},
    key=lambda line: str(line.get("name", "")),
    subject=("name",),
    whole=lambda entries, desk: {"programme": desk.context.choices["programme"]},
)
ROSTER = Kind(
    **{
        **vars(levy.KIND),
        "name": "roster",
        "input": MIXED.input,
        "columns": MIXED.columns,
        "assemble": MIXED.assemble,
        "split": ("programme",),
    }
)
