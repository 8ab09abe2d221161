"""Villagers see the papers of published lines, and nothing that is sealed, taken away, withheld or not published."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import Client

from portal.accounts.rules import Actor
from portal.database import db, transaction
from portal.evidence import installation, preparing, queries, services
from portal.evidence.models import EvidenceFile
from portal.evidence.rules import Bearer, Document
from portal.gazette import generation
from portal.gazette import services as gazette
from portal.places import queries as places
from portal.web.cache import PageCache
from tests.evidence.samples import pdf, photo
from tests.pages import PageClient
from tests.public import county as sample
from tests.public.county import SampleCounty

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def county(app: Flask) -> SampleCounty:
    with app.app_context():
        return sample.found(app, villages=1)


def keeper(county: SampleCounty) -> Actor:
    village = county.villages[sample.VILLAGE]
    holder = next(one for one in places.holders(village, sample.on("2026-04-10").date()) if one.role == "bookkeeper")
    offices = tuple(places.offices_of(holder.person_id, sample.on("2026-04-10").date()))
    return Actor(holder.person_id, holder.name, offices)


def item(county: SampleCounty, number: int, *earlier: int) -> Bearer:
    return Bearer(county.villages[sample.VILLAGE], number=number, earlier=earlier)


def key(n: int) -> str:
    return f"committee:basic:银-{n:03d}:1"


def add(county: SampleCounty, number: int, n: int, body: bytes, document: Document = Document.INVOICE) -> int:
    return services.add(keeper(county), item(county, number), key(n), body, document, sample.on("2026-04-10"))


def address(file_id: int) -> str:
    return f"/evidence/{queries.file(file_id).copy_name}"


def bare(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=True)


def test_month_and_line_say_which_papers_there_are_and_lead_to_them(app: Flask, county: SampleCounty) -> None:
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        add(county, number, 3, photo(1))
        add(county, number, 3, pdf(2))
        add(county, number, 4, photo(2), Document.SLIP)
        add(county, number, 5, photo(3), Document.WAGES)
    client = PageClient(app)
    month = client.page(f"/en/gazette/{number}")
    assert "papers: 2 × invoice" in month.text and month.link("white slip") == f"/en/gazette/{number}/lines/4#papers"
    assert "papers: 1 wage sheet (sealed)" in month.text
    assert month.link("2 × invoice") == f"/en/gazette/{number}/lines/3#papers"
    assert "单据：发票2张" in client.page(f"/zh/gazette/{number}").text
    line = client.page(f"/en/gazette/{number}/lines/3")
    links = [a.get("href") or "" for a in line.all("a") if (a.get("href") or "").startswith("/evidence/")]
    assert sorted(link.rpartition(".")[2] for link in links) == ["jpg", "pdf"]
    for link in [*links, line.all("img")[0].get("src") or ""]:
        answer = bare(app).get(link)
        assert answer.status_code == 200 and answer.data[:4] in (b"\xff\xd8\xff\xe0", b"%PDF")
    assert "a white slip, no invoice" in client.page(f"/en/gazette/{number}/lines/4").text
    sealed = client.page(f"/en/gazette/{number}/lines/5")
    assert "wage sheet" in sealed.text and "sealed" in sealed.text and not sealed.all("img")


def test_a_copy_is_kept_for_minutes_by_its_reader_alone_knows_no_reader_and_does_nothing(
    app: Flask, county: SampleCounty
) -> None:
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        link = address(add(county, number, 3, photo()))
    answer = bare(app).get(link)
    assert answer.headers["Content-Type"] == "image/jpeg" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    etag = answer.headers["ETag"]
    for client in (bare(app), Client(PageCache(app.wsgi_app, generation.current))):
        again = client.get(link, headers={"If-None-Match": etag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Cache-Control"] == "private, max-age=300"
        assert client.get(link, headers={"If-None-Match": '"x"'}).data == answer.data
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    missing = bare(app).get(f"/evidence/{'0' * 64}.jpg")
    assert missing.status_code == 404 and "not public" in missing.text
    assert "Set-Cookie" not in missing.headers and "Cookie" not in missing.headers.get("Vary", "")
    for name in ("x.jpg", "..%2Fkeys%2Ffield", f"{'0' * 64}.svg", f"{'0' * 64}"):
        assert bare(app).get(f"/evidence/{name}").status_code == 404


def test_only_what_a_published_line_shows_is_served(app: Flask, county: SampleCounty) -> None:
    at = sample.on("2026-04-10")
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        draft = Bearer(county.villages[sample.VILLAGE], draft_id=5)
        of_draft = services.add(keeper(county), draft, key(1), photo(1), Document.INVOICE, at)
        of_line, sealed = add(county, number, 3, photo(2)), add(county, number, 4, photo(3), Document.WAGES)
        links = {name: address(one) for name, one in (("draft", of_draft), ("line", of_line), ("sealed", sealed))}
        file = queries.file(of_line)
        wrong = [f"/evidence/{file.digest}.jpg", f"/evidence/{file.copy_digest}.pdf"]
    status = {name: bare(app).get(link).status_code for name, link in links.items()}
    assert status == {"draft": 404, "line": 200, "sealed": 404}
    assert [bare(app).get(link).status_code for link in wrong] == [404, 404]
    with app.app_context():
        services.describe(keeper(county), of_line, "invoice", True, at)
    assert bare(app).get(links["line"]).status_code == 404
    with app.app_context():
        services.describe(keeper(county), of_line, "invoice", False, at)
        (linked,) = queries.papers(item(county, number), key(3))
        services.take_away(keeper(county), item(county, number), linked.id, "拿错了", at)
    assert bare(app).get(links["line"]).status_code == 404


def test_with_a_withheld_item_its_papers_are_gone(app: Flask, county: SampleCounty) -> None:
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        link = address(add(county, number, 3, photo()))
    assert bare(app).get(link).status_code == 200
    with app.app_context():
        gazette.withhold(number, "县令 1 号", "县档案员", sample.on("2026-04-11"))
        corrected = county.publish("2026-03", "2026-04-12")
    assert bare(app).get(link, headers={"If-None-Match": f'"{link[10:74]}"'}).status_code == 404
    assert "papers:" not in PageClient(app).page(f"/en/gazette/{corrected}").text


def test_a_corrected_month_shows_the_papers_of_the_lines_that_it_kept(app: Flask, county: SampleCounty) -> None:
    with app.app_context():
        first = county.publish("2026-03", "2026-04-08")
        link = address(add(county, first, 3, photo()))
        second = county.publish("2026-03", "2026-04-12", supersedes=first, reason="漏记一笔收入")
    page = PageClient(app).page(f"/en/gazette/{second}/lines/3")
    assert link in page.html and bare(app).get(link).status_code == 200


def test_kept_pages_are_dropped_when_a_published_paper_changes_and_only_then(app: Flask, county: SampleCounty) -> None:
    at = sample.on("2026-04-10")
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        steps = [generation.current()]

        def step() -> bool:
            steps.append(generation.current())
            return steps[-1] > steps[-2]

        draft = Bearer(county.villages[sample.VILLAGE], draft_id=5)
        drafted = services.add(keeper(county), draft, key(1), photo(9), Document.INVOICE, at)
        services.cover(keeper(county), drafted, (0, 0, 10, 10), 1, at)
        assert not step(), "nobody sees a draft's papers"
        shown = add(county, number, 3, photo())
        assert step()
        services.cover(keeper(county), shown, (0, 0, 10, 10), 1, at)
        assert step()
        services.describe(keeper(county), shown, "receipt", False, at)
        assert step()
        (linked,) = queries.papers(item(county, number))
        services.take_away(keeper(county), item(county, number), linked.id, "拿错了", at)
        assert step()


def with_papers(county: SampleCounty, lines: int) -> int:
    """A month of so many lines, each with an invoice; the number of its item."""
    many = [sample.line(n, f"2026-03-{n % 28 + 1:02d}", "购买水渠维修材料", 0, 1000 * n, payee=sample.SHOP,
                        account="541", account_name="公益支出") for n in range(1, lines + 1)]  # fmt: skip
    number = county.publish("2026-03", "2026-04-08", lines=many)
    first = add(county, number, 1, photo())
    with transaction() as session:
        file = session.get_one(EvidenceFile, first)
        for n in range(2, lines + 1):
            services.link(keeper(county), item(county, number), file, key(n), sample.on("2026-04-10"))
    return number


def test_the_papers_of_a_month_cost_one_query_and_few_bytes(app: Flask, county: SampleCounty) -> None:
    with app.app_context():
        number = with_papers(county, 30)
        asked: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", hear)
    page = bare(app).get(f"/zh/gazette/{number}")
    assert sum("evidence_link" in statement for statement in asked) == 1
    without = page.text.replace("单据：发票1张", "")
    assert "单据：发票1张" in page.text and len(page.data) - len(without.encode()) == 30 * len("单据：发票1张".encode())
    packed = bare(app).get(f"/zh/gazette/{number}", headers={"Accept-Encoding": "gzip"})
    assert len(page.data) < 20_000 and len(packed.data) < 5_000


def test_a_paper_that_is_being_prepared_is_not_told_of_yet(
    app: Flask, county: SampleCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        file_id = add(county, number, 3, photo())
        monkeypatch.setattr(preparing, "prepare", lambda _file_id: None)
        services.cover(keeper(county), file_id, (0, 0, 10, 10), 1, sample.on("2026-04-10"))
    client = PageClient(app)
    assert "papers:" not in client.page(f"/en/gazette/{number}").text
    assert not client.page(f"/en/gazette/{number}/lines/3").all("img")


def test_a_copy_whose_file_is_missing_is_a_sentence(app: Flask, county: SampleCounty) -> None:
    with app.app_context():
        number = county.publish("2026-03", "2026-04-08")
        file_id = add(county, number, 3, photo())
        link = address(file_id)
        installation.store().path(queries.file(file_id).copy_digest or "").unlink()
    assert bare(app).get(link).status_code == 404
