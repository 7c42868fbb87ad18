"""Measurements become a page."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment
from jinja2 import StrictUndefined
from markupsafe import Markup

from keraslint.verify.page import charts
from keraslint.verify.page import words
from keraslint.verify.page.document import embedded
from keraslint.verify.page.view import MeasuredPair
from keraslint.verify.page.view import common_scale
from keraslint.verify.page.view import group_of
from keraslint.verify.page.view import in_order
from keraslint.verify.page.view import section
from keraslint.version import VERSION


def render(
    pairs: Sequence[MeasuredPair],
    *,
    hardware: Mapping[str, object],
    software: Mapping[str, object],
    conditions: Mapping[str, object],
    measured: str,
) -> str:
    """The page as HTML.

    ``hardware`` (its ``class`` names it in a word) and ``software`` are those of an evidence file,
    ``conditions`` is what the system said of load, governor and temperature, ``measured`` the day.
    """
    measurements = [pair.measurement for pair in pairs]
    scale = common_scale(pairs)
    about = {
        "hardware": hardware,
        "software": software,
        "conditions": conditions,
        "measured": measured,
        "keraslint": VERSION,
    }
    template = _environment().from_string(_packaged("page.html.jinja"))
    return template.render(
        style=Markup(_packaged("page.css")),
        headline=words.headline(measurements, str(hardware.get("class", "this machine"))),
        remainder=words.remainder(measurements),
        quick=any(each.quick for each in measurements),
        sections=[section(index, pairs[index], scale) for index in in_order(pairs)],
        axis=charts.axis(scale),
        legend=charts.legend(scale),
        group_of=group_of,
        facts_of=words.facts,
        about=about,
        document=embedded(measurements, **about),
    )


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _packaged(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
