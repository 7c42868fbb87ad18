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
from keraslint.verify.page.document import Document
from keraslint.verify.page.view import MeasuredPair
from keraslint.verify.page.view import common_scale
from keraslint.verify.page.view import group_of
from keraslint.verify.page.view import in_order
from keraslint.verify.page.view import section
from keraslint.version import VERSION


def render(
    pairs: Sequence[MeasuredPair], *, hardware: Mapping[str, object], software: Mapping[str, str]
) -> str:
    """The page as HTML; ``hardware`` and ``software`` are those of an evidence file."""
    measurements = [pair.measurement for pair in pairs]
    document = Document(hardware, software, [pair.measured for pair in pairs])
    scale = common_scale(pairs)
    return (
        _environment()
        .from_string(_packaged("page.html.jinja"))
        .render(
            style=Markup(_packaged("page.css")),
            days=sorted({pair.measured.day for pair in pairs}),
            headline=words.headline(measurements, str(hardware.get("class", "this machine"))),
            remainder=words.remainder(measurements),
            quick=any(each.quick for each in measurements),
            facts={"Hardware": words.facts(hardware), "Software": words.facts(software)},
            sections=[section(index, pairs[index], document, scale) for index in in_order(pairs)],
            axis=charts.axis(scale),
            legend=charts.legend(scale),
            group_of=group_of,
            version=VERSION,
            document=document.embedded(),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _packaged(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
