"""Distances as the officer reads them, and roughly how long the way takes."""

from django.utils.translation import gettext

from geo.distances import METRES_PER_MILE
from portals.wording import decimal_text

# Roads are longer than the straight line: about a third, in towns as in the country.
_ROAD_FACTOR = 1.3
_TOWN_METRES = 15_000
_TOWN_METRES_PER_MINUTE = 650.0
_COUNTRY_METRES_PER_MINUTE = 1_350.0
RADIUS_CHOICES_KM = (5, 10, 20, 30, 40, 60, 80, 120, 160, 240, 400)
RADIUS_CHOICES_MILES = (5, 10, 15, 25, 35, 50, 75, 100, 150, 200)


def distance_text(metres: int, country: str) -> str:
    """ "6.2 km", "850 m", in the United States "3.9 mi"."""
    if country == "US":
        miles = metres / METRES_PER_MILE
        return f"{decimal_text(miles, 1)} mi" if miles < 10 else f"{miles:.0f} mi"
    if metres < 1000:
        return f"{max(10, round(metres, -1))} m"
    return f"{decimal_text(metres / 1000, 1)} km" if metres < 10_000 else f"{metres / 1000:.0f} km"


def minutes_by_car(metres: int) -> int:
    """A rough guess without a route: slow in town, faster beyond it."""
    road = metres * _ROAD_FACTOR
    town = min(road, _TOWN_METRES)
    return max(1, round(town / _TOWN_METRES_PER_MINUTE + (road - town) / _COUNTRY_METRES_PER_MINUTE))


def radius_choices(country: str) -> list[tuple[int, str]]:
    """(metres, label) from short to long."""
    if country == "US":
        return [
            (round(miles * METRES_PER_MILE), gettext("%(miles)s miles") % {"miles": miles})
            for miles in RADIUS_CHOICES_MILES
        ]
    return [(kilometres * 1000, f"{kilometres} km") for kilometres in RADIUS_CHOICES_KM]
