"""Recurrent layers with arguments that the fused kernel cannot do."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import SlowRecurrence


class SlowRnn(Rule):
    """A recurrent layer has an argument that the fused kernel cannot do.

    ## What it does
    Finds `LSTM` and `GRU` with `recurrent_dropout`, another `activation` or `recurrent_activation` than the
    default, `unroll=True`, `use_bias=False` or `reset_after=False`, and an `RNN` around an `LSTMCell` or
    `GRUCell`, in programs that train or predict. `recurrent_dropout` is a warning. The others are a warning
    where the program is known to run on a GPU, because the configuration or its own code says so, info where
    nobody knows, and nothing where the program hides its GPUs.

    ## Why it is slow
    On a GPU, `LSTM` and `GRU` with their defaults run as one kernel of cuDNN for the whole sequence. Anything
    that this kernel cannot do brings back a loop over the time steps, which starts dozens of small
    kernels for each of them, forward and backward. `recurrent_dropout` costs on a CPU as well: it draws
    masks for the states, and multiplies with them on every step. None of this is said when the program runs,
    except for a line in the log of older versions.

    ## Example

    ## Use instead

    The defaults. Plain `dropout=` works on the input and keeps the kernel. The fix removes the arguments, and is
    unsafe: it is another model, with other results. For an `RNN` around a cell write the layer of that name.

    ## When to leave it
    - The other activation was found to be better, and the time is worth it.
    - Weights that were trained with these arguments are loaded: `reset_after=False` has other shapes.

    Where no fused kernel exists, as in Keras before 2.4 as a package of its own, nothing is reported.

    ## Measured

    ## References
    - https://keras.io/api/layers/recurrent_layers/lstm/
    - https://www.tensorflow.org/guide/keras/working_with_rnns
    """

    code = "KL304"
    severity = Severity.WARNING
    hardware = "accelerator"
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("LSTM", "GRU")

    def check(self, facts: Facts) -> Iterator[Finding]:
        if not facts.training_calls:
            return
        for layer in facts.slow_recurrences:
            if layer.drops_states or facts.uses_gpu is not False:
                serious = layer.drops_states or facts.uses_gpu is True
                yield Finding(
                    at=layer.at,
                    message=self._message(layer),
                    related=(Related(layer.call.name_site, "runs step by step"),) if layer.reasons else (),
                    severity=Severity.WARNING if serious else Severity.INFO,
                    fix=self._restore(layer),
                    help="`dropout=` keeps the fused kernel" if layer.drops_states else None,
                )

    def _message(self, layer: SlowRecurrence) -> str:
        loop = "a loop over the time steps takes the place of the fused kernel on a GPU"
        if layer.cell:
            return f"`RNN` around `{layer.cell}` computes what `{layer.name}` does: {loop}"
        names = " and ".join(f"`{reason.name}`" for reason in layer.reasons)
        beside = ", and masks are applied on every step, on a CPU too" if layer.drops_states else ""
        return f"`{layer.name}` with {names}: {loop}{beside}"

    def _restore(self, layer: SlowRecurrence) -> Fix | NoFix:
        if not layer.reasons:
            return NoFix("a cell in `RNN` has no such arguments")
        if any(reason.at is None for reason in layer.reasons):
            return NoFix("the arguments are not written in the call by name")
        return Fix(
            "Leave the defaults, which the fused kernel computes",
            Applicability.UNSAFE,
            tuple(RemoveArgument(layer.call.site, reason.name) for reason in layer.reasons),
            reason="the layer computes something else: results change",
        )
