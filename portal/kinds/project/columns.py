"""The columns of projects: what files may call them, and what a published line holds."""

from portal.kinds.base import Column, Privacy, Type, column
from portal.kinds.listing import SERIAL, SUBJECT
from portal.kinds.project.steps import STEPS, WAYS, WAYS_DUE
from portal.text import N_

INPUT = (
    SERIAL,
    column("name", N_("Name of the project"), Type.TEXT,
            "项目名称|工程名称|项目|工程|建设项目|project|project name|name", required=True, searchable=True, weight=3),
    column("step", N_("Step of the project"), Type.TEXT, "步骤|环节|阶段|程序|公开环节|公开事项|step|stage",
            words=STEPS),
    column("date", N_("Date"), Type.DATE, "日期|时间|发生日期|发生时间|date|day"),
    column("purpose", N_("What is built or bought"), Type.TEXT,
            "建设内容|项目内容|工程内容|主要内容|建设规模|内容|用途|purpose|works", below=True, searchable=True),
    column("source", N_("Where the money comes from"), Type.TEXT,
            "资金来源|资金渠道|经费来源|source|funding|funding source", below=True),
    column("budget", N_("Budget"), Type.MONEY,
            "预算|概算|批复金额|计划投资|预算金额|预算总额|概算金额|总投资|投资额|budget|estimate", is_summed=False),
    column("decision", N_("What it rests on"), Type.TEXT,
            "决策依据|立项依据|决议|议定情况|会议决议|决议文号|批准文号|decision|resolution|rests on", below=True),
    column("way", N_("How the contractor was chosen"), Type.TEXT,
            "发包方式|招标方式|采购方式|招投标方式|选定方式|交易方式|procurement|way of choosing|method", words=WAYS,
            below=True),
    column("contractor", N_("Contractor"), Type.TEXT,
            "承包方|施工单位|中标单位|承建单位|施工方|承包人|中标人|供应商|contractor|builder|supplier", below=True,
            privacy=Privacy.MASKED),
    column("contract_number", N_("Number of the contract"), Type.CODE, "合同编号|合同号|contract number|contract no",
            below=True),
    column("contract_amount", N_("Contract sum"), Type.MONEY,
            "合同金额|中标价|合同价|合同总价|合同价款|中标金额|中标价格|contract amount|contract sum|contract price",
            is_summed=False),
    column("change_amount", N_("Added or taken off by changes"), Type.MONEY,
            "变更金额|增减金额|变更增减|设计变更金额|签证金额|change amount|change", below=True, is_summed=False),
    column("started", N_("Works began on"), Type.DATE, "开工日期|开工时间|开工|started|start", below=True),
    column("finished", N_("Works finished on"), Type.DATE,
            "竣工日期|完工日期|竣工时间|完工时间|竣工|完工|finished|completed", below=True),
    column("progress", N_("Progress in percent"), Type.QUANTITY,
            "进度|形象进度|工程进度|完成进度|完成比例|progress|percent", below=True),
    column("payment", N_("Paid this time"), Type.MONEY,
            "本次付款|付款金额|本次支付|本期付款|本期支付|支付金额|payment|this payment|paid now"),
    column("paid", N_("Paid so far"), Type.MONEY,
            "已付|累计付款|拨付金额|已付款|累计支付|累计拨付|已拨付|已支付|累计已付|paid|paid so far", is_summed=False),
    column("voucher", N_("Vouchers of the payment"), Type.TEXT,
            "凭证号|付款凭证|凭证字号|凭证|voucher|vouchers", below=True),
    column("accepted_on", N_("Accepted on"), Type.DATE, "验收日期|验收时间|accepted on|acceptance date", below=True),
    column("accepted_by", N_("Accepted by"), Type.TEXT,
            "验收人|验收人员|验收单位|验收小组|accepted by|acceptance by", below=True, privacy=Privacy.MASKED),
    column("final_account", N_("Final account"), Type.MONEY,
            "决算|决算金额|结算金额|审定金额|结算价|决算价|final account", below=True, is_summed=False),
    column("note", N_("Note"), Type.TEXT, "备注|说明|note|remark", below=True),
)  # fmt: skip

_BY_NAME = {column.name: column for column in INPUT}
_AT_WAY = list(_BY_NAME).index("way") + 1

COLUMNS = (  # on paper only amounts stand right of the name: so what is printed below it has the whole width
    _BY_NAME["step"],
    _BY_NAME["date"],
    *(column for column in INPUT[1:_AT_WAY] if column.name not in ("step", "date")),
    Column("way_due", N_("Way that the sum asks for"), Type.TEXT, words=WAYS_DUE, below=True),
    Column("limit", N_("Limit that applied"), Type.MONEY, below=True, is_summed=False),
    *INPUT[_AT_WAY:],
    Column("ledger", N_("Lines of the accounts"), Type.CODE, is_technical=True),
    SUBJECT,
)

_ALWAYS = ("name", "step", "date")
ASKED = {
    "decision": (*_ALWAYS, "purpose", "source", "decision", "budget", "note"),
    "budget": (*_ALWAYS, "source", "budget", "decision", "note"),
    "selection": (*_ALWAYS, "way", "contractor", "budget", "note"),
    "contract": (*_ALWAYS, "contractor", "contract_number", "contract_amount", "way", "note"),
    "change": (*_ALWAYS, "change_amount", "decision", "note"),
    "progress": (*_ALWAYS, "started", "progress", "finished", "note"),
    "payment": (*_ALWAYS, "payment", "paid", "voucher", "note"),
    "acceptance": ("name", "step", "accepted_on", "accepted_by", "finished", "note"),
    "final_account": (*_ALWAYS, "final_account", "note"),
}
"""What is asked for when one step is typed in."""
