"""The columns of a roster of recipients, its checks, and what the signers are asked about it."""

from portal.kinds.base import DRAWN, Figure, Level, Privacy, Type, column
from portal.kinds.listing import CHECK_LABELS as COMMON_LABELS
from portal.kinds.listing import CHECKS as COMMON
from portal.kinds.listing import SERIAL
from portal.kinds.measures import PER_HEAD, Before, Measure, Words
from portal.text import N_

_INTERNAL, _MASKED = Privacy.INTERNAL, Privacy.MASKED


NAME = column(
    "name", N_("Name"), Type.TEXT,
    "姓名|领取人|受益人|补贴对象|享受人|享受对象|领款人|人员姓名|name|recipient",
    privacy=_MASKED, weight=1.6,
)  # fmt: skip
HOUSEHOLD = column(
    "household", N_("Household"), Type.TEXT, "户主|户主姓名|household|head of household", privacy=_MASKED, below=True
)
GROUP = column("group", N_("Group"), Type.TEXT, "所在组|村组|组别|村民小组|小组|组|所属组|group", weight=1)
BASIS = column(
    "basis", N_("Basis"), Type.QUANTITY,
    "补贴面积|实际补贴面积|面积|核定面积|种植面积|播种面积|实种面积|人数|补贴人数|保障人数|享受人数|户数|数量|天数|误工天数|"
    "出勤天数|次数|basis|area|persons|days",
)  # fmt: skip
RATE = column(
    "rate", N_("Rate"), Type.QUANTITY, "补贴标准|标准|单价|补贴单价|发放标准|月标准|日标准|每亩标准|rate|yuan per unit"
)
MONTHS = column("months", N_("Months"), Type.INTEGER, "月数|发放月数|补贴月数|享受月数|months")
AMOUNT = column(
    "amount", N_("Amount"), Type.MONEY, "实发金额|补贴金额|发放金额|金额|实发|补贴资金|发放资金|amount", required=True
)
PAID_ON = column("paid_on", N_("Paid on"), Type.DATE, "打款日期|发放日期|拨付日期|发放时间|paid on|date of payment")
NOTE = column("note", N_("Note"), Type.TEXT, "备注|附注|note|remarks", below=True)
PROGRAMME = column(
    "programme", N_("Programme"), Type.CODE,
    "项目|补贴项目|补贴类型|补贴种类|补贴名称|资金项目|项目名称|programme|subsidy", is_technical=True,
)  # fmt: skip

INPUT = (
    SERIAL,
    column("village", N_("Village"), Type.CODE, "所在村|村|村名|行政村|村委会|村代码|村编码|village|village code",
            privacy=_INTERNAL),
    column("period", N_("Period"), Type.TEXT, "期间|所属期|补贴年度|发放期间|period", privacy=_INTERNAL),
    PROGRAMME,
    column("batch", N_("Batch"), Type.TEXT, "批次|发放批次|batch", privacy=_INTERNAL),
    NAME,
    HOUSEHOLD,
    column("household_number", N_("Household number"), Type.CODE, "户号|户编号|家庭编号|农户编码|household number",
            privacy=_INTERNAL),
    GROUP,
    column("id_number", N_("Identity card"), Type.CODE,
            "身份证号|身份证号码|身份证|证件号码|证件号|公民身份号码|id number|identity card",
            privacy=_INTERNAL, is_matched=True),
    column("phone", N_("Phone"), Type.CODE, "手机号|手机号码|手机|联系电话|电话|联系方式|phone",
            privacy=_INTERNAL, is_matched=True),
    column("bank_account", N_("Bank account"), Type.CODE,
            "银行卡号|一卡通账号|一卡通号|一卡通|银行账号|银行帐号|存折账号|社保卡号|卡号|账号|bank account",
            privacy=_INTERNAL, is_matched=True),
    column("bank", N_("Bank"), Type.TEXT, "开户行|开户银行|银行名称|bank", privacy=_INTERNAL),
    column("contracted", N_("Contracted area"), Type.QUANTITY, "承包地面积|承包面积|确权面积|二轮承包面积|contracted",
            privacy=_INTERNAL),
    column("flowed_out", N_("Area given to others"), Type.QUANTITY, "流转出面积|流出面积|转出面积|given to others",
            privacy=_INTERNAL),
    column("entrusted", N_("Area taken from others"), Type.QUANTITY,
            "代耕代种面积|代耕面积|流转入面积|流入面积|转入面积|taken from others", privacy=_INTERNAL),
    column("excluded", N_("Area without subsidy"), Type.QUANTITY, "不予补贴面积|不补面积|扣减面积|without subsidy",
            privacy=_INTERNAL),
    BASIS,
    RATE,
    MONTHS,
    AMOUNT,
    PAID_ON,
    NOTE,
)  # fmt: skip
COLUMNS = (NAME, HOUSEHOLD, GROUP, BASIS, RATE, MONTHS, AMOUNT, PAID_ON, NOTE, PROGRAMME)

