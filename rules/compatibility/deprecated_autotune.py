"""Names of tf.data's experimental and contributed days."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Applied
from keraslint.semantics import Facts
from keraslint.semantics import SymbolUse

EXPERIMENTAL = "tensorflow.data.experimental."
CONTRIBUTED = "tensorflow.contrib.data"
SUCCESSORS = {
    "AUTOTUNE": "tf.data.AUTOTUNE",
    "map_and_batch": "map` and `batch",
    "shuffle_and_repeat": "shuffle` and `repeat",
    "parallel_interleave": "interleave",
}


class DeprecatedAutotune(Rule):
    """tf.data is used by names of its experimental days, which have plain ones since.

    ## What it does
    Finds `tf.data.experimental.AUTOTUNE` and the transformations `map_and_batch`, `shuffle_and_repeat` and
    `parallel_interleave` of `tf.data.experimental`, which are deprecated in favour of plain methods of
    `Dataset`. They still work: the finding is info. Anything of `tf.contrib.data` is an error where the target is
    TensorFlow 2, which has no `tf.contrib`: the line raises `AttributeError`.

    ## Why it is slow
    `tf.data.experimental.AUTOTUNE` is the same number as `tf.data.AUTOTUNE` and costs nothing. `map_and_batch`
    once was the fast way; tf.data fuses a parallel `map` and a `batch` by itself today, and tunes the plain
    methods, while the old transformations keep the number of calls that they were written with.

    ## Example

    ## Use instead

    The fix writes `tf.data.AUTOTUNE`, and for `dataset.apply(...)` with one of the transformations the plain
    methods. Elements and their order stay the same, with a seed too.

    ## When to leave it
    - The code must run on TensorFlow before 2.4, which has no `tf.data.AUTOTUNE` (such targets are not reported).
    - `parallel_interleave(sloppy=True)` gives up the order on purpose; `interleave(deterministic=False)` does that
      now.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/data#AUTOTUNE
    - https://www.tensorflow.org/api_docs/python/tf/data/experimental/map_and_batch
    """

    code = "KL504"
    severity = Severity.INFO
    applicability = Applicability.SAFE
    tokens = ("experimental", "contrib")

    def check(self, facts: Facts) -> Iterator[Finding]:
        applied = {each.transformation: each for each in facts.applied_transformations}
        for use in facts.symbol_uses:
            step = applied.get(use.at)
            if f"{use.path}.".startswith(f"{CONTRIBUTED}."):
                if not use.is_guarded and not facts.target.tensorflow_before(2, 0):
                    if use.is_import or use.origin is None:
                        yield self._contributed(use, step, facts.target.autotune)
            elif use.path.startswith(EXPERIMENTAL) and use.name in SUCCESSORS and not use.is_import:
                if use.path.count(".") == 3 and not facts.target.tensorflow_before(2, 4):
                    yield self._experimental(use, step, facts.target.autotune)

    def _contributed(self, use: SymbolUse, step: Applied | None, autotune: str) -> Finding:
        raised = "a ModuleNotFoundError" if use.is_import else "an AttributeError"
        return Finding(
            at=use.at,
            message=f"TensorFlow 2 has no `tf.contrib`: `{use.name}` of it raises {raised}",
            severity=Severity.ERROR,
            fix=self._autotune(use) if step is None else self._plain(use, step, autotune),
            help="use the plain methods of `tf.data.Dataset`",
        )

    def _experimental(self, use: SymbolUse, step: Applied | None, autotune: str) -> Finding:
        return Finding(
            at=use.at,
            message=f"`tf.data.experimental.{use.name}` is deprecated: `{SUCCESSORS[use.name]}` took its place",
            fix=self._autotune(use) if step is None else self._plain(use, step, autotune),
            help=None if use.name == "AUTOTUNE" else "use the plain methods of `tf.data.Dataset`",
        )

    def _autotune(self, use: SymbolUse) -> Fix | NoFix:
        if use.name != "AUTOTUNE":
            return NoFix("it is not applied to a dataset in one call")
        module = use.outer(2)
        if module is None:
            return NoFix("the name is not written out to `tf.data`")
        change = ReplaceExpression(use.at, Template("{data}.AUTOTUNE", nodes={"data": module}))
        return Fix("Use `tf.data.AUTOTUNE`", Applicability.SAFE, (change,))

    def _plain(self, use: SymbolUse, step: Applied, autotune: str) -> Fix | NoFix:
        code = self._methods(use.name, step)
        if code is None:
            return NoFix("not all of its arguments have a place in the plain methods")
        nodes = {"dataset": step.dataset, **step.arguments}
        template = Template(
            f"{{dataset}}.{code}",
            nodes={name: site for name, site in nodes.items() if f"{{{name}}}" in f"{{dataset}}.{code}"},
            symbols={"autotune": autotune} if "{autotune}" in code else {},
        )
        change = ReplaceExpression(step.call, template)
        return Fix(f"Use `{SUCCESSORS[use.name]}`", Applicability.SAFE, (change,))

    def _methods(self, name: str, step: Applied) -> str | None:
        """The plain methods, with holes for the arguments; None where some argument has no place in them."""
        given = set(step.arguments)
        if name == "map_and_batch" and {"map_func", "batch_size"} <= given <= {
            "map_func",
            "batch_size",
            "drop_remainder",
            "num_parallel_batches",
            "num_parallel_calls",
        }:
            calls = "{num_parallel_calls}" if "num_parallel_calls" in given else "{autotune}"
            last = ", drop_remainder={drop_remainder}" if "drop_remainder" in given else ""
            return f"map({{map_func}}, num_parallel_calls={calls}).batch({{batch_size}}{last})"
        if name == "shuffle_and_repeat" and {"buffer_size"} <= given <= {"buffer_size", "count", "seed"}:
            seed = ", seed={seed}" if "seed" in given else ""
            return f"shuffle({{buffer_size}}{seed}).repeat({'{count}' if 'count' in given else ''})"
        if name == "parallel_interleave" and {"map_func", "cycle_length"} <= given <= {
            "map_func",
            "cycle_length",
            "block_length",
            "sloppy",
            "buffer_output_elements",
            "prefetch_input_elements",
        }:
            block = ", block_length={block_length}" if "block_length" in given else ""
            sloppy = step.literals.get("sloppy", None if "sloppy" in given else False)
            if not isinstance(sloppy, bool):
                return None
            order = ", deterministic=False" if sloppy else ""
            return (
                f"interleave({{map_func}}, cycle_length={{cycle_length}}{block}, "
                f"num_parallel_calls={{autotune}}{order})"
            )
        return None
