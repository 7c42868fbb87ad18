"""What the analysis knows, for readers and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from keraslint.described_facts import DescribedCall
from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import DescribedFunction
from keraslint.described_facts import DescribedModel
from keraslint.described_facts import DescribedPipeline
from keraslint.described_facts import DescribedStep
from keraslint.described_facts import Where
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


def report(facts: DescribedFacts) -> Iterator[RenderableType]:
    """Training calls a line each, pipelines as chains, models as tables."""
    indices = _indices(facts)
    yield _title(count(len(facts.calls), "training call"))
    for call in facts.calls:
        yield _call(call, indices)
    yield _title(count(len(facts.pipelines), "pipeline"))
    for pipeline, index in indices.items():
        yield _pipeline(pipeline, index)
    yield _title(count(len(facts.models), "model"))
    for model in facts.models:
        yield _model_line(model)
        if model.layers:
            yield _layers(model)


def _title(words: str) -> Text:
    return Text(words, "bold underline")


def _at(at: Where) -> Text:
    return Text(clean(str(at)), "cyan")


def _call(call: DescribedCall, indices: dict[DescribedPipeline, int]) -> Text:
    text = Text.assemble("  ", _at(call.at), " ", (call.method, "bold"), f" on {call.data}")
    if call.pipeline is not None:
        text.append(f" (pipeline {indices[call.pipeline]})")
    return text if call.model is None else text.append(f", model {clean(call.model)}")


def _pipeline(pipeline: DescribedPipeline, index: int) -> Text:
    text = Text.assemble("  ", (f"{index}", "bold"), " ", _at(pipeline.at), "\n    ")
    return text.append(" → ".join(_step(step) for step in pipeline.steps))


def _step(step: DescribedStep) -> str:
    words = step.name if step.function is None else f"{step.name}({_judged(step.function)})"
    return clean(f"[{words}]" if step.nested else words)


def _judged(function: DescribedFunction) -> str:
    judgements = [
        f"{word}: {operation}"
        for word, operation in (
            ("random", function.random),
            ("costly", function.costly),
            ("Python", function.python),
        )
        if operation is not None
    ]
    if function.elementwise != "no":
        judgements.append("elementwise" if function.elementwise == "exact" else "elementwise, not to the bit")
    if function.opaque:
        judgements.append("partly unknown")
    return f"{function.name}; {', '.join(judgements)}" if judgements else function.name


def _model_line(model: DescribedModel) -> Text:
    text = Text.assemble("  ", _at(model.at), " ", (clean(model.name or model.kind), "bold"))
    if not model.complete:
        return text.append(", not all of it known")
    return text.append(f", {_number(model.parameters)} parameters, {_number(model.macs)} MACs a sample")


def _layers(model: DescribedModel) -> Table:
    table = Table("    layer", "output", box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("parameters", justify="right")
    table.add_column("MACs", justify="right")
    for layer in model.layers:
        table.add_row(
            f"    {clean(layer.kind)}", _shape(layer.output), _number(layer.parameters), _number(layer.macs)
        )
    return table


def _shape(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "?"
    return " x ".join("?" if size is None else str(size) for size in shape[1:]) or "a number"


def _number(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"
