"""Whole numbers of people go in through every door of the portal, and come out through none."""

import base64
import json
import logging
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import inspect

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.database import db
from portal.disclosure import backfill, importing, queries, services
from portal.errors import PortalError
from portal.gazette import internal
from portal.gazette import queries as gazette
from portal.kinds.identity import plain
from portal.places import queries as places
from portal.places.rules import Role
from tests.disclosure import rosters, village
from tests.disclosure.rosters import ACCOUNTS, CARDS, PEOPLE, PHONES, SECRETS, TITLE, rows, workbook
from tests.disclosure.test_rosters import PAYOUT_HEAD, bank
from tests.disclosure.village import AT, actor
from tests.pages import PageClient

WINDOW = 8  # so many digits in a row are told by no accident
LOGINS = ("bookkeeper", "head", "committee", "township", "county", "inspector", "admin", "otherhead")
FORMS = (
    lambda number: number,
    lambda number: " ".join(re.findall(".{1,4}", number)),
    lambda number: number.replace("X", "x"),
    lambda number: "".join(chr(ord(sign) + 0xFEE0) for sign in number),
    lambda number: float(number.replace("X", "0")),
    lambda number: f"电话{number}",
)
"""How people write numbers into cells."""
ADDRESS = re.compile(r'(?:href|src)="(/[^"#]*)')
NOT_WALKED = re.compile(r"/static/|/sign-in|/marked|size=large|card.png|size=A3|^/en/.*\.pdf|^/try")
"""Addresses that are no page, say the same again, or give a file back to who sent it."""


def windows(numbers: Iterable[str] = SECRETS) -> set[str]:
    """Every run of digits of a number that would give it away; the district's code alone does not."""
    runs = {number[at : at + WINDOW] for number in numbers for at in range(len(number) - WINDOW + 1)}
    return {run for run in runs if run.isdigit()}


def leaks(text: str) -> list[str]:
    """Runs of somebody's digits in a text, also where signs stand between them."""
    found = re.sub(r"(?<=\d)[\s\-](?=\d)", "", text)
    return sorted(run for run in windows() if run in found)


@dataclass
class Seen:
    """Everything that came out, by where it came from."""

    texts: dict[str, str] = field(default_factory=dict)

    def add(self, where: str, text: str) -> None:
        self.texts[where] = text

    def check(self) -> None:
        told = {where: found for where, text in self.texts.items() if (found := leaks(plain_text(text)))}
        assert not told, f"somebody's digits came out at {told}"


def plain_text(text: str) -> str:
    """Width and unseen signs do not help."""
    return plain(text) if not text.isascii() and len(text) < 10_000 else text


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)  # so that nobody needs a second factor to be walked as


@pytest.fixture
def county(app: Flask, caplog: pytest.LogCaptureFixture) -> Iterator[Flask]:
    """A village with its people and the county's, in front of which the log is heard."""
    caplog.set_level(logging.DEBUG)
    with clock.stopped(AT):
        with app.app_context():
            place = village.build()
            rosters.set_rate(place)
            rosters.appointed(Role.INSPECTOR, "秦正", "inspector")
            rosters.appointed(Role.COUNTY, "柳明", "county")
            village.open_accounts()
        yield app


def faulty() -> bytes:
    """A roster with numbers in every column, in every form."""
    lines = rows()
    columns = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    for n, column in enumerate(columns):
        lines[n % 8][column] = FORMS[n % len(FORMS)](SECRETS[(n * 5) % len(SECRETS)])
    return workbook([*lines, [CARDS[0], PHONES[0], ACCOUNTS[0]]], f"{TITLE} 联系电话{PHONES[3]}")


