"""Reads the csv of places, people and offices into rows, with every error at its row and column.

One file, one heading row, in any order of columns; UTF-8 (with or without a byte-order mark) or GB18030; headings in
English or Chinese. A row with a `level` says what a place is, a row with a `role` who holds an office there (a row may
do both):

- `level` (级别): county, township or village (县, 乡镇, 村); `code` (代码): 12 digits; `name` (名称);
- `parent` (上级): the code above; if empty, a village's township is its first nine digits and 000;
- `population` (人口): of a village;
- `formerly` (原代码): codes this very place had before, separated by spaces; it keeps its history;
- `successor` (并入): the code of the place it was merged into; `ends` is then its last day;
- `role` (职务): bookkeeper, head, secretary, committee, agency_bookkeeper, township, county, inspector, administrator
  (报账员, 村主任, …); `person` (姓名), empty for an office that nobody holds yet; `phone` (电话), which also tells two
  people of one name apart; `login` (登录名), if the person signs in;
- `begins`, `ends` (任期起, 任期止): dates such as 2024-01-31; first and last day of the term, or of the place's code.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from portal.errors import Invalid
from portal.places.rules import LEVEL_LABELS, LEVEL_OF_ROLE, ROLE_LABELS, Level, Role, is_code
from portal.text import N_, Message

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "level": ("级别", "层级"),
    "code": ("代码", "区划代码", "行政区划代码"),
    "name": ("名称", "地名"),
    "parent": ("上级", "上级代码"),
    "population": ("人口", "人口数"),
    "formerly": ("原代码",),
    "successor": ("并入", "并入代码"),
    "role": ("职务",),
    "person": ("姓名", "任职人"),
    "phone": ("电话", "联系电话", "手机"),
    "login": ("登录名", "账号"),
    "begins": ("任期起", "开始日期"),
    "ends": ("任期止", "结束日期"),
}
_KNOWN = {alias: column for column, aliases in HEADINGS.items() for alias in (column, *aliases)}
_LEVELS = {"县": Level.COUNTY, "县区": Level.COUNTY, "乡镇": Level.TOWNSHIP, "镇": Level.TOWNSHIP, "乡": Level.TOWNSHIP,
           "村": Level.VILLAGE, "行政村": Level.VILLAGE} | {level.value: level for level in Level}  # fmt: skip
_ROLES = {
    "报账员": Role.BOOKKEEPER, "村会计": Role.BOOKKEEPER, "村主任": Role.HEAD, "村委会主任": Role.HEAD,
    "村党组织书记": Role.SECRETARY, "村书记": Role.SECRETARY, "村务监督委员会": Role.COMMITTEE,
    "监委会成员": Role.COMMITTEE, "代理会计": Role.AGENCY_BOOKKEEPER, "乡镇工作人员": Role.TOWNSHIP,
    "县级工作人员": Role.COUNTY, "县级监督员": Role.INSPECTOR, "管理员": Role.ADMINISTRATOR,
} | {role.value: role for role in Role}  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell: 1-based row in the file, the column's English name, and the sentence."""

    row: int
    column: str
    message: Message


class Refused(Invalid):
    """The file was not loaded, nothing of it; `problems` says why, row by row."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__(
            N_("Row %(row)s, column %(column)s: %(why)s (%(count)s errors in all; nothing was loaded)"),
            row=first.row, column=first.column, why=first.message, count=len(problems),
        )  # fmt: skip
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One row, typed; empty cells are None."""

    number: int
    code: str
    level: Level | None = None
    name: str | None = None
    parent: str | None = None
    population: int | None = None
    formerly: tuple[str, ...] = ()
    successor: str | None = None
    role: Role | None = None
    person: str | None = None
    phone: str | None = None
    login: str | None = None
    begins: date | None = None
    ends: date | None = None


@dataclass
class _Cells:
    """The cells of one row while they are read; collects what is wrong."""

    number: int
    texts: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, text: str, **params: object) -> None:
        self.problems.append(Problem(self.number, column, Message(text, params)))

    def text(self, column: str) -> str | None:
        return self.texts.get(column) or None

    def code(self, column: str) -> str | None:
        text = self.text(column)
        if text and not is_code(text):
            self.wrong(column, N_('A place code has twelve digits, not "%(value)s".'), value=text)
        return text

    def day(self, column: str) -> date | None:
        text = self.text(column)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(column, N_('A date is needed, such as 2024-01-31, not "%(value)s".'), value=text)
            return None

    def number_of(self, column: str) -> int | None:
        text = self.text(column)
        if text and not (text.isascii() and text.isdigit() and len(text) <= 7):
            self.wrong(column, N_('A whole number is needed, not "%(value)s".'), value=text)
            return None
        return int(text) if text else None


