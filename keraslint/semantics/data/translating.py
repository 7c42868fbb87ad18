"""Work on one sample, written with TensorFlow: what PIL, OpenCV, scikit-image and NumPy do to it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import Enum

from keraslint.semantics import names
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.lowering import ir

_READERS = (
    "PIL.Image.open",
    "cv2.imread",
    "imageio.imread",
    "imageio.v2.imread",
    "imageio.v3.imread",
    "keras.utils.load_img",
    "scipy.misc.imread",
    "skimage.io.imread",
)
_PICTURES = ("PIL.", "keras.utils.load_img()")
_PIL_KERNELS = {
    "ANTIALIAS": "lanczos3",
    "BICUBIC": "bicubic",
    "BILINEAR": "bilinear",
    "BOX": "area",
    "LANCZOS": "lanczos3",
    "NEAREST": "nearest",
}
_CV2_KERNELS = {
    "INTER_AREA": "area",
    "INTER_CUBIC": "bicubic",
    "INTER_LINEAR": "bilinear",
    "INTER_NEAREST": "nearest",
}
_EXACT_KERNELS = ("area", "nearest")
_FLIPS = {
    "PIL.ImageOps.flip": "image.flip_up_down",
    "PIL.ImageOps.mirror": "image.flip_left_right",
    "numpy.fliplr": "image.flip_left_right",
    "numpy.flipud": "image.flip_up_down",
}
_REDUCTIONS = ("max", "mean", "min", "std", "sum")
_FLOATS = ("float", "float16", "float32", "float64", "float_", "single", "double")
_INTEGERS = ("int32", "int64", "uint8")
_ARITHMETIC = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "**": ast.Pow}
_GREY_DIFFERS = "grey values differ from those of {} by a rounding"
_KERNELS_DIFFER = "resized pixels differ a little from those of {}"


class UntranslatableError(Exception):
    """Something that has no counterpart; the text names it."""


class Kind(Enum):
    """What an expression gives, as far as arithmetic has to know."""

    FLOATS = "floats"
    PIXELS = "pixels from 0 to 255"
    RAW = "numbers of some type"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of the new code.

    ``is_swapped`` where its channels still are to be reversed, ``is_flat`` where a grey picture has none.
    """

    code: ast.expr
    kind: Kind = Kind.RAW
    is_swapped: bool = False
    is_flat: bool = False

    @property
    def settled(self) -> Term:
        """The same with its channels in the order that the old code had."""
        return Term(_reversed_channels(self.code), self.kind) if self.is_swapped else self


