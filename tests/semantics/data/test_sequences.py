"""Classes that derive from ``PyDataset`` (``Sequence``): constructors, workers, work."""

from __future__ import annotations

import pytest

HEAD = "import keras\nimport tensorflow as tf\nimport numpy as np\nimport cv2\nfrom PIL import Image\n"
MODEL = "keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])"


def sequence(evaluate, text):
    (found,) = evaluate(HEAD + text).facts.sequence_classes
    return found


BASES = [
    "import keras\nclass S(keras.utils.Sequence): ...",
    "import keras\nclass S(keras.utils.PyDataset): ...",
    "import tensorflow as tf\nclass S(tf.keras.utils.Sequence): ...",
    "from tensorflow.keras.utils import Sequence\nclass S(Sequence): ...",
    "from tensorflow.keras.utils import Sequence as Base\nclass S(Base): ...",
    "from keras.utils.data_utils import Sequence\nclass S(Sequence): ...",
    "from tensorflow.python.keras.utils.data_utils import Sequence\nclass S(Sequence): ...",
    "from tf_keras.utils import Sequence\nclass S(Sequence): ...",
    "import keras\nBase = keras.utils.Sequence\nclass S(Base): ...",
    "import keras\nclass Mixin: ...\nclass S(Mixin, keras.utils.Sequence): ...",
    "try:\n    from keras.utils import PyDataset\nexcept ImportError:\n    from keras.utils import Sequence as PyDataset\nclass S(PyDataset): ...",
]


@pytest.mark.parametrize("text", BASES)
def test_bases(evaluate, text):
    assert [found.name for found in evaluate(text).facts.sequence_classes] == ["S"]


def test_a_class_of_the_same_name_is_none(evaluate):
    known = evaluate(
        HEAD
        + "from collections.abc import Sequence\nclass S(Sequence): ...\nclass Sequence: ...\nclass T(Sequence): ..."
    )
    assert known.facts.sequence_classes == ()


def test_a_subclass_of_a_subclass(evaluate):
    known = evaluate(HEAD + "class A(keras.utils.Sequence): ...\nclass B(A): ...")
    assert [found.name for found in known.facts.sequence_classes] == ["A", "B"]


CONSTRUCTORS = {
    "": True,
    "def __init__(self, n):\n        super().__init__()\n        self.n = n": True,
    "def __init__(self, n, **kwargs):\n        super().__init__(**kwargs)\n        self.n = n": True,
    "def __init__(self):\n        super(S, self).__init__()": True,
    "def __init__(self):\n        keras.utils.Sequence.__init__(self)": True,
    "def __init__(self):\n        keras.utils.PyDataset.__init__(self, workers=2)": True,
    "def __init__(self):\n        self.setup()\n    def setup(self):\n        super().__init__()": True,
    "def __init__(self, n):\n        self.n = n": False,
    "def __init__(self):\n        pass": False,
    "def __init__(self):\n        self.on_epoch_end()\n    def on_epoch_end(self):\n        self.x = 1": False,
    "def __init__(self):\n        if flag:\n            super().__init__()": None,
    "def __init__(self):\n        prepare(self)": None,
    "def __init__(self):\n        self.rows = load(3)": False,
    "def __init__(self, c):\n        if c:\n            super().__init__()": None,
    "def __init__(self, c):\n        for _ in c:\n            super().__init__()": None,
    "def __init__(self, c):\n        if c:\n            super().__init__()\n        else:\n            super().__init__(workers=2)": True,
    "def __init__(self, **k):\n        try:\n            super().__init__(**k)\n        except TypeError:\n            super().__init__()": True,
}


@pytest.mark.parametrize(("body", "reached"), CONSTRUCTORS.items())
def test_constructors(evaluate, body, reached):
    found = sequence(evaluate, f"class S(keras.utils.Sequence):\n    x = 1\n    {body}\n")
    assert found.calls_base_constructor is reached


