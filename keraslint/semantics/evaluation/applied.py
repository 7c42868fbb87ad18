"""``dataset.apply(transformation(...))``: a transformation by its name, with its arguments where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

# The order of their parameters is the same in every release that has them.
_PARAMETERS = {
    "map_and_batch": (
        "map_func",
        "batch_size",
        "num_parallel_batches",
        "drop_remainder",
        "num_parallel_calls",
    ),
    "parallel_interleave": (
        "map_func",
        "cycle_length",
        "block_length",
        "sloppy",
        "buffer_output_elements",
        "prefetch_input_elements",
    ),
    "shuffle_and_repeat": ("buffer_size", "count", "seed"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """One ``apply`` whose argument is a call that makes a transformation.

    ``call`` is the whole, ``dataset`` what it is applied to, ``transformation`` the function that is
    called, ``arguments`` its arguments by name, and ``literals`` those that are constants in the call itself.
    """

    call: Site
    dataset: Site
    transformation: Site
    arguments: Mapping[str, Site]
    literals: Mapping[str, object]


def applied_transformations(records: Iterable[CallRecord]) -> Iterator[Applied]:
    """Those of the program that are written out in full, each once."""
    seen: set[Site] = set()
    for record in records:
        node = record.node
        if record.method != "apply" or not isinstance(node, ir.Call) or record.site in seen:
            continue
        seen.add(record.site)
        made = node.arguments[0].value if len(node.arguments) == 1 else None
        if isinstance(made, ir.Call) and isinstance(node.func, ir.Attribute):
            file = record.site.file
            arguments = _arguments(made)
            if arguments is not None:
                yield Applied(
                    record.site,
                    Site(file, node.func.value.place),
                    Site(file, made.func.place),
                    {name: Site(file, value.place) for name, value in arguments.items()},
                    {
                        name: value.value
                        for name, value in arguments.items()
                        if isinstance(value, ir.Constant)
                    },
                )


def _arguments(made: ir.Call) -> dict[str, ir.Expression] | None:
    function = made.func
    name = function.attr if isinstance(function, ir.Attribute) else getattr(function, "id", "")
    parameters = _PARAMETERS.get(name)
    if parameters is None or any(each.star for each in made.arguments):
        return None
    found: dict[str, ir.Expression] = {}
    for index, each in enumerate(made.arguments):
        if each.keyword is None and index >= len(parameters):
            return None
        found[each.keyword or parameters[index]] = each.value
    return found
