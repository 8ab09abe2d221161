"""The commands, as a clerk at the console types them."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal import cli
from portal.config import ROOT
from portal.places.roster import HEADINGS
from tests.disclosure import rosters, village


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("PORTAL_DATABASE_URL", "PORTAL_DEMO", "PORTAL_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def portal(*words: object) -> Result:
    result = CliRunner().invoke(cli.main, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def county(instance: Path) -> Path:
    """A county begun at the console, with places, people and offices."""
    begun = portal("init", "--county", "990110", "--name", "青禾县", "--origin", "gazette.example", "--yes")
    assert begun.exit_code == 0, begun.output
    (instance / "places.csv").write_text(village.PLACES, encoding="utf-8")
    loaded = portal("places", "load", instance / "places.csv")
    assert loaded.exit_code == 0, loaded.output
    return instance


def _workbooks(folder: Path) -> list[Path]:
    files = []
    for name, body in (village.cash(), village.bank()):
        (folder / name).write_bytes(body)
        files.append(folder / name)
    return files


def test_without_a_database_it_says_what_makes_one(instance: Path) -> None:
    for command in (["verify"], ["places"], ["serve"], ["check"], ["rebuild"]):
        result = portal(*command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "`portal init` or `portal demo` makes one" in result.stderr
        assert result.stderr.count("\n") == 1


def test_wrong_use_is_two() -> None:
    assert portal("import").exit_code == 2
    assert portal("notice", "x", "-o", "n.pdf").exit_code == 2
    assert portal("no-such-command").exit_code == 2


def test_a_county_begins_once(county: Path) -> None:
    again = portal("init", "--county", "990110", "--name", "青禾县", "--origin", "gazette.example", "--yes")
    assert again.exit_code == 1
    assert "Traceback" not in again.output


INIT = ("init", "--county", "990110", "--name", "青禾县", "--origin", "gazette.example")


def test_init_names_the_first_administrator_by_options(instance: Path) -> None:
    begun = portal(*INIT, "--yes", "--administrator", "吴明", "--login", "wuming")
    assert begun.exit_code == 0 and "/sign-in/new-password/" in begun.stdout
    assert "Administrators: 1. Two are needed" in portal("check").stdout
    assert portal("user", "reset", "wuming").exit_code == 0


def test_a_login_without_an_administrator_is_wrong_use(instance: Path) -> None:
    assert portal(*INIT, "--yes", "--login", "wuming").exit_code == 2


def test_the_list_brings_the_first_administrator_with_a_link_and_says_how_others_get_theirs(instance: Path) -> None:
    portal(*INIT, "--yes")
    (instance / "places.csv").write_text(village.PLACES, encoding="utf-8")
    loaded = portal("places", "load", instance / "places.csv").stdout
    assert loaded.count("/sign-in/new-password/") == 1
    assert "New logins: admin, township," in loaded and "`portal user reset LOGIN`" in loaded
    again = portal("places", "load", instance / "places.csv").stdout
    assert "/sign-in/" not in again and "New logins" not in again


def test_the_example_of_the_documentation_loads_and_its_table_names_every_column(instance: Path) -> None:
    documentation = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```csv\n(.*?)^```", documentation, re.MULTILINE | re.DOTALL)
    assert set(HEADINGS) <= set(re.findall(r"^\| `(\w+)`", documentation, re.MULTILINE))
    portal(*INIT, "--yes")
    (instance / "county.csv").write_text(example, encoding="utf-8")
    loaded = portal("places", "load", instance / "county.csv")
    assert loaded.exit_code == 0, loaded.output
    assert "The first administrator is in office" in loaded.stdout
    assert "docs/operations.md" in portal("places", "load", "--help").stdout


def test_the_places_are_listed_for_programs(county: Path) -> None:
    places = json.loads(portal("places", "--json").stdout)
    assert {"code": village.CODE, "level": "village", "name": "青禾村", "parent": "990110001000"} in places


def test_a_wrong_list_of_places_names_its_cells(county: Path) -> None:
    (county / "wrong.csv").write_text("level,code,name\nvillage,99,x\n", encoding="utf-8")
    result = portal("places", "load", county / "wrong.csv")
    assert result.exit_code == 1
    assert "2, code" in result.stderr


def test_somebody_in_office_gets_a_link_for_a_password(county: Path) -> None:
    result = portal("user", "reset", "head")
    assert result.exit_code == 0
    assert "/sign-in/new-password/" in result.stdout
    assert portal("user", "add", "new", "--place", village.CODE, "--name", "谁也不是").exit_code == 1
    assert portal("user", "reset", "nobody").exit_code == 1


def test_what_is_open_is_listed(county: Path) -> None:
    result = portal("check")
    assert result.exit_code == 1
    assert "OPEN" in result.stdout


def test_workbooks_become_a_draft(county: Path) -> None:
    result = portal(
        "import", *_workbooks(county), "--village", village.CODE, "--kind", "finance", "--period", "2026-03", "--json"
    )
    assert result.exit_code == 0, result.output
    shown = json.loads(result.stdout)
    assert shown["draft"]
    assert (shown["opening"], shown["income"], shown["expense"]) == ("51000.00", "9000.00", "1582.90")
    assert shown["errors"] == []


def test_an_import_says_its_warnings_and_where_to_go_on(county: Path) -> None:
    rows = [list(row) for row in village.CASH]
    rows[1][1] = ""
    (county / "cash.xlsx").write_bytes(village.cash(rows)[1])
    result = portal(
        "import", county / "cash.xlsx", "--village", village.CODE, "--kind", "finance", "--period", "2026-03"
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "http://127.0.0.1:8000/desk/drafts/1"
    assert "warning  " in result.stderr


def test_a_faulty_workbook_is_refused_with_its_cell(county: Path) -> None:
    rows = [list(row) for row in village.CASH]
    rows[1][5] = "十元左右"
    (county / "faulty.xlsx").write_bytes(village.cash(rows)[1])
    result = portal(
        *("import", county / "faulty.xlsx", "--village", village.CODE, "--kind", "finance"),
        *("--period", "2026-03", "--json"),
    )
    assert result.exit_code == 1
    assert [error["cell"] for error in json.loads(result.stdout)["errors"]][:1] == ["F3"]


def test_a_roster_is_imported_under_its_programme(county: Path) -> None:
    (county / "roster.xlsx").write_bytes(rosters.workbook(rosters.rows(), "青禾村发放表"))
    words = (
        "import",
        county / "roster.xlsx",
        "--village",
        village.CODE,
        "--kind",
        "subsidy",
        "--period",
        "2025",
        "--json",
    )
    taken = portal(*words, "--programme", "arable")
    assert taken.exit_code == 0, taken.output
    shown = json.loads(taken.stdout)
    assert (shown["rows"], shown["figures"]["amount"], shown["errors"]) == (8, "2795.60", [])
    assert not any(secret in taken.output for secret in rosters.SECRETS)
    unknown = portal(*words, "--programme", "gold")
    assert unknown.exit_code == 1
    assert "arable" in json.loads(unknown.stdout)["errors"][0]["message"]


def test_a_history_of_rosters_is_taken_over(county: Path) -> None:
    head = "village,period,programme,name,id_number,basis,rate,amount\n"
    rows = "".join(
        f"{village.CODE},2024,{code},{name},{rosters.CARDS[n]},2,100,200\n"
        for code in ("arable", "dibao")
        for n, name in enumerate(rosters.PEOPLE)
    )
    (county / "rosters.csv").write_text(head + rows, encoding="utf-8")
    assert portal("backfill", county / "rosters.csv", "--kind", "subsidy").stdout == "Items published: 2.\n"
    assert portal("verify").stdout == "Items verified: 2. All are what was published.\n"
    wrong = rows.replace(rosters.CARDS[3], rosters.CARDS[3][:-1] + "Y")
    (county / "wrong.csv").write_text(head + wrong.replace(",2024,", ",2023,"), encoding="utf-8")
    refused = portal("backfill", county / "wrong.csv", "--kind", "subsidy")
    assert refused.exit_code == 1 and "E5" in refused.stderr and rosters.CARDS[3][:-1] not in refused.stderr


@pytest.fixture
def history(county: Path) -> Path:
    line = {
        "village": village.CODE,
        "voucher": "银-001",
        "summary": "门面房租金",
        "account": "经营收入",
        "income": "900",
    }
    rest = {"income": "900", "expense": "", "payee": "", "handler": ""}
    rows = [line | {"period": period, "date": f"{period}-05"} | rest for period in ("2026-01", "2026-02")]
    (county / "ledger.csv").write_bytes(village.history(rows))
    return county


def test_a_history_is_taken_over_verified_and_rebuilt(history: Path) -> None:
    taken = portal("backfill", history / "ledger.csv", "--kind", "finance")
    assert (taken.exit_code, taken.stdout) == (0, "Items published: 2.\n")
    assert portal("backfill", history / "ledger.csv", "--kind", "finance").stdout == "Items published: 0.\n"
    assert portal("verify").stdout == "Items verified: 2. All are what was published.\n"
    assert portal("rebuild").stdout == "Items rebuilt: 2.\n"
    assert portal("verify").exit_code == 0


def test_what_the_disk_refuses_is_a_sentence_and_leaves_no_half_file(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal("backfill", history / "ledger.csv", "--kind", "finance")
    monkeypatch.setattr("portal.notices.draw", lambda *_args, **_kinds: _refused(history / "n.pdf"))
    result = portal("notice", 1, "-o", history / "n.pdf")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No space left on device" in result.stderr and "Traceback" not in result.stderr
    assert not list(history.glob("*n.pdf*"))


def _refused(file: Path) -> None:
    from portal.notices.drawing import put

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(data[:1])
        raise OSError(28, "No space left on device", str(self))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        put(b"%PDF", file)


def test_what_the_database_refuses_is_a_sentence(history: Path) -> None:
    database = sqlite3.connect(history / "portal.db")
    database.execute("PRAGMA journal_mode=DELETE")
    database.close()
    (history / "portal.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    result = portal("backfill", history / "ledger.csv", "--kind", "finance")
    assert result.exit_code == 1
    assert result.stderr.count("\n") <= 2 and "Nothing is half done" in result.stderr


def test_a_notice_says_what_was_written(history: Path, fonts: Path) -> None:
    (history / "fonts").symlink_to(fonts)
    portal("backfill", history / "ledger.csv", "--kind", "finance")
    one = portal("notice", 1, "-o", history / "one.pdf")
    assert one.stdout == f"Written: {history / 'one.pdf'}, pages: 2.\n"
    many = portal("notices", "--period", "2026-01", "--place", "990110001000", "-o", history / "all.pdf")
    assert many.stdout.startswith(f"Written: {history / 'all.pdf'}, pages: ")
    assert portal("notices", "--period", "2026-13", "--place", "990110", "-o", history / "x.pdf").exit_code == 2


@pytest.mark.parametrize("number", ["9" * 19, "9" * 400])
def test_a_number_beyond_every_database_is_wrong_use(county: Path, number: str) -> None:
    assert portal("notice", number, "-o", county / "n.pdf").exit_code == 2


def test_one_changed_byte_is_named(history: Path) -> None:
    portal("backfill", history / "ledger.csv", "--kind", "finance")
    database = sqlite3.connect(history / "portal.db")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE payload SET text = replace(text, '门面房', '门面店') WHERE number = 2")
    database.commit()
    database.close()
    result = portal("verify")
    assert result.exit_code == 1
    assert "2" in result.stderr
    served = portal("serve")
    assert served.exit_code == 1
    assert "not guarded" in served.stderr


def test_the_demo_is_served_to_this_machine_only(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import serving
    from portal.config import load_settings
    from portal.errors import Forbidden

    (instance / "demo.db").touch()
    for host in ("0.0.0.0", "192.168.1.5", "portal.example"):
        with pytest.raises(Forbidden):
            serving.serve(load_settings(), host, 8000, 1, with_worker=False)


def test_the_operator_asks_for_a_withholding_and_erases_nothing(county: Path) -> None:
    history = "village,period,date,voucher,summary,account,income,expense,payee,handler\n"
    rows = f"{village.CODE},2025-12,2025-12-05,现-1,清扫工资,514,,120.00,欧阳秀英,周清远\n"
    (county / "history.csv").write_text(history + rows, encoding="utf-8")
    taken = portal("backfill", county / "history.csv", "--kind", "finance")
    assert taken.exit_code == 0, taken.output
    order = ("--authority", "青禾县人民法院", "--date", "2026-01-08", "--reason", "court", "--line", 1)
    wrong = portal("withhold", 1, *order, "--reference", "关于欧阳秀英的裁定")
    assert wrong.exit_code == 1 and "a name of the item" in wrong.stderr
    assert portal("withhold", 7, *order, "--reference", "1号").exit_code == 1
    asked = portal("withhold", 1, *order, "--reference", "〔2026〕青民3号")
    assert asked.exit_code == 0, asked.output
    assert asked.stdout.splitlines()[1] == "http://127.0.0.1:8000/desk/withholding/1"
    again = portal("withhold", 1, *order, "--reference", "〔2026〕青民3号")
    assert again.exit_code == 1 and "asked already" in again.stderr
    assert portal("verify").exit_code == 0
    with sqlite3.connect(county / "portal.db") as database:
        assert database.execute("SELECT count(*) FROM payload").fetchone() == (1,)
