"""Classes of the program: attributes, inheritance, properties, mangled names."""

from __future__ import annotations

HEAD = "import tensorflow as tf\nfrom tensorflow import keras\nds = tf.data.Dataset.range(10)\n"
MODEL = "keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])"


def test_a_dataset_kept_on_self(evaluate):
    known = evaluate(
        HEAD
        + f"""
class Trainer:
    def __init__(self):
        self.model = {MODEL}
        self.train_ds = None
    def load(self):
        self.train_ds = ds.batch(2)
    def train(self):
        self.model.fit(self.train_ds)

trainer = Trainer()
trainer.load()
trainer.train()
"""
    )
    assert known.training == ["fit(dataset)"]
    assert known.data == ["range.batch"]


def test_a_class_that_nobody_uses(evaluate):
    known = evaluate(
        HEAD
        + f"""
class Trainer:
    def __init__(self, size):
        self.size = size
        self.model = None
        self.train_ds = None
    def train(self):
        self.model.fit(self.train_ds, epochs=3)
    def load(self):
        self.train_ds = ds.batch(self.size)
    def build(self):
        self.model = {MODEL}
"""
    )
    assert known.training == ["fit(dataset)"]
    assert known.data == ["range.batch"]
    assert known.models == ["sequential 10"]


def test_an_attribute_that_two_methods_set(evaluate):
    known = evaluate(
        HEAD
        + f"""
class Trainer:
    def plain(self):
        self.data = ds.batch(2)
    def cached(self):
        self.data = ds.cache()
    def train(self):
        {MODEL}.fit(self.data)
"""
    )
    assert known.data == ["range.batch | range.cache"]


def test_mangled_helpers(evaluate):
    known = evaluate(
        HEAD
        + """
class Loader:
    __size = 2
    def __load(self):
        return ds.batch(self.__size)
    def get(self):
        self.__kept = self.__load()
        return self.__kept

made = Loader().get()
"""
    )
    assert known["made"] == "range.batch"


def test_mangled_names_are_shown_as_they_are_written(evaluate):
    known = evaluate(
        HEAD
        + "class Loader:\n    def __scale(self, x):\n        return x\n    def get(self):\n        return ds.map(self.__scale)\n"
        "made = Loader().get()\n" + MODEL + ".fit(made)"
    )
    (step,) = known.facts.dataset_steps("map")
    assert step.mapper.name == "__scale"


def test_mangled_names_of_base_and_subclass_are_two(evaluate):
    known = evaluate(
        """
        class Base:
            def __value(self):
                return 1
            def get(self):
                return self.__value()
        class Sub(Base):
            def __value(self):
                return 2
            def own(self):
                return self.__value()
        a, b = Sub().get(), Sub().own()
        """
    )
    assert (known["a"], known["b"]) == ("1", "2")


def test_properties(evaluate):
    known = evaluate(
        HEAD
        + """
import functools
class Data:
    @property
    def train(self):
        return ds.batch(2)
    @functools.cached_property
    def val(self):
        return ds.cache()
    @property
    def size(self):
        return self._size
    @size.setter
    def size(self, value):
        self._size = value

data = Data()
data.size = 4
a, b, c = data.train, data.val, data.size
"""
    )
    assert (known["a"], known["b"], known["c"]) == ("range.batch", "range.cache", "4")


def test_class_and_static_methods(evaluate):
    known = evaluate(
        HEAD
        + """
class Data:
    def __init__(self, size):
        self.size = size
    @classmethod
    def small(cls):
        return cls(2)
    @staticmethod
    def make(size):
        return ds.batch(size)
    def get(self):
        return self.make(self.size)

a = Data.small().get()
b = Data.make(4)
c = Data.small().size
"""
    )
    assert (known["a"], known["b"], known["c"]) == ("range.batch", "range.batch", "2")


def test_inheritance_and_super(evaluate):
    known = evaluate(
        HEAD
        + """
class Base:
    def __init__(self, size, **kwargs):
        self.size = size
    def make(self):
        return ds
    def get(self):
        return self.make().batch(self.size)

class Sub(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.extra = 1
    def make(self):
        return super().make().cache()

class Old(Base):
    def __init__(self):
        super(Old, self).__init__(3)
    def make(self):
        return Base.make(self).shuffle(2)

a, b, c = Sub(2).get(), Old().get(), Old().size
"""
    )
    assert (known["a"], known["b"], known["c"]) == ("range.cache.batch", "range.shuffle.batch", "3")


