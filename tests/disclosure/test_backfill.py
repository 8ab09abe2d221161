"""A history taken over from one csv."""

from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.rules import OPERATOR
from portal.disclosure.backfill import Refused, backfill
from portal.errors import Invalid
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.places import queries as places
from tests.disclosure import village
from tests.disclosure.village import AT

pytestmark = pytest.mark.usefixtures("database")
NEW = "990110002205"


def row(code: str, period: str, day: int, income: str = "", expense: str = "", **more: str) -> dict[str, str]:
    return {
        "village": code,
        "period": period,
        "date": f"{period}-{day:02d}",
        "voucher": f"现-{day:03d}",
        "summary": f"路灯电费第{day}笔",
        "account": "公益支出" if expense else "补助收入",
        "income": income,
        "expense": expense,
        "payee": "青禾供电公司",
        "handler": "周清远",
        "opening": "",
        **more,
    }


def months(code: str = village.CODE) -> list[dict[str, str]]:
    return [
        row(code, "2025-01", 3, income="500.00", opening="100.00"),
        row(code, "2025-01", 9, expense="20.50"),
        row(code, "2025-02", 4, expense="79.50"),
    ]


def write(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "ledger.csv"
    path.write_bytes(village.history(rows))
    return path


@pytest.fixture
def place(context: Flask):  # type: ignore[no-untyped-def]
    return village.build()


def test_months_are_published_in_order_as_taken_over(place, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert backfill(write(tmp_path, months()), "finance", OPERATOR, AT) == 2
    items = gazette.items_of(place.id)
    assert [(item.period, item.taken_over) for item in items] == [("2025-02", True), ("2025-01", True)]
    assert gazette.figures([items[0].number])[items[0].number]["closing"] == 50000


def test_an_unsorted_file_gives_the_same(place, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rows = months()
    assert backfill(write(tmp_path, [rows[2], rows[1], rows[0]]), "finance", OPERATOR, AT) == 2
    assert [item.period for item in gazette.items_of(place.id)] == ["2025-02", "2025-01"]
    assert gazette.closings(place.id, "2025-03") == ("2025-02", {("committee", "cash"): 50000})


def test_an_error_anywhere_publishes_nothing(place, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rows = [*months(), row(village.OTHER, "2025-01", 5, expense="many")]
    with pytest.raises(Refused) as refused:
        backfill(write(tmp_path, rows), "finance", OPERATOR, AT)
    assert "many" in [finding.value for finding in refused.value.findings]
    assert gazette.items_of(place.id) == []


def test_unknown_villages_are_an_error_unless_they_are_to_be_made(place, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write(tmp_path, months(NEW))
    with pytest.raises(Invalid, match=NEW):
        backfill(path, "finance", OPERATOR, AT)
    assert backfill(path, "finance", OPERATOR, AT, create_places=True) == 2
    assert len(gazette.items_of(places.place(NEW).id)) == 2


def test_a_killed_run_goes_on_without_doubling(place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = write(tmp_path, [*months(), *months(village.OTHER)])
    monkeypatch.setattr("portal.disclosure.backfill.BATCH", 1)
    publish, count = gazette_services.publish, []

    def dying(entries, at):  # type: ignore[no-untyped-def]
        count.append(1)
        if len(count) == 3:
            raise KeyboardInterrupt
        return publish(entries, at)

    monkeypatch.setattr(gazette_services, "publish", dying)
    with pytest.raises(KeyboardInterrupt):
        backfill(path, "finance", OPERATOR, AT)
    assert backfill(path, "finance", OPERATOR, AT) == 2
    other = places.place(village.OTHER)
    assert [len(gazette.items_of(place_id)) for place_id in (place.id, other.id)] == [2, 2]
    assert backfill(path, "finance", OPERATOR, AT) == 0


def test_progress_goes_from_nothing_to_all(place, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shares: list[float] = []
    backfill(write(tmp_path, months()), "finance", OPERATOR, AT, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