# ---------------------------------------------------------------- in


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def uploaded(app: Flask, seen: Seen) -> None:
    """At the desk: a faulty list, cells mended with more numbers, names and reasons with numbers in them."""
    keeper = signed_in(app, "bookkeeper")

    def send(path: str, **fields: Any) -> str:
        page = keeper.get("/desk/").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        answer = keeper.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=True)
        seen.add(f"POST {path} {sorted(fields)}", answer.get_data(as_text=True))
        return answer.request.path

    start = {"village": village.CODE, "kind": "subsidy", "period": "2025"}
    send("/desk/drafts", **start, about=f"补贴 {CARDS[1]}")
    draft = send("/desk/drafts", **start, about="第三批", files=(BytesIO(faulty()), f"{CARDS[0]}.xlsx"))
    with app.app_context():
        number = int(draft.rpartition("/")[2])
        (file,) = queries.files(number)
        cells = {f"cell|{file.id}|{cell}|Sheet": text for cell, text in (("C3", CARDS[2]), ("K4", PHONES[1]))}
    send(f"{draft}/mend", **cells)
    send(f"{draft}/files", files=(BytesIO(b"\x00" + CARDS[0].encode()), f"{PHONES[0]}.csv"))
    unknown = workbook([[n, CARDS[n], PHONES[n]] for n in range(8)], TITLE, ("甲栏", "乙栏", "丙栏"))
    send("/desk/drafts", **start, about="第四批", files=(BytesIO(unknown), "无名.xlsx"))
    # a good list, signed by a committee that writes a number into its reason first
    body = workbook(rows())
    draft = send("/desk/drafts", **start, about="", files=(BytesIO(body), "花名册.xlsx"))
    send(f"{draft}/hand-over")
    with app.app_context():
        digest = queries.draft(int(draft.rpartition("/")[2])).digest
    for login, reason in (("head", ""), ("committee", f"{PHONES[0]}的不对"), ("committee", "第2条面积有出入")):
        signer = signed_in(app, login)
        page = signer.get(draft).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        decision = "reserved" if reason else "signed"
        fields = {"csrf_token": token[1], "seen": digest, "decision": decision, "reason": reason, "unanswered": "meant"}
        answer = signer.post(f"{draft}/decide", data=fields, follow_redirects=True)
        if PHONES[0] not in reason:  # the form gives back what was just typed, to be mended
            seen.add(f"POST {draft}/decide {login}", answer.get_data(as_text=True))
        seen.add(f"{login}'s cookie", cookie_of(signer))
    seen.add("bookkeeper's cookie", cookie_of(keeper))


def cookie_of(client: PageClient) -> str:
    """What a browser was given to keep, in clear."""
    kept = client.get_cookie("portal")
    if kept is None:
        return ""
    packed, body = kept.value.startswith("."), kept.value.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return (zlib.decompress(raw) if packed else raw).decode()


def imported(seen: Seen) -> None:
    """From the command line: a good list becomes a draft, a faulty one a list of errors."""
    place, keeper = places.place(village.CODE), actor("bookkeeper")
    aid = TITLE.replace("耕地地力保护补贴", "重度残疾人护理补贴")
    head = tuple(heading.replace("补贴面积", "补贴人数") for heading in rosters.HEAD)
    for name, body, period in (("good", workbook(rows(), aid, head), "2025-Q4"), ("faulty", faulty(), "2025-Q3")):
        done = importing.import_files(place, "subsidy", period, [(f"{name}.xlsx", body)], {}, keeper, AT, name)
        for language in ("zh", "en"):
            seen.add(f"import {name} {language}", json.dumps(importing.as_json(done, language), ensure_ascii=False))
        if done.draft is not None:
            services.hand_over(keeper, done.draft, AT)
            for login in ("head", "committee"):
                services.sign(actor(login), done.draft, "signed", "", queries.draft(done.draft).digest or "", AT)


