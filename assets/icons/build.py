"""Build the icon sprite from the Lucide icon set.

Usage: python assets/icons/build.py FOLDER_OF_LUCIDE_SVG_FILES

The sprite holds only the icons named in `names.txt`; each becomes a <symbol> that pages draw with
`<c-icon name="…" />`. Stroke and colour come from CSS, so that an icon follows the text beside it.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "static" / "icons" / "lucide.svg"


def symbol(name: str, source: str) -> str:
    """One <symbol> of the named icon; `source` is the whole SVG file."""
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if drawing is None:
        raise SystemExit(f"{name}: not an SVG drawing")
    inner = re.sub(r"\s+", " ", drawing.group(1)).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def build(icons: Path) -> str:
    """The whole sprite; stops with the missing names when an icon does not exist."""
    names = sorted(set((HERE / "names.txt").read_text().split()))
    missing = [name for name in names if not (icons / f"{name}.svg").exists()]
    if missing:
        raise SystemExit("no such icon: " + ", ".join(missing))
    symbols = "\n".join(symbol(name, (icons / f"{name}.svg").read_text()) for name in names)
    licence = "<!-- Lucide icons, ISC licence, https://lucide.dev -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{licence}\n{symbols}\n</svg>\n'


if __name__ == "__main__":
    TARGET.write_text(build(Path(sys.argv[1])))
