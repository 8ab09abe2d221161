"""The columns of contracts about the village's assets: what files may call them, and what a published line holds."""

from portal.kinds.base import Column, Privacy, Type, column
from portal.kinds.listing import SERIAL, SUBJECT
from portal.text import N_

CLASSES = {
    "land": N_("arable land"),
    "forest": N_("forest and orchards"),
    "water": N_("ponds and waters"),
    "building": N_("shops and buildings"),
    "equipment": N_("equipment"),
    "other": N_("other assets"),
}
CLASS_WORDS = {
    "land": "耕地|土地|农田|机动地|水田|旱地|荒地|land|field",
    "forest": "林地|山林|林场|果园|茶园|forest|orchard",
    "water": "水面|塘|鱼塘|水塘|池塘|水库|坑塘|养殖水面|pond|water",
    "building": "房屋|门面|门面房|商铺|店面|厂房|仓库|办公楼|房产|场地|shop|building",
    "equipment": "设备|机械|农机|车辆|机具|equipment",
    "other": "其他|other",
}
UNITS = {
    "mu": N_("mu"),
    "m2": N_("square metres"),
    "hectare": N_("hectares"),
    "room": N_("rooms"),
    "piece": N_("pieces"),
}
UNIT_WORDS = {
    "mu": "亩|mu",
    "m2": "平方米|平米|㎡|m2|square metre",
    "hectare": "公顷|hectare",
    "room": "间|room",
    "piece": "台|辆|套|个|piece",
}
WAYS = {
    "bidding": N_("open bidding"),
    "negotiated": N_("negotiated"),
}
WAY_WORDS = {
    "bidding": "招标|竞价|竞标|拍卖|公开|竞拍|挂牌|公开招租|公开发包|bidding|auction|tender",
    "negotiated": "协商|议标|协议|直接|续租|续签|negotiat",
}
STATUSES = {"running": N_("running"), "ended": N_("ended")}
STATUS_WORDS = {
    "running": "履行|执行|在租|正常|有效|存续|履行中|执行中|running",
    "ended": "终止|到期|解除|收回|结束|期满|已终止|已到期|履行完毕|ended",
}


INPUT = (
    SERIAL,
    column("asset", N_("Asset or resource"), Type.TEXT,
            "资产名称|资源名称|标的|资产资源名称|资产|资源|承包项目|租赁物|asset|resource", required=True,
            searchable=True, weight=3),
    column("class", N_("Class of asset"), Type.TEXT, "类别|资产类别|资源类别|资产类型|class|type", words=CLASSES,
            below=True),
    column("area", N_("Area or number"), Type.QUANTITY, "面积|数量|承包面积|出租面积|亩数|area|quantity",
            below=True),
    column("unit", N_("Unit of the area"), Type.TEXT, "计量单位|单位|面积单位|unit", words=UNITS, below=True),
    column("location", N_("Where it is"), Type.TEXT, "坐落|位置|地点|四至|坐落位置|location|place", below=True,
            searchable=True),
    column("party", N_("Who rents it"), Type.TEXT,
            "承租方|承包方|承租人|承包人|租赁方|乙方|承租单位|party|tenant|lessee", privacy=Privacy.MASKED, below=True),
    column("from", N_("Contract begins"), Type.DATE,
            "起始日期|开始日期|合同起始|起租日期|承包起始日期|from|begins|start", below=True),
    column("to", N_("Contract ends"), Type.DATE, "终止日期|到期日期|截止日期|合同到期|结束日期|to|ends|end",
            below=True),
    column("term", N_("Years of the contract"), Type.QUANTITY,
            "期限|合同期限|年限|承包期限|租期|承包年限|term|years", below=True),
    column("way", N_("How it was let"), Type.TEXT, "发包方式|出租方式|招租方式|交易方式|承包方式|way|method",
            words=WAYS, below=True),
    column("valuation", N_("Valuation"), Type.MONEY, "评估价|评估价值|评估金额|底价|标底|valuation", below=True,
            is_summed=False),
    column("annual_rent", N_("Rent of a year"), Type.MONEY,
            "年租金|年承包费|应收租金|年租金标准|年承包金|年度租金|annual rent|yearly rent"),
    column("due", N_("Due this year"), Type.MONEY, "本年应收|应收|应收金额|本期应收|当年应收|应收承包费|due|rent due"),
    column("received", N_("Received this year"), Type.MONEY,
            "已收|实收租金|本年已收|实收|本年实收|已收租金|已收金额|received|rent received"),
    column("status", N_("Does it run?"), Type.TEXT, "状态|合同状态|履行情况|履行状态|status",
            words=STATUSES, below=True),
    column("voucher", N_("Vouchers of the rent"), Type.TEXT, "凭证号|收款凭证|凭证字号|凭证|票据号|voucher|vouchers",
            below=True),
    column("note", N_("Note"), Type.TEXT, "备注|说明|note|remark", below=True),
)  # fmt: skip

COLUMNS = (
    *INPUT[1:],
    Column("per_unit", N_("Rent of one unit"), Type.MONEY, below=True, is_summed=False),
    Column("ledger", N_("Lines of the accounts"), Type.CODE, is_technical=True),
    SUBJECT,
)
