"""A training step of one's own that no `tf.function` compiles."""

from collections.abc import Iterator

from keraslint.rule import AddDecorator
from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import GradientStep

_FEW = 50


class UncompiledTrainStep(Rule):
    """A training loop of one's own runs its steps eagerly, operation by operation.

    ## What it does
    Finds training loops (over a dataset, slices of arrays, samples of a replay memory or epochs) whose step takes
    gradients with a `GradientTape` and updates variables by them, with `apply_gradients` or by hand, where neither
    the step nor anything between it and the loop is a `tf.function`. With JAX, it finds steps of `jax.grad` or
    `jax.value_and_grad` and `stateless_apply` that no `jax.jit` compiles. Steps that `fit` runs, as
    `train_step` of a model, are compiled by Keras; so is a function that is given to `tf.function` anywhere.

    ## Why it is slow
    Outside of a `tf.function`, Python starts each operation of each step by itself: every layer, every gradient
    and every update of a weight. Small and middle-sized models spend most of their time between operations.
    A `tf.function` runs the step once in Python to make a graph of it, and from then on starts the graph as one.

    ## Example

    ## Use instead

    Put the step into a function of its own that gets the batch and returns the loss, and decorate it. The
    fix adds `@tf.function` to the step's function where it has one. It is always unsafe: Python code of the step
    runs only while it is traced, and a new graph is made for each new shape of its arguments. It is
    offered only where nothing in the step is seen to need eager execution; else the finding names what does.

    ## When to leave it
    - The step needs values on the way: `.numpy()`, NumPy, a debugger, code that decides by the loss.
    - The batches have another shape each time, as whole episodes of a game have. Pad them, or give the function an
      `input_signature` with open dimensions (`None`).
    - A large model on large inputs computes for so long that starting its operations does not matter.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/function
    - https://www.tensorflow.org/tutorials/customization/custom_training_walkthrough
    """

    code = "KL404"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    backends = ("tensorflow", "jax")
    tokens = ("GradientTape", "jax")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.gradient_steps:
            passes = step.passes
            if (passes is None or passes >= _FEW) and not facts.target.tensorflow_before(2, 0):
                yield self._finding(facts, step)

    def _finding(self, facts: Facts, step: GradientStep) -> Finding:
        compiler = step.compiler.replace("tensorflow", "tf")
        function = step.function
        related = [Related(step.loop.site, "runs the step on each pass")]
        advice = f"Put the step into a function of its own and decorate it with `@{compiler}`"
        fix: Fix | NoFix = NoFix("the step stands in no function of its own")
        if function is not None:
            hazards = facts.hazards(function, step.evaluations)
            advice = f"Compile the step with `{compiler}`, together with what calls it on each pass"
            if hazards:
                advice = f"The step cannot simply become a `@{compiler}`: {hazards[0].words}"
                fix = NoFix(hazards[0].words)
                related += [
                    Related(hazard.at, "needs eager execution") for hazard in hazards[:1] if hazard.is_seen
                ]
            elif not step.is_decorable:
                fix = NoFix("the step is run by something else than a plain call")
            else:
                alone = len(facts.calls_of(function)) == 1
                fix = self._compile(function.site, step.compiler, compiler, alone)
        name = "this gradient step" if step.name is None else f"`{step.name}`"
        return Finding(
            at=step.at,
            message=f"{name} runs eagerly: Python starts its operations one by one, on every step",
            related=tuple(related),
            fix=fix,
            help=None if isinstance(fix, Fix) else advice,
        )

    def _compile(self, step: Site, symbol: str, compiler: str, alone: bool) -> Fix:
        return Fix(
            f"Decorate the step with `@{compiler}`",
            Applicability.UNSAFE if alone else Applicability.DISPLAY,
            (AddDecorator(step, Template("{compiler}", symbols={"compiler": symbol})),),
            reason="Python code in the step runs only while it is traced, once for each shape of its arguments, and "
            "NumPy arrays come as tensors of their own type"
            + ("" if alone else ", and for each model and optimizer that its several callers give it"),
        )
