"""Lists with commas, of arguments and of parameters: adding to them and taking from them, layout kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from typing import TypeVar
from typing import cast

import libcst as cst

from keraslint.fixer.spacing import NONE
from keraslint.fixer.spacing import SPACE
from keraslint.fixer.spacing import Whitespace
from keraslint.fixer.spacing import before_bracket
from keraslint.fixer.spacing import between
from keraslint.fixer.spacing import has_comments
from keraslint.fixer.spacing import is_broken
from keraslint.fixer.spacing import next_line
from keraslint.fixer.spacing import plain
from keraslint.fixer.templates import fitted
from keraslint.fixer.templates import parameters
from keraslint.fixer.tree import UnplaceableError

_Item: TypeAlias = cst.Arg | cst.Param | cst.ParamStar | cst.ParamSlash
_ItemT = TypeVar("_ItemT", bound=_Item)

_CLOSINGS: dict[type[cst.CSTNode], str] = {
    cst.Arg: "whitespace_after_arg",
    cst.Param: "whitespace_after_param",
    cst.ParamSlash: "whitespace_after",
}
"""Where an item keeps the whitespace between itself and the bracket, if no comma stands there."""


def set_argument(call: cst.Call, name: str, value: cst.BaseExpression) -> cst.Call:
    """Give ``call`` the keyword argument ``name``, or with ``**`` as the name a mapping of them."""
    value = fitted(value, cst.Name("value"), cst.Arg(value))
    args = list(call.args)
    if name == "**":
        if any(arg.star == "**" and arg.value.deep_equals(value) for arg in args):
            return call
        return _with_argument(call, len(args), cst.Arg(value, star="**"))
    present = _index(args, name)
    if present is not None:
        args[present] = args[present].with_changes(value=value)
        return call.with_changes(args=args)
    equal = next((arg.equal for arg in args if arg.keyword is not None), cst.MaybeSentinel.DEFAULT)
    if not isinstance(equal, cst.AssignEqual) or is_broken(equal.whitespace_before, equal.whitespace_after):
        equal = cst.AssignEqual(whitespace_before=NONE, whitespace_after=NONE)
    stars = (index for index, arg in enumerate(args) if arg.star == "**")
    return _with_argument(call, next(stars, len(args)), cst.Arg(value, cst.Name(name), equal))


def _with_argument(call: cst.Call, index: int, new: cst.Arg) -> cst.Call:
    args = list(call.args)
    if len(args) == 1 and isinstance(args[0].value, cst.GeneratorExp) and not args[0].value.lpar:
        bracketed = args[0].value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        args[0] = args[0].with_changes(value=bracketed)
    opening = call.whitespace_before_args
    if not args and isinstance(opening, cst.SimpleWhitespace):
        opening = NONE
    return call.with_changes(args=_with_item(args, index, new, opening), whitespace_before_args=opening)


def remove_argument(call: cst.Call, name: str) -> cst.Call:
    """Take the keyword argument ``name`` from ``call``."""
    args = list(call.args)
    index = _index(args, name)
    if index is None:
        raise UnplaceableError(f"no argument {name} here")
    arg = args[index]
    opening = call.whitespace_before_args
    if len(args) == 1:
        return call.with_changes(args=[], whitespace_before_args=opening if has_comments(opening) else NONE)
    before = opening if index == 0 else _after_comma(args[index - 1])
    if index < len(args) - 1:
        kept = between(before, _after_comma(arg), first=index == 0)
        if index == 0:
            opening = kept
        else:
            args[index - 1] = _with_comma(args[index - 1], kept)
    else:
        last = args[index - 1]
        if isinstance(arg.comma, cst.Comma):
            args[index - 1] = _with_comma(last, before_bracket(before, arg.comma.whitespace_after))
        else:
            closing = before_bracket(before, arg.whitespace_after_arg)
            args[index - 1] = last.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=closing)
    del args[index]
    return call.with_changes(args=args, whitespace_before_args=opening)


def place_of(call: cst.Call, argument: int | str) -> int:
    """Where an argument stands that is named by its position or its keyword."""
    if isinstance(argument, str):
        index = _index(call.args, argument)
    else:
        before = call.args[: argument + 1]
        plain_ones = len(before) > argument and not any(arg.star or arg.keyword for arg in before)
        index = argument if plain_ones else None
    if index is None:
        raise UnplaceableError(f"no argument {argument} here")
    return index


def name_argument(call: cst.Call, argument: int | str, name: str) -> cst.Call:
    """Write an argument of ``call`` as the keyword argument ``name``."""
    index = place_of(call, argument)
    args = list(call.args)
    equal = args[index].equal
    if not isinstance(equal, cst.AssignEqual):
        equal = cst.AssignEqual(whitespace_before=NONE, whitespace_after=NONE)
    args[index] = args[index].with_changes(keyword=cst.Name(name), equal=equal)
    return call.with_changes(args=args)


def _index(args: Sequence[cst.Arg], name: str) -> int | None:
    named = (index for index, arg in enumerate(args) if arg.keyword is not None and arg.keyword.value == name)
    return next(named, None)


def add_parameter(function: cst.FunctionDef, code: str) -> cst.FunctionDef:
    """Give ``function`` the parameters that ``code`` says, but for those that it has."""
    new = parameters(code)
    if new.posonly_params or new.kwonly_params or isinstance(new.star_arg, cst.Param):
        raise UnplaceableError("only plain parameters and ** can be added")
    for param in new.params:
        function = _with_parameter(function, param.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    params = function.params
    if new.star_kwarg is not None and params.star_kwarg is None:
        if _names(params) & {new.star_kwarg.name.value}:
            raise UnplaceableError("the name is taken")
        items = _with_item(
            _items(params), len(_items(params)), new.star_kwarg, function.whitespace_before_params
        )
        shape = params.with_changes(star_kwarg=new.star_kwarg)
        function = function.with_changes(params=_regrouped(shape, items))
    return function


def _with_parameter(function: cst.FunctionDef, new: cst.Param) -> cst.FunctionDef:
    """Add a parameter as the last that can be given by position, or by keyword where ``*`` stands."""
    params = function.params
    items = _items(params)
    if new.name.value in _names(params):
        return function
    positional = [*params.posonly_params, *params.params]
    if new.default is None and any(param.default is not None for param in positional):
        raise UnplaceableError("a parameter without a default cannot follow one with a default")
    by_keyword = new.default is not None and not isinstance(params.star_arg, cst.MaybeSentinel)
    index = len(items) - (params.star_kwarg is not None)
    if not by_keyword:
        index -= len(params.kwonly_params) + (not isinstance(params.star_arg, cst.MaybeSentinel))
    items = _with_item(items, index, new, function.whitespace_before_params)
    group = "kwonly_params" if by_keyword else "params"
    shape = params.with_changes(**{group: [*getattr(params, group), new]})
    return function.with_changes(params=_regrouped(shape, items))


def _names(params: cst.Parameters) -> set[str]:
    return {item.name.value for item in _items(params) if isinstance(item, cst.Param)}


def _items(params: cst.Parameters) -> list[_Item]:
    """Parameters and the marks between them, as they stand in the text."""
    items: list[_Item] = [*params.posonly_params]
    if isinstance(params.posonly_ind, cst.ParamSlash):
        items.append(params.posonly_ind)
    items += params.params
    if not isinstance(params.star_arg, cst.MaybeSentinel):
        items.append(params.star_arg)
    items += params.kwonly_params
    if params.star_kwarg is not None:
        items.append(params.star_kwarg)
    return items


def _regrouped(shape: cst.Parameters, items: Sequence[_Item]) -> cst.Parameters:
    """Put changed items into groups of the size that ``shape`` says."""
    rest = iter(items)
    return shape.with_changes(
        posonly_params=[next(rest) for _ in shape.posonly_params],
        posonly_ind=next(rest) if isinstance(shape.posonly_ind, cst.ParamSlash) else shape.posonly_ind,
        params=[next(rest) for _ in shape.params],
        star_arg=shape.star_arg if isinstance(shape.star_arg, cst.MaybeSentinel) else next(rest),
        kwonly_params=[next(rest) for _ in shape.kwonly_params],
        star_kwarg=next(rest, None),
    )


def _with_item(items: Sequence[_Item], index: int, new: _Item, opening: Whitespace) -> list[_Item]:
    """Put ``new`` at ``index``, on a line of its own where the item beside it stands on one."""
    result = list(items)
    if index < len(items):
        leading = opening if index == 0 else _after_comma(items[index - 1])
        result.insert(index, _with_comma(new, plain(leading) if is_broken(leading) else SPACE))
        return result
    if not items:
        return [new]
    last = items[-1]
    leading = opening if len(items) == 1 else _after_comma(items[-2])
    has_comma = isinstance(last.comma, cst.Comma)
    closing = _after_comma(last) if has_comma else getattr(last, _CLOSINGS[type(last)])
    separator: Whitespace = SPACE
    if is_broken(leading):
        separator, closing = next_line(closing, leading), plain(closing)
    result[-1] = _with_comma(_with_closing(last, NONE), separator)
    result.append(_with_comma(new, closing) if has_comma else _with_closing(new, closing))
    return result


def _with_comma(item: _ItemT, after: Whitespace) -> _ItemT:
    comma = item.comma if isinstance(item.comma, cst.Comma) else cst.Comma()
    return cast(_ItemT, item.with_changes(comma=comma.with_changes(whitespace_after=after)))


def _with_closing(item: _Item, closing: Whitespace) -> _Item:
    name = _CLOSINGS.get(type(item))
    return item if name is None else item.with_changes(**{name: closing})


def _after_comma(item: _Item) -> Whitespace:
    return item.comma.whitespace_after if isinstance(item.comma, cst.Comma) else NONE
