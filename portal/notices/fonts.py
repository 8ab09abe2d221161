"""Cuts the two static weights that paper is set in from the variable font of the wheel justmytype-intl-cjk.

ReportLab takes TrueType outlines only and embeds a variable font as its thinnest instance; instances share a
PostScript name, by which ReportLab would mix them up, so each gets its own. `python -m portal.notices.fonts FOLDER`.
"""

import os
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from portal.notices.typeface import FAMILY, WEIGHTS, font_file

_SOURCE = files("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"
_UNUSED = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "VORG", "DSIG")
_MICROSOFT_ENGLISH = (3, 1, 0x409)


def install(folder: Path) -> None:
    """Put both weights and their licence into `folder`; what is there already stays. About 13 s a weight, once."""
    folder.mkdir(parents=True, exist_ok=True)
    for style, weight in WEIGHTS.items():
        if not font_file(folder, style).exists():
            _cut(style, weight, font_file(folder, style))
    licence = folder / "OFL.txt"
    if not licence.exists():
        with as_file(_SOURCE / "OFL.txt") as source:
            shutil.copyfile(source, licence)


def _cut(style: str, weight: int, target: Path) -> None:
    with as_file(_SOURCE / "NotoSansSC[wght].ttf") as source, TTFont(source) as variable:
        font = instancer.instantiateVariableFont(variable, {"wght": weight}, inplace=True)
        for table in _UNUSED:
            if table in font:
                del font[table]
        _rename(font, style)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            font.save(unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def _rename(font: TTFont, style: str) -> None:
    names = {
        1: FAMILY,
        2: style,
        3: f"portal:{FAMILY} {style}",
        4: f"{FAMILY} {style}",
        6: f"{FAMILY.replace(' ', '')}-{style}",
    }
    table = font["name"]
    table.names = [entry for entry in table.names if entry.nameID in (0, 7, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, *_MICROSOFT_ENGLISH)


if __name__ == "__main__":
    install(Path(sys.argv[1]))
