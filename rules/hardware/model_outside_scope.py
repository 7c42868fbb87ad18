"""A model and a distribution strategy that do not meet."""

from collections.abc import Iterator

from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.semantics import Facts
from keraslint.semantics import ModelScopes


class ModelOutsideScope(Rule):
    """A model is built outside of the strategy that it should be trained under.

    ## What it does
    Finds models that are built outside of `strategy.scope()` and compiled or trained inside, where the strategy
    is a `MirroredStrategy`, a `MultiWorkerMirroredStrategy` or a `TPUStrategy`: `fit` raises an error, a
    `RuntimeError` or an `AssertionError` in Keras 3, a `ValueError` in Keras 2. The finding stands at the
    `compile` or the `fit` on the wrong side. It is a warning where a script makes such a strategy, builds
    nothing in its scope, and trains a model: that model runs on one device, and the strategy does nothing.

    ## Why it is slow
    A strategy keeps a copy of each variable on each device, and can do so only for variables that are made in its
    scope. A model from outside has none. Keras notices where the two meet and raises an error; where they do
    not meet, training uses the first device, the others stay idle, and nothing says so.

    ## Example

    ## Use instead

    Build and compile the model in one `with strategy.scope():`. `fit` may stand outside: it takes the strategy
    that the model was built under. So does `compile`: built inside and compiled outside works.

    ## When to leave it
    - The model is meant to stay on one device, beside others that are distributed.
    - The strategy is made for something else than Keras's models.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/distributed_training
    - https://keras.io/guides/distributed_training_with_tensorflow/
    """

    code = "KL204"
    severity = Severity.ERROR
    claim = Claim.BREAKS
    backends = ("tensorflow",)
    tokens = ("Strategy",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for scopes in facts.scopes:
            if scopes.is_compiled_apart and scopes.compiled is not None:
                message = "the model is built outside of the strategy's scope and compiled inside: `fit` raises an error"
                yield self._finding(scopes, scopes.compiled.name_site, message)
            elif scopes.is_trained_apart:
                message = "the model is built outside of the strategy's scope and trained inside: `fit` raises an error"
                yield self._finding(scopes, scopes.call.name_at, message)
            elif scopes.is_local and scopes.trained_under == () and scopes.call.is_in_script:
                yield from self._idle(facts, scopes)

    def _finding(self, scopes: ModelScopes, at: Site, message: str) -> Finding:
        return Finding(
            at=at,
            message=message,
            related=(Related(scopes.made.name_site, "built under no strategy"),),
            confidence=Confidence.HIGH if scopes.call.is_certain else Confidence.MEDIUM,
            help="build the model inside the scope as well",
        )

    def _idle(self, facts: Facts, scopes: ModelScopes) -> Iterator[Finding]:
        strategy = facts.unused_strategy(scopes)
        if strategy is not None:
            at = scopes.call.name_at if scopes.compiled is None else scopes.compiled.name_site
            yield Finding(
                at=at,
                message=f"`{strategy.spelled}` is made, but the model is built and compiled outside: it trains on one device",
                related=(
                    Related(strategy.name_site, "no model is built in its scope"),
                    Related(scopes.made.name_site, "built under no strategy"),
                ),
                confidence=Confidence.HIGH if scopes.call.is_certain else Confidence.MEDIUM,
                severity=Severity.WARNING,
                help="build and compile the model inside `strategy.scope()`",
            )
