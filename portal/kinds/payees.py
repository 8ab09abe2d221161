"""Whom money comes from and goes to: which names are organisations, and how the name of a person is masked."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_ORGANISATION = re.compile(
    r"公司|集团|银行|信用社|农商行|合作社|委员会|村委|居委|党支部|党委|支部|政府|办事处|服务中心|中心|医院|卫生院|卫生室|学校|"
    r"小学|中学|大学|幼儿园|超市|商行|商店|商场|经营部|工程队|施工队|协会|基金会|事务所|财政|税务|国库|供电|电力|电信|移动|联通|"
    r"自来水|农场|林场|养殖场|工厂|加油站|饭店|酒店|宾馆|印刷|广告|文印|五金|建材|门市部|项目部|交易所|人民法院|派出所"
)
_ORGANISATION_END = re.compile(r".{2,}[店厂局站所铺坊]|.{3,}[社院校部行馆处队场库办科股室会团]")
_ORGANISATION_LATIN = re.compile(
    r"\b(co|ltd|inc|corp|company|bank|school|hospital|clinic|store|shop|market|office|station|bureau|"
    r"cooperative|co-operative|committee|government|centre|center|association|works|agency|department)\b",
    re.IGNORECASE,
)
_COMPOUND_SURNAMES = frozenset(
    re.findall(
        r"..",
        "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐宇文长孙司徒司空夏侯轩辕端木百里东郭南宫西门独孤澹台公冶宗政濮阳淳于单于太叔"
        "申屠仲孙钟离鲜于闾丘亓官司寇子车颛孙巫马公西漆雕乐正壤驷公良拓跋夹谷宰父谷梁呼延赫连纳兰第五",
    )
)
_GROUP = re.compile(r"农户|户$|人员|村民|群众|党员|老人|对象|家庭|职工|干部|工人|全体|各|员工|代表")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇]{2,4}")
_MINORITY_NAME = re.compile(r"[\u3400-\u9fff]{1,12}(?:[·•・‧.][\u3400-\u9fff]{1,12})+")
_LIST = re.compile(r"([、,;/()\[\]:]+|等.*$)")
_AND = re.compile(r"([和及与])")
_BESIDE = re.compile(r"[、,;/()\[\]:·•・‧.]")
_MAY_STAND = str.maketrans({"~": "~0", "/": "~1", ".": "~2", "\\": "~3"})


@lru_cache(maxsize=65536)
def normalised(name: str) -> str:
    """One spelling per name: full width made half, spaces inside Chinese taken out, ends stripped."""
    text = unicodedata.normalize("NFKC", name).strip()
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)


@lru_cache(maxsize=65536)
def is_organisation(name: str) -> bool:
    """Does this look like a firm, an institution or an office? In doubt no: a person's name must not be listed."""
    text = normalised(name)
    if len(text) <= 4 and text[:2] in _COMPOUND_SURNAMES:
        return False
    return bool(_ORGANISATION.search(text) or _ORGANISATION_END.fullmatch(text) or _ORGANISATION_LATIN.search(text))


@lru_cache(maxsize=65536)
def people(text: str) -> tuple[str, ...]:
    """The personal names in a payee's cell ("甲乙、丙丁等5人"); none for organisations and for "低保户"."""
    return tuple(part for part in _parts(normalised(text)) if _is_person(part))


def _parts(text: str) -> Iterator[str]:
    """The text cut at its dividers, which are parts too. 和 divides only between two names: it also stands in names."""
    for part in _LIST.split(text):
        halves = _AND.split(part)
        if len(halves) > 1 and not _is_person(part) and all(map(_is_person, halves[::2])):
            yield from halves
        else:
            yield part


def _is_person(name: str) -> bool:
    if not name or name.startswith("等") or _GROUP.search(name) or is_organisation(name):
        return False
    if name.isascii():
        return re.sub(r"[ '-]", "", name).isalpha() and len(name) > 1
    return bool(_HAN_NAME.fullmatch(name) or _MINORITY_NAME.fullmatch(name))


@lru_cache(maxsize=65536)
def masked(name: str) -> str:
    """Every personal name as surname + 某, the rest as it was; organisations and groups are left alone."""
    text = normalised(name)
    if is_organisation(text):
        return text
    return "".join(_surname(part) + "某" if _is_person(part) else part for part in _parts(text))


@lru_cache(maxsize=65536)
def surname_only(name: str) -> str:
    """The name of somebody on a list of people as surname + 某, whatever else stands in the cell; only a name that is
    too long for a person's and looks like an organisation's is left alone."""
    text = normalised(name)
    if len(text) > 4 and is_organisation(text):
        return text
    own = _BESIDE.split(text)[0].strip() or text
    return _surname(own) + "某" if own else ""


def _surname(name: str) -> str:
    return name[:2] if name[:2] in _COMPOUND_SURNAMES and len(name) > 2 else name[0]


def hide_names(text: str, names: tuple[str, ...]) -> str:
    """`text` with each of these personal names masked wherever it stands in full."""
    for name in names:
        if name in text:
            text = text.replace(name, _surname(name) + "某")
    return text


class Names:
    """The full names of some people, found wherever they stand in a text: each text is looked through once, however
    many names there are."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = {name for name in map(normalised, names) if len(name) > 1 and not name.endswith("某")}
        self.lengths = sorted({len(name) for name in self.names}, reverse=True)

    def hidden(self, text: str) -> str:
        """The text with these names as surname + 某."""
        found = []
        at = 0
        while at < len(text):
            length = next((n for n in self.lengths if text[at : at + n] in self.names), 0)
            found.append(surname_only(text[at : at + length]) if length else text[at])
            at += length or 1
        return "".join(found)


def slug(name: str) -> str:
    """A payee's name as one segment of an address, without slashes and dots; `unslug` reads it back."""
    return normalised(name).translate(_MAY_STAND)


def unslug(text: str) -> str:
    """The normalised name that `slug` was made of."""
    for found, meant in (("~3", "\\"), ("~2", "."), ("~1", "/"), ("~0", "~")):
        text = text.replace(found, meant)
    return text
