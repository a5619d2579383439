"""Linear expressions over index templates: what a rule gives when it is called once; its sums stay sums.

A template has no value: whatever Python asks of it, or of an expression over it, that only an index could answer raises
:class:`Untemplatable`, which says what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from pyomo.core import Var

CONDITION = "put the condition into the Set that the rule or its sum runs over"
DATA = "put what Python works out into a Param or a Set with that index"
TEXT = "put what is looked up by a text into a Param with that index"
LINEAR = "keep every term to data times one variable"


class Untemplatable(Exception):
    """Something that index templates can't answer: ``what`` it is, and what to write ``instead``."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"{what}; {instead}")
        self.what, self.instead = what, instead


def refuse(what: str, instead: str) -> Callable[..., NoReturn]:
    """A method that raises Untemplatable."""

    def refuses(self: Any, *_: Any) -> NoReturn:
        raise Untemplatable(f"{what} of {self.kind}", instead)

    return refuses


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
        if variable(self) and variable(other):
            raise Untemplatable("a product of variables", LINEAR)
        return Times(self, other)

    def __rmul__(self, other: Any) -> Node:
        return Times(other, self)

    def __truediv__(self, other: Any) -> Node:
        if variable(other):
            raise Untemplatable("a division by a variable", LINEAR)
        return Over(self, other)

    def __rtruediv__(self, other: Any) -> Node:
        if variable(self):
            raise Untemplatable("a division by a variable", LINEAR)
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

    __lt__ = __gt__ = __ne__ = refuse("a comparison", CONDITION)
    __bool__ = refuse("the truth", CONDITION)
    __contains__ = refuse("the members", CONDITION)
    __iter__ = refuse("the elements", "sum over a Set")
    __str__ = __repr__ = __format__ = refuse("the text", TEXT)
    __float__ = __int__ = __index__ = __len__ = __abs__ = __pow__ = __rpow__ = refuse("the value", DATA)


class Template(Node):
    """A place for an index."""

    kind = "an index"
    __slots__ = ()
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = refuse("arithmetic", DATA)
    __truediv__ = __rtruediv__ = __neg__ = __pos__ = refuse("arithmetic", DATA)
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = refuse("a comparison", CONDITION)


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
        raise Untemplatable("the truth of a relation", CONDITION)


def variable(e: Any) -> bool:
    """Whether an expression holds a variable."""
    if isinstance(e, Item):
        return e.component.ctype is Var
    if isinstance(e, Plus):
        return any(variable(part) for part in e.parts)
    if isinstance(e, Times | Over):
        return variable(e.left) or variable(e.right)
    return isinstance(e, Sum) and variable(e.term)
