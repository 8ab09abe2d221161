"""The fonts cut for paper."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from portal.notices import fonts as room
from portal.notices.typeface import WEIGHTS, font_file


@pytest.mark.parametrize("style", WEIGHTS)
def test_each_weight_has_a_postscript_name_of_its_own_and_no_axes(fonts, style):
    with TTFont(font_file(fonts, style)) as font:
        assert font["name"].getDebugName(6) == f"NotoSansSC-{style}"
        assert font["name"].getDebugName(4) == f"Noto Sans SC {style}"
        assert "fvar" not in font
        assert font["OS/2"].usWeightClass == WEIGHTS[style]


def test_what_is_installed_is_not_cut_again(fonts, monkeypatch):
    monkeypatch.setattr(room, "_cut", lambda *_: pytest.fail("cut again"))
    room.install(fonts)


def test_a_cut_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch):
    class Broken:
        def __init__(self, *_: object) -> None: ...
        def __enter__(self) -> "Broken":
            return self

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(room, "TTFont", Broken)
    monkeypatch.setattr(room.instancer, "instantiateVariableFont", _broken_font)
    with pytest.raises(OSError, match="full"):
        room.install(tmp_path)
    assert not list(tmp_path.iterdir())


def _broken_font(*_: object, **__: object) -> object:
    class Font(dict):
        def save(self, path: Path) -> None:
            path.write_bytes(b"half")
            raise OSError("disk full")

    class Names:
        names = ()

        def setName(self, *_: object) -> None: ...

    return Font(name=Names())
