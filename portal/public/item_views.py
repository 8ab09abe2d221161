"""Pages of one item: the month, its lines, its downloads, its paper and its card."""

import csv
from collections import Counter
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, g, jsonify, render_template, request, url_for
from flask_babel import gettext

from portal import notices, workbooks
from portal.config import Settings
from portal.duties.rules import State, right_to_turn
from portal.errors import Invalid
from portal.evidence.rules import Document
from portal.gazette import queries as gazette
from portal.hanging.rules import State as Board
from portal.kinds import KINDS, finance
from portal.kinds.base import Column, Kind, Type
from portal.kinds.finance import book_label, english_name, owner_label
from portal.kinds.listing import SUBJECT
from portal.kinds.records import RECORDS
from portal.money import quantity as plain_quantity
from portal.money import yuan
from portal.notices.voice import said
from portal.places.rules import ROLE_LABELS
from portal.public import item_queries, paper, papers
from portal.public.item_queries import LINES_A_PAGE, ItemPage
from portal.public.views import blueprint
from portal.text import N_
from portal.web.declared import open_to_all
from portal.web.filters import day, message, money, quantity
from portal.web.language import LARGE, current_language
from portal.web.pager import Pager

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the local code page
SIZES = ("A4", "A3")
LANGUAGES = ("zh", "en", "both")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


LABELS = {
    "role_labels": ROLE_LABELS,
    "decision_labels": paper.DECISION_LABELS,
    "tones": {"made": "done", "signed": "done", "reserved": "reserved", "refused": "refused", "silent": "refused"},
    "book_label": book_label,
    "owner_label": owner_label,
    "State": State,
    "Board": Board,
}


def account(name: str) -> str:
    """An account's name in the reader's language; what the chart does not know stays as the file has it."""
    return english_name(name) if current_language() == "en" else name


@blueprint.get("/gazette/<int:number>")
@open_to_all
def item(number: int) -> str:
    """A month: what came in, what went out, every line, who signed."""
    found = gazette.item(number)
    if found.withheld_by:
        return render_template("public/withheld.html", item=found)
    if found.kind in RECORDS:
        return render_template("public/record.html", page=item_queries.record_page(found))
    page = item_queries.item_page(found)
    pager = Pager.of_request(len(page.lines), LINES_A_PAGE)
    columns = shown_columns(page)
    return render_template(
        "public/item.html",
        page=page,
        pager=pager,
        rows=rows(page, pager.offset) if page.kind.is_carried else table_rows(page, pager.offset),
        columns=columns,
        small_under=next((index for index, column in enumerate(columns) if column.weight), 0),
        came_from=finance.CAME_FROM,
        groups=paper.groups_of(page.lines),
        turn=right_to_turn(page.posted_from),
        account=account,
        **LABELS,
    )


def rows(page: ItemPage, offset: int) -> list[tuple[Any, ...]]:
    """Lines as the page shows them: number, day, voucher, summary, payee and its page, small print, is it a transfer,
    money in, money out, the line's own address, what papers it has. Made here and unpacked by the template: a filter, a
    macro or a name looked up in each cell costs more than the queries.
    """
    here = url_for(".item", number=page.item.number, size=None)
    payees = url_for(".place", code=page.place.code, size=None) + "/payees/"
    size = f"?size={LARGE}" if g.size else ""
    days = {written: day(written) for written in {line.get("date", "") for line in page.lines}}
    english = current_language() == "en"
    behind = {key: papers_told(counted) for key, counted in page.papers.items()}
    found = []
    for n, line in enumerate(page.lines[offset : offset + LINES_A_PAGE], offset + 1):
        get = line.get
        name, slug, income, expense = get("account_name", ""), page.payee_slug(line), get("income"), get("expense")
        details = (english_name(name) if english else name, get("document"))
        found.append(
            (
                n,
                days[get("date", "")],
                get("voucher"),
                line["summary"],
                get("payee"),
                slug and f"{payees}{quote(slug)}{size}",
                " · ".join(filter(None, details)),
                get("transfer"),
                money(income) if income else "",
                money(expense) if expense else "",
                f"{here}/lines/{n}{size}",
                behind.get(line["key"]),
            )
        )
    return found


def papers_told(counted: Counter[tuple[Document, bool]]) -> tuple[str, str]:
    """What lies behind a line in the reader's words, and the mark of a white slip."""
    separator = "、" if current_language() == "zh" else ", "
    told = separator.join(map(message, papers.told(counted)))
    return gettext(N_("papers: %(papers)s"), papers=told) if told else "", gettext(N_("white slip")) * bool(
        papers.slips(counted)
    )


def shown_columns(page: ItemPage) -> list[Column]:
    """The columns of a list that its table has: those that any line fills, small print left out."""
    used = set().union(*page.lines) if page.lines else set()
    return [c for c in page.kind.columns if not c.is_technical and not c.below and c.name in used]


def class_of(column: Column) -> str:
    """How a column stands in a table."""
    if column.type in (Type.MONEY, Type.QUANTITY, Type.INTEGER):
        return "num"
    return "what" if column.weight else "day" if column.type is Type.DATE else ""


