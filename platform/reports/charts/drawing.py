"""A chart on paper: the same geometry, drawn by reportlab. Series differ in lightness and dashes: grey will do."""

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib import colors

from billing.documents.rendering import INK, MUTED, RULE, register_fonts
from reports.charts.geometry import Geometry, lay_out
from reports.charts.specification import Chart

FILLS = (colors.HexColor("#1f3b63"), colors.HexColor("#7f9cc4"), colors.HexColor("#d5deec"), colors.white)
_DASHES = (None, (4, 2), (1.5, 2), (6, 2, 1, 2))
_LEGEND = 16.0


def draw(chart: Chart, *, width: float, height: float) -> Drawing:
    """`width` and `height` in points, legend included."""
    register_fonts()
    plot = lay_out(chart, width=width, height=height - _LEGEND)
    drawing = Drawing(width, height)
    _legend(drawing, chart, height)
    _axes(drawing, plot)
    for bar in plot.bars:
        drawing.add(
            Rect(bar.x, plot.height - bar.y - bar.height, bar.width, bar.height, fillColor=FILLS[bar.series % 4],
                 strokeColor=FILLS[0], strokeWidth=0.4)
        )  # fmt: skip
    for path in plot.paths:
        flat = [part for x, y in path.points for part in (x, plot.height - y)]
        line = PolyLine(flat, strokeColor=FILLS[0], strokeWidth=1.4, strokeDashArray=_DASHES[path.series % 4])
        drawing.add(line)
    for dot in plot.dots:
        drawing.add(Circle(dot.x, plot.height - dot.y, 1.8, fillColor=FILLS[dot.series % 4], strokeColor=FILLS[0],
                           strokeWidth=0.6))  # fmt: skip
    return drawing


def _axes(drawing: Drawing, plot: Geometry) -> None:
    for tick in plot.ticks:
        y = plot.height - tick.at
        drawing.add(Line(plot.left, y, plot.right, y, strokeColor=RULE, strokeWidth=0.4))
        drawing.add(_text(plot.left - 4, y - 2.5, tick.text, anchor="end"))
    for rule in plot.rules:
        y = plot.height - rule.y
        dash = (3, 2) if rule.is_limit else None
        drawing.add(Line(plot.left, y, plot.right, y, strokeColor=INK, strokeWidth=0.7, strokeDashArray=dash))
        drawing.add(_text(plot.right, y + 2, rule.text, anchor="end"))
    for label in plot.labels:
        drawing.add(_text(label.at, plot.height - plot.base - 11, label.text, anchor="middle"))


def _legend(drawing: Drawing, chart: Chart, height: float) -> None:
    if len(chart.series) < 2:
        return
    x = 58.0
    for number, series in enumerate(chart.series):
        if chart.kind == "lines":
            drawing.add(Line(x, height - 7, x + 14, height - 7, strokeColor=FILLS[0], strokeWidth=1.4,
                             strokeDashArray=_DASHES[number % 4]))  # fmt: skip
        else:
            drawing.add(Rect(x, height - 10, 8, 7, fillColor=FILLS[number % 4], strokeColor=FILLS[0], strokeWidth=0.4))
        drawing.add(_text(x + (18 if chart.kind == "lines" else 12), height - 9.5, series.name))
        x += 30 + len(series.name) * 4.4


def _text(x: float, y: float, text: str, anchor: str = "start") -> String:
    return String(x, y, text, fontName="Muster-Regular", fontSize=7.5, fillColor=MUTED, textAnchor=anchor)
