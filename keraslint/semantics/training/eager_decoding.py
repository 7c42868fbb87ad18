"""Images that a training loop decodes one at a time, by operations that Python starts."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.evaluation.compiling import Compiling
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions

_DECODING = (
    "tensorflow.io.decode_and_crop_jpeg",
    "tensorflow.io.decode_bmp",
    "tensorflow.io.decode_image",
    "tensorflow.io.decode_jpeg",
    "tensorflow.io.decode_png",
)


@dataclass(frozen=True, slots=True, eq=False)
class EagerDecoding:
    """A decoding that runs for one sample after the other, between the steps of a training."""

    record: CallRecord
    repetition: Repetition

    @property
    def at(self) -> Site:
        """The call in the loop over the samples: the decoding itself, or what leads to it."""
        return self.repetition.at


def eager_decodings(
    repetitions: Repetitions, compiling: Compiling, training: Container[Site]
) -> Iterator[EagerDecoding]:
    """Those in loops inside of the loops over training steps; ``training`` holds their places."""
    index = repetitions.index
    for record in index.in_order(each for callee in _DECODING for each in index.of(callee)):
        if len(record.loops) < 2 or not compiling.is_eager(record.frames):
            continue
        steps, samples = record.loops[-2:]
        # What tf.data calls has no call of the program's own.
        by_program = all(frame.call is not None and not frame.call.callee for frame in record.frames)
        if by_program and samples.kind == "for" and steps.site in training:
            yield EagerDecoding(record, repetitions.of(record)[-1])