def test_a_constructor_of_a_class_between(evaluate):
    text = """
class Base(keras.utils.Sequence):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
class S(Base):
    def __init__(self):
        Base.__init__(self, workers=4)
class T(Base):
    def __init__(self):
        self.n = 1
"""
    base, s, t = evaluate(HEAD + text).facts.sequence_classes
    assert (base.calls_base_constructor, s.calls_base_constructor, t.calls_base_constructor) == (
        True,
        True,
        False,
    )


def test_an_unknown_base_hides_the_constructor(evaluate):
    known = evaluate(
        HEAD
        + "from elsewhere import Mixin\nclass S(unknown(), keras.utils.Sequence):\n    def __init__(self):\n        pass"
    )
    (found,) = known.facts.sequence_classes
    assert found.calls_base_constructor is None


def test_a_constructor_beyond_the_bounds_is_unknown(evaluate):
    lines = ["class S(keras.utils.Sequence):", "    def __init__(self):", "        self.f60()"]
    for i in range(1, 61):
        lines += [f"    def f{i}(self):", f"        self.f{i - 1}()"]
    lines += ["    def f0(self):", "        super().__init__()"]
    assert sequence(evaluate, "\n".join(lines)).calls_base_constructor is None


CUT_OFF = {
    # What a call gets that is too deep to be followed, and whether the constructor is known to reach no base.
    "1": False,
    "self": None,
    "[1, (2, self)]": None,
    "self.helper": None,
    "functools.partial(print, self)": None,
    "lambda: self.helper()": None,
    "lambda: n": False,
}


@pytest.mark.parametrize(("given", "reached"), CUT_OFF.items())
def test_a_call_beyond_the_bounds_hides_the_constructors_of_what_it_gets(evaluate, given, reached):
    lines = ["import functools"]
    lines += [f"def f{i}(x):\n    return f{i - 1}(x)" for i in range(1, 61)]
    lines += ["def f0(x): ...", "class S(keras.utils.Sequence):", "    def helper(self): ..."]
    lines += ["    def __init__(self, n):", f"        f60({given})"]
    assert sequence(evaluate, "\n".join(lines)).calls_base_constructor is reached


WORKERS = {
    "S()": 1,
    "S(workers=4)": 4,
    "S(workers=4, use_multiprocessing=True)": 4,
    "S(workers=n)": None,
    "S(**options)": None,
    "S(**dict(workers=3))": 3,
    "S(workers=os.cpu_count())": None,
}


@pytest.mark.parametrize(("call", "workers"), WORKERS.items())
def test_workers(evaluate, call, workers):
    found = sequence(
        evaluate,
        f"import os\nclass S(keras.utils.Sequence):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\nseq = {call}\n",
    )
    (instance,) = found.instances
    assert instance.workers == workers
    assert found.passes_workers


def test_workers_of_a_class_without_a_constructor(evaluate):
    found = sequence(evaluate, "class S(keras.utils.Sequence): ...\nS(workers=2)")
    assert found.instances[0].workers == 2


def test_workers_that_the_constructor_fixes(evaluate):
    found = sequence(
        evaluate,
        "class S(keras.utils.Sequence):\n    def __init__(self):\n        super().__init__(workers=4)\nS()",
    )
    assert found.instances[0].workers == 4


def test_workers_that_the_constructor_drops(evaluate):
    found = sequence(
        evaluate,
        "class S(keras.utils.Sequence):\n    def __init__(self, workers=1):\n        self.n = workers\nS(workers=8)",
    )
    assert found.instances[0].workers == 1
    assert not found.passes_workers


def test_workers_set_afterwards(evaluate):
    found = sequence(evaluate, "class S(keras.utils.Sequence): ...\ns = S()\ns.workers = 4")
    assert found.instances[0].workers == 4


def test_consumers(evaluate):
    found = sequence(
        evaluate,
        f"class S(keras.utils.Sequence): ...\ntrain, val = S(), S()\nmodel = {MODEL}\nmodel.fit(train, validation_data=val)\nmodel.evaluate(val)",
    )
    assert [[call.method for call in made.consumers] for made in found.instances] == [
        ["fit"],
        ["fit", "evaluate"],
    ]


