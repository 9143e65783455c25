"""Directions in words, for those who read a map by ear."""

import math

from geo.points import Point

_WORDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def bearing_word(origin: Point, target: Point) -> str:
    """Where `target` lies, seen from `origin`, in eighths. Of two points at one place: "north"."""
    here, there = math.radians(origin.latitude), math.radians(target.latitude)
    turn = math.radians(target.longitude - origin.longitude)
    east = math.sin(turn) * math.cos(there)
    north = math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(turn)
    degrees = math.degrees(math.atan2(east, north)) % 360
    return _WORDS[round(degrees / 45) % 8]
