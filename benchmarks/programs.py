"""Random programs that train: pipelines in any order of their steps, Sequences, loops of predictions and models.

A program is told by its seed. Most of what is drawn makes sense to tf.data alone: functions that work on one
element and not on a batch, shapes that fit a batch by chance, counters, random numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable

HEAD = """\
import numpy as np
{imports}

keras.utils.set_random_seed({seed})
rng = np.random.default_rng({seed})
"""
IMPORTS = (
    "import tensorflow as tf\nfrom tensorflow import keras",
    "import keras\nimport tensorflow as tf",
    "import tensorflow as tf\nkeras = tf.keras",
)
SHAPES = ("", "3,", "4,", "4, 4", "3, 4", "6, 6, 3")
DTYPES = ("float32", "float32", "float32", "float64", "uint8", "int32")

EXACT = (
    "{x} / 255.0",
    "{x} * 2.0 - 1.0",
    "-{x}",
    "tf.abs({x})",
    "tf.clip_by_value({x}, 0.0, 0.5)",
    "tf.maximum({x}, 0.1)",
    "tf.where({x} > 0.5, {x}, 0.0)",
    "tf.round({x} * 10.0)",
    "tf.square({x})",
    "tf.sign({x})",
    "tf.math.floor({x} * 4.0)",
    "tf.cast({x} > 0.3, tf.float32)",
    "tf.identity({x})",
    "tf.zeros_like({x}) + {x}",
    "{x}[..., tf.newaxis]",
    "tf.expand_dims({x}, -1)",
    "tf.cast(tf.cast({x} * 9.0, tf.int32), tf.float32)",
    "{x} * scale",
    "({x} - offset) / scale",
)
INEXACT = (
    "tf.sqrt(tf.abs({x}))",
    "tf.exp(-tf.abs({x}))",
    "tf.nn.sigmoid({x})",
    "tf.math.log1p(tf.abs({x}))",
    "tf.abs({x}) ** 0.3",
    "tf.tanh({x})",
)
WHOLE = (
    "{x} - tf.reduce_mean({x})",
    "{x} / (tf.reduce_max(tf.abs({x})) + 1.0)",
    "tf.expand_dims({x}, 0)",
    "tf.reshape({x}, [-1])",
    "tf.reshape({x}, [1, -1])",
    "{x} + tf.constant([[1.0], [2.0]])",
    "{x} * weights",
    "{x} + tf.cast(tf.rank({x}), tf.float32)",
    "{x} * tf.cast(tf.size({x}), tf.float32)",
    "{x} + float(len({x}.shape))",
    "tf.stack([{x}, {x} * 2.0])",
    "tf.stack([{x}, {x} * 2.0], axis=-1)",
    "tf.broadcast_to({x}, tf.concat([[2], tf.shape({x})], 0))",
    "tf.nn.l2_normalize({x})",
)
OF_AXES = (
    "tf.reverse({x}, [0])",
    "tf.reverse({x}, [-1])",
    "{x}[::-1]",
    "{x}[0]",
    "{x}[..., 0]",
    "tf.concat([{x}, {x}], 0)",
    "tf.concat([{x}, {x}], -1)",
    "tf.sort({x})",
    "tf.cumsum({x})",
    "tf.cumsum({x}, axis=-1)",
    "tf.roll({x}, 1, 0)",
    "tf.repeat({x}, 2, axis=0)",
    "tf.transpose({x})",
    "tf.reduce_sum({x}, axis=-1)",
    "tf.reduce_sum({x}, axis=0)",
    "{x} * tf.cast(tf.shape({x})[0], tf.float32)",
    "{x} + tf.range(tf.cast(tf.shape({x})[0], tf.float32))",
    "tf.nn.softmax({x})",
    "tf.one_hot(tf.cast({x} * 3.0, tf.int32), 3)",
)
OF_IMAGES = (
    "tf.image.resize({x}, (4, 4))",
    "tf.image.flip_left_right({x})",
    "tf.image.per_image_standardization({x})",
    "tf.image.adjust_brightness({x}, 0.1)",
    "tf.image.rgb_to_grayscale({x})",
    "tf.image.central_crop({x}, 0.5)",
)
RANDOM = (
    "{x} + tf.random.normal(tf.shape({x}), stddev=0.1)",
    "{x} * tf.random.uniform([], seed=3)",
    "{x} + tf.random.stateless_uniform(tf.shape({x}), [1, 2])",
    "tf.random.shuffle({x})",
)
FROM_PYTHON = (
    "tf.numpy_function(lambda a: a * np.float32(2), [{x}], tf.float32)",
    "{x} + tf.numpy_function(lambda: next(counter), [], tf.float32)",
    "{x} + tf.cast(seen.assign_add(1), tf.float32)",
)


class Program:
    """A program on its way to be written."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._seed = seed
        self._functions = 0
        self._lines: list[str] = []

    def text(self) -> str:
        """The program."""
        kinds: tuple[Callable[[], None], ...] = (
            *[self._pipeline] * 12,
            *[self._files] * 3,
            self._generator,
            *[self._sequence] * 3,
            *[self._predictions] * 2,
            self._loop,
        )
        self._draw.choice(kinds)()
        head = HEAD.format(imports=self._draw.choice(IMPORTS), seed=self._seed)
        return head + "\n".join(self._lines) + "\n"

    def _add(self, *lines: str) -> None:
        self._lines += lines

    def _chance(self, probability: float) -> bool:
        return self._draw.random() < probability

    # Pipelines

    def _pipeline(self) -> None:
        """A pipeline on arrays: pairs, single arrays or dicts."""
        number, shape = self._draw.choice((7, 12, 20)), self._draw.choice(SHAPES)
        dtype = self._draw.choice(DTYPES)
        form = self._draw.choice(("pair", "pair", "pair", "single", "dict", "zip", "triple"))
        self._add(
            f"features = (rng.random(({number}, {shape})) * 200).astype({dtype!r})",
            f"labels = rng.integers(0, 3, {number})",
            "scale = np.float32(3.0)",
            "offset = 0.5",
            f"weights = np.arange(1, {self._draw.choice((3, 4, 5))}, dtype='float32')",
            "counter = iter(np.arange(10_000, dtype='float32'))",
            "seen = tf.Variable(0)",
            "",
        )
        source = {
            "pair": "tf.data.Dataset.from_tensor_slices((features, labels))",
            "single": "tf.data.Dataset.from_tensor_slices(features)",
            "dict": "tf.data.Dataset.from_tensor_slices({'x': features, 'y': labels})",
            "zip": (
                "tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices(features), "
                "tf.data.Dataset.from_tensor_slices(labels)))"
            ),
            "triple": "tf.data.Dataset.from_tensor_slices((features, labels, labels))",
        }[form]
        if self._chance(0.1):
            source = f"{source}.concatenate({source})"
        names = {
            "pair": ["x", "y"],
            "zip": ["x", "y"],
            "single": ["x"],
            "dict": ["item"],
            "triple": ["x", "y", "w"],
        }
        self._steps(source, names[form], form, len([part for part in shape.split(",") if part.strip()]))
        self._train(form)

    def _steps(self, source: str, names: list[str], form: str, rank: int) -> None:
        middle = [self._draw.choice(("shuffle", "cache", "repeat", "take", "prefetch", "filter", "map", "skip")) for _ in range(self._draw.randint(0, 3))]  # fmt: skip
        steps = [*middle, "map", "batch"]
        if self._chance(0.5):
            self._draw.shuffle(steps)
        else:
            at = self._draw.randint(0, len(middle))
            steps.insert(at, steps.pop(len(middle)))
        if self._chance(0.4):
            # Most of what may be swapped stands side by side.
            steps.remove("batch")
            steps.insert(steps.index("map") + 1, "batch")
        if self._chance(0.15):
            steps.append("map")
        if self._chance(0.2):
            steps.append("prefetch")
        if self._chance(0.07):
            steps.append("unordered")
        calls = [self._step(step, names, form, rank) for step in steps]
        if self._chance(0.5):
            self._add(f"train = {source}")
            for call in calls:
                self._add(f"train = train{call}")
        elif self._chance(0.5):
            self._add("train = (", f"    {source}", *(f"    {call}" for call in calls), ")")
        else:
            self._add(
                "def dataset():", f"    ds = {source}", *(f"    ds = ds{call}" for call in calls),
                "    return ds", "", "", "train = dataset()",
            )  # fmt: skip

    def _step(self, step: str, names: list[str], form: str, rank: int) -> str:
        draw = self._draw
        options = {
            "shuffle": (".shuffle(20, seed=1)", ".shuffle(5)", ".shuffle(20, seed=2, reshuffle_each_iteration=False)"),
            "cache": (".cache()",),
            "repeat": (".repeat(2)",),
            "take": (".take(6)", ".take(100)"),
            "skip": (".skip(1)",),
            "prefetch": (".prefetch(1)", ".prefetch(0)", ".prefetch(tf.data.AUTOTUNE)", ".prefetch(tf.data.experimental.AUTOTUNE)"),
            "batch": (".batch(4)", ".batch(3)", ".batch(3, drop_remainder=True)", ".batch(1)", ".batch(batch_size=4)"),
            "unordered": (".with_options(unordered())",),
        }  # fmt: skip
        if step == "unordered":
            self._add("def unordered():", "    options = tf.data.Options()", "    options.deterministic = False", "    return options", "", "")  # fmt: skip
        if step in options:
            return draw.choice(options[step])
        if step == "filter":
            first = f"{names[0]}['x']" if form == "dict" else names[0]
            return f".filter(lambda {', '.join(names)}: tf.reduce_mean(tf.cast({first}, tf.float32)) > 1.0)"
        function = self._function(names, form, rank)
        parallel = draw.choice(
            ("", "", "", ", num_parallel_calls=tf.data.AUTOTUNE", ", num_parallel_calls=2")
        )
        return f".map({function}{parallel})"

    def _function(self, names: list[str], form: str, rank: int) -> str:
        """A function for `map`, as a name or a lambda."""
        draw = self._draw
        pools = [EXACT, EXACT, EXACT, EXACT, INEXACT, WHOLE]
        pools += [OF_AXES] if rank else []
        pools += [OF_IMAGES, OF_IMAGES] if rank == 3 else []
        pools += [RANDOM] if self._chance(0.3) else []
        pools += [FROM_PYTHON] if self._chance(0.15) else []
        chosen = [draw.choice(draw.choice(pools)) for _ in range(draw.choice((1, 1, 1, 2, 3)))]
        label = draw.choice(
            ("{y}", "{y}", "{y}", "tf.one_hot({y}, 3)", "tf.cast({y}, tf.float32)", "{y} + 1")
        )
        whole = f"{names[0]}['x']" if form == "dict" else names[0]
        inner = f"tf.cast({whole}, tf.float32)"
        if len(chosen) == 1 and self._chance(0.5) and form != "dict":
            returned = ", ".join(
                [chosen[0].format(x=inner), *(label.format(y=name) for name in names[1:2]), *names[2:]]
            )
            return f"lambda {', '.join(names)}: {f'({returned})' if len(names) > 1 else returned}"
        self._functions += 1
        name = f"prepare_{self._functions}"
        body = [f"    x = {inner}", *(f"    x = {expression.format(x='x')}" for expression in chosen)]
        if form == "dict":
            returned = "{'x': x, 'y': " + label.format(y="item['y']") + "}"
            if self._chance(0.3):
                returned = "{**item, 'x': x}"
        else:
            returned = ", ".join(["x", *(label.format(y=each) for each in names[1:2]), *names[2:]])
        self._add(f"def {name}({', '.join(names)}):", *body, f"    return {returned}", "", "")
        return name if self._chance(0.8) else f"lambda *parts: {name}(*parts)"

    def _train(self, form: str) -> None:
        """A model that takes whatever comes, and its training."""
        self._add(
            "",
            "",
            "class Sum(keras.Model):",
            "    def build(self, shape):",
            "        self.w = self.add_weight(shape=(), initializer='ones')",
            "",
            "    def call(self, inputs):",
            "        x = inputs['x'] if isinstance(inputs, dict) else inputs",
            "        x = tf.cast(x, tf.float32)",
            "        return tf.reshape(x, [tf.shape(x)[0], -1])[:, :1] * self.w",
            "",
            "",
            "model = Sum()",
            "model.compile(optimizer='sgd', loss=lambda y, p: tf.reduce_mean(p) * 1e-3)",
            f"history = model.fit(train, epochs={self._draw.choice((1, 2, 2))}, verbose=0)",
        )
        if form in ("single", "dict"):
            self._lines[-2] = "model.compile(optimizer='sgd')"

    def _files(self) -> None:
        """Files of text, read by one reader or several."""
        draw = self._draw
        self._add(
            "import pathlib",
            "",
            "for number in range(4):",
            "    pathlib.Path(f'part-{number}.csv').write_text(",
            "        ''.join(f'{rng.random():.4f},{row % 3}\\n' for row in range(5))",
            "    )",
            "",
            "",
            "def parse(line):",
            "    parts = tf.strings.split(line, ',')",
            "    return tf.strings.to_number(parts[:1]), tf.strings.to_number(parts[1], tf.int64)",
            "",
            "",
        )
        listed = draw.choice((
            "tf.data.Dataset.list_files('part-*.csv', shuffle=False)",
            "tf.data.Dataset.list_files('part-*.csv', seed=1)",
            "tf.data.Dataset.from_tensor_slices(sorted(str(p) for p in pathlib.Path('.').glob('part-*.csv')))",
        ))  # fmt: skip
        reading = draw.choice((
            ".interleave(tf.data.TextLineDataset)",
            ".interleave(tf.data.TextLineDataset, cycle_length=2)",
            ".interleave(tf.data.TextLineDataset, cycle_length=4, block_length=2)",
            ".interleave(lambda f: tf.data.TextLineDataset(f).skip(1), cycle_length=3)",
            ".interleave(lambda f: tf.data.TextLineDataset(f).map(parse), cycle_length=2)",
            ".flat_map(tf.data.TextLineDataset)",
        ))  # fmt: skip
        steps = [reading] if "map(parse)" in reading else [reading, ".map(parse)"]
        steps += draw.sample(
            (".shuffle(8, seed=4)", ".cache()", ".repeat(2)", ".take(11)"), draw.randint(0, 2)
        )
        steps.insert(draw.randint(len(steps) - 1, len(steps)), ".batch(4)")
        if "parse" in steps[-1]:
            steps[-2:] = [".map(parse)", ".batch(4)"]
        steps += [".prefetch(2)"] if self._chance(0.3) else []
        self._add("train = (", f"    {listed}", *(f"    {step}" for step in steps), ")")
        self._train("pair")

    def _generator(self) -> None:
        draw = self._draw
        self._add(
            "state, chosen = {'factor': 1.0}, 'factor'",
            "",
            "",
            "def samples():",
            "    for number in range(9):",
            f"        factor = {draw.choice(('1.0', 'state[chosen]'))}",
            "        yield np.full((3,), number * factor, 'float32'), number % 3",
            "",
            "",
            "signature = (tf.TensorSpec((3,), tf.float32), tf.TensorSpec((), tf.int32))",
        )  # fmt: skip
        self._steps(
            "tf.data.Dataset.from_generator(samples, output_signature=signature)", ["x", "y"], "pair", 1
        )
        self._train("pair")

    # Sequences, predictions, loops of one's own

    def _sequence(self) -> None:
        draw = self._draw
        work = draw.choice((
            "np.stack([np.flipud(sample) for sample in batch])",
            "np.array([sample / 255.0 for sample in batch])",
            "np.array([sample - sample.mean() for sample in batch], dtype='float32')",
            "np.array([np.roll(sample, index) for sample in batch])",
            "np.stack([sample + rng.random() for sample in batch])",
            "np.stack([self.prepare(sample) for sample in batch])",
        ))  # fmt: skip
        base = draw.choice(("keras.utils.PyDataset", "keras.utils.Sequence"))
        init = draw.choice(("**kwargs", ""))
        call_init = [f"        super().__init__({init})"] if self._chance(0.7) or init else []
        state = draw.choice(("", "", "        self.calls += 1"))
        self._add(
            "import zlib",
            "",
            "packed = [zlib.compress(rng.random((4, 4)).astype('float32').tobytes()) for _ in range(12)]",
            "",
            "",
            f"class Batches({base}):",
            f"    def __init__(self, samples, size{', **kwargs' if init else ''}):",
            *call_init,
            "        self.samples, self.size, self.calls = samples, size, 0",
            "",
            "    def __len__(self):",
            "        return len(self.samples) // self.size",
            "",
            "    def prepare(self, sample):",
            "        return np.clip(sample, 0.1, 0.9)"
            if self._chance(0.7)
            else "        return sample + self.calls",
            "",
            "    def __getitem__(self, index):",
            *([state] if state else []),
            "        part = self.samples[index * self.size : (index + 1) * self.size]",
            "        batch = [np.frombuffer(zlib.decompress(p), 'float32').reshape(4, 4) for p in part]",
            f"        return {work}, np.full((len(part), 1), index, 'float32')",
            "",
            "",
            f"train = Batches(packed, {draw.choice((3, 4))})",
        )
        self._train("pair")

    def _predictions(self) -> None:
        draw = self._draw
        size = draw.choice((1, 2, 40))
        read = draw.choice(
            ("model.predict(images[i : i + n])", "model.predict(images[i : i + n], verbose=0)")
        )
        take = draw.choice(("", "[0]", ".argmax(axis=-1)"))
        self._layers("(4, 4, 1)")
        self._add(
            "images = rng.random((12, 4, 4, 1)).astype('float32')",
            f"n = {size}",
            "predictions = []",
            f"for i in range(0, {draw.choice((5, 12))}, 1):",
            f"    predictions.append({read.replace('n]', f'{size}]')}{take})",
        )

    def _layers(self, shape: str) -> None:
        """A small model, sequential or functional."""
        draw = self._draw
        images = shape.count(",") == 2
        recurrent = draw.choice(("", ", recurrent_dropout=0.1", ", activation='relu'"))
        hidden = [
            *(["keras.layers.Conv2D(4, 3, padding='same')", "keras.layers.BatchNormalization()"] if images else []),
            *(["keras.layers.Conv2D(4, 3, padding='same', use_bias=False, activation='relu')"] if images and self._chance(0.5) else []),
            *([] if images else [f"keras.layers.{draw.choice(('LSTM', 'GRU'))}(4{recurrent})"]),
            *(["keras.layers.Flatten()"] if images else []),
            *(["keras.layers.Dropout(0.2)"] if self._chance(0.3) else []),
            "keras.layers.Dense(3, activation='softmax')",
        ]  # fmt: skip
        if self._chance(0.5):
            inside = ",\n".join(f"        {layer}" for layer in hidden)
            self._add(f"model = keras.Sequential(\n    [\n        keras.Input({shape}),\n{inside},\n    ]\n)")
            return
        self._add(f"inputs = keras.Input({shape})", "x = inputs")
        self._add(*(f"x = {layer}(x)" for layer in hidden), "model = keras.Model(inputs, x)")

    def _loop(self) -> None:
        """Training steps of one's own, on a small model."""
        draw = self._draw
        images = self._chance(0.6)
        shape = "(6, 6, 1)" if images else "(5, 2)"
        self._layers(shape)
        self._add(
            f"features = rng.random((16, *{shape})).astype('float32')",
            "labels = rng.integers(0, 3, 16)",
            "train = tf.data.Dataset.from_tensor_slices((features, labels)).batch(8)",
        )
        if self._chance(0.5):
            self._add(
                "model.compile(optimizer='sgd', loss='sparse_categorical_crossentropy')",
                f"history = model.fit(train, epochs={draw.choice((2, 3))}, verbose=0)",
            )
            return
        decorated = ["@tf.function"] if self._chance(0.3) else []
        self._add(
            "loss_of = keras.losses.SparseCategoricalCrossentropy()",
            "optimizer = keras.optimizers.SGD(0.1)",
            "predictions = []",
            "",
            "",
            *decorated,
            "def step(x, y):",
            "    with tf.GradientTape() as tape:",
            f"        loss = loss_of(y, model(x, training={draw.choice(('True', 'False'))}))",
            "    gradients = tape.gradient(loss, model.trainable_variables)",
            "    optimizer.apply_gradients(zip(gradients, model.trainable_variables))",
            "    return loss",
            "",
            "",
            "for epoch in range(3):",
            "    for x, y in train:",
            f"        {draw.choice(('loss = step(x, y)', 'loss = float(step(x, y))'))}",
            "        predictions.append(np.asarray(loss))",
        )
