"""Every hue a department may choose stays readable, in light and in dark."""

import pytest

from portals.colour import Colour, contrast, from_hex
from portals.theme import css_for_colour, css_for_hue, fingerprint, tokens_for_hue

WHITE = Colour(1, 0, 0)
LIGHT_CANVAS = Colour(0.978, 0.004, 262)
DARK_CANVAS = Colour(0.19, 0.015, 262)
DARK_CARD = Colour(0.235, 0.018, 262)


@pytest.mark.parametrize("chroma", [0.0, 0.05, 0.15, 0.2, 0.37])
def test_every_hue_keeps_text_readable(chroma: float) -> None:
    for hue in range(360):
        tokens = tokens_for_hue(hue, chroma=chroma)
        light, dark = tokens["light"], tokens["dark"]
        pairs = [
            (light["primary"], light["primary-content"]),
            (light["primary-strong"], light["primary-content"]),
            (light["link"], WHITE),
            (light["link"], LIGHT_CANVAS),
            (light["link"], light["primary-soft"]),
            (light["primary-soft-content"], light["primary-soft"]),
            (dark["primary"], dark["primary-content"]),
            (dark["primary-strong"], dark["primary-content"]),
            (dark["link"], DARK_CANVAS),
            (dark["link"], DARK_CARD),
            (dark["primary-soft-content"], dark["primary-soft"]),
        ]
        for one, other in pairs:
            assert contrast(one, other) >= 4.5, (hue, chroma, one, other)


def test_every_token_can_be_shown_on_a_screen() -> None:
    for hue in range(0, 360, 3):
        for mode in tokens_for_hue(hue, chroma=0.3).values():
            assert all(colour.in_gamut() for colour in mode.values()), hue


def test_vest_yellow_keeps_its_hue() -> None:
    yellow = from_hex("#FFD200")
    assert 85 < yellow.hue_degrees < 100
    css = css_for_colour("#FFD200")
    assert f" {round(yellow.hue_degrees, 1):.4g})" in css
    assert css.count("--color-primary:") == 3


def test_conversion_round_trips() -> None:
    for value in ("#ffffff", "#000000", "#ffd200", "#0b3d91", "#c8102e"):
        assert from_hex(value).hex() == value


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast(from_hex("#000"), from_hex("#fff")) == pytest.approx(21, abs=0.01)


def test_hue_wraps_and_the_address_changes_with_the_sheet() -> None:
    assert css_for_hue(370) == css_for_hue(10)
    assert fingerprint(css_for_hue(10)) != fingerprint(css_for_hue(11))


@pytest.mark.parametrize("value", ["", "#12", "#gggggg", "red;}body{display:none"])
def test_what_is_no_colour_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"colour|invalid literal"):
        css_for_colour(value)
