"""A rule called once with index templates gives an expression tree; its sums stay sums.

The rule sees a view of the model instead of the model: a Set yields one template for each of its dimensions,
a Param or Var looked up at templates gives an :class:`Item`. The rule is called with a ``sum`` of its own, which keeps
the sum's Sets. (Pyomo's own ``templatize_rule`` replaces ``builtins.sum`` and the iteration of every Set meanwhile,
under the feet of other threads.) Whatever Python asks a template that only an index could answer raises
:class:`Untemplatable`, and the component is then expanded index by index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, GeneratorType
from typing import Any, NoReturn

from pyomo.core import Expression, Param, Set, Var

from model.compiling.rules import check


class Untemplatable(Exception):
    """A rule asks for something that index templates can't answer."""


def _refuse(what: str) -> Callable[..., NoReturn]:
    def refuse(self: Any, *_: Any) -> NoReturn:
        raise Untemplatable(f"{what} of {self.kind}")

    return refuse


class Node:
    """An expression over templates."""

    kind = "an expression"
    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Any) -> Node:
        return Plus((self, other))

    def __radd__(self, other: Any) -> Node:
        return self if other.__class__ is int and other == 0 else Plus((other, self))

    def __sub__(self, other: Any) -> Node:
        return Plus((self, Times(-1.0, other)))

    def __rsub__(self, other: Any) -> Node:
        return Plus((other, Times(-1.0, self)))

    def __mul__(self, other: Any) -> Node:
        return Times(self, other)

    def __rmul__(self, other: Any) -> Node:
        return Times(other, self)

    def __truediv__(self, other: Any) -> Node:
        return Over(self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return Over(other, self)

    def __neg__(self) -> Node:
        return Times(-1.0, self)

    def __pos__(self) -> Node:
        return self

    def __le__(self, other: Any) -> Relation:
        return Relation("<=", self, other)

    def __ge__(self, other: Any) -> Relation:
        return Relation("<=", other, self)

    def __eq__(self, other: Any) -> Relation:  # type: ignore[override]
        return Relation("==", self, other)

    __bool__ = _refuse("the truth")
    __str__ = __repr__ = __format__ = _refuse("the text")
    __contains__ = _refuse("the members")
    __iter__ = _refuse("the elements")
    __float__ = __int__ = __index__ = __len__ = _refuse("the value")


class Template(Node):
    """A place for an index."""

    kind = "an index"
    __slots__ = ()
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse("arithmetic")
    __truediv__ = __rtruediv__ = __neg__ = __pos__ = _refuse("arithmetic")
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _refuse("a comparison")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Item(Node):
    """A Param or Var at an index."""

    component: Any
    index: tuple[Any, ...]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Plus(Node):
    """A sum of parts."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Times(Node):
    """A product."""

    left: Any
    right: Any


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Over(Node):
    """A quotient."""

    left: Any
    right: Any


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Members:
    """A Set, or an indexed Set at an index, and the templates that run over it."""

    component: Any
    index: tuple[Any, ...] | None
    templates: tuple[Template, ...]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Sum(Node):
    """A term summed over Sets, the first one outermost."""

    term: Any
    over: tuple[Members, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Relation:
    """``left <= right`` or ``left == right``."""

    sense: str
    left: Any
    right: Any

    def __bool__(self) -> bool:
        raise Untemplatable("the truth of a relation")


class Caller:
    """Calls rules of a model with templates."""

    def __init__(self, model: Any) -> None:
        self.view = _ModelView(model, self)
        self.opened: list[Members] = []

    def call(self, rule: Callable[..., Any], index: tuple[Any, ...]) -> Any:
        """What a rule says at an index of templates. Raises Untemplatable and RuleError."""
        check(rule)
        before = len(self.opened)
        try:
            found = rebound(rule, self.total)(self.view, *index)
            if len(self.opened) > before:
                raise Untemplatable("a loop over a Set outside of sum()")
        except (TypeError, AttributeError, KeyError) as error:
            raise Untemplatable(str(error)) from error
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
                raise Untemplatable("a sum over a Set and something else")
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
            raise Untemplatable(f"m.{name}")
        self.__dict__[name] = found
        return found


class _SetView:
    kind = "a Set"
    __slots__ = ("_component", "_open")
    __bool__ = __contains__ = __len__ = _refuse("what is known")

    def __init__(self, component: Any, opened: list[Members]) -> None:
        self._component, self._open = component, opened

    def __iter__(self) -> Iterator[Any]:
        return _members(self._component, None, self._open)

    def __getitem__(self, index: Any) -> Any:
        return _Slice(self._component, _tuple(index), self._open)


class _Slice:
    kind = "a Set"
    __slots__ = ("_component", "_index", "_open")
    __bool__ = __contains__ = __len__ = _refuse("what is known")

    def __init__(self, component: Any, index: tuple[Any, ...], opened: list[Members]) -> None:
        self._component, self._index, self._open = component, index, opened

    def __iter__(self) -> Iterator[Any]:
        return _members(self._component, self._index, self._open)


def _members(component: Any, index: tuple[Any, ...] | None, opened: list[Members]) -> Iterator[Any]:
    size = dimen(component)
    templates = tuple(Template() for _ in range(size))
    opened.append(Members(component, index, templates))
    yield templates if size > 1 else templates[0]


def dimen(component: Any) -> int:
    """Dimension of a Set; one where it doesn't say."""
    said = component._init_dimen.val if component._init_dimen.constant() else None
    return said if isinstance(said, int) else 1


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
