"""A roster and a ledger whose people stand wherever the portal keeps something, and a search through all of it."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from portal import cipher
from portal.accounts.rules import OPERATOR, Actor
from portal.config import Settings
from portal.database import Encrypted, db
from portal.disclosure import queries as disclosure
from portal.disclosure import services as drafts
from portal.evidence import queries as papers
from portal.evidence import services as evidence
from portal.evidence.rules import Bearer, Document
from portal.gazette import internal
from portal.gazette import queries as gazette
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.queries import PlaceView
from portal.recipients import calls, slips
from portal.recipients import queries as recipients
from tests.disclosure import rosters, village
from tests.disclosure.test_rosters import bank
from tests.disclosure.village import AT, actor, workbook
from tests.evidence.samples import photo

NAME = "欧阳秀英"
"""Who is to be withheld: line 4 of the roster, the payee of one line of the ledger."""
LATER = AT + timedelta(days=20)
PAID = [
    ("", "", "上月结余", "", None, None, 1000.00, "", ""),
    ("2026-03-05", "现-001", f"付{NAME}清扫人工费", "公益支出", None, 120.50, 879.50, NAME, "周清远"),
    ("2026-03-12", "现-002", "水渠清淤人工费,8人3天", "公益支出", None, 600.00, 279.50, "王春明", "周清远"),
]


def roster(place: PlaceView, inspector: Actor) -> int:
    """A roster's number, with all that gathers around one over the weeks: a draft that was given up, a signer's reason,
    papers, what the bank said, a number that was read, slips and an answer, calls."""
    rosters.set_rate(place)
    township = places.ancestors(place.id)[1]
    place_services.set_setting("calls_per_programme", township.id, 100, AT.date(), "县", OPERATOR, AT)
    keeper = actor("bookkeeper")
    given_up = drafts.start_draft(keeper, place, "subsidy", "2025", AT, f"{NAME}等人")
    drafts.add_files(keeper, given_up, [(f"{NAME}.xlsx", rosters.workbook(rosters.rows()))], AT)
    drafts.discard(keeper, given_up, AT)
    number = signed(_with_files(place, "subsidy", "2025", ("花名册.xlsx", rosters.workbook(rosters.rows()))))
    bearer = Bearer(place.id, number=number)
    evidence.add(keeper, bearer, "4", photo(1), Document.RECEIPT, AT)
    [linked] = papers.papers(bearer, "4")
    evidence.take_away(keeper, bearer, linked.id, f"是{NAME}的私人收条", AT)
    evidence.add(keeper, bearer, "4", photo(2), Document.RECEIPT, AT)
    told = bank((4, 301.25, "失败", f"{NAME}户名不符"))
    drafts.record_payout(keeper, number, "代发.xlsx", told, date(2026, 4, 10), AT)
    internal.read(inspector, number, 4, f"{NAME}来问为何没有收到", AT)
    slips.make_slips(actor("township"), place, "", AT)
    household = next(one for one in recipients.households(place) if one.name == NAME)
    slips.enter_list(actor("township"), place, number, {household.granted[0].key: "not_received"}, AT)
    calls.draw(actor("township", LATER), township, LATER)
    return number


def ledger(place: PlaceView) -> int:
    """A month's number; one file, which names somebody in summary and payee."""
    file = (f"现金账{NAME}.xlsx", workbook(PAID, "现金日记账"))
    return signed(_with_files(place, "finance", "2026-03", file))


def _with_files(place: PlaceView, kind: str, period: str, *files: tuple[str, bytes]) -> int:
    draft = drafts.start_draft(actor("bookkeeper"), place, kind, period, AT)
    drafts.add_files(actor("bookkeeper"), draft, list(files), AT)
    return draft


def signed(draft: int) -> int:
    """Handed over, sent back once and signed with a reservation: words that name somebody, where they may."""
    keeper = actor("bookkeeper")
    of_a_list = disclosure.draft(draft).kind.name == "subsidy"  # what is printed beside one names nobody
    reservation = "第4笔没有附单据" if of_a_list else f"{NAME}一笔没有附单据"
    assert not disclosure.reading(draft).errors, disclosure.reading(draft).errors
    drafts.hand_over(keeper, draft, AT)
    drafts.send_back(actor("head"), draft, f"{NAME}的金额要再核对", disclosure.draft(draft).digest or "", AT)
    drafts.hand_over(keeper, draft, AT)
    seen = disclosure.draft(draft).digest or ""
    number = None
    for login, decision, reason in (("head", "signed", ""), ("committee", "reserved", reservation)):
        number = drafts.sign(actor(login), draft, decision, reason, seen, AT)
    assert number is not None
    return number


def corrected(number: int) -> int:
    """The number of a correction of line 2, in which everybody still stands."""
    draft = drafts.start_correction(actor("bookkeeper"), number, "第2笔写错了", AT)
    changed = {"note": "邻居代领"} if gazette.item(number).kind == "subsidy" else {"summary": "水渠清淤人工费,8人2天"}
    drafts.correct_line(actor("bookkeeper"), draft, 2, changed, AT)
    return signed(draft)


# ---------------------------------------------------------------- looking


def everything(settings: Settings) -> dict[str, str]:
    """All that the installation keeps, in clear wherever its own keys open it: every row of every table, every file."""
    found: dict[str, str] = {}
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table.startswith("search") and connection.dialect.name == "sqlite":
                continue  # an index that cannot be read row by row; its pages are in the file of the database
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
            found[table] = "\n".join(" ".join(_clear(cell) for cell in row) for row in rows)
    db.session.remove()
    for path in sorted(settings.instance.rglob("*")):
        if path.is_file() and not {"keys", "fonts"} & set(path.relative_to(settings.instance).parts):
            found[f"file {path.relative_to(settings.instance)}"] = _clear(path.read_bytes())
    return found


def _clear(cell: Any) -> str:
    if isinstance(cell, bytes | memoryview):
        return "\n".join(_opened(bytes(cell)))
    text = str(cell)
    return text + json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else text


def _opened(body: bytes) -> Iterator[str]:
    """Bytes as text, as digits, decrypted, and unpacked if they are a workbook."""
    yield body.decode("utf-8", "replace")
    yield body.hex()
    assert Encrypted.cipher is not None
    if body.startswith(cipher.MARK):
        try:
            yield from _opened(Encrypted.cipher.decrypt(body))
        except cipher.Unreadable:
            return
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield packed.read(name).decode("utf-8", "replace")


def where(settings: Settings, *texts: str) -> set[str]:
    """The tables and files that hold one of the texts, also as JSON writes it with escapes."""
    wanted = [form for text in texts for form in (text, json.dumps(text)[1:-1])]
    return {name for name, text in everything(settings).items() if any(one in text for one in wanted)}


def printed(settings: Settings) -> Path:
    """What the worker left when it drew the month's notices of the township."""
    path = settings.instance / "printed" / "990110001000-2026-03-zh.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(f"%PDF {NAME}".encode())
    return path


__all__ = ["AT", "LATER", "NAME", "corrected", "everything", "ledger", "printed", "roster", "village", "where"]