def test_a_template_method_runs_on_the_subclasses(evaluate):
    known = evaluate(
        HEAD
        + f"""
class Base:
    def data(self):
        raise NotImplementedError
    def train(self):
        {MODEL}.fit(self.data(), epochs=2)

class Sub(Base):
    def data(self):
        return ds.batch(2)
"""
    )
    assert "range.batch" in known.data


def test_several_bases_in_pythons_order(evaluate):
    known = evaluate(
        """
        class Top:
            def name(self): return "top"
        class Left(Top): pass
        class Right(Top):
            def name(self): return "right"
        class Both(Left, Right): pass
        a = Both().name()
        """
    )
    assert known["a"] == "'right'"


def test_a_mixin_calls_on(evaluate):
    known = evaluate(
        """
        class Base:
            def tags(self): return ["base"]
        class Mixin:
            def tags(self): return ["mixin"] + super().tags()
        class Both(Mixin, Base): pass
        a = Both().tags()
        """
    )
    assert known["a"] == "['mixin', 'base']"


def test_a_hierarchy_with_a_cycle_ends(evaluate):
    known = evaluate("class A: ...\nclass B(A): ...\nclass A(B): ...\nclass B(A): ...\na = B().missing\n")
    assert known["a"] == "?"


def test_class_attributes_and_instances(evaluate):
    known = evaluate("class A:\n    n = 1\na, b = A(), A()\na.n = 2\nx, y = a.n, b.n\nA.n = 3\nz = b.n")
    assert (known["x"], known["y"], known["z"]) == ("2", "1", "3")


def test_two_objects_do_not_share_attributes(evaluate):
    known = evaluate(
        "class A:\n    def __init__(self, n):\n        self.n = n\na, b = A(1), A(2)\nx, y = a.n, b.n"
    )
    assert (known["x"], known["y"]) == ("1", "2")


def test_an_object_behind_two_names(evaluate):
    known = evaluate("class A: ...\na = A()\nb = a\nb.n = 1\nx = a.n")
    assert known["x"] == "1"


def test_one_of_two_objects(evaluate):
    known = evaluate("class A:\n    n = 0\na, b = A(), A()\nc = a if unknown else b\nc.n = 1\nx = a.n")
    assert known["x"] == "0 | 1"


def test_callable_objects(evaluate):
    known = evaluate(
        HEAD
        + "class Pipe:\n    def __init__(self, n):\n        self.n = n\n    def __call__(self, ds):\n        return ds.batch(self.n)\nmade = Pipe(2)(ds)\nmore = ds.apply(Pipe(3))"
    )
    assert known["made"] == known["more"] == "range.batch"


def test_attributes_by_name(evaluate):
    known = evaluate(
        "class A: ...\na = A()\nsetattr(a, 'n', 1)\nx = getattr(a, 'n')\ny = getattr(a, 'm', 2)\nz = getattr(a, unknown)\n"
    )
    assert (known["x"], known["y"], known["z"]) == ("1", "2 | ?", "?")


def test_a_method_kept_in_a_variable(evaluate):
    known = evaluate(
        "class A:\n    def f(self, n):\n        return n\ng = A().f\nx = g(3)\nh = A.f\ny = h(A(), 4)"
    )
    assert (known["x"], known["y"]) == ("3", "4")


def test_slots_indexing_and_length(evaluate):
    known = evaluate(
        "class A:\n    def __len__(self):\n        return 5\n    def __getitem__(self, i):\n        return 'x'\na = A()\nn = len(a)\nx = a[0]\n"
    )
    assert (known["n"], known["x"]) == ("5", "'x'")


def test_an_iterable_object(evaluate):
    known = evaluate(
        "class A:\n    def __iter__(self):\n        for i in (1, 2):\n            yield 'x'\nfor x in A():\n    y = x\n"
    )
    assert known["x"] == "'x'"


def test_a_class_made_by_a_function(evaluate):
    known = evaluate(
        "def make(n):\n    class A:\n        size = n\n    return A\na, b = make(1)(), make(2)()\nx, y = a.size, b.size"
    )
    assert (known["x"], known["y"]) == ("1", "2")


def test_a_model_class_with_fit(evaluate):
    known = evaluate(
        HEAD
        + """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    def call(self, x):
        return self.dense(x)

net = Net()
net.compile(loss="mse")
net.fit(ds.batch(2))
"""
    )
    assert known.training == ["fit(dataset)"]


def test_a_class_of_the_program_with_a_fit_of_its_own(evaluate):
    known = evaluate(
        HEAD
        + f"""
class Wrapper:
    def __init__(self):
        self.model = {MODEL}
    def fit(self, data, epochs=1):
        return self.model.fit(data, epochs=epochs)

Wrapper().fit(ds.batch(2), epochs=3)
"""
    )
    assert known.training == ["fit(dataset)"]