HEADLINE = (
    Figure("recipients", N_("Recipients"), type=Type.INTEGER),
    Figure("basis", N_("Basis in total"), type=Type.QUANTITY),
    Figure("amount", N_("Paid in total"), "="),
)

MEASURES = (
    Measure("amount", before=(Before.YEAR,), per_head=PER_HEAD, count="recipients"),
    Measure(
        "recipients",
        before=(Before.YEAR,),
        words=Words(
            more=N_("Recipients: %(amount)s more than in %(when)s."),
            less=N_("Recipients: %(amount)s fewer than in %(when)s."),
            same=N_("Recipients: as many as in %(when)s."),
        ),
    ),
)
"""Against the same programme and batch: most aid is paid once a year, or its sum stands still from month to month."""

QUESTIONS = (
    ("known", N_("Do you know everybody on this list, and is everybody alive and here?")),
    ("rule", N_("Does everybody on it meet the rule of the programme?")),
    ("basis", N_("Are the areas, people or days as you know them?")),
    (DRAWN, N_("Have you asked the people drawn below whether they got this sum?")),
    ("family", N_("Are relatives of village officers on it? Have you looked at those closely?")),
    ("absent", N_("Is anybody missing who should be on it?")),
)

_E, _W = Level.ERROR, Level.WARNING
CHECKS = {
    **COMMON,
    "programme_unknown": _E,
    "programme_other": _E,
    "batch_other": _E,
    "no_names": _E,
    "other_village": _E,
    "number_shortened": _E,
    "id_number": _E,
    "id_birth": _E,
    "id_old": _W,
    "id_rounded": _W,
    "id_twice": _E,
    "name_twice": _W,
    "bank_shared": _W,
    "area": _E,
    "too_large": _E,
    "arithmetic": _E,
    "back_pay": _W,
    "rate_differs": _W,
    "total_stated": _E,
    "note_illness": _E,
    "note_hardship": _W,
    "ledger": _W,
}
CHECK_LABELS = {
    **COMMON_LABELS,
    "programme_unknown": N_("A programme that is not known"),
    "programme_other": N_("Several programmes in one list"),
    "batch_other": N_("Several batches in one list"),
    "no_names": N_("A list without a column of names"),
    "other_village": N_("A row of another village"),
    "number_shortened": N_("A number that the spreadsheet shortened"),
    "id_number": N_("An identity card whose number is wrong"),
    "id_birth": N_("An identity card with an impossible date of birth"),
    "id_old": N_("Old identity cards with 15 digits"),
    "id_rounded": N_("Identity cards that end with three noughts"),
    "id_twice": N_("The same identity card twice"),
    "name_twice": N_("The same name in the same group twice, without identity cards"),
    "bank_shared": N_("Many recipients with one bank account"),
    "area": N_("Areas that do not make the area paid for"),
    "too_large": N_("A number too large to be right"),
    "arithmetic": N_("A sum that is not basis × rate"),
    "back_pay": N_("Sums that are not basis × rate, with a reason in the note"),
    "rate_differs": N_("A rate other than the one in force"),
    "total_stated": N_("A total in the text that does not add up"),
    "note_illness": N_("A note that speaks of an illness"),
    "note_hardship": N_("A note that speaks of poverty, minors or victims"),
    "ledger": N_("What the village pays and its books do not show"),
}
