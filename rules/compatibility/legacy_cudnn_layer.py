"""`CuDNNLSTM` and `CuDNNGRU`, which `LSTM` and `GRU` have become."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Claim
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RenameImport
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import SymbolUse

SUCCESSORS = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}


class LegacyCudnnLayer(Rule):
    """`CuDNNLSTM` and `CuDNNGRU` are gone: `LSTM` and `GRU` use the fused kernel by themselves.

    ## What it does
    Finds `CuDNNLSTM` and `CuDNNGRU` from `keras.layers` where the target is Keras 3, and from
    `tf.keras.layers` where it is TensorFlow 2: the name does not exist there. A name that is imported by
    itself raises `ImportError`, an attribute `AttributeError`. The finding stands where the layer is
    used, and the import is shown with it. A use behind a question for the version, or with another way in
    an `except`, is not reported.

    ## Why it is slow
    It does not run at all. What people put in its place decides about speed: `LSTM` and `GRU` take the same
    fused kernel on a GPU as long as `activation`, `recurrent_activation`, `recurrent_dropout`, `unroll`,
    `use_bias` and `reset_after` keep their defaults, and run on a CPU as well, which the old layers did not.

    ## Example

    ## Use instead

    The fix writes `LSTM` and `GRU`, whose defaults are those of the old layers. Arguments stay as they are;
    a layer that is given more than its units by position is left to you, for the order differs.

    ## When to leave it
    The program stays on TensorFlow 1, or on a Keras before 2.4 as a package of its own. `tf.compat.v1.keras.layers`
    still has the layers under Keras 2 and is not reported.

    ## Measured

    ## References
    - https://keras.io/api/layers/recurrent_layers/lstm/
    - https://www.tensorflow.org/guide/keras/working_with_rnns
    """

    code = "KL505"
    severity = Severity.ERROR
    claim = Claim.BREAKS
    applicability = Applicability.SAFE
    tokens = tuple(SUCCESSORS)

    def check(self, facts: Facts) -> Iterator[Finding]:
        uses = [use for use in facts.symbol_uses if use.name in SUCCESSORS and self._breaks(facts, use)]
        used = {use.origin for use in uses if use.origin is not None}
        for use in uses:
            if not use.is_guarded and use not in used:
                yield self._finding(facts, use, uses)

    def _breaks(self, facts: Facts, use: SymbolUse) -> bool:
        module = use.path.rpartition(".")[0]
        if module == "keras.layers":
            return facts.target.keras == 3
        if module == "tensorflow.keras.layers":
            return facts.target.keras == 3 or not facts.target.tensorflow_before(2, 0)
        return module == "tf_keras.layers"

    def _finding(self, facts: Facts, use: SymbolUse, uses: list[SymbolUse]) -> Finding:
        successor = SUCCESSORS[use.name]
        raised = "ImportError" if use.is_import or use.origin is not None else "AttributeError"
        return Finding(
            at=use.at,
            message=(
                f"`{use.name}` does not exist in {'Keras 3' if facts.target.keras == 3 else 'TensorFlow 2'} and "
                f"raises an {raised}; `{successor}` uses the fused kernel by itself"
            ),
            related=() if use.origin is None else (Related(use.origin.at, "imported here"),),
            fix=self._rename(facts, use, uses),
            help=f"use `{successor}` with the arguments by name",
        )

    def _rename(self, facts: Facts, use: SymbolUse, uses: list[SymbolUse]) -> Fix | NoFix:
        new = SUCCESSORS[use.name]
        origin = use if use.is_import else use.origin
        together = [use] if origin is None else [each for each in uses if each.origin is origin]
        if not all(self._takes_the_same(each) for each in together):
            return NoFix("arguments given by position mean something else there")
        changes: list[Change] = []
        if origin is None:
            changes.append(
                ReplaceExpression(use.at, Template("{layer}", symbols={"layer": f"keras.layers.{new}"}))
            )
        else:
            if origin.bound_to == use.name:
                if not self._is_free(facts, origin, new):
                    return NoFix(f"the name `{new}` is taken")
                changes += [ReplaceExpression(each.at, Template(new)) for each in together]
            changes.append(RenameImport(origin.at, use.name, new))
        return Fix(f"Use `{new}`", Applicability.SAFE, tuple(changes))

    def _takes_the_same(self, use: SymbolUse) -> bool:
        positional = [] if use.call is None else [each for each in use.call.arguments if each.keyword is None]
        return len(positional) <= 1 and not any(each.star for each in positional)

    def _is_free(self, facts: Facts, origin: SymbolUse, new: str) -> bool:
        """Whether the new name means nothing in the file, or that very layer."""
        path = f"{origin.path.rpartition('.')[0]}.{new}"
        imported = any(
            each.is_import and each.at.file == origin.at.file and (each.path, each.bound_to) == (path, new)
            for each in facts.symbol_uses
        )
        return imported or not facts.uses_name(origin.at.file, new)