def taken_over(folder: Path, seen: Seen) -> None:
    """A history: once good, once with numbers in the wrong columns."""
    head = "village,period,programme,name,household,id_number,phone,bank_account,group,basis,rate,amount,paid_on,note\n"

    def line(n: int, *cells: object) -> str:
        who = (PEOPLE[n], PEOPLE[n], CARDS[n], PHONES[n], ACCOUNTS[n], "1组")
        return ",".join(map(str, (village.CODE, "2024", "arable", *who, *(cells or (2, 110, 220, "2024-05-06", "")))))

    path = folder / "history.csv"
    path.write_text(head + "\n".join(line(n) for n in range(8)) + "\n", encoding="utf-8")
    assert backfill.backfill(path, "subsidy", OPERATOR, AT) == 1
    wrong = [
        line(0, CARDS[0][:17], PHONES[0], ACCOUNTS[0], CARDS[1], PHONES[2]),
        line(1).replace(village.CODE, CARDS[3]),
        line(2).replace(",2024,", f",{PHONES[4]},"),
        line(3).replace("arable", ACCOUNTS[5]),
    ]
    for n, text in enumerate(wrong):
        path.write_text(f"{head}{text}\n", encoding="utf-8")
        with pytest.raises(PortalError) as refused:
            backfill.backfill(path, "subsidy", OPERATOR, AT)
        seen.add(f"backfill {n}", str(refused.value))


def paid(app: Flask, seen: Seen) -> None:
    """The bank's file at the desk, with numbers among its reasons; then one that cannot be read."""
    keeper = signed_in(app, "bookkeeper")
    number = next(n for n in (1, 2, 3) if not _item(app, n).taken_over and _item(app, n).period == "2025")
    lines = [["路人甲", CARDS[1], CARDS[2][:17], "失败", PHONES[3]]]
    for n, body in enumerate((bank((2, 180.75, "失败", f"{ACCOUNTS[1]}销户")), workbook(lines, "代发", PAYOUT_HEAD))):
        path = f"/desk/rosters/{number}"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', keeper.get(path).get_data(as_text=True))
        assert token
        fields = {
            "csrf_token": token[1],
            "paid_on": date(2026, 4, 10).isoformat(),
            "file": (BytesIO(body), "代发.xlsx"),
        }
        answer = keeper.post(path, data=fields, follow_redirects=True)
        seen.add(f"POST {path} {n}", answer.get_data(as_text=True))


def _item(app: Flask, number: int) -> Any:
    with app.app_context():
        return gazette.item(number)


def read_inside(app: Flask) -> None:
    """The inspector reads a line, for a reason; a reason that is a number is not taken."""
    inspector = signed_in(app, "inspector")
    path = "/desk/rosters/1/lines/1"
    refused = inspector.send(path, reason=f"核对{CARDS[0]}")
    assert "不要写号码" in refused.text or "without the number" in refused.text
    shown = inspector.send(path, reason="核对领取人")
    assert any(card in shown.text for card in CARDS), "the one page that shows them, to the one who may see them"


# ---------------------------------------------------------------- out


def walked(client: PageClient, start: Iterable[str], seen: Seen, who: str) -> int:
    """Every page that links lead to on this side of the sign-in, and what can be downloaded there."""
    waiting, known = list(start), set(start)
    is_desk = all(path.startswith("/desk/") for path in start)
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        assert answer.status_code in (200, 302, 303, 400, 403, 404, 409), f"{who} at {path}: {answer.status}"
        text = _text_of(answer)
        seen.add(f"{who} {path}", f"{path}\n{answer.headers}\n{text}")
        for address in (found.replace("&amp;", "&") for found in ADDRESS.findall(text)):
            if address not in known and address.startswith("/desk/") == is_desk and not NOT_WALKED.search(address):
                known.add(address)
                waiting.append(address)
    return len(known)


def _text_of(answer: Any) -> str:
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    if answer.mimetype.startswith("image/") or answer.mimetype.endswith("sheet"):
        return ""
    return str(answer.get_data(as_text=True))


