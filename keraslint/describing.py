"""Facts become plain data that tells users what the analysis knows."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from keraslint.described_facts import DescribedCall
from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import DescribedFinding
from keraslint.described_facts import DescribedFunction
from keraslint.described_facts import DescribedLayer
from keraslint.described_facts import DescribedModel
from keraslint.described_facts import DescribedPipeline
from keraslint.described_facts import DescribedStep
from keraslint.described_facts import Where
from keraslint.described_facts import merged
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.failures import internal_error
from keraslint.linter import LoweredPart
from keraslint.linter import lint_part
from keraslint.outcome import place_in
from keraslint.semantics.data.mapped import Mapped
from keraslint.semantics.data.mapped import Operation
from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.facts import Facts
from keraslint.semantics.facts import analyse
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.spans import Spans
from keraslint.semantics.model.architecture import Layer
from keraslint.semantics.model.model_facts import ModelFact
from keraslint.semantics.training.training import TrainingCall
from keraslint.source.parse import collector_paused


def describe_part(part: LoweredPart, *, with_findings: bool = False) -> DescribedFacts:
    """Tell the facts of the files asked for in a connected part, and what the rules find there if that is wanted.

    Files that cannot be analysed together are told one by one.
    """
    with collector_paused():
        try:
            modules = {file.source.name: file.module for file in part.everything}
            described = _Description(part, modules).facts()
            found = tuple(_findings(part)) if with_findings else ()
            return replace(described, findings=found)
        except Exception as error:
            failure = DescribedFacts(errors=(internal_error(part.spokesman, "telling it", error),))
    if len(part.files) == 1:
        return failure
    asked = (file for file in part.files if part.is_asked(file.source.name))
    alone = (describe_part(LoweredPart((file,), part.target), with_findings=with_findings) for file in asked)
    return merged((failure, *alone))


def _findings(part: LoweredPart) -> Iterator[DescribedFinding]:
    """What the rules find that is more than advice."""
    sources = {file.source.name: file.readable for file in part.everything}
    for found in lint_part(part).diagnostics:
        if found.severity is not Severity.INFO:
            at = Where(found.filename, *place_in(sources[found.filename], found.location))
            yield DescribedFinding(at, found.code, found.name, found.evidence)


def describe_datasets(
    part: LoweredPart, chosen: Callable[[Facts], Iterable[Dataset]]
) -> tuple[DescribedPipeline, ...]:
    """Tell some datasets of a part, whether something consumes them or not."""
    with collector_paused():
        description = _Description(part, {file.source.name: file.module for file in part.everything})
        return tuple(map(description.dataset, chosen(description.known)))


class _Description:
    """The description of one connected part."""

    def __init__(self, part: LoweredPart, modules: Mapping[str, ir.Module]) -> None:
        self._part = part
        self._files = {file.source.name: file for file in part.everything}
        self._modules = modules
        self._facts: Facts = analyse(modules, part.resolver, part.target)
        self._spans: dict[str, Spans] = {}
        self._variables: dict[str, dict[int, str]] = {}

    def facts(self) -> DescribedFacts:
        calls = [call for call in self._facts.training_calls if self._part.is_asked(call.at.file)]
        models = [model for model in self._facts.models if self._part.is_asked(model.at.file)]
        told = tuple(self._call(call) for call in calls)
        # A pipeline of another file is part of what is known of a call that consumes it.
        consumed = {call.pipeline for call in told}
        pipelines = tuple(
            pipeline
            for pipeline in self._pipelines.values()
            if pipeline in consumed or self._part.is_asked(pipeline.at.filename)
        )
        described = tuple(self._model(fact) for fact in models)
        return merged((DescribedFacts(told, pipelines, described),))

    @property
    def known(self) -> Facts:
        """The facts that are described."""
        return self._facts

    def dataset(self, dataset: Dataset) -> DescribedPipeline:
        """A dataset as a pipeline."""
        return self._pipeline(self._facts.pipeline(dataset))

    def _where(self, site: Site) -> Where:
        if site.file not in self._spans:
            self._spans[site.file] = Spans(self._files[site.file].readable.text)
        row, column, _, _ = self._spans[site.file].span(site.place)
        return Where(site.file, *place_in(self._files[site.file].readable, Location(row, column)))

    # Training calls

    def _call(self, call: TrainingCall) -> DescribedCall:
        pipelines = {self._pipeline_of(part) for part in alternatives(call.data)}
        models = {self._name_of(part) for part in alternatives(call.model)}
        return DescribedCall(
            self._where(call.at),
            call.method,
            call.data_kind,
            models.pop() if len(models) == 1 else None,
            pipelines.pop() if len(pipelines) == 1 else None,
        )

    def _pipeline_of(self, data: Value) -> DescribedPipeline | None:
        dataset = data.dataset if isinstance(data, DatasetIterator) else data
        return self._pipelines.get(id(dataset)) if isinstance(dataset, Dataset) else None

    def _name_of(self, model: Value) -> str | None:
        if isinstance(model, Instance):
            return model.cls.name
        return (self._model_name(model) or model.kind) if isinstance(model, Model) else None

    # Pipelines

    @cached_property
    def _pipelines(self) -> dict[int, DescribedPipeline]:
        return {id(pipeline.dataset): self._pipeline(pipeline) for pipeline in self._facts.pipelines}

    def _pipeline(self, pipeline: Pipeline) -> DescribedPipeline:
        return DescribedPipeline(
            self._where(pipeline.source.call),
            pipeline.source.name,
            tuple(self._step(step) for step in pipeline.steps),
        )

    def _step(self, step: DatasetStep) -> DescribedStep:
        function = _function(step.mapper) if step.maps else None
        return DescribedStep(step.name, self._where(step.at), function, step.is_nested)

    # Models

    def _model(self, fact: ModelFact) -> DescribedModel:
        built = fact.architecture
        return DescribedModel(
            self._where(fact.at),
            self._model_name(fact.model),
            fact.model.kind,
            tuple(self._layer(layer) for layer in built.layers),
            built.complete,
            built.parameters,
            built.non_trainable,
            built.macs,
        )

    def _layer(self, layer: Layer) -> DescribedLayer:
        site = layer.site
        where = None if site is None else self._where(site)
        return DescribedLayer(layer.name, where, layer.output, layer.parameters, layer.macs)

    def _model_name(self, model: Instance | Model) -> str | None:
        """The variable that the model is put in, with the function that does it."""
        assert model.call is not None
        site = model.call.site
        if site.file not in self._variables:
            self._variables[site.file] = dict(_assigned_calls(self._modules[site.file].body))
        variable = self._variables[site.file].get(site.place)
        if variable is None or not model.call.frames:
            return variable
        function = model.call.frames[-1].function
        owner = "" if function.owner is None else f"{function.owner.name}."
        return f"{owner}{function.name}.<locals>.{variable}"


def _function(judged: Mapped) -> DescribedFunction:
    return DescribedFunction(
        judged.name,
        _name(judged.random),
        _name(judged.costly),
        _name(judged.python),
        judged.elementwise.name.lower(),
        judged.opaque,
    )


def _name(operation: Operation | None) -> str | None:
    return None if operation is None else operation.call.callee


def _assigned_calls(node: object) -> Iterator[tuple[int, str]]:
    """The calls of a lowered node that are assigned to one variable, by place."""
    if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ir.Name):
            yield node.value.place, target.id
        elif isinstance(target, ir.Attribute) and isinstance(target.value, ir.Name):
            yield node.value.place, f"{target.value.id}.{ir.plain(target.attr)}"
    if isinstance(node, tuple):
        for part in node:
            yield from _assigned_calls(part)
