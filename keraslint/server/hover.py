"""What is known of the place under the pointer: a finding with its page, a layer, a pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol import types

from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import DescribedFunction
from keraslint.described_facts import DescribedLayer
from keraslint.described_facts import DescribedPipeline
from keraslint.described_facts import DescribedStep
from keraslint.described_facts import Where
from keraslint.diagnostic import Location
from keraslint.server.diagnostics import place_of
from keraslint.server.documents import Piece
from keraslint.server.pages import PageFiles
from keraslint.server.positions import Text
from keraslint.server.workspace import Result

_DOTTED = re.compile(r"[\w.]+")
_WORD = re.compile(r"[^\W\d]\w*")


class Pointer(NamedTuple):
    """Where the pointer is: a piece of a document, and the place in it."""

    piece: Piece
    at: Location

    @property
    def variable(self) -> str | None:
        """The name under the pointer, if it is one that stands for itself."""
        line = _line(self.piece.text, self.at.row)
        for word in _WORD.finditer(line):
            if word.start() < self.at.column <= word.end() + 1 and not line[: word.start()].endswith("."):
                return word.group()
        return None


def findings(result: Result, pages: PageFiles, pointer: Pointer) -> Iterator[str]:
    """The findings under the pointer, each with its page."""
    for diagnostic in result.diagnostics:
        piece, place = place_of(result, diagnostic.location, diagnostic.end_location)
        if piece.uri == pointer.piece.uri and _covers(piece.text, place, pointer.at):
            page = pages.text(diagnostic.code)
            yield f"**{diagnostic.code}** {diagnostic.message}" + (f"\n\n{page}" if page else "")


def objects(result: Result, facts: DescribedFacts, pointer: Pointer) -> Iterator[str]:
    """The layers and the steps of pipelines under the pointer."""
    for model in facts.models:
        for layer in model.layers:
            if layer.at is not None and _names(layer.at, result, pointer):
                yield layer_line(layer)
    for pipeline in facts.pipelines:
        under = [index for index, step in enumerate(pipeline.steps) if _names(step.at, result, pointer)]
        if under:
            yield chain(pipeline.steps[: under[-1] + 1])


def layer_line(layer: DescribedLayer) -> str:
    """A layer with its output, its parameters and its cost."""
    return (
        f"`{layer.kind}`: output {_shape(layer.output)}, {_number(layer.parameters)} parameters, "
        f"{_number(layer.macs)} MACs a sample"
    )


def variable(name: str, pipelines: Sequence[DescribedPipeline]) -> Iterator[str]:
    """A variable that holds a dataset, or one of several."""
    for pipeline in pipelines:
        yield f"`{name}` is a dataset:\n\n{chain(pipeline.steps)}"


def chain(steps: Sequence[DescribedStep]) -> str:
    """Steps of a pipeline, each on a line, with what is known of the functions that they call."""
    return "\n".join(f"{number}. {_step(step)}" for number, step in enumerate(steps, start=1))


def markdown(parts: Sequence[str]) -> types.Hover | None:
    """What is shown, None where there is nothing to show."""
    if not parts:
        return None
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(dict.fromkeys(parts)))
    )


def program_place(result: Result, pointer: Pointer) -> Location:
    """Where the pointer is in the program that the pieces make."""
    source = result.source
    assert source is not None
    if source.notebook is None:
        return pointer.at
    number = [piece.uri for piece in result.document.pieces].index(pointer.piece.uri) + 1
    above = next(start for cell, start, _ in source.notebook.cell_texts() if cell == number)
    return Location(above + pointer.at.row, pointer.at.column)


def _names(where: Where, result: Result, pointer: Pointer) -> bool:
    """Whether the pointer is on the dotted name that begins at a place."""
    if where.filename != result.file.name or where.row != pointer.at.row:
        return False
    if where.cell is not None and result.document.pieces[where.cell - 1].uri != pointer.piece.uri:
        return False
    name = _DOTTED.match(_line(pointer.piece.text, where.row), where.column - 1)
    return name is not None and where.column <= pointer.at.column <= name.end() + 1


def _line(text: Text, row: int) -> str:
    return text.lines[row - 1]


def _covers(text: Text, place: types.Range, at: Location) -> bool:
    return text.location(place.start) <= at <= text.location(place.end)


def _step(step: DescribedStep) -> str:
    words = f"`{step.name}`" + (f" with `{step.function.name}`" if step.function else "")
    notes = list(_judgements(step.function)) if step.function else []
    if step.nested:
        notes.append("for each element of the step around it")
    return f"{words}: {', '.join(notes)}" if notes else words


def _judgements(function: DescribedFunction) -> Iterator[str]:
    if function.random is not None:
        yield f"random (`{function.random}`)"
    if function.costly is not None:
        yield f"costly (`{function.costly}`)"
    if function.python is not None:
        yield f"goes back to Python (`{function.python}`)"
    if function.elementwise != "no":
        yield "elementwise" if function.elementwise == "exact" else "elementwise, not to the bit"
    if function.opaque:
        yield "partly unknown"


def _shape(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "of unknown shape"
    return " x ".join("?" if size is None else str(size) for size in shape[1:]) or "a number"


def _number(number: int | None) -> str:
    return "an unknown number of" if number is None else f"{number:,}"
