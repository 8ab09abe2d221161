"""Publishing, correcting, withholding, rebuilding."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.database import db, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.gazette import generation, installation, lines, queries, services
from portal.gazette.models import LINE_TABLES, FigureRow
from portal.gazette.verify import verify
from portal.kinds import KINDS
from tests.gazette.factories import AT, Village, a_line, a_month, a_village

pytestmark = pytest.mark.usefixtures("database", "context")


@pytest.fixture
def village(context: Flask) -> Village:
    return a_village()


def test_numbers_follow_each_other_over_batches(village: Village) -> None:
    assert services.publish([a_month(village), a_month(village, period="2026-04")], AT) == [1, 2]
    assert services.publish([a_month(village, period="2026-05")], AT) == [3]
    assert services.publish([], AT) == []


def test_the_payload_is_sealed_in_the_header_and_salted(village: Village) -> None:
    first, second = services.publish([a_month(village), a_month(village)], AT)
    payload = queries.payload_text(first)
    assert payload != queries.payload_text(second)
    assert set(json.loads(payload)) == {"schema", "content", "signoffs", "salt"}
    assert json.loads(queries.item(first).header) == {
        "origin": "portal.example/log",
        "number": 1,
        "kind": "finance",
        "schema": "finance/1",
        "place": village[1],
        "period": "2026-03",
        "subject": None,
        "supersedes": None,
        "taken_over": False,
        "published_at": "2026-04-03T08:00:00Z",
        "payload_sha256": sha256(payload.encode()).hexdigest(),
    }


@pytest.mark.parametrize("bad", [1.5, "\ud800", "\x00", 2**60])
def test_content_that_cannot_be_sealed_leaves_nothing(village: Village, bad: Any) -> None:
    with pytest.raises(Invalid, match="cannot be published"):
        services.publish([a_month(village), a_month(village, [a_line(1, note=bad)])], AT)
    assert queries.newest(10) == []
    assert verify().ok


def test_publishing_drops_the_pages_and_a_failed_act_does_not(village: Village) -> None:
    before = generation.current()
    with pytest.raises(ZeroDivisionError), transaction():
        services.publish([a_month(village)], AT)
        raise ZeroDivisionError
    assert generation.current() == before
    services.publish([a_month(village)], AT)
    assert generation.current() > before


def test_a_correction_takes_the_place_of_what_it_corrects(village: Village) -> None:
    [old] = services.publish([a_month(village, [a_line(1, "支付电费")])], AT)
    [new] = services.publish([a_month(village, [a_line(1, "支付水费")], supersedes=old)], AT)
    current = queries.current(village[0], "finance", "2026-03")
    assert current is not None
    assert current.number == new
    assert queries.item(old).superseded_by == new
    assert [hit.number for hit in queries.search("支付")] == [new]
    assert queries.search("电费") == []
    with pytest.raises(Conflict, match="corrected already"):
        services.publish([a_month(village, supersedes=old)], AT)
    with pytest.raises(NotFound):
        services.publish([a_month(a_village("Far"), supersedes=new)], AT)
    assert verify().ok


def test_nothing_is_published_with_another_key_than_the_log_was_opened_with(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.publish([a_month(village)], AT)
    monkeypatch.setattr(installation, "signing_key", lambda: bytes(32))
    with pytest.raises(Conflict, match="key of the log"):
        services.publish([a_month(village)], AT)
    assert not verify().ok


def test_a_new_origin_goes_on_in_the_same_tree(village: Village) -> None:
    services.open_log("county.example/log", AT)
    services.publish([a_month(village)], AT)
    services.open_log("county.example/second", AT)
    [number] = services.publish([a_month(village)], AT)
    assert json.loads(queries.item(number).header)["origin"] == "county.example/second"
    assert (queries.checkpoint() or "").startswith("county.example/second\n2\n")
    assert (queries.checkpoint(1) or "").startswith("county.example/log\n1\n")
    assert verify().ok
    with pytest.raises(Invalid):
        services.open_log("two words", AT)


def test_a_withheld_item_loses_its_content_and_still_verifies(village: Village) -> None:
    services.publish([a_month(village, [a_line(1, "支付柳某补助")]), a_month(village, period="2026-04")], AT)
    record = services.withhold(1, "County order 2026-7", "Sun An", AT)
    assert queries.item(1).withheld_by == record
    assert queries.content(record) == {"number": 1, "order": "County order 2026-7", "actor": "Sun An"}
    with pytest.raises(NotFound, match=f"item {record}"):
        queries.content(1)
    assert queries.lines(1) == []
    assert queries.figures([1]) == {1: {}}
    assert queries.search("柳某") == []
    assert len(queries.lines(2)) == 2
    assert verify().ok
    with pytest.raises(Conflict):
        services.withhold(1, "again", "Sun An", AT)
    with pytest.raises(Conflict):
        services.withhold(record, "the order itself", "Sun An", AT)
    with pytest.raises(Invalid):
        services.withhold(2, " ", "Sun An", AT)
    [corrected] = services.publish([a_month(village, [a_line(1, "支付补助")], supersedes=1)], AT)
    assert queries.item(1).superseded_by == corrected
    assert verify().ok


def test_a_withheld_name_is_gone_from_the_database_file(context: Flask, village: Village, tmp_path: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are vacuumed by the server")
    services.publish([a_month(village, [a_line(1, "支付欧阳震华补助")])], AT)
    services.withhold(1, "Order 7", "Sun An", AT)
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = (tmp_path / "portal.db").read_bytes()
    assert "支付".encode() not in stored
    assert "欧阳".encode() not in stored


def read_models() -> dict[str, Any]:
    """Everything that `rebuild` makes."""
    session = db.session
    found: dict[str, Any] = {name: session.execute(select(table)).all() for name, table in LINE_TABLES.items()}
    found["figures"] = session.execute(select(FigureRow.__table__)).all()
    words = ("支付", "电费", "水费", "路灯", "补助", "供电")
    found["search"] = {word: queries.search(word) for word in words}
    return found


def test_rebuild_gives_the_same_rows(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BATCH", 2)
    other = a_village("Stone Bridge")
    months = [a_month(place, period=f"2026-0{n}") for n in range(1, 6) for place in (village, other)]
    services.publish(months, AT)
    services.publish([a_month(village, [a_line(1, "支付水费"), a_line(2, transfer=True)], "2026-02", supersedes=3)], AT)
    services.withhold(5, "Order 7", "Sun An", AT)
    before = read_models()
    assert before["search"]["水费"]
    shares: list[float] = []
    with transaction():
        lines.clear(db.session.connection())
        assert not any(read_models()["search"].values())
    assert not verify().ok
    assert services.rebuild(shares.append) == 12
    assert read_models() == before
    assert shares[-1] == 1
    assert verify().ok


def test_old_payloads_are_read_in_the_current_version(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    services.publish([a_month(village, [a_line(1, "电费")])], AT)
    with transaction():
        lines.clear(db.session.connection())

    def upgraded(content: dict[str, Any]) -> dict[str, Any]:
        return {**content, "lines": [{**line, "summary": "改写后的摘要"} for line in content["lines"]]}

    newer = replace(KINDS["finance"], version=2, upgrade={1: upgraded})
    monkeypatch.setitem(KINDS, "finance", newer)
    services.rebuild()
    assert queries.content(1)["lines"][0]["summary"] == "改写后的摘要"
    assert [hit.n for hit in queries.search("摘要")] == [1]
    assert verify().ok


def test_a_line_with_a_column_that_its_kind_does_not_know_is_an_error(village: Village) -> None:
    with pytest.raises(ValueError, match="unknown columns"):
        services.publish([a_month(village, [a_line(1, bank_card="x")])], AT)
    assert db.session.scalar(text("SELECT count(*) FROM item")) == 0