def test_made_by_a_helper_and_kept_on_self(evaluate):
    found = sequence(
        evaluate,
        f"""
class S(keras.utils.Sequence):
    def __init__(self, files, **kwargs):
        super().__init__(**kwargs)
def make(files):
    return S(files, workers=2)
class Trainer:
    def __init__(self):
        self.data = make(["a"])
    def train(self):
        {MODEL}.fit(self.data)
Trainer().train()
""",
    )
    (instance,) = found.instances
    assert instance.workers == 2
    assert len(instance.consumers) == 1


def work(evaluate, body, rest=""):
    text = f"class S(keras.utils.Sequence):\n    def __init__(self, files):\n        super().__init__()\n        self.files = files\n        self.x = np.zeros((9, 4))\n    def __len__(self):\n        return 3\n{body}\n{rest}"
    return [(item.work.name, item.call.spelled, item.is_per_sample) for item in sequence(evaluate, text).work]


def test_work_for_each_sample(evaluate):
    body = """
    def __getitem__(self, index):
        batch = self.files[index * 4:(index + 1) * 4]
        images = []
        for path in batch:
            image = cv2.imread(path)
            images.append(cv2.resize(image, (2, 2)))
        return np.array(images)
"""
    assert work(evaluate, body) == [("DECODE", "cv2.imread", True), ("RESIZE", "cv2.resize", True)]


def test_work_in_private_helpers(evaluate):
    body = """
    def __getitem__(self, index):
        return self.__data_generation([self.files[k] for k in range(index)])
    def __data_generation(self, ids):
        x = np.empty((len(ids), 4))
        for i, path in enumerate(ids):
            x[i,] = self.__load(path)
        return x
    def __load(self, path):
        return np.asarray(Image.open(path).resize((2, 2)))
"""
    found = work(evaluate, body)
    assert ("DECODE", "Image.open", True) in found
    assert ("RESIZE", "Image.open().resize", True) in found


def test_work_in_a_comprehension(evaluate):
    body = "    def __getitem__(self, i):\n        return np.stack([cv2.imread(p) for p in self.files[i]])"
    assert work(evaluate, body) == [("DECODE", "cv2.imread", True)]


ABSTRACT = [
    "raise NotImplementedError",
    "raise NotImplementedError('load')",
    "'''Load.'''\n        raise NotImplementedError()",
]
LEFT = """
class Base(keras.utils.Sequence):
    {decorator}
    def load(self, path):
        {body}
    def __getitem__(self, i):
        return [cv2.resize(self.load(path), (8, 8)) for path in self.files[i]]

class Files(Base):
    def load(self, path):
        return cv2.imread(path)
"""
READY = """
class Ready(Base):
    def load(self, path):
        return self.images[path]
"""


def costliest(found):
    return min((item.work for item in found.work), key=lambda work: work.rank).name


@pytest.mark.parametrize(
    ("decorator", "body"), [*(("", body) for body in ABSTRACT), ("@abc.abstractmethod", "...")]
)
def test_work_that_is_left_to_subclasses(evaluate, decorator, body):
    left = HEAD + "import abc\n" + LEFT.format(decorator=decorator, body=body)
    base, files = evaluate(left).facts.sequence_classes
    assert (costliest(base), costliest(files)) == ("DECODE", "DECODE")
    base, files, ready = evaluate(left + READY).facts.sequence_classes
    assert (costliest(base), costliest(files), costliest(ready)) == ("RESIZE", "DECODE", "RESIZE")


def test_work_that_no_subclass_defines(evaluate):
    text = LEFT.format(decorator="", body=ABSTRACT[0])
    base, files = evaluate(
        HEAD + text.replace("Files(Base):\n    def load", "Files(Base):\n    def other")
    ).facts.sequence_classes
    assert (costliest(base), costliest(files)) == ("RESIZE", "RESIZE")


