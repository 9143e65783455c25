"""A tenant's colours: its hue kept, lightness and chroma clamped so that every hue is readable.

A department may bring any colour, the yellow of a reflective vest included. What it brings decides the hue only;
lightness is fixed by use, so that text keeps a contrast of at least 4.5 : 1 in light and dark. The sheet is served
as a file of its own because the content security policy forbids style attributes.
"""

import hashlib

from portals.colour import Colour, from_hex, most_colourful

HOUSE_HUE_DEGREES = 262.0
HOUSE_CHROMA = 0.2
MOST_CHROMA = 0.2
LEAST_CHROMA = 0.0


def tokens_for_hue(hue: float, *, chroma: float = 0.15) -> dict[str, dict[str, Colour]]:
    """The tenant's colour tokens: `{"light": {token: Colour}, "dark": {token: Colour}}`.

    `hue` in degrees, any number (taken modulo 360); `chroma` is clamped to 0–0.2.
    """
    hue_degrees = float(hue) % 360
    chroma = min(MOST_CHROMA, max(LEAST_CHROMA, float(chroma)))

    def colour(lightness: float, share: float = 1.0) -> Colour:
        return most_colourful(lightness=lightness, chroma=chroma * share, hue_degrees=hue_degrees)

    light = {
        "primary": colour(0.52),
        "primary-content": Colour(1, 0, 0),
        "primary-strong": colour(0.44),
        "primary-soft": colour(0.955, 0.2),
        "primary-soft-content": colour(0.42),
        "primary-line": colour(0.86, 0.4),
        "link": colour(0.5),
    }
    dark = {
        "primary": colour(0.74),
        "primary-content": colour(0.18, 0.3),
        "primary-strong": colour(0.8),
        "primary-soft": colour(0.31, 0.45),
        "primary-soft-content": colour(0.88, 0.5),
        "primary-line": colour(0.45, 0.5),
        "link": colour(0.78),
    }
    return {"light": light, "dark": dark}


def css_for_hue(hue: float, *, chroma: float = 0.15) -> str:
    """The style sheet of one tenant, overriding only the tokens that its hue decides."""
    tokens = tokens_for_hue(hue, chroma=chroma)

    def declarations(mode: str) -> str:
        return "".join(f"--color-{name}:{colour.css()};" for name, colour in tokens[mode].items())

    light, dark = declarations("light"), declarations("dark")
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
    )


def css_for_colour(hexadecimal: str) -> str:
    """The style sheet for a colour given as `#rrggbb`; ValueError when it is none."""
    given = from_hex(hexadecimal)
    return css_for_hue(round(given.hue_degrees, 1), chroma=round(given.chroma, 3))


def fingerprint(css: str) -> str:
    """Twelve hexadecimal digits that change with the sheet, for its address (`/theme/<tenant>.<fingerprint>.css`)."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]
