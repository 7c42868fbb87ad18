"""Which work of ``__getitem__`` can be done once, in ``__init__``: read off the lowered methods."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.walking import expressions
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

_CHANGERS = (
    "add",
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "popleft",
    "read",
    "remove",
    "reverse",
    "seek",
    "setdefault",
    "sort",
    "update",
)
_MAKERS = ("array", "asarray", "stack")


@dataclass(frozen=True, slots=True)
class Hoist:
    """The places of ``self.attribute = value`` and of ``maker([element for target in batch])`` (``whole``).

    ``samples`` is how many there are, and ``itemsize`` how many bytes a number of the result takes, where known.
    """

    attribute: str
    value: Site
    maker: Site
    element: Site
    target: Site
    batch: Site
    whole: Site
    samples: int | None = None
    itemsize: int | None = None


def find_hoist(
    cls: Class,
    constructor: ir.FunctionDef,
    getitem: ir.FunctionDef,
    loop: Site,
    is_array: Callable[[str], bool],
) -> Hoist | None:
    """The hoist of the comprehension at ``loop``, None where it is not provably the same work.

    The samples must be rows of one array attribute that nothing else in the
    class reads but for its length, and the work must use nothing but the sample.
    """
    for call in _calls(getitem):
        made = _made(call)
        if made is None or Site(cls.file, made.generators[0].place) != loop:
            continue
        generator = made.generators[0]
        attribute = _row_source(generator.iterable, getitem)
        value = None if attribute is None else _assigned_value(constructor, attribute)
        if attribute is None or value is None or not is_array(attribute):
            return None
        if _local_names(made.element, getitem) - _names(generator.target):
            return None
        if _reads(cls, attribute, constructor) > 1:
            return None
        return Hoist(
            attribute,
            value=Site(cls.file, value.place),
            maker=Site(cls.file, call.func.place),
            element=Site(cls.file, made.element.place),
            target=Site(cls.file, generator.target.place),
            batch=Site(cls.file, generator.iterable.place),
            whole=Site(cls.file, call.place),
        )
    return None


def _made(call: ir.Call) -> ir.Comprehension | None:
    """The comprehension in ``np.array([f(x) for x in batch])`` and its kind."""
    if not isinstance(call.func, ir.Attribute) or call.func.attr not in _MAKERS or len(call.arguments) != 1:
        return None
    value = call.arguments[0].value
    if call.arguments[0].keyword or not isinstance(value, ir.Comprehension) or value.kind != "list":
        return None
    single = len(value.generators) == 1 and not value.generators[0].conditions
    return value if single else None


def _row_source(iterable: ir.Expression, getitem: ir.FunctionDef) -> str | None:
    """The attribute whose rows are iterated: ``self.x[...]``, directly or through one local name."""
    if isinstance(iterable, ir.Name):
        values = [
            statement.value
            for statement in statements(getitem.body)
            if isinstance(statement, ir.Assign)
            and any(isinstance(target, ir.Name) and target.id == iterable.id for target in statement.targets)
        ]
        if len(values) != 1 or not isinstance(values[0], ir.Subscript):
            return None
        iterable = values[0]
    if not isinstance(iterable, ir.Subscript):
        return None
    return _own_attribute(iterable.value, getitem)


def _own_attribute(node: ir.Expression, method: ir.FunctionDef) -> str | None:
    receiver = method.parameters[0].name if method.parameters else ""
    if isinstance(node, ir.Attribute) and isinstance(node.value, ir.Name) and node.value.id == receiver:
        return node.attr
    return None


def _assigned_value(constructor: ir.FunctionDef, attribute: str) -> ir.Expression | None:
    """The parameter that ``__init__`` keeps as the attribute."""
    values = [
        statement.value
        for statement in statements(constructor.body)
        if isinstance(statement, ir.Assign)
        and any(_own_attribute(target, constructor) == attribute for target in statement.targets)
    ]
    return values[0] if len(values) == 1 and isinstance(values[0], ir.Name) else None


def _reads(cls: Class, attribute: str, constructor: ir.FunctionDef) -> int:
    """How often the class's methods read the attribute for more than its length."""
    count = 0
    for method in cls.node.body:
        if not isinstance(method, ir.FunctionDef):
            continue
        lengths = {
            id(call.arguments[0].value)
            for call in _calls(method)
            if isinstance(call.func, ir.Name) and call.func.id == "len" and call.arguments
        }
        for node in expressions(method.body):
            if _own_attribute(node, method) == attribute and id(node) not in lengths:
                count += 1
    written = sum(
        _own_attribute(target, constructor) == attribute
        for statement in statements(constructor.body)
        if isinstance(statement, ir.Assign)
        for target in statement.targets
    )
    return count - written


def _local_names(node: ir.Expression, method: ir.FunctionDef) -> set[str]:
    """The names in an expression that the method itself binds."""
    bound = {parameter.name for parameter in method.parameters}
    for statement in statements(method.body):
        if isinstance(statement, ir.Assign):
            for target in statement.targets:
                bound |= _names(target)
        elif isinstance(statement, ir.For):
            bound |= _names(statement.target)
    return _names(node) & bound


def _names(node: ir.Expression) -> set[str]:
    return {each.id for each in within(node) if isinstance(each, ir.Name)}


def keeps_results(getitem: ir.FunctionDef) -> bool:
    """Whether a method tests for a key in an attribute of its own and stores under it."""
    tested = {
        _own_attribute(node.operands[1], getitem)
        for node in expressions(getitem.body)
        if isinstance(node, ir.Operation) and node.operator in ("in", "not in")
    }
    stored = {
        _own_attribute(target.value, getitem)
        for statement in statements(getitem.body)
        if isinstance(statement, ir.Assign)
        for target in statement.targets
        if isinstance(target, ir.Subscript)
    }
    return bool((tested & stored) - {None})


def changes_itself(method: ir.FunctionDef) -> bool:
    """Whether a method writes to its object: an attribute, an item of one, or a change in place."""
    for statement in statements(method.body):
        targets: tuple[ir.Expression, ...] = ()
        if isinstance(statement, (ir.Assign, ir.Delete)):
            targets = statement.targets
        elif isinstance(statement, ir.AugmentedAssign):
            targets = (statement.target,)
        if any(_belongs_to_object(target, method) for target in targets):
            return True
    return any(
        isinstance(call.func, ir.Attribute)
        and call.func.attr in _CHANGERS
        and _belongs_to_object(call.func.value, method)
        for call in _calls(method)
    )


def _belongs_to_object(node: ir.Expression, method: ir.FunctionDef) -> bool:
    while isinstance(node, (ir.Attribute, ir.Subscript)):
        if _own_attribute(node, method) is not None:
            return True
        node = node.value
    return False


def _calls(method: ir.FunctionDef) -> Iterator[ir.Call]:
    return (node for node in expressions(method.body) if isinstance(node, ir.Call))
