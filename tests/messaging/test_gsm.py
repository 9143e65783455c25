"""What a text costs, and how it is kept in one segment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.gsm import in_one_segment, plain, segments_of, shorten


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_carriers_do(text: str, segments: int) -> None:
    assert segments_of(text) == segments


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("“Fair” – North’s gate…", '"Fair" - North\'s gate...'),
        ("Fête de la Côte, été à Québec", "Fete de la Cote, été à Québec"),
        ("Plaza de la Constitución, ¿mañana?", "Plaza de la Constitucion, ¿mañana?"),
        ("Marathon 🏃 finish", "Marathon finish"),
        ("Ngo Đình", "Ngo Dình"),
        ("Łódź Street", "Lodz Street"),
    ],
)
def test_words_stay_readable_in_the_gsm_alphabet(typed: str, sent: str) -> None:
    assert plain(typed) == sent
    assert segments_of(plain(typed)) == 1


def test_another_script_is_not_thrown_away() -> None:
    assert plain("中山公園") == "中山公園"


def test_the_longest_gives_way_first() -> None:
    text = in_one_segment(
        "Muster: {title}, {slot}, {place}, {pay}. {link}",
        shortened={"title": "Annual harbour front waterfall and lantern festival " * 2, "place": "Harbour Square Park"},
        slot="Sat 12 Dec 14:00-18:00",
        pay="CA$75.00/h",
        link="https://muster.example/s/k7x3qp",
    )
    assert segments_of(text) == 1
    assert "Sat 12 Dec 14:00-18:00, Harbour Square Park, CA$75.00/h. https://muster.example/s/k7x3qp" in text
    assert text.startswith("Muster: Annual harbour front")
    assert ".., Sat" in text


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_typed_the_fixed_parts_arrive_whole(title: str, place: str) -> None:
    text = in_one_segment(
        "Muster: {title}, {slot}, {place}. {link}",
        shortened={"title": title, "place": place},
        slot="Sat 12 Dec 14:00-18:00",
        link="https://muster.example/s/k7x3qp",
    )
    assert text.endswith("https://muster.example/s/k7x3qp")
    assert "Sat 12 Dec 14:00-18:00" in text
    if plain(title).isascii() and plain(place).isascii():
        assert segments_of(text) == 1


def test_a_cut_falls_between_words_where_it_can() -> None:
    assert shorten("Charity marathon finish line", 24) == "Charity marathon.."
    assert shorten("Charity run", 24) == "Charity run"
    assert len(shorten("Donaudampfschifffahrtsgesellschaft", 20)) == 20
