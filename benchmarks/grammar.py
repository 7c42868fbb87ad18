"""A grammar of small Keras programs, right and wrong ones: what a random choice makes of it is a text."""

from __future__ import annotations

import random
from collections.abc import Callable
from collections.abc import Sequence

HEADS = (
    "import keras\nimport tensorflow as tf\n",
    "import tensorflow as tf\nfrom tensorflow import keras\n",
    "from keras.layers import *\nfrom keras import Sequential, Model, Input\nimport keras, tensorflow as tf\n",
    "import tensorflow.keras as keras, tensorflow as tf, numpy as np\n",
    "import tf_keras as keras\nimport tensorflow.compat.v1 as tf\n",
    "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras\nimport tensorflow as tf\n",
)
NAMES = ("a", "b", "ds", "model", "x", "y", "data", "self", "train", "step")
ATOMS = (
    "0",
    "1",
    "-1",
    "32",
    "1.5",
    "None",
    "True",
    "...",
    "'a'",
    "''",
    "()",
    "[]",
    "{}",
    "tf.data.AUTOTUNE",
    "1 << 70",
)
SOURCES = (
    "tf.data.Dataset.from_tensor_slices({})",
    "tf.data.Dataset.list_files({})",
    "tf.data.Dataset.range({})",
    "tf.data.Dataset.from_generator({}, {})",
    "tf.data.Dataset.zip(({}, {}))",
    "keras.utils.image_dataset_from_directory({}, {})",
    "tf.data.TFRecordDataset({})",
)
STEPS = (
    "map({})",
    "map({}, num_parallel_calls={})",
    "batch({})",
    "shuffle({})",
    "repeat({})",
    "cache()",
    "prefetch({})",
    "interleave({}, cycle_length={})",
    "filter({})",
    "take({})",
    "padded_batch({}, {})",
    "unbatch()",
    "apply({})",
    "with_options({})",
    "as_numpy_iterator()",
)
LAYERS = (
    "Dense({})",
    "Conv2D({}, {})",
    "LSTM({}, return_sequences={})",
    "Flatten()",
    "BatchNormalization()",
    "Dropout({})",
    "MultiHeadAttention({}, {})",
    "Bidirectional(keras.layers.GRU({}))",
    "TimeDistributed({})",
    "Embedding({}, {})",
    "Lambda({})",
    "MaxPooling2D({})",
    "Reshape({})",
    "Concatenate()",
)
METHODS = (
    "fit({}, {}, epochs={}, callbacks={})",
    "fit({}, validation_data={}, steps_per_epoch={})",
    "compile(loss={}, optimizer={}, run_eagerly={}, jit_compile={})",
    "predict({}, verbose={})",
    "evaluate({})",
    "train_on_batch({}, {})",
    "fit_generator({}, workers={}, use_multiprocessing={})",
    "summary()",
    "add(keras.layers.Dense({}))",
    "set_weights({})",
    "layers[{}]",
)


