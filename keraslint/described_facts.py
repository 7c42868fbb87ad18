"""What ``facts`` tells about a project, as plain data that travels between processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import NamedTuple

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Evidence

UNKNOWN = "unknown"


class Where(NamedTuple):
    """A place as users count it: in a notebook, rows are those of the cell."""

    filename: str
    cell: int | None
    row: int
    column: int

    @property
    def order(self) -> tuple[str, int, int, int]:
        """What places are sorted by."""
        return self.filename, self.cell or 0, self.row, self.column

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.filename}:{cell}{self.row}:{self.column}"


@dataclass(frozen=True, slots=True)
class DescribedFunction:
    """The judgement of a mapped function; of each judgement, the operation that it rests on.

    ``elementwise`` is exact, inexact, reshapes or no. What an ``opaque`` function
    does beyond that is not known.
    """

    name: str
    random: str | None
    costly: str | None
    python: str | None
    elementwise: str
    opaque: bool


@dataclass(frozen=True, slots=True)
class DescribedStep:
    """A step of a pipeline; a nested one runs inside ``interleave`` or ``flat_map``."""

    name: str
    at: Where
    function: DescribedFunction | None
    nested: bool


@dataclass(frozen=True, slots=True)
class DescribedPipeline:
    """A dataset that a training call consumes; the steps start with those that make datasets."""

    at: Where
    source: str
    steps: tuple[DescribedStep, ...]


@dataclass(frozen=True, slots=True)
class DescribedCall:
    """A place that trains, evaluates or predicts, however often the program reaches it."""

    at: Where
    method: str
    data: str
    model: str | None
    pipeline: DescribedPipeline | None


@dataclass(frozen=True, slots=True)
class DescribedLayer:
    """A layer as a model applies it; what is not known is None."""

    kind: str
    at: Where | None
    output: tuple[int | None, ...] | None
    parameters: int | None
    macs: int | None


@dataclass(frozen=True, slots=True)
class DescribedModel:
    """A model with its layers and totals; ``complete`` where no layer is hidden."""

    at: Where
    name: str | None
    kind: str
    layers: tuple[DescribedLayer, ...]
    complete: bool
    parameters: int | None
    non_trainable: int | None
    macs: int | None


@dataclass(frozen=True, slots=True)
class DescribedFinding:
    """What a rule says of a step, a layer or a call: an error or a warning."""

    at: Where
    code: str
    name: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class DescribedFacts:
    """The facts of a project or of a part of it, in the order of their places, each once.

    ``findings`` are what the rules make of them, ``errors`` what could not be read or analysed.
    """

    calls: tuple[DescribedCall, ...] = ()
    pipelines: tuple[DescribedPipeline, ...] = ()
    models: tuple[DescribedModel, ...] = ()
    findings: tuple[DescribedFinding, ...] = ()
    errors: tuple[Diagnostic, ...] = field(default=())


def merged(parts: Iterable[DescribedFacts]) -> DescribedFacts:
    """The facts of several parts as one: a place that parts share, or reach by several ways, counts once."""
    parts = list(parts)
    sites: dict[tuple[Where, str], DescribedCall] = {}
    for call in (call for part in parts for call in part.calls):
        key = (call.at, call.method)
        sites[key] = _same_place(sites[key], call) if key in sites else call
    pipelines = {pipeline for part in parts for pipeline in part.pipelines}
    models = {model for part in parts for model in part.models}
    return DescribedFacts(
        calls=tuple(sorted(sites.values(), key=lambda call: (call.at.order, call.method))),
        pipelines=tuple(sorted(pipelines, key=lambda pipeline: (pipeline.at.order, repr(pipeline)))),
        models=tuple(sorted(models, key=lambda model: (model.at.order, repr(model)))),
        findings=tuple(dict.fromkeys(finding for part in parts for finding in part.findings)),
        errors=tuple(dict.fromkeys(error for part in parts for error in part.errors)),
    )


def _same_place(first: DescribedCall, other: DescribedCall) -> DescribedCall:
    """What holds whichever way a place is reached."""
    return replace(
        first,
        data=first.data if first.data == other.data else UNKNOWN,
        model=first.model if first.model == other.model else None,
        pipeline=first.pipeline if first.pipeline == other.pipeline else None,
    )
