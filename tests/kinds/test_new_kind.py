"""A kind is one file: added to the room, it goes the whole way without another line of code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.config import ROOT


def test_one_file_more_is_one_kind_more(tmp_path: Path, fonts: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "portal", tree / "portal", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "static", "tests"):
        (tree / name).symlink_to(ROOT / name)
    shutil.copy(Path(__file__).parent / "levy.py", tree / "portal" / "kinds" / "levy.py")
    (tmp_path / "instance").mkdir()
    result = subprocess.run(
        [sys.executable, "-m", "tests.kinds.levy_drive", str(tmp_path / "instance"), str(fonts)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
