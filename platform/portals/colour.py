"""Colour arithmetic in OKLCH: conversion to sRGB, the gamut's edge, and WCAG contrast.

Lightness and chroma are OKLCH's own units (0–1 and about 0–0.37), hues are degrees. Formulas: Björn Ottosson's Oklab
(public domain) and WCAG 2.2's relative luminance.
"""

import math
from dataclasses import dataclass

LinearRgb = tuple[float, float, float]


@dataclass(frozen=True)
class Colour:
    """One OKLCH colour."""

    lightness: float
    chroma: float
    hue_degrees: float

    def css(self) -> str:
        """As CSS writes it, e.g. `oklch(0.52 0.15 258)`."""
        return f"oklch({self.lightness:.3g} {self.chroma:.3g} {self.hue_degrees:.4g})"

    def linear_rgb(self) -> LinearRgb:
        """Linear-light sRGB; a part below 0 or above 1 lies outside what a screen can show."""
        radians = math.radians(self.hue_degrees)
        green_red = self.chroma * math.cos(radians)
        blue_yellow = self.chroma * math.sin(radians)
        long = (self.lightness + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
        medium = (self.lightness - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
        short = (self.lightness - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )

    def in_gamut(self) -> bool:
        """Whether an sRGB screen can show it."""
        return all(-0.0005 <= part <= 1.0005 for part in self.linear_rgb())

    def hex(self) -> str:
        """As `#rrggbb`, for e-mail programs and documents that do not know OKLCH."""
        return "#" + "".join(f"{round(255 * _encode(part)):02x}" for part in self.linear_rgb())


def most_colourful(*, lightness: float, chroma: float, hue_degrees: float) -> Colour:
    """The colour asked for, its chroma lowered until a screen can show it.

    A browser would clip each channel by itself, which shifts the hue and can cost contrast; less chroma does
    neither.
    """
    low, high = 0.0, chroma
    if Colour(lightness, chroma, hue_degrees).in_gamut():
        return Colour(lightness, chroma, hue_degrees)
    for _ in range(16):
        middle = (low + high) / 2
        if Colour(lightness, middle, hue_degrees).in_gamut():
            low = middle
        else:
            high = middle
    # Rounded down: the style sheet's third decimal must not step over the edge again.
    return Colour(lightness, math.floor(low * 1000) / 1000, hue_degrees)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def from_hex(value: str) -> Colour:
    """The OKLCH colour of `#rgb` or `#rrggbb`; ValueError when it is neither."""
    digits = value.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6:
        raise ValueError(f"not a colour: {value!r}")
    red, green, blue = (_decode(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    green_red = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    blue_yellow = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    chroma = math.hypot(green_red, blue_yellow)
    hue_degrees = math.degrees(math.atan2(blue_yellow, green_red)) % 360 if chroma > 0.002 else 0.0
    return Colour(lightness, chroma, hue_degrees)


def _luminance(colour: Colour) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour.linear_rgb())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _encode(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _decode(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
