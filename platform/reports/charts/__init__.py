"""Charts as data: one specification, drawn as SVG on pages and by reportlab on paper."""

from reports.charts.specification import Chart, Level, Series, limits_of, value_text

__all__ = ["Chart", "Level", "Series", "limits_of", "value_text"]
