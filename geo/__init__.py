"""Points, distances, fences, areas, places, time zones. Knows no business noun."""
