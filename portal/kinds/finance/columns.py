"""The columns of a ledger: what files may call them, and what a published line holds."""

from dataclasses import replace

from portal.kinds.base import DRAWN, Column, Figure, Level, Privacy, Type, column
from portal.kinds.measures import PER_HEAD, Before, Measure, Words
from portal.text import N_

_INTERNAL = Privacy.INTERNAL


INPUT = (
    column(
        "date",
        N_("Date"),
        Type.DATE,
        "日期|记账日期|凭证日期|交易日期|交易日|年月日|入账日期|发生日期|date|day of entry|transaction date",
        required=True,
    ),
    column("year", N_("Year"), Type.INTEGER, "年|年份|year"),
    column("month", N_("Month"), Type.INTEGER, "月|月份|month"),
    column("day", N_("Day"), Type.INTEGER, "日|day"),
    column("period", N_("Period"), Type.TEXT, "期间|会计期间|所属期间|账期|period", privacy=_INTERNAL),
    column(
        "village",
        N_("Village"),
        Type.CODE,
        "村|村名|行政村|村代码|村编码|行政村代码|village|village code",
        privacy=_INTERNAL,
    ),
    column("voucher_word", N_("Voucher word"), Type.TEXT, "凭证字|凭证类别|凭证类型|voucher word|voucher type"),
    column(
        "voucher",
        N_("Voucher number"),
        Type.CODE,
        "凭证号|凭证字号|凭证编号|凭证号码|凭证|字号|单据号|流水号|交易流水号|voucher|voucher number|voucher no",
    ),
    column(
        "entry",
        N_("Entry"),
        Type.CODE,
        "分录号|分录|行号|序号|entry|entry number|entry no|line|line number",
    ),
    column(
        "summary",
        N_("Summary"),
        Type.TEXT,
        "摘要|用途|事由|内容|交易摘要|说明|摘要说明|款项用途|summary|description|purpose|details",
        required=True,
    ),
    column("account", N_("Account"), Type.TEXT, "科目|对方科目|会计科目|account|counter account"),
    column("account_code", N_("Account code"), Type.CODE, "科目编码|科目代码|科目编号|对方科目编码|account code|code"),
    column("account_name", N_("Account name"), Type.TEXT, "科目名称|会计科目名称|对方科目名称|account name"),
    column(
        "income",
        N_("Money in"),
        Type.MONEY,
        "收入|收入金额|收入元|存入|收入(借方)|借方(收入)|借方收入|收方|收方金额|存入金额|贷方(收入)|"
        "income|money in|receipts|received|deposit|deposits|in",
    ),
    column(
        "expense",
        N_("Money out"),
        Type.MONEY,
        "支出|支出金额|支出元|付出|支取|付出金额|付方|付方金额|支取金额|支出(贷方)|贷方(支出)|贷方支出|借方(支出)|"
        "expense|expenses|spending|money out|payments|paid|withdrawal|withdrawals|out",
    ),
    column("debit", N_("Debit"), Type.MONEY, "借方|借方金额|借方-本币|借方本币|借方发生额|debit|debit amount|dr"),
    column("credit", N_("Credit"), Type.MONEY, "贷方|贷方金额|贷方-本币|贷方本币|贷方发生额|credit|credit amount|cr"),
    column("signed_amount", N_("Amount"), Type.MONEY, "交易金额|发生额|金额|amount|transaction amount|signed amount"),
    column("side", N_("In or out"), Type.TEXT, "借贷|方向|借贷方向|借贷标志|收支|收支标志|收/支|side|dr/cr|direction"),
    column(
        "balance",
        N_("Balance"),
        Type.MONEY,
        "余额|结存|账户余额|余额元|结余|结余金额|本次余额|balance|running balance",
    ),
    column(
        "opening",
        N_("Opening balance"),
        Type.MONEY,
        "期初|期初余额|上期结余|上月结余|上月余额|opening|opening balance",
    ),
    column(
        "payee",
        N_("Payee"),
        Type.TEXT,
        "收款人|付款人|收款单位|付款单位|收款方|付款方|对方单位|对方户名|对方名称|对手方|往来单位|客商|领款人|"
        "payee|payer|paid to|counterparty",
        privacy=Privacy.MASKED,
    ),
    column(
        "payee_account",
        N_("Bank account of the payee"),
        Type.CODE,
        "对方账号|对方帐号|收款账号|对方卡号|银行账号|payee account|counterparty account",
        privacy=_INTERNAL,
    ),
    column("handler", N_("Handled by"), Type.TEXT, "经手人|经办人|经手|handler|handled by"),
    column("witness", N_("Witnessed by"), Type.TEXT, "证明人|验收人|证明|witness|witnessed by"),
    column("approver", N_("Approved by"), Type.TEXT, "审批人|批准人|负责人|审核人|approver|approved by"),
    column(
        "document",
        N_("Paper"),
        Type.TEXT,
        "票据类型|票据|发票|发票号|发票号码|附件|附件张数|document|documents|invoice|attachments",
    ),
    column("note", N_("Note"), Type.TEXT, "备注|附注|note|notes|remark|remarks"),
    column(
        "book",
        N_("Book"),
        Type.TEXT,
        "账簿|账户|账户类型|账别|现金/银行|核算账簿名称|资金账户|book|bank book",
    ),
    column("owner", N_("Whose book"), Type.TEXT, "账套|核算单位|单位|所有者|owner|entity"),
)

