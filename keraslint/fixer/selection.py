"""What the changes of a fix need of a file: statements as a whole, and those around them without their blocks."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable
from collections.abc import Iterator
from dataclasses import fields

from keraslint import changes
from keraslint.fixer.outline import IMPORTS
from keraslint.fixer.outline import Block
from keraslint.fixer.outline import Outline
from keraslint.fixer.outline import Step
from keraslint.fixer.outline import end_of
from keraslint.fixer.outline import is_docstring
from keraslint.fixer.outline import start_of
from keraslint.semantics.lowering.ir import Site


def site_of(change: changes.Change) -> Site:
    """The site that says which file a change is made in."""
    if isinstance(change, (changes.SetArgument, changes.RemoveArgument, changes.NameArgument)):
        return change.call
    if isinstance(change, (changes.SwapCalls, changes.WrapInWith)):
        return change.first
    return change.item if isinstance(change, changes.UnwrapWith) else change.at


class Selection:
    """The statements of one file that the changes of a fix need; all others can be left out."""

    def __init__(self, name: str, outline: Outline) -> None:
        self._name = name
        self._outline = outline
        self._chosen: dict[int, dict[int, bool]] = defaultdict(dict)

    @property
    def key(self) -> Hashable:
        """What is equal for selections of the same."""
        return frozenset((block, *each) for block, chosen in self._chosen.items() for each in chosen.items())

    def of(self, block: Block) -> list[tuple[int, bool]]:
        """The chosen statements of a block in order, each with whether its own blocks belong to it."""
        return sorted(self._chosen.get(id(block), {}).items())

    def add(self, change: changes.Change) -> None:
        """Choose what one more change needs."""
        for site in _sites(change):
            if site.file == self._name:
                for step in self._outline.path(site.place):
                    self._choose(step, whole=False)
        at = self._outline.path(site_of(change).place)
        step = at[-1]
        if isinstance(change, (changes.RemoveStatement, changes.UnwrapWith)):
            self._choose(step, whole=True)
        elif isinstance(change, changes.WrapInWith):
            last = self._outline.path(change.last.place)[-1]
            if last.block is step.block:
                for index in range(step.number, last.number + 1):
                    self._choose(Step(step.block, index), whole=True)
        elif isinstance(change, changes.InsertStatement) and change.position == "body-start":
            body = getattr(step.statement, "body", ())
            if body and is_docstring(body[0]):
                self._choose(Step(body, 0), whole=True)
        if any(each.symbols for each in _templates(change)):
            self._choose_imports(at)

    def _choose(self, step: Step, *, whole: bool) -> None:
        block, index = step
        chosen = self._chosen[id(block)]
        chosen[index] = whole or chosen.get(index, False)
        # Statements of one line stay together.
        first = last = index
        while first and end_of(block[first - 1])[0] == start_of(block[first])[0]:
            first -= 1
            chosen[first] = True
        while last + 1 < len(block) and end_of(block[last])[0] == start_of(block[last + 1])[0]:
            last += 1
            chosen[last] = True

    def _choose_imports(self, path: list[Step]) -> None:
        """Choose the imports behind which one that the place of this path needs may go."""
        head = self._outline.head
        number = bisect_left(head, path[0].number)
        for index in head[max(number - 1, 0) : number]:
            self._choose(Step(self._outline.body, index), whole=True)
        for block, end in path[1:]:
            for index in range(end):
                if isinstance(block[index], IMPORTS):
                    self._choose(Step(block, index), whole=True)


def _sites(change: changes.Change) -> Iterator[Site]:
    for field in fields(change):
        value = getattr(change, field.name)
        if isinstance(value, Site):
            yield value
    for template in _templates(change):
        yield from template.nodes.values()


def _templates(change: changes.Change) -> Iterator[changes.Template]:
    for field in fields(change):
        value = getattr(change, field.name)
        if isinstance(value, changes.Template):
            yield value