class _Writer:
    """Writes one program; ``left`` is how deep expressions and blocks may still go."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def program(self) -> str:
        """A head and some statements."""
        return self._chance.choice(HEADS) + self._block(3, "", self._chance.randint(1, 4))

    def _block(self, left: int, indent: str, number: int) -> str:
        return "".join(self._statement(left, indent) for _ in range(number))

    def _statement(self, left: int, indent: str) -> str:
        kinds: Sequence[Callable[[int, str], str]] = (
            (self._simple, self._simple, self._simple, self._compound) if left else (self._simple,)
        )
        return self._chance.choice(kinds)(left, indent)

    def _simple(self, left: int, indent: str) -> str:
        name, other, value = self._name(), self._name(), self._expression(left)
        text = self._chance.choice(
            (
                f"{name} = {value}",
                f"{name} = {value}",
                f"{name}, *{other} = {value}",
                f"{name}.{other} = {value}",
                f"{name}[{other}] = {value}",
                f"{name} += {value}",
                f"{name}: int = {value}",
                f"{value}",
                f"return {value}",
                f"yield {value}",
                f"del {name}",
                f"global {name}",
                f"assert {value}",
                f"print({value})",
                f"raise {value}",
                "break",
                "pass",
            )
        )
        return f"{indent}{text}\n"

    def _compound(self, left: int, indent: str) -> str:
        name, value = self._name(), self._expression(left)
        head = self._chance.choice(
            (
                f"if {value}:",
                f"for {name} in {value}:",
                f"for {name} in range({value}):",
                f"while {value}:",
                f"with {value} as {name}:",
                "with tf.GradientTape() as tape:",
                "with tf.distribute.MirroredStrategy().scope():",
                "with tf.device('/GPU:0'):",
                f"def {name}({self._parameters()}):",
                f"@tf.function\n{indent}def {name}({self._parameters()}):",
                f"async def {name}():",
                f"class {name}(keras.utils.Sequence):",
                f"class {name}(keras.Model, {self._name()}):",
                f"class {name}(keras.callbacks.Callback):",
                "try:",
            )
        )
        body = self._block(left - 1, f"{indent}    ", self._chance.randint(1, 3))
        if "class" in head:
            method = self._chance.choice(
                ("__getitem__", "__init__", "call", "train_step", "on_train_batch_end")
            )
            body += f"{indent}    def {method}(self, {self._name()}):\n" + self._block(
                left - 1, f"{indent}        ", 2
            )
        tail = f"{indent}except Exception as {name}:\n{indent}    pass\n" if head == "try:" else ""
        if head.startswith("if") and self._chance.random() < 0.5:
            tail = f"{indent}else:\n" + self._block(left - 1, f"{indent}    ", 1)
        return f"{indent}{head}\n{body}{tail}"

    def _expression(self, left: int) -> str:
        if not left:
            return self._chance.choice((self._name(), self._chance.choice(ATOMS)))
        return self._chance.choice(
            (
                self._dataset,
                self._dataset,
                self._model,
                self._layer,
                self._method,
                self._method,
                self._other,
                lambda _: self._name(),
                lambda _: self._chance.choice(ATOMS),
            )
        )(left - 1)

    def _dataset(self, left: int) -> str:
        start = self._filled(self._chance.choice((*SOURCES, self._name(), self._name())), left)
        steps = (self._filled(self._chance.choice(STEPS), left) for _ in range(self._chance.randint(1, 5)))
        return ".".join((start, *steps))

    def _model(self, left: int) -> str:
        if self._chance.random() < 0.5:
            layers = ", ".join(self._layer(left) for _ in range(self._chance.randint(0, 4)))
            return f"keras.Sequential([{layers}])"
        return f"keras.Model({self._expression(left)}, {self._layer(left)}({self._expression(left)}))"

    def _layer(self, left: int) -> str:
        return f"keras.layers.{self._filled(self._chance.choice(LAYERS), left)}"

    def _method(self, left: int) -> str:
        return f"{self._name()}.{self._filled(self._chance.choice(METHODS), left)}"

    def _other(self, left: int) -> str:
        first, second, name = self._expression(left), self._expression(left), self._name()
        return self._chance.choice(
            (
                f"({first}, {second})",
                f"[{first}, *{name}]",
                f"{{'a': {first}, **{name}}}",
                f"({first} if {name} else {second})",
                f"(lambda {name}: {first})",
                f"[{first} for {name} in {second}]",
                f"({name} := {first})",
                f"{name}({first}, *{second}, **{self._name()})",
                f"{name}({name}={first})",
                f"({first}).{name}",
                f"({first})[{second}]",
                f"({first})[{name}:{second}:-1]",
                f"(not {first} or {second})",
                f"({first}) @ ({second})",
                f"f'{{{name}!r:>{{{name}}}}}'",
                f"(await {name})",
                f"tf.function({first})",
                f"functools.partial({name}, {first})",
            )
        )

    def _parameters(self) -> str:
        return self._chance.choice(("", "x", "x, y=None", "*args, **kwargs", "self, x, /, *, y=3", "x=1"))

    def _name(self) -> str:
        return self._chance.choice(NAMES)

    def _filled(self, text: str, left: int) -> str:
        holes = text.count("{}")
        return text.format(*(self._expression(left) for _ in range(holes)))


def program(chance: random.Random) -> str:
    """A program."""
    return _Writer(chance).program()
