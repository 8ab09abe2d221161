"""The page generation is seen by every process and survives the loss of its file."""

import gc
import runpy
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from portal.config import ROOT, Settings
from portal.gazette.generation import Generation


def bump_many(path: Path, count: int) -> None:
    """One of the processes that publish at once."""
    generation = Generation(path)
    for _ in range(count):
        generation.bump()
    generation.close()


def test_bumps_of_several_processes_all_count_and_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "generation"
    generation = Generation(path)
    assert generation.current() == 0
    spawn = get_context("spawn")
    processes: list[Any] = [spawn.Process(target=bump_many, args=(path, 500)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert generation.current() == 1500
    generation.close()


def test_a_lost_file_is_made_again_and_the_generation_still_moves(tmp_path: Path) -> None:
    path = tmp_path / "generation"
    ours, theirs = Generation(path), Generation(path)
    before = theirs.current()
    ours.bump()
    path.unlink()
    ours.bump()
    assert theirs.current() > before + 1  # who holds the old file is told too
    assert path.stat().st_size == 8
    ours.close()
    theirs.close()


def test_a_damaged_file_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "generation"
    path.write_bytes(b"x")
    generation = Generation(path)
    first = generation.current()
    generation.bump()
    assert generation.current() == first + 1
    generation.close()


def test_a_server_process_that_takes_the_place_of_a_killed_one_drops_the_pages_of_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = Generation(settings.instance / "generation")
    before = others.current()
    monkeypatch.setattr("portal.app.load_settings", lambda: settings)
    try:
        runpy.run_path(str(ROOT / "wsgi.py"))
    finally:
        gc.unfreeze()
    assert others.current() > before, "it may have published something, and told nobody"
    others.close()