def rows_of_database() -> str:
    """Every cell of every table, as text."""
    with db.engine.connect() as connection:
        found = []
        for table in inspect(connection).get_table_names():
            if table == "search" and connection.dialect.name == "sqlite":
                continue  # an index that cannot be read row by row; its pages are among the files
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                found.append(f"{table}: " + " ".join(_cell(value) for value in row))
    return "\n".join(found)


def _cell(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def files_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of the installation but its keys and fonts, as text."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not {"keys", "fonts"} & set(path.relative_to(folder).parts) and path.suffix != ".csv":
            body = path.read_bytes()
            yield path.name, body.decode("latin-1") + body.replace(b"\0", b"").decode("latin-1")


@pytest.mark.usefixtures("database")
def test_no_number_of_anybody_comes_out_of_any_door(
    county: Flask,
    settings: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen = Seen()
    with county.app_context():
        taken_over(tmp_path, seen)
        imported(seen)
    uploaded(county, seen)
    paid(county, seen)
    read_inside(county)
    anybody = PageClient(county)
    searches = [f"/zh/search?q={words}" for words in ("补贴", "甘小满", "1组", "耕地地力", "残疾")]
    start = ["/zh/", "/en/", f"/zh/places/{village.CODE}/subsidy", *searches]
    for number in (1, 2, 3):
        start += [f"/zh/gazette/{number}", f"/zh/gazette/{number}.json", f"/en/gazette/{number}.csv"]
    assert walked(anybody, start, seen, "anybody") > 60
    desk = ["/desk/", "/desk/drafts", "/desk/rosters", "/desk/readings", "/desk/settings"]
    desk += [f"/desk/drafts/{n}{page}" for n in range(1, 6) for page in ("", "/columns")]
    for login in LOGINS:
        assert walked(signed_in(county, login), desk, seen, login) > len(desk)
    with county.app_context():
        seen.add("database", rows_of_database())
        db.session.remove()
        db.engine.dispose()
    seen.texts |= dict(files_of(settings.instance))
    seen.add("log", caplog.text)
    seen.add("terminal", "".join(capsys.readouterr()))
    assert any("甘小满" in text for text in seen.texts.values()), "the walk met the list"
    seen.check()


def test_two_lists_of_the_same_people_give_no_way_to_their_numbers(county: Flask, tmp_path: Path) -> None:
    with county.app_context():
        place = places.place(village.CODE)
        first = rosters.posted(place, workbook(rows()))
        second = rosters.posted(place, workbook(rows()), about="耕地地力保护补贴第二批", at=AT + timedelta(hours=1))
        one, two = (json.loads(gazette.payload_text(number)) for number in (first, second))
        same = [internal.same("id_number", card) for card in CARDS]
        hashes = [internal.match_hash("id_number", card) for card in CARDS]
        public = [*map(gazette.payload_text, (first, second)), *(gazette.item(n).header for n in (first, second))]
    assert same == [[(first, n), (second, n)] for n in range(1, 9)], "inside, the same people find each other"
    assert one["salt"] != two["salt"]
    columns = {"key", "name", "group", "basis", "rate", "amount", "programme"}
    for ours, theirs in zip(one["content"]["lines"], two["content"]["lines"], strict=True):
        assert set(ours) == set(theirs) == columns, "nothing stands in a line that is made of a number"
    client = PageClient(county)
    public += [
        client.get(f"/zh/gazette/{n}{end}").get_data(as_text=True) for n in (first, second) for end in ("", ".csv")
    ]
    for text in public:
        for hashed in hashes:
            written = (
                hashed.hex(),
                base64.b64encode(hashed).decode().rstrip("="),
                base64.urlsafe_b64encode(hashed).decode(),
            )
            assert not any(form in text for form in written), "the keyed hash is not public"
    with county.app_context():
        key = (Path(county.config["SETTINGS"].keys) / "match").read_bytes()
    assert len(key) >= 32 and not any(key.hex() in text for text in public)