def test_work_that_subclasses_may_replace_is_the_classs_own(evaluate):
    base, files = evaluate(HEAD + LEFT.format(decorator="", body="return path")).facts.sequence_classes
    assert (costliest(base), costliest(files)) == ("RESIZE", "DECODE")


WRAPPED = """
class Inner(keras.utils.Sequence):
    def __getitem__(self, i):
        return [cv2.imread(path) for path in self.files[i]]

class Outer(keras.utils.Sequence):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def __getitem__(self, i):
        return self.inner[i] + [np.fft.fft(x) for x in self.more[i]]

inner = Inner()
outer = Outer(inner)
model = keras.Sequential([keras.layers.Dense(1)])
"""


@pytest.mark.parametrize(
    ("trained", "shown"),
    [
        ("", {"Inner": ["imread"], "Outer": ["fft"]}),
        ("model.fit(outer)", {"Inner": [], "Outer": ["imread", "fft"]}),
        ("model.fit(inner)", {"Inner": ["imread"], "Outer": ["fft"]}),
        ("model.fit(inner)\nmodel.fit(outer)", {"Inner": ["imread"], "Outer": ["fft"]}),
    ],
)
def test_a_loop_that_two_classes_come_by_is_shown_once(evaluate, trained, shown):
    classes = evaluate(HEAD + WRAPPED + trained).facts.sequence_classes
    assert shown == {
        found.name: [item.call.spelled.rsplit(".", 1)[-1] for item in found.work if not found.repeats(item)]
        for found in classes
    }


def test_work_by_map(evaluate):
    body = "    def load(self, p):\n        return cv2.imread(p)\n    def __getitem__(self, i):\n        return np.stack(list(map(self.load, self.files)))"
    assert ("DECODE", "cv2.imread", True) in work(evaluate, body)


def test_work_of_an_unseen_function(evaluate):
    body = "    def __getitem__(self, i):\n        return [preprocess(p) for p in self.files[i]]"
    assert work(evaluate, body) == [("UNSEEN", "preprocess", True)]


IMPORTED = {
    "from ourlibrary.images import prepare": [("UNSEEN", "prepare", True)],
    "from ourlibrary import Point as prepare": [],
    "from bisect import bisect as prepare": [],
    "from numpy import float32 as prepare": [],
}


@pytest.mark.parametrize(("line", "found"), IMPORTED.items())
def test_work_of_an_imported_function_that_nobody_looked_at(evaluate, line, found):
    body = (
        f"    def __getitem__(self, i):\n        {line}\n        return [prepare(p) for p in self.files[i]]"
    )
    assert work(evaluate, body) == found


METHODS = {
    "generate_image(p)": [("UNSEEN", "self.helper.generate_image", True)],
    "engine.draw(p)": [("UNSEEN", "self.helper.engine.draw", True)],
    "get(p)": [],
    "getAnnotation(p)": [],
    "get_item(p)": [],
    "append(p)": [],
    "is_image(p)": [],
    "rows[p]": [],
}


@pytest.mark.parametrize(("call", "found"), METHODS.items())
def test_work_of_a_method_of_an_object_that_nobody_looked_at(evaluate, call, found):
    text = f"""
import captcha.image
class S(keras.utils.Sequence):
    def __init__(self):
        super().__init__()
        self.helper = captcha.image.ImageCaptcha()
    def __getitem__(self, i):
        return [self.helper.{call} for p in self.files[i]]
"""
    work = sequence(evaluate, text).work
    assert [(item.work.name, item.call.spelled, item.is_per_sample) for item in work] == found


@pytest.mark.parametrize(
    ("call", "found"), [("get_batch(i)", []), ("dot(w)", [("COMPUTE", "self.rows.dot", False)])]
)
def test_work_of_a_method_of_what_a_computing_package_made(evaluate, call, found):
    text = f"""
import scipy.sparse
class S(keras.utils.Sequence):
    def __init__(self):
        super().__init__()
        self.rows = scipy.sparse.random(640, 64)
    def __getitem__(self, i):
        return self.rows.{call}
"""
    work = sequence(evaluate, text).work
    assert [(item.work.name, item.call.spelled, item.is_per_sample) for item in work] == found


