"""A rule called once with index templates.

The rule sees a view of the model instead of the model: a Set yields one template for each of its dimensions,
a Param or Var looked up at templates gives an :class:`Item`. The rule is called with a ``sum`` of its own, which keeps
the sum's Sets. (Pyomo's own ``templatize_rule`` replaces ``builtins.sum`` and the iteration of every Set meanwhile,
under the feet of other threads.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, GeneratorType
from typing import Any

from pyomo.core import Expression, Param, Set, Var

from model.compiling.expressions import CONDITION, DATA, Item, Members, Sum, Template, Untemplatable, refuse
from model.compiling.rules import check, located
from model.compiling.sets import dimen

OVER_SETS = "sum over Sets of the model alone"


class Caller:
    """Calls rules of a model with templates."""

    def __init__(self, model: Any) -> None:
        self.view = _ModelView(model, self)
        self.opened: list[Members] = []

    def call(self, rule: Callable[..., Any], index: tuple[Any, ...]) -> Any:
        """What a rule says at an index of templates. Raises RuleError."""
        check(rule)
        before = len(self.opened)
        try:
            found = rebound(rule, self.total)(self.view, *index)
            if len(self.opened) > before:
                raise Untemplatable("a loop over a Set outside of sum()", "write the loop as a sum()")
        except Untemplatable as error:
            raise located(rule, error) from error
        except (TypeError, AttributeError, KeyError, ValueError) as error:
            reason = Untemplatable(f"Python has no value for an index here ({error})", DATA)
            raise located(rule, reason.with_traceback(error.__traceback__)) from error
        finally:
            del self.opened[before:]
        return found

    def total(self, terms: Any, start: Any = 0) -> Any:
        """``sum``: over Sets it stays a sum."""
        if not isinstance(terms, GeneratorType):
            return sum(terms, start)
        before = len(self.opened)
        for first in terms:
            over = tuple(self.opened[before:])
            del self.opened[before:]
            if not over:
                return sum(terms, start + first)
            for _ in terms:
                raise Untemplatable("a sum over a Set and something else", OVER_SETS)
            return start + Sum(first, over)
        return start


class _ModelView:
    """A model as its rules see it while they are called with templates."""

    def __init__(self, model: Any, caller: Caller) -> None:
        self._model, self._caller = model, caller

    def __getattr__(self, name: str) -> Any:
        component = getattr(self._model, name)
        kind = getattr(component, "ctype", None)
        if kind is Set:
            found: Any = _SetView(component, self._caller.opened)
        elif kind in (Param, Var, Expression):
            view = _View(component, self._caller)
            found = view if component.is_indexed() else view[()]
        else:
            raise Untemplatable(f"m.{name} in a rule", "use Sets, Params, Vars and Expressions of the model")
        self.__dict__[name] = found
        return found


class _SetView:
    kind = "a Set"
    __slots__ = ("_component", "_open")
    __bool__ = __contains__ = refuse("the members", CONDITION)
    __len__ = refuse("the length", DATA)

    def __init__(self, component: Any, opened: list[Members]) -> None:
        self._component, self._open = component, opened

    def __iter__(self) -> Iterator[Any]:
        return _members(self._component, None, self._open)

    def __getitem__(self, index: Any) -> Any:
        return _Slice(self._component, _tuple(index), self._open)


class _Slice:
    kind = "a Set"
    __slots__ = ("_component", "_index", "_open")
    __bool__ = __contains__ = refuse("the members", CONDITION)
    __len__ = refuse("the length", DATA)

    def __init__(self, component: Any, index: tuple[Any, ...], opened: list[Members]) -> None:
        self._component, self._index, self._open = component, index, opened

    def __iter__(self) -> Iterator[Any]:
        return _members(self._component, self._index, self._open)


def _members(component: Any, index: tuple[Any, ...] | None, opened: list[Members]) -> Iterator[Any]:
    size = dimen(component)
    templates = tuple(Template() for _ in range(size))
    opened.append(Members(component, index, templates))
    yield templates if size > 1 else templates[0]


class _View:
    __slots__ = ("_caller", "_component")

    def __init__(self, component: Any, caller: Caller) -> None:
        self._component, self._caller = component, caller

    def __getitem__(self, index: Any) -> Any:
        if self._component.ctype is Expression:
            return self._caller.call(self._component._rule._fcn, _tuple(index))
        return Item(self._component, _tuple(index))


def _tuple(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def rebound(function: Any, total: Any, seen: dict[int, Any] | None = None) -> Any:
    """The function, and those that it calls by name (Pyomo's own left out), with another ``sum``."""
    if not isinstance(function, FunctionType) or function.__module__.startswith("pyomo."):
        return function
    seen = {} if seen is None else seen
    if id(function) in seen:
        return seen[id(function)]
    outer = function.__globals__
    names = {**outer, "sum": total}
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    seen[id(function)] = copy
    for name in _names(function.__code__):
        if isinstance(outer.get(name), FunctionType):
            names[name] = rebound(outer[name], total, seen)
    return copy


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