def read(data: bytes) -> list[Row]:
    """The rows of a file; `Refused` with all problems found in the cells, Invalid for a file that is no such table."""
    lines = list(csv.reader(io.StringIO(_decoded(data), newline="")))
    columns = _columns(lines[0] if lines else [])
    rows, problems = [], []
    for number, line in enumerate(lines[1:], start=2):
        texts = {column: _clean(line[index]) for column, index in columns.items() if index < len(line)}
        if any(texts.values()):
            cells = _Cells(number, texts)
            rows.append(_row(cells))
            problems += cells.problems
    if problems:
        raise Refused(problems)
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(N_("This is not a csv file in UTF-8 or GB18030: save the table as csv and load that."))


def _columns(headings: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        column = _KNOWN.get(_clean(heading).casefold())
        if column is None and _clean(heading):
            raise Invalid(
                N_("Nobody knows the heading \"%(heading)s\". Known are: %(known)s."),
                heading=_clean(heading), known=", ".join(HEADINGS),
            )  # fmt: skip
        if column in found:
            raise Invalid(N_('The heading "%(heading)s" stands there twice.'), heading=_clean(heading))
        if column:
            found[column] = index
    if "code" not in found:
        raise Invalid(N_('The first row must be headings, and one of them "code".'))
    return found


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _row(cells: _Cells) -> Row:
    row = Row(
        number=cells.number,
        code=cells.code("code") or "",
        level=_choice(cells, "level", _LEVELS),
        name=cells.text("name"),
        parent=cells.code("parent"),
        population=cells.number_of("population"),
        formerly=tuple((cells.text("formerly") or "").split()),
        successor=cells.code("successor"),
        role=_choice(cells, "role", _ROLES),
        person=cells.text("person"),
        phone=cells.text("phone"),
        login=(cells.text("login") or "").casefold() or None,
        begins=cells.day("begins"),
        ends=cells.day("ends"),
    )
    _check(cells, row)
    return row


def _choice(cells: _Cells, column: str, known: Mapping[str, T]) -> T | None:
    text = cells.text(column)
    if text and text.casefold() not in known:
        cells.wrong(column, N_('"%(value)s" is none of: %(known)s.'), value=text, known=", ".join(known))
        return None
    return known[text.casefold()] if text else None


def _check(cells: _Cells, row: Row) -> None:
    """What one row must have by itself."""
    if not row.code:
        cells.wrong("code", N_("Every row names its place by the code."))
    if not (cells.text("level") or cells.text("role")):
        cells.wrong("level", N_("A row needs a level (a place: %(levels)s) or a role (an office: %(roles)s)."),
                    levels=", ".join(Level), roles=", ".join(Role))  # fmt: skip
    if row.level and not row.name:
        cells.wrong("name", N_("A place needs a name."))
    if row.level and row.parent == row.code:
        cells.wrong("parent", N_("A place is not above itself."))
    if row.population is not None and row.level is not Level.VILLAGE:
        cells.wrong("population", N_("Only a village's row has a population."))
    for code in row.formerly:
        if not is_code(code):
            cells.wrong("formerly", N_('A place code has twelve digits, not "%(value)s".'), value=code)
    if row.successor and not (row.level and row.ends):
        cells.wrong("successor", N_('A place that was merged needs its level and its last day under "ends".'))
    if row.begins and row.ends and row.ends < row.begins:
        cells.wrong("ends", N_("The end is before the beginning."))
    if (row.login or row.phone) and not row.person:
        cells.wrong("person", N_("A login or a phone needs a person."))
    if row.person and not row.role:
        cells.wrong("role", N_("A person needs a role: the office that is held."))
    if row.level and row.role and LEVEL_OF_ROLE[row.role] is not row.level:
        wanted = Message(LEVEL_LABELS[LEVEL_OF_ROLE[row.role]])
        cells.wrong("role", N_("%(role)s is an office of this level: %(level)s."),
                    role=Message(ROLE_LABELS[row.role]), level=wanted)  # fmt: skip
