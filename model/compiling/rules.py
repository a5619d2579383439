"""Rules whose Python looks at its indices: a template would be taken wrongly, and in silence.

Membership tests, f-strings, ``isinstance`` and ``try`` give an answer for a template that is none for its indices. The
bytecode is asked first, which costs nothing; the source is read only to say where.
"""

from __future__ import annotations

import ast
import dis
import inspect
import textwrap
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

OPCODES = frozenset(
    dis.opmap[name]
    for name in ("CONTAINS_OP", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC", "PUSH_EXC_INFO")
    if name in dis.opmap
)
NAMES = frozenset(("isinstance", "issubclass", "type", "str", "repr", "hash", "id", "hasattr", "getattr"))

INSTEAD = {
    ast.In: "membership test: put the condition into the Set that the rule or its sum runs over",
    ast.NotIn: "membership test: put the condition into the Set that the rule or its sum runs over",
    ast.JoinedStr: "f-string: put what is looked up by a text into a Param with that index",
    ast.Try: "try: give the Param a default, or put the indices that have a value into a Set",
}


class RuleError(Exception):
    """A rule that can't be evaluated over its whole index and would not say so."""


def check(rule: Any) -> None:
    """Raise RuleError if a rule, or a function that it calls, asks its indices what only Python values answer."""
    for function in functions(rule):
        if _suspect(function.__code__):
            _explain(function)


def functions(rule: Any, seen: set[int] | None = None) -> Iterator[FunctionType]:
    """A rule and the functions that it calls by name, Pyomo's own left out."""
    seen = set() if seen is None else seen
    if not isinstance(rule, FunctionType) or id(rule) in seen or rule.__module__.startswith("pyomo."):
        return
    seen.add(id(rule))
    yield rule
    for code in _codes(rule.__code__):
        for name in code.co_names:
            yield from functions(rule.__globals__.get(name), seen)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _suspect(code: CodeType) -> bool:
    return any(not OPCODES.isdisjoint(c.co_code[::2]) or not NAMES.isdisjoint(c.co_names) for c in _codes(code))


def _explain(function: FunctionType) -> None:
    name, first = f"{function.__module__}.{function.__name__}", function.__code__.co_firstlineno
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError) as error:
        raise RuleError(f"{name}, line {first}: a membership test, f-string, isinstance or try in a rule") from error
    for node in ast.walk(tree):
        line = first + getattr(node, "lineno", 1) - 1
        for sign in node.ops if isinstance(node, ast.Compare) else [node]:
            if type(sign) in INSTEAD:
                raise RuleError(f"{name}, line {line}: {INSTEAD[type(sign)]}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            raise RuleError(f"{name}, line {line}: {node.func.id}(): the rule sees a place for an index, not the index")