@dataclass
class Translator:
    """Translates the expressions of one function; ``symbols`` and ``remarks`` gather what they need and change.

    ``known`` are the terms that local names stand for, ``name`` gives those of others and ``attribute`` those
    of attributes of the object; ``call`` takes over where a function of the project is called.
    """

    records: Mapping[int, CallRecord]
    known: dict[str, Term]
    name: Callable[[str], Term]
    attribute: Callable[[ir.Attribute], Term | None]
    call: Callable[[ir.Call, CallRecord, Translator], Term | None]
    symbols: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def symbol(self, path: str) -> ast.expr:
        """A hole for a name of TensorFlow, such as ``io.read_file``."""
        hole = f"tf_{path.replace('.', '_')}"
        self.symbols[hole] = f"tensorflow.{path}"
        return ast.Name(f"{{{hole}}}")

    def apply(self, path: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.expr:
        """A call of a function of TensorFlow."""
        given = [ast.keyword(name, value) for name, value in keywords.items()]
        return ast.Call(self.symbol(path), list(arguments), given)

    def floats(self, term: Term) -> ast.expr:
        """The term in float32."""
        if term.kind is Kind.FLOATS:
            return term.code
        return self.apply("cast", term.code, self.symbol("float32"))

    def term(self, node: ir.Expression) -> Term:
        """The translation of an expression."""
        return self.open_term(node).settled

    def open_term(self, node: ir.Expression) -> Term:
        """The translation, whose channels may still have to be reversed."""
        if isinstance(node, ir.Constant):
            kind = Kind.TEXT if isinstance(node.value, str) else Kind.FLOATS
            return Term(constant(node.value), kind)
        if isinstance(node, ir.Name):
            return self.known[node.id] if node.id in self.known else self.name(node.id)
        if isinstance(node, ir.Attribute):
            found = self.attribute(node)
            if found is not None:
                return found
            if isinstance(node.value, ir.Name) and node.value.id not in self.known:
                return Term(ast.Attribute(ast.Name(node.value.id), node.attr), Kind.FLOATS)
        if isinstance(node, ir.Display) and node.kind in ("list", "tuple"):
            items = [self.term(item).code for item in node.items]
            return Term(ast.Tuple(items) if node.kind == "tuple" else ast.List(items), Kind.FLOATS)
        if isinstance(node, ir.Operation):
            return self._operation(node)
        if isinstance(node, ir.Subscript):
            return self._item(node)
        if isinstance(node, ir.FormattedString):
            return Term(self._joined(node), Kind.TEXT)
        if isinstance(node, ir.Call):
            return self._call(node)
        raise UntranslatableError("what is written here")

    def _operation(self, node: ir.Operation) -> Term:
        terms = [self.open_term(each) for each in node.operands]
        if len({term.is_swapped for term in terms if not isinstance(term.code, ast.Constant)}) > 1:
            terms = [term.settled for term in terms]
        swapped = any(term.is_swapped for term in terms)
        if node.operator == "-" and len(terms) == 1:
            return Term(ast.UnaryOp(ast.USub(), terms[0].code), terms[0].kind, swapped)
        if node.operator not in _ARITHMETIC or len(terms) != 2:
            raise UntranslatableError(f"`{node.operator}`")
        if any(term.kind is Kind.TEXT for term in terms):
            return Term(ast.BinOp(terms[0].code, ast.Add(), terms[1].code), Kind.TEXT)
        left, right = map(self.floats, terms)
        return Term(ast.BinOp(left, _ARITHMETIC[node.operator](), right), Kind.FLOATS, swapped)

    def _item(self, node: ir.Subscript) -> Term:
        value, keys = self.term(node.value), [node.key]
        if isinstance(node.key, ir.Display):
            keys = list(node.key.items)
        key = [self._key(each) for each in keys]
        return Term(ast.Subscript(value.code, ast.Tuple(key) if len(key) > 1 else key[0]), value.kind)

    def _key(self, node: ir.Expression) -> ast.expr:
        if isinstance(node, ir.Slice):
            parts = (None if part is None else self.term(part).code for part in node[1:])
            return ast.Slice(*parts)
        return self.term(node).code

    def _joined(self, node: ir.FormattedString) -> ast.expr:
        if node.texts is None:
            raise UntranslatableError("this f-string")
        parts: list[ast.expr] = []
        for text, value in zip(node.texts, [*node.values, None], strict=True):
            parts += [constant(text)] if text else []
            parts += [] if value is None else [self.term(value).code]
        return self.apply("strings.join", ast.List(parts))

    def _call(self, node: ir.Call) -> Term:
        record = self.records.get(node.place)
        if record is None or any(each.star for each in node.arguments):
            raise UntranslatableError("a call that cannot be seen through")
        own = self.call(node, record, self)
        if own is not None:
            return own
        callee = record.callee
        found = self._read(node, callee) or self._of_pictures(node, callee) or self._of_numbers(node, callee)
        if found is None:
            raise UntranslatableError(f"`{record.spelled}`")
        return found

    def _read(self, node: ir.Call, callee: str) -> Term | None:
        """A file that is read and decoded."""
        if callee in ("os.path.join", "posixpath.join"):
            parts = [self.term(each.value).code for each in node.arguments]
            return Term(self.apply("strings.join", ast.List(parts), separator=constant("/")), Kind.TEXT)
        if callee not in _READERS or not node.arguments:
            return None
        rest = node.arguments[1:]
        grey = any(_says(each.value, "grayscale", "IMREAD_GRAYSCALE", 0) for each in rest)
        known = {None, "as_gray", "color_mode", "flags", "target_size"} if rest else {None}
        if any(each.keyword not in known for each in node.arguments):
            return None
        code = self.apply(
            "io.decode_image",
            self.apply("io.read_file", self.term(node.arguments[0].value).code),
            channels=constant(1 if grey else 3),
            expand_animations=constant(False),
        )
        if callee == "cv2.imread":
            return (
                Term(self._last(code, 0), Kind.PIXELS) if grey else Term(code, Kind.PIXELS, is_swapped=True)
            )
        size = next((each.value for each in rest if each.keyword == "target_size"), None)
        if size is not None:
            code = self._resized(code, self.term(size).code, "nearest")
        if grey:
            self.remarks.append(_GREY_DIFFERS.format(_maker(callee)))
        if grey and callee == "keras.utils.load_img":
            return Term(self._last(code, 0), Kind.PIXELS, is_flat=True)
        return Term(code, Kind.PIXELS)

    def _of_pictures(self, node: ir.Call, callee: str) -> Term | None:
        given = [each.value for each in node.arguments]
        method = callee.rpartition(".")[2]
        if callee.startswith(_PICTURES) and callee.endswith((").convert", ").resize")):
            assert isinstance(node.func, ir.Attribute)
            picture = self.term(node.func.value)
            return self._convert(picture, given) if method == "convert" else self._resize(picture, given)
        if callee in _FLIPS and len(given) == 1:
            return self._same(self.term(given[0]), lambda code: self.apply(_FLIPS[callee], code))
        if callee == "PIL.Image.fromarray" and len(given) == 1:
            return self.term(given[0])
        if callee == "cv2.cvtColor" and len(given) == 2:
            return self._recolour(self.open_term(given[0]), given[1])
        if (
            callee == "cv2.resize"
            and 2 <= len(given) <= 3
            and not (len(given) == 3 and not node.arguments[2].keyword)
        ):
            kernel = "bilinear" if len(given) == 2 else _kernel(given[2], _CV2_KERNELS)
            self.remarks.append(_KERNELS_DIFFER.format("OpenCV"))
            picture = self.open_term(given[0])
            resized = self._resized(picture.code, self._turned(given[1]), kernel)
            return Term(resized, _resized_kind(picture, kernel), picture.is_swapped)
        if callee == "skimage.transform.resize" and len(given) == 2:
            picture = self.term(given[0])
            if picture.kind not in (Kind.FLOATS, Kind.PIXELS):
                return None
            self.remarks.append(_KERNELS_DIFFER.format("scikit-image"))
            code = self._resized(picture.code, self.term(given[1]).code, "bilinear", smooth=True)
            if picture.kind is Kind.PIXELS:
                code = ast.BinOp(code, ast.Div(), constant(255.0))
            return Term(code, Kind.FLOATS)
        return None

    def _convert(self, picture: Term, given: list[ir.Expression]) -> Term | None:
        if len(given) == 1 and _says(given[0], "RGB"):
            return picture
        if len(given) == 1 and _says(given[0], "L"):
            self.remarks.append(_GREY_DIFFERS.format("PIL"))
            return Term(self._last(self.apply("image.rgb_to_grayscale", picture.code), 0), picture.kind)
        return None

    def _recolour(self, picture: Term, how: ir.Expression) -> Term | None:
        if _says(how, "COLOR_BGR2RGB", "COLOR_RGB2BGR"):
            return Term(picture.code, picture.kind, not picture.is_swapped)
        if _says(how, "COLOR_BGR2GRAY", "COLOR_RGB2GRAY"):
            is_rgb = _says(how, "COLOR_BGR2GRAY") == picture.is_swapped
            code = picture.code if is_rgb else _reversed_channels(picture.code)
            self.remarks.append(_GREY_DIFFERS.format("OpenCV"))
            return Term(self._last(self.apply("image.rgb_to_grayscale", code), 0), picture.kind)
        return None

    def _resize(self, picture: Term, given: list[ir.Expression]) -> Term | None:
        if not 1 <= len(given) <= 2:
            return None
        kernel = "bicubic" if len(given) == 1 else _kernel(given[1], _PIL_KERNELS)
        self.remarks.append(_KERNELS_DIFFER.format("PIL"))
        code = self._resized(
            picture.code, self._turned(given[0]), kernel, smooth=kernel not in _EXACT_KERNELS
        )
        return Term(code, _resized_kind(picture, kernel))

    def _resized(self, code: ast.expr, size: ast.expr, kernel: str, smooth: bool = False) -> ast.expr:
        keywords = {} if kernel == "bilinear" else {"method": constant(kernel)}
        if smooth:
            keywords["antialias"] = constant(True)
        return self.apply("image.resize", code, size, **keywords)

    def _turned(self, size: ir.Expression) -> ast.expr:
        """A size as height and width, given as width and height."""
        if isinstance(size, ir.Display) and len(size.items) == 2:
            return ast.Tuple([self.term(item).code for item in reversed(size.items)])
        return ast.Subscript(self.term(size).code, ast.Slice(None, None, constant(-1)))

    def _last(self, code: ast.expr, index: int) -> ast.expr:
        return ast.Subscript(code, ast.Tuple([constant(...), constant(index)]))

    def _same(self, term: Term, change: Callable[[ast.expr], ast.expr]) -> Term:
        return Term(change(term.code), term.kind)

    def _of_numbers(self, node: ir.Call, callee: str) -> Term | None:
        positional = [each.value for each in node.arguments if each.keyword is None]
        keywords = {each.keyword: each.value for each in node.arguments if each.keyword is not None}
        last = callee.rpartition(".")[2]
        if last == "astype" and isinstance(node.func, ir.Attribute) and len(positional) == 1:
            return self._cast(self.open_term(node.func.value), positional[0])
        if (
            callee in ("numpy.array", "numpy.asarray", "numpy.float32", "keras.utils.img_to_array")
            and positional
        ):
            kind = keywords.get("dtype", positional[1] if len(positional) > 1 else None)
            value = self.open_term(positional[0])
            if last == "img_to_array" and value.is_flat:
                value = Term(
                    ast.Subscript(value.code, ast.Tuple([constant(...), constant(None)])), value.kind
                )
            if last in ("float32", "img_to_array"):
                return Term(self.floats(value), Kind.FLOATS, value.is_swapped)
            return value if kind is None else self._cast(value, kind)
        if callee.startswith("keras.applications.") and last == "preprocess_input" and len(positional) == 1:
            function = self.term(node.func).code
            return Term(ast.Call(function, [self.floats(self.term(positional[0]))], []), Kind.FLOATS)
        if callee == "keras.utils.to_categorical" and len(positional) + len(keywords) == 2:
            classes = positional[1] if len(positional) == 2 else keywords.get("num_classes")
            if classes is not None and positional:
                return Term(
                    self.apply("one_hot", self.term(positional[0]).code, self.term(classes).code), Kind.FLOATS
                )
        if keywords.keys() - {"axis"} or not callee.startswith("numpy.") or not positional:
            return None
        value = self.term(positional[0])
        rest = [self.term(each).code for each in (*positional[1:], *keywords.values())]
        if last == "expand_dims" and len(rest) == 1:
            return self._same(value, lambda code: self.apply("expand_dims", code, *rest))
        if last in ("reshape", "transpose") and len(rest) == 1:
            return self._same(value, lambda code: self.apply(last, code, *rest))
        if last == "clip" and len(rest) == 2:
            return Term(self.apply("clip_by_value", self.floats(value), *rest), Kind.FLOATS)
        if last in _REDUCTIONS and callee == f"numpy.{last}" and not rest:
            path = f"math.reduce_{last}"
            return Term(self.apply(path, self.floats(value)), Kind.FLOATS)
        if callee == f"numpy.{last}" and not rest and names.exists(f"tensorflow.math.{last}"):
            return Term(self.apply(f"math.{last}", self.floats(value)), Kind.FLOATS)
        return None

    def _cast(self, value: Term, kind: ir.Expression) -> Term | None:
        name = (
            kind.value if isinstance(kind, ir.Constant) else getattr(kind, "attr", getattr(kind, "id", None))
        )
        if name in _FLOATS:
            return Term(self.floats(value), Kind.FLOATS, value.is_swapped)
        if name in _INTEGERS:
            code = self.apply("cast", value.code, self.symbol(str(name)))
            return Term(code, Kind.RAW, value.is_swapped)
        return None


def constant(value: object) -> ast.expr:
    """A literal; text in double quotes."""
    if isinstance(value, str) and '"' not in value and repr(value)[1:-1] == value:
        return ast.Name(f'"{value}"')
    return ast.Constant(value)  # type: ignore[arg-type]


def _reversed_channels(code: ast.expr) -> ast.expr:
    """OpenCV's channels for RGB, or the other way around."""
    return ast.Subscript(code, _BACKWARDS)


_BACKWARDS = ast.Tuple([ast.Constant(...), ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))])


def _maker(reader: str) -> str:
    """Who reads a picture, by the name of the function."""
    return {"cv2": "OpenCV", "skimage": "scikit-image", "imageio": "imageio"}.get(reader.split(".")[0], "PIL")


def _resized_kind(picture: Term, kernel: str) -> Kind:
    """Only the nearest pixel is taken as it is; any other kernel computes."""
    return picture.kind if kernel == "nearest" else Kind.FLOATS


def _says(node: ir.Expression, *words: object) -> bool:
    """Whether an expression is one of these constants, or ends in one of these names."""
    if isinstance(node, ir.Constant):
        return any(node.value == word and type(node.value) is type(word) for word in words)
    return isinstance(node, ir.Attribute) and node.attr in words


def _kernel(node: ir.Expression, kernels: Mapping[str, str]) -> str:
    name = node.attr if isinstance(node, ir.Attribute) else getattr(node, "id", "")
    if name not in kernels:
        raise UntranslatableError(f"the kernel `{name or '...'}`")
    return kernels[name]
