"""What the analysis knows, for readers and for machines."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from keraslint.described_facts import DescribedCall
from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import DescribedFinding
from keraslint.described_facts import DescribedFunction
from keraslint.described_facts import DescribedLayer
from keraslint.described_facts import DescribedModel
from keraslint.described_facts import DescribedPipeline
from keraslint.described_facts import DescribedStep
from keraslint.described_facts import Where
from keraslint.measured import in_short
from keraslint.report.plain import clean
from keraslint.report.words import count


def as_json(facts: DescribedFacts) -> str:
    """All facts as one JSON object; ``pipeline`` of a call is an index into ``pipelines``."""
    indices = _indices(facts)
    content = {
        "training_calls": [
            {
                **_place(call.at),
                "method": call.method,
                "data": call.data,
                "model": call.model,
                "pipeline": None if call.pipeline is None else indices[call.pipeline],
            }
            for call in facts.calls
        ],
        "pipelines": [
            {
                **_place(pipeline.at),
                "source": pipeline.source,
                "steps": [
                    {
                        "name": step.name,
                        **_place(step.at),
                        "nested": step.nested,
                        "function": None if step.function is None else _function(step.function),
                    }
                    for step in pipeline.steps
                ],
            }
            for pipeline in facts.pipelines
        ],
        "models": [
            {
                **_place(model.at),
                "name": model.name,
                "kind": model.kind,
                "complete": model.complete,
                "parameters": model.parameters,
                "non_trainable": model.non_trainable,
                "macs": model.macs,
                "layers": [
                    {
                        "kind": layer.kind,
                        **({} if layer.at is None else _place(layer.at)),
                        "output": None if layer.output is None else list(layer.output),
                        "parameters": layer.parameters,
                        "macs": layer.macs,
                    }
                    for layer in model.layers
                ],
            }
            for model in facts.models
        ],
    }
    return json.dumps(content, indent=2)


def _indices(facts: DescribedFacts) -> dict[DescribedPipeline, int]:
    return {pipeline: index for index, pipeline in enumerate(facts.pipelines)}


def _place(at: Where) -> dict[str, Any]:
    return {
        "filename": at.filename,
        "cell": at.cell,
        "location": {"row": at.row, "column": at.column},
    }


def _function(function: DescribedFunction) -> dict[str, Any]:
    return {
        "name": function.name,
        "random": function.random,
        "costly": function.costly,
        "python": function.python,
        "elementwise": function.elementwise,
        "opaque": function.opaque,
    }


def report(facts: DescribedFacts, width: int | None) -> Iterator[Text]:
    """Training calls a line each, pipelines as chains, models as tables; what rules find is marked in them."""
    drawing = _Drawing(facts, width)
    yield _title(count(len(facts.calls), "training call"))
    for call in facts.calls:
        yield from drawing.call(call)
    yield Text()
    yield _title(count(len(facts.pipelines), "pipeline"))
    for index, pipeline in enumerate(facts.pipelines):
        yield from [Text()] if index else []
        yield from drawing.pipeline(pipeline)
    yield Text()
    yield _title(count(len(facts.models), "model"))
    for index, model in enumerate(facts.models):
        yield from [Text()] if index else []
        yield from drawing.model(model)


_SLOW = "bold yellow"
_RAIL = "bold bright_blue"
_BAR_CELLS = 10
_NARROW, _NARROW_BAR_CELLS = 60, 6
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# Columns of a table of layers, those that a narrow terminal is spared first.
_SPARED = ("output", "parameters", "MACs")


class _Drawing:
    """The facts on a terminal of some width; None is as wide as it gets."""

    def __init__(self, facts: DescribedFacts, width: int | None) -> None:
        self._width = width
        self._indices = _indices(facts)
        self._consumers: Mapping[DescribedPipeline, list[DescribedCall]] = defaultdict(list)
        for call in facts.calls:
            if call.pipeline is not None:
                self._consumers[call.pipeline].append(call)
        self._findings: Mapping[Where, list[DescribedFinding]] = defaultdict(list)
        for finding in facts.findings:
            self._findings[finding.at].append(finding)

    def call(self, call: DescribedCall) -> Iterator[Text]:
        """Where it stands, what it is, and from what."""
        said = f"{call.method} on {call.data}"
        if call.pipeline is not None:
            said += f" (pipeline {self._indices[call.pipeline]})"
        if call.model is not None:
            said += f", model `{clean(call.model)}`"
        place = _at(call.at)
        if self._width is None or 2 + cell_len(place.plain) + 2 + cell_len(said) <= self._width:
            yield _with_method(Text.assemble("  ", place, "  ", said), call.method)
            return
        yield Text.assemble("  ", place)
        first, *others = wrap(said, max(self._width - 4, 20), break_on_hyphens=False)
        yield _with_method(Text(f"    {first}"), call.method)
        for line in others:
            yield Text(f"    {line}")

    def pipeline(self, pipeline: DescribedPipeline) -> Iterator[Text]:
        """A chain from the source down to what consumes it."""
        yield Text.assemble("  ", (f"{self._indices[pipeline]}", "bold"), "  ", _at(pipeline.at))
        for index, step in enumerate(pipeline.steps):
            yield from self._step(step, first=index == 0)
        for call in self._consumers[pipeline]:
            yield Text.assemble("    ", ("└▶ ", _RAIL), (call.method, "bold"), "  ", _at(call.at))

    def _step(self, step: DescribedStep, *, first: bool) -> Iterator[Text]:
        rail = "│ ├ " if step.nested else "┌ " if first else "├ "
        found = self._findings[step.at]
        line = Text.assemble("    ", (rail, _RAIL), (step.name, _SLOW if found else "bold"))
        if step.function is not None:
            line.append(f" {clean(step.function.name)}")
        below = "│ │ " if step.nested else "│ "
        judged = [] if step.function is None else list(_judgements(step.function))
        beside = f"  {', '.join(judged)}" if judged else ""
        if self._width is None or cell_len(line.plain + beside) <= self._width:
            yield line.append(beside, "dim")
            judged = []
        else:
            yield line
        for judgement in judged:
            yield from self._below(below, judgement, "dim")
        for finding in found:
            yield from self._below(below, f"▲ {_mark(finding)}", _SLOW)

    def _below(self, rail: str, words: str, style: str) -> Iterator[Text]:
        room = len(words) if self._width is None else max(self._width - len(rail) - 6, 16)
        for index, line in enumerate(wrap(words, room, break_on_hyphens=False)):
            yield Text.assemble("    ", (rail, _RAIL), "  " if index else "", (line, style))

    def model(self, model: DescribedModel) -> Iterator[Text]:
        """Its name and its size, and the layers with their share of the cost."""
        name = clean(model.name or model.kind)
        place = _at(model.at)
        size = "not all of it known"
        if model.complete:
            size = f"{_exact(model.parameters)} parameters, {_exact(model.macs)} MACs a sample"
        line = Text.assemble("  ", place, "  ", (name, "bold"))
        if self._width is None or cell_len(f"{line.plain}, {size}") <= self._width:
            yield line.append(f", {size}")
        else:
            yield Text.assemble("  ", place)
            for part in wrap(name, max((self._width or 0) - 4, 20)):
                yield Text(f"    {part}", "bold")
            for part in wrap(size, max((self._width or 0) - 4, 20)):
                yield Text(f"    {part}")
        if model.layers:
            yield from self._layers(model.layers)

    def _layers(self, layers: Sequence[DescribedLayer]) -> Iterator[Text]:
        shares = _shares(layers)
        bar = _BAR_CELLS if self._width is None or self._width >= _NARROW else _NARROW_BAR_CELLS
        columns: dict[str, list[Text]] = {
            "layer": [Text(clean(layer.kind)) for layer in layers],
            "output": [Text(_shape(layer.output)) for layer in layers],
            "parameters": [Text(_short(layer.parameters)) for layer in layers],
            "MACs": [Text(_short(layer.macs)) for layer in layers],
            "cost": [_bar(share, max(filter(None, shares), default=1.0), bar) for share in shares],
        }
        wide = {
            name: max(len(name), *(cell_len(cell.plain) for cell in cells)) for name, cells in columns.items()
        }
        for spared in _SPARED:
            if self._width is None or 2 + sum(size + 2 for size in wide.values()) <= self._width:
                break
            del columns[spared], wide[spared]
        heading = "  ".join(_aligned(Text(name), wide[name], name).plain for name in columns)
        yield Text(f"    {heading}".rstrip(), "dim")
        marked = self._marked(layers)
        for index in range(len(layers)):
            cells = (_aligned(column[index], wide[name], name) for name, column in columns.items())
            line = Text("    ").append_text(Text("  ").join(cells))
            line.rstrip()
            yield line
            for finding in marked[index]:
                yield from self._below("", f"▲ {_mark(finding)}", _SLOW)

    def _marked(self, layers: Sequence[DescribedLayer]) -> Mapping[int, list[DescribedFinding]]:
        """The findings of each layer: those that stand in its line, behind its beginning and before the next."""
        marked: Mapping[int, list[DescribedFinding]] = defaultdict(list)
        for finding in (each for found in self._findings.values() for each in found):
            before = [
                (layer.at.column, index)
                for index, layer in enumerate(layers)
                if layer.at is not None and layer.at[:3] == finding.at[:3] and layer.at <= finding.at
            ]
            if before:
                marked[max(before)[1]].append(finding)
        return marked


def _title(words: str) -> Text:
    return Text(words, "bold underline")


def _at(at: Where) -> Text:
    return Text(clean(str(at)), "cyan")


def _with_method(line: Text, method: str) -> Text:
    line.highlight_words([method], "bold")
    return line


def _mark(finding: DescribedFinding) -> str:
    gain = "" if finding.evidence is None else f", {in_short(finding.evidence)}"
    return f"{finding.code} {finding.name}{gain}"


def _judgements(function: DescribedFunction) -> Iterator[str]:
    for word, operation in (
        ("random", function.random),
        ("costly", function.costly),
        ("Python", function.python),
    ):
        if operation is not None:
            yield f"{word}: {clean(re.sub(r'^tensorflow[.]', 'tf.', operation))}"
    if function.elementwise != "no":
        yield "elementwise" if function.elementwise == "exact" else "elementwise, not to the bit"
    if function.opaque:
        yield "partly unknown"


def _shares(layers: Sequence[DescribedLayer]) -> list[float | None]:
    """The part of the work that each layer does; of the weights that it has, where no work is known."""
    costs = [layer.macs for layer in layers]
    if not any(costs):
        costs = [layer.parameters for layer in layers]
    total = sum(cost or 0 for cost in costs)
    return [None if cost is None or not total else cost / total for cost in costs]


def _bar(share: float | None, longest: float, cells: int) -> Text:
    """``██████▌    65 %``; the bar of the costliest layer is the longest."""
    if not share:
        return Text("?" if share is None else "")
    full, rest = divmod(round(share / longest * cells * 8), 8)
    bar = _EIGHTHS[8] * full + (_EIGHTHS[rest] if rest else "")
    percent = f"{100 * share:3.0f} %" if share >= 0.005 else " <1 %"
    return Text.assemble((f"{bar:<{cells}}", "cyan"), f" {percent}")


def _aligned(cell: Text, width: int, column: str) -> Text:
    space = " " * (width - cell_len(cell.plain))
    return Text(space).append_text(cell) if column in ("parameters", "MACs") else cell.copy().append(space)


def _shape(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "?"
    return " x ".join("?" if size is None else str(size) for size in shape[1:]) or "a number"


def _exact(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _short(number: int | None) -> str:
    """Three digits that count: ``36``, ``1.79 k``, ``231 M``."""
    if number is None:
        return "?"
    value, unit = float(number), ""
    for unit_of_thousands in ("k", "M", "G", "T"):
        if value < 999.5:
            break
        value, unit = value / 1000, f" {unit_of_thousands}"
    return f"{value:.3g}{unit}"