def test_work_on_the_whole_batch(evaluate):
    body = "    def __getitem__(self, i):\n        return np.fft.fft(self.x[i:i + 4])"
    assert work(evaluate, body) == [("COMPUTE", "np.fft.fft", False)]


CHEAP = [
    "return np.array([self.x[p] if p else die(p) for p in self.files])",
    "return np.array([self.x[memoryview(p)] for p in self.files])",
    "return np.array([cv2.getRotationMatrix2D((1, 1), 9, 1) for p in self.files])",
    "return self.x[i * 4:(i + 1) * 4]",
    "return np.array(self.x[i]).astype('float32')",
    "return np.array([self.x[j] for j in range(4)])",
    "return np.array([self.labels[p] for p in self.files])",
    "ids = [k for k in self.files[i:i + 3]]\n        return self.x[ids]",
    "return np.expand_dims(self.x[i], -1) / 255.0",
    "idx = np.arange(4)\n        np.random.shuffle(idx)\n        return self.x[idx]",
]


@pytest.mark.parametrize("body", CHEAP)
def test_no_work(evaluate, body):
    rest = "def die(path):\n    if path:\n        raise ValueError(path)\n    raise Missing(path)\n"
    rest += "class Missing(Exception): ..."
    assert work(evaluate, f"    def __getitem__(self, i):\n        {body}", rest) == []


def test_what_is_raised_is_no_work_but_what_a_raise_calls_is(evaluate):
    body = """
    def __getitem__(self, i):
        for path in self.files:
            if not path:
                raise Unknown(cv2.imread(path))
"""
    assert work(evaluate, body) == [("DECODE", "cv2.imread", True)]


def test_a_pool_of_the_classs_own(evaluate):
    body = """
    def load(self, path):
        return cv2.imread(path)
    def __getitem__(self, index):
        with ThreadPoolExecutor(4) as pool:
            return np.stack(list(pool.map(self.load, self.files)))
"""
    found = work(evaluate, body, "from concurrent.futures import ThreadPoolExecutor")
    assert found == []


def test_work_where_the_class_has_no_object(evaluate):
    body = "    def __getitem__(self, i):\n        return [cv2.imread(p) for p in self.files]"
    assert work(evaluate, body) == [("DECODE", "cv2.imread", True)]


def test_random_numbers(evaluate):
    text = "class S(keras.utils.Sequence):\n    def __getitem__(self, i):\n        return {}\nS()"
    assert sequence(evaluate, text.format("np.random.rand(3)")).is_random
    assert not sequence(evaluate, text.format("np.zeros(3)")).is_random


STATE = [
    "self.count += 1\n        return self.x[i]",
    "self.seen[i] = True\n        return self.x[i]",
    "self.seen.append(i)\n        return self.x[i]",
    "self.note(i)\n        return self.x[i]",
    "return prepare(self.x[i])",
]
STATELESS = [
    "return np.array(self.x[i])",
    "return self.double(self.x[i])",
    "rows = []\n        rows.append(self.x[i])\n        return rows",
]


def keeps_state(evaluate, body):
    text = f"""
class S(keras.utils.Sequence):
    def __init__(self, x):
        super().__init__()
        self.x, self.seen, self.count = x, [], 0
    def note(self, i):
        self.last = i
    def double(self, rows):
        return 2 * rows
    def __getitem__(self, i):
        {body}
S(np.zeros((8, 4)))"""
    return sequence(evaluate, text).keeps_state


@pytest.mark.parametrize("body", STATELESS)
def test_reading_and_local_lists_keep_no_state(evaluate, body):
    assert not keeps_state(evaluate, body)


@pytest.mark.parametrize("body", STATE)
def test_what_changes_the_object_or_cannot_be_seen_may_keep_state(evaluate, body):
    assert keeps_state(evaluate, body)