def table_rows(page: ItemPage, offset: int) -> list[tuple[Any, ...]]:
    """Lines of a list as its page shows them: number, cells (text, class, heading, the subject's address), small print,
    the line's own address, what papers it has; made as in `rows`."""
    here = url_for(".item", number=page.item.number, size=None)
    size = f"?size={LARGE}" if g.size else ""
    over = f"{url_for('.place', code=page.place.code, size=None)}/{page.kind.name}"
    heads = [(column, class_of(column), gettext(column.label)) for column in shown_columns(page)]
    subject = page.kind.subject[:1]
    small = [c for c in page.kind.columns if c.below and not c.is_technical]
    behind = {key: papers_told(counted) for key, counted in page.papers.items()}
    found = []
    for n, line in enumerate(page.lines[offset : offset + LINES_A_PAGE], offset + 1):
        about = f"{over}/{line[SUBJECT.name]}{size}" if SUBJECT.name in line and page.kind.subject else ""
        texts = [
            cell_text(column, line[column.name]) if column.name in line else "" for column, _class, _label in heads
        ]
        cells = [
            (text, class_ if text else f"nothing {class_}", label, about if text and column.name in subject else "")
            for text, (column, class_, label) in zip(texts, heads, strict=True)
        ]
        notes = [(gettext(c.label), cell_text(c, line[c.name])) for c in small if c.name in line]
        found.append((n, cells, notes, f"{here}/lines/{n}{size}", behind.get(line["key"])))
    return found


def cell_text(column: Column, value: Any) -> str:
    """A line's value as a page shows it."""
    if column.type is Type.MONEY:
        return money(value)
    if column.type is Type.DATE:
        return day(value, year=True)
    if column.type is Type.QUANTITY:
        return quantity(value)
    if column.type is Type.FLAG:
        return gettext("yes") if value else ""
    return gettext(column.words[value]) if value in column.words else str(value)


@blueprint.get("/gazette/<int:number>/lines/<int:n>")
@open_to_all
def line(number: int, n: int) -> str:
    """One line, at its own address, and where to ask about it."""
    found = item_queries.line_page(number, n)
    turn = right_to_turn(found.page.posted_from)
    kind = found.page.kind
    return render_template(
        "public/line.html",
        found=found,
        page=found.page,
        turn=turn,
        title=kind.title(found.line),
        amount=kind.amount(found.line),
        papers=papers.of_line(found.page.item, found.line["key"]),
        cell_text=cell_text,
        **LABELS,
    )


@blueprint.get("/gazette/<int:number>.json")
@open_to_all
def item_json(number: int) -> Response:
    """The sealed payload, byte for byte; of a list of people it has digests where their names were."""
    response = Response(gazette.payload_text(number), content_type="application/json; charset=utf-8")
    return _listed(response, KINDS.get(gazette.item(number).kind))


@blueprint.get("/gazette/<int:number>.names.json")
@open_to_all
def item_names(number: int) -> Response:
    """Names and salts behind the digests of a list, while its notice hangs: for each line, {column: [name, salt]}."""
    response = jsonify([dict(line) for line in item_queries.names_shown(gazette.item(number))])
    return _listed(response, KINDS.get(gazette.item(number).kind))


def _listed(response: Response, kind: Kind | None) -> Response:
    """Keeps what names people out of search engines, as its pages say of themselves."""
    if kind is not None and not kind.is_indexed:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/gazette/<int:number>.csv")
@open_to_all
def item_csv(number: int) -> Response:
    """The lines as a table for spreadsheets, headings in the language of the address."""
    page = item_queries.item_page(gazette.item(number), compare=False)
    out = StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    columns = [column for column in page.kind.columns if column.name != "subject"]
    writer.writerow([gettext("No."), *(gettext(column.label) for column in columns)])
    for n, line in enumerate(page.lines, 1):
        writer.writerow([n, *(_csv_cell(line.get(column.name), column) for column in columns)])
    table = _download(out.getvalue().encode(), "text/csv; charset=utf-8", f"gazette-{number}.csv")
    return _listed(table, page.kind)


def _csv_cell(value: Any, column: Column) -> str:
    type_ = column.type
    if value is None:
        return ""
    if isinstance(value, int) and type_ in (Type.MONEY, Type.QUANTITY):  # a minus before digits is no formula
        return yuan(value) if type_ is Type.MONEY else plain_quantity(value)
    if type_ is Type.FLAG:
        return gettext("yes") if value else ""
    return workbooks.defused(gettext(column.words[value]) if value in column.words else str(value))


@blueprint.get("/gazette/<int:number>.pdf")
@open_to_all
def item_pdf(number: int) -> Response:
    """The notice for the board: `size` A4 or A3, `lang` zh, en or both (default: the language of the address)."""
    size, language = request.args.get("size", "A4"), request.args.get("lang", current_language())
    size = "A4" if size == LARGE else size  # the size of the page's type is carried along by every link
    if size not in SIZES or language not in LANGUAGES:
        raise Invalid(N_("A notice is A4 or A3, in zh, en or both."))
    settings, out = _settings(), BytesIO()
    notice = paper.notice_of(number, settings, request.args.get("group"))
    notices.draw(notice, out, size=size, language=language, fonts=settings.fonts)
    paper_of_it = _download(out.getvalue(), "application/pdf", f"gazette-{number}-{size}-{language}.pdf")
    return _listed(paper_of_it, KINDS.get(gazette.item(number).kind))


@blueprint.get("/gazette/<int:number>/card")
@open_to_all
def card(number: int) -> str:
    """The month as a picture and three sentences, to be passed on in a chat group."""
    page: ItemPage = item_queries.item_page(gazette.item(number), compare=False)
    told = [said(sentence, current_language()) for sentence in paper.sentences(page)]
    address = f"{_settings().public_url}{url_for('.item', number=number, size=None)}"
    objection = notices.objection(paper.notice_of(number, _settings()), _settings().fonts, current_language())
    return render_template("public/card.html", page=page, sentences=told, address=address, objection=objection)


@blueprint.get("/gazette/<int:number>/card.png")
@open_to_all
def card_png(number: int) -> Response:
    """The picture of the card, 1080 px wide."""
    settings = _settings()
    notice = paper.notice_of(number, settings)
    return Response(notices.card(notice, fonts=settings.fonts, language=current_language()), content_type="image/png")


def _download(body: bytes, content_type: str, name: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