COLUMNS = (
    Column("book", N_("Book"), Type.TEXT, required=True),
    Column("owner", N_("Whose book"), Type.TEXT, required=True, is_technical=True),
    Column("date", N_("Date"), Type.DATE, required=True),
    Column("voucher", N_("Voucher number"), Type.CODE),
    Column("entry", N_("Entry"), Type.CODE, required=True, is_technical=True),
    Column("summary", N_("Summary"), Type.TEXT, required=True, searchable=True, weight=3.0),
    Column("account", N_("Account code"), Type.CODE, is_technical=True),
    Column("account_name", N_("Account"), Type.TEXT, weight=1.2),
    Column("income", N_("Money in"), Type.MONEY),
    Column("expense", N_("Money out"), Type.MONEY),
    Column("payee", N_("Payee"), Type.TEXT, privacy=Privacy.MASKED, searchable=True, below=True),
    Column("handler", N_("Handled by"), Type.TEXT, below=True),
    Column("witness", N_("Witnessed by"), Type.TEXT, below=True),
    Column("approver", N_("Approved by"), Type.TEXT, below=True),
    Column("document", N_("Paper"), Type.TEXT, below=True),
    Column("note", N_("Note"), Type.TEXT, below=True),
    Column("transfer", N_("Transfer between books"), Type.FLAG, is_technical=True),
)

SUMMED = dict.fromkeys(("income", "expense", "debit", "credit", "signed_amount"), Type.MONEY)
"""The amounts that subtotals of a file add up."""

HEADLINE = (
    Figure("opening", N_("Opening balance")),
    Figure("income", N_("Money in"), "+"),
    Figure("expense", N_("Money out"), "−"),
    Figure("closing", N_("Closing balance"), "="),
)

MEASURES = (
    Measure(
        "expense",
        before=(Before.STEP, Before.YEAR),
        words=Words(
            more=N_("%(amount)s more was spent than in %(when)s."),
            less=N_("%(amount)s less was spent than in %(when)s."),
            same=N_("As much was spent as in %(when)s."),
        ),
        per_head=replace(
            PER_HEAD,
            beside=N_(
                "Spending per head %(own)s; the middle of the %(n)s villages of the township that have posted this"
                " month is %(middle)s."
            ),
            few=N_(
                "Spending per head is not compared: villages of the township that have posted this month: %(n)s;"
                " needed: %(m)s."
            ),
            unknown=N_("Spending per head is not given: the number of villagers is not known here."),
        ),
        tells_alone=False,
    ),
)

QUESTIONS = (
    ("opening", N_("Is the opening balance the closing balance of last month?")),
    ("bank", N_("Have you seen the bank's own statement, and does its balance agree?")),
    ("cash", N_("Has the cash been counted, and does it agree?")),
    (DRAWN, N_("Have you seen the five vouchers that were drawn, with their papers?")),
    ("unseen", N_("Was anything bought or built that nobody of you has seen?")),
    ("absent", N_("Is anything missing that you know happened this month?")),
)
"""The six plain questions of the review sheet; each is answered yes, no or not checked."""

CHECKS = {
    "no_lines": Level.ERROR,
    "no_amounts": Level.ERROR,
    "period_unknown": Level.ERROR,
    "period_title": Level.ERROR,
    "period_future": Level.ERROR,
    "period_gap": Level.WARNING,
    "date_missing": Level.ERROR,
    "date_outside": Level.ERROR,
    "summary_missing": Level.ERROR,
    "summary_vague": Level.WARNING,
    "one_side": Level.ERROR,
    "voucher_missing": Level.WARNING,
    "voucher_unbalanced": Level.ERROR,
    "voucher_mixed": Level.WARNING,
    "entry_duplicate": Level.ERROR,
    "account_missing": Level.WARNING,
    "account_unknown": Level.WARNING,
    "account_disagrees": Level.ERROR,
    "opening": Level.ERROR,
    "first_opening": Level.WARNING,
    "balance": Level.ERROR,
    "closing": Level.ERROR,
    "subtotal": Level.ERROR,
    "negative_cash": Level.WARNING,
    "unpaired_transfer": Level.WARNING,
    "private_number": Level.ERROR,
}
"""Every check by its stable name. An ERROR refuses the draft; the books are wrong or say what must not be printed.
A WARNING is shown to the signers and printed: the books may be true as they are, and the village must see them."""

CHECK_LABELS = {
    "no_lines": N_("Files without any row of money"),
    "no_amounts": N_("A sheet without a column of amounts"),
    "period_unknown": N_("Files that do not say their month"),
    "period_title": N_("A title that names another month"),
    "period_future": N_("A month that has not begun"),
    "period_gap": N_("Months left out before this one"),
    "date_missing": N_("A row without a date"),
    "date_outside": N_("A date outside the month"),
    "summary_missing": N_("A row without a summary"),
    "summary_vague": N_("A summary that says too little"),
    "one_side": N_("Money in and money out in one row, or neither"),
    "voucher_missing": N_("A row without a voucher number"),
    "voucher_unbalanced": N_("A voucher whose debit and credit differ"),
    "voucher_mixed": N_("A voucher with several money entries and several accounts"),
    "entry_duplicate": N_("An entry of a voucher that stands twice"),
    "account_missing": N_("A row without an account"),
    "account_unknown": N_("An account that the chart does not have"),
    "account_disagrees": N_("An account whose code and name disagree"),
    "opening": N_("An opening balance other than last month's closing"),
    "first_opening": N_("The opening balance of a book's first month"),
    "balance": N_("A running balance that does not add up"),
    "closing": N_("A closing balance that does not add up"),
    "subtotal": N_("A sum in the file that does not add up"),
    "negative_cash": N_("Less than nothing in the cash book"),
    "unpaired_transfer": N_("A transfer between books with one side only"),
    "private_number": N_("A number that must not be printed: identity, telephone, bank card"),
}
"""What each check looks at, for the county's page of settings."""
