"""A picture of figures: one bar each, longest last, on a page that may be light or dark."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

ROW, LEFT, WIDTH, RIGHT = 30, 170, 430, 80


def bars(seconds: Mapping[str, float]) -> str:
    """The picture as SVG."""
    longest = max(seconds.values())
    height = ROW * len(seconds) + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" role="img">',
        "<title>Processor seconds on the files of Keras that all use Keras</title>",
        "<style>text { font: 14px sans-serif; fill: #57606a } rect { fill: #8c959f } .own { fill: #d03801 }</style>",
    ]
    for number, (name, taken) in enumerate(sorted(seconds.items(), key=lambda item: item[1])):
        top = ROW * number + 5
        length = max(WIDTH * taken / longest, 1)
        own = ' class="own"' if name.startswith("keraslint") else ""
        lines += [
            f'<text x="{LEFT - 10}" y="{top + 16}" text-anchor="end">{escape(name)}</text>',
            f'<rect{own} x="{LEFT}" y="{top}" width="{length:.1f}" height="{ROW - 8}" rx="2"/>',
            f'<text x="{LEFT + length + 8:.1f}" y="{top + 16}">{taken:.2f} s</text>',
        ]
    return "\n".join([*lines, "</svg>\n"])
