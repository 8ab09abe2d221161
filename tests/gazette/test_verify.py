"""Whatever is changed by hand in the database, `verify` names the item."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from portal.database import db
from portal.gazette import services
from portal.gazette.verify import Report, verify
from tests.gazette.factories import AT, a_line, a_month, a_village


@pytest.fixture
def five_items(database: str, context: Flask) -> Iterator[Flask]:
    """Five months in two batches, the guards taken off as an intruder would."""
    village = a_village()
    services.publish([a_month(village, period=f"2026-0{n}") for n in (1, 2, 3)], AT)
    services.publish([a_month(village, [a_line(1), a_line(2)], f"2026-0{n}") for n in (4, 5)], AT)
    assert verify() == Report(True, 5)
    yield context


def forge(*statements: str) -> Report:
    """What `verify` says after somebody with all rights has changed the database."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        forge_sqlite(str(db.engine.url.database), statements)
        return verify()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # no triggers, no foreign keys
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0
        connection.commit()
        connection.invalidate()
    return verify()


def forge_sqlite(file: str, statements: tuple[str, ...]) -> None:
    """The same with a shell on the file; a plain connection minds no foreign keys."""
    with closing(sqlite3.connect(file)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
        connection.commit()


FORGERIES = {
    "a payload": ("UPDATE payload SET text = replace(text, '路灯', '路登') WHERE number = 2", 2),
    "a salt": ("UPDATE payload SET text = substr(text, 1, length(text) - 30) WHERE number = 4", 4),
    "no payload": ("DELETE FROM payload WHERE number = 3", 3),
    "the digest": ("UPDATE item SET payload_sha256 = '0' || substr(payload_sha256, 2, 62) || 'x' WHERE number = 1", 1),
    "the period": ("UPDATE item SET period = '2026-09' WHERE number = 2", 2),
    "the place": ("UPDATE item SET place = '990000000000' WHERE number = 5", 5),
    "the time": ("UPDATE item SET published_at = '2020-01-01 00:00:00+00' WHERE number = 5", 5),
    "the header": ("UPDATE item SET header = replace(header, '2026-03', '2026-08') WHERE number = 3", 3),
    "a broken header": ("UPDATE item SET header = 'x' WHERE number = 3", 3),
    "an item in the middle": ("DELETE FROM item WHERE number = 2", 2),
    "the last item": ("DELETE FROM item WHERE number = 5", 5),
    "a line": ("UPDATE line_finance SET expense = expense + 1 WHERE number = 4 AND n = 2", 4),
    "no line": ("DELETE FROM line_finance WHERE number = 4 AND n = 2", 4),
    "a line more": ("UPDATE line_finance SET id = id + 5, number = 1 WHERE number = 1 AND n = 2", 1),
    "a line of another's": ("UPDATE line_finance SET number = 99 WHERE number = 4 AND n = 2", 4),
    "lines of nobody's": ("UPDATE line_finance SET id = id + 99 * 1048576 WHERE number = 5 AND n = 2", 5),
    "lines beyond": ("INSERT INTO line_finance (id, number, n, key) VALUES (99 * 1048576 + 1, 99, 1, 'x')", 99),
    "a figure": ("UPDATE figure SET value = 1 WHERE number = 2 AND name = 'closing'", 2),
    "the note": ("UPDATE checkpoint SET note = replace(note, 'portal', 'PORTAL') WHERE size = 3", 3),
    "the frontier": ("UPDATE checkpoint SET frontier = (SELECT leaf FROM item WHERE number = 1) WHERE size = 3", 3),
    "the last checkpoint": ("DELETE FROM checkpoint WHERE size = 5", 5),
    "the log's name": ("UPDATE log SET origin = 'elsewhere/log'", 1),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_named(five_items: Flask, forgery: str) -> None:
    statement, number = FORGERIES[forgery]
    report = forge(statement)
    assert (report.ok, report.failed) == (False, number)
    assert f"item {number}" in str(report.message).lower()


def test_a_withholding_without_its_sealed_record_is_no_excuse(five_items: Flask) -> None:
    report = forge("INSERT INTO withholding (number, record) VALUES (2, 5)", "DELETE FROM payload WHERE number = 2")
    assert (report.ok, report.failed) == (False, 2)


def test_a_forger_who_recomputes_everything_lacks_the_key(five_items: Flask) -> None:
    from hashlib import sha256

    from sqlalchemy import select

    from portal.gazette import seal
    from portal.gazette.models import Item, Payload

    text = (db.session.scalar(select(Payload.text).where(Payload.number == 2)) or "").replace("12", "21")
    header = db.session.scalar(select(Item.header).where(Item.number == 2)) or ""
    old, new = header[header.index('sha256":"') + 9 :][:64], sha256(text.encode()).hexdigest()
    header = header.replace(old, new)
    leaf = seal.leaf_hash(header.encode()).hex()
    blob = f"x'{leaf}'" if db.engine.dialect.name == "sqlite" else f"'\\x{leaf}'"
    report = forge(
        f"UPDATE payload SET text = '{text}' WHERE number = 2",
        f"UPDATE item SET payload_sha256 = '{new}', header = '{header}', leaf = {blob} WHERE number = 2",
        "DELETE FROM line_finance WHERE number = 2",
        "DELETE FROM figure WHERE number = 2",
    )
    assert (report.ok, report.failed) == (False, 2)  # the lines are missing
    services.rebuild()
    report = verify()
    assert (report.ok, report.failed) == (False, 3)  # the checkpoint over the first three
    assert "checkpoint" in str(report.message)


def test_one_byte_changed_in_the_database_file_is_found(context: Flask, tmp_path: Path) -> None:
    village = a_village()
    services.publish([a_month(village), a_month(village, [a_line(1, "修理西闸门的费用")])], AT)
    db.session.remove()
    db.engine.dispose()
    file = tmp_path / "portal.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = file.read_bytes()
    place = data.index("修理西闸门的费用".encode(), data.index(b'{"content"'))
    changed = bytearray(data)
    changed[place + 2] ^= 1
    file.write_bytes(bytes(changed))
    report = verify()
    assert not report.ok
    assert report.failed == 2


def test_progress_ends_at_one(five_items: Flask) -> None:
    shares: list[float] = []
    assert verify(shares.append).ok
    assert shares[-1] == 1
