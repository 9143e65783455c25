"""What the chart component needs: the geometry for wide screens and for phones, and numbers that are no locale's."""

from django import template

from reports.charts import Chart, value_text
from reports.charts.geometry import Geometry, lay_out

register = template.Library()
# On a phone a shrunken chart would shrink its words too: it gets one of its own.
_SIZES = {"wide": (760.0, 260.0), "narrow": (340.0, 240.0)}


@register.filter
def plots(chart: Chart) -> list[tuple[str, Geometry]]:
    """`wide` and `narrow`, of which the style sheet shows one."""
    return [(name, lay_out(chart, width=width, height=height)) for name, (width, height) in _SIZES.items()]


@register.filter
def share(value: float | None) -> str:
    """`0.975` → `97.5 %`; a dash without a basis."""
    return value_text(value, "share")


@register.filter
def coordinate(value: float, offset: float = 0) -> str:
    """With a decimal point, whatever the language."""
    return f"{float(value) + float(offset):.1f}"
