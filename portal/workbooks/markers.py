"""Rows that are not lines: subtotals, running totals, balances carried over, and signatures in the foot.

The words were seen in day books and public tables of villages (DOMAIN.md section 5 of the project's notes names them).
"""

import re
from typing import Any

from portal.workbooks.values import plain

_WHEN = r"(?:\d{4}年度?)?(?:第?[一二三四1-4]季度?|[上下]半年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?)?"
_SUBTOTAL = re.compile(
    _WHEN + r"(?:(?:本|当)?(?:页|日|月|季|季度|期|年|年度|科目|项目|类|村|组|旬|周)?(?:发生额)?(?:小计|合计|总计|共计)"
    r"|(?:本|当)[日月季期年]发生额?|发生额合计|合计金额|金额合计|总合计|收支合计"
    r"|sub-?totals?|totals?|grandtotal|monthlytotal|pagetotal)"
)
_RUNNING = re.compile(
    _WHEN + r"(?:(?:本|当|全)?(?:年|年度|月|季|季度|期)?(?:发生额)?累计(?:发生额)?|年初至今"
    r"|yeartodate|ytd|runningtotal|cumulative)"
)
_CARRIED = re.compile(
    _WHEN + r"(?:承[前上]页|承前|接[前上]页|过次页|转[次下]页|结转[下次][页月年季期]|上年度结转|年初结转"
    r"|(?:上|前)[日月年季期]?(?:结余|结转|结存|余额|转入)|[本当][日月年季期](?:结余|结存|余额)|结存|余额|结余"
    r"|(?:期|月|年|季|日)[初末](?:余额|结余|结存|数)?"
    r"|broughtforward|carriedforward|carriedover|b/?f|c/?f|(?:opening|closing)balance|balance(?:brought|carried)forward)"
)
_FOOT = re.compile(
    r"(?:制表|制单|审核|复核|记账|出纳|会计|主管|填报|填表|编制|经办|村?负责人|村主任|村书记|支部书记|监委会?|村?监督委员会"
    r"|民主理财|理财小组|公章|盖章|签字|签章|签名|说明|备?注|公开(?:时间|日期|人)|公示(?:时间|期|日期)|监督电话|举报电话"
    r"|打印(?:时间|日期)|导出时间|总笔数|(?:收入|支出|借方|贷方)?笔数|币种|第\d+页|共\d+页|(?:prepared|checked|reviewed|approved|signed)\s*by|note|printed)"
)
_LABELLED = re.compile(r"(?:制表|审核|复核|出纳|会计|主管|负责人|记账|盖章|签字|签章|监委会?主任)[人员]?\s*:")
_HINT = re.compile("[计累承接过转结余存初末额]|total|date|ytd|cumul|forward|over|balance|b/?f|c/?f", re.I)
_SQUEEZE = re.compile(r"[\s::,。.、;;*—\-_]+|\((?:大写|元|单位)?[^)]*\)")


def row_kind(cell: Any) -> str | None:
    """What a text makes of its row: ``subtotal``, ``running`` or ``carried``; None for an ordinary text."""
    if type(cell) is not str or len(cell) > 30 or not _HINT.search(cell):
        return None
    squeezed = _SQUEEZE.sub("", plain(cell).lower())
    if not squeezed:
        return None
    for kind, words in (("subtotal", _SUBTOTAL), ("running", _RUNNING), ("carried", _CARRIED)):
        if words.fullmatch(squeezed):
            return kind
    return None


def is_foot(cell: Any) -> bool:
    """Does a text belong to the signatures and remarks below a table?"""
    if type(cell) is not str:
        return False
    shown = plain(cell).lower()
    return bool(_LABELLED.search(shown) or (_FOOT.match(shown) and (":" in shown or len(shown) < 8)))
