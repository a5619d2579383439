"""Rules whose Python looks at its indices: a template would be taken wrongly, and in silence.

Membership tests, f-strings, ``isinstance`` and ``try`` give an answer for a template that is none for its indices. The
bytecode is asked first, which costs nothing; the source is read only to say where.
"""

from __future__ import annotations

import ast
import dis
import inspect
import linecache
import textwrap
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from model.compiling.expressions import CONDITION, DATA, TEXT, Untemplatable

OPCODES = frozenset(
    dis.opmap[name]
    for name in ("CONTAINS_OP", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC", "PUSH_EXC_INFO")
    if name in dis.opmap
)
NAMES = frozenset(("isinstance", "issubclass", "type", "str", "repr", "hash", "id", "hasattr", "getattr"))

REFUSED = {
    ast.In: ("a membership test", CONDITION),
    ast.NotIn: ("a membership test", CONDITION),
    ast.JoinedStr: ("an f-string", TEXT),
    ast.Try: ("a try", "give the Param a default, or put the indices that have a value into a Set"),
}


class RuleError(Exception):
    """A rule that can't be evaluated over its whole index: file, line, what stands there, what to write instead."""


def located(rule: Any, error: Untemplatable) -> RuleError:
    """The error with the line of the rule, or of a function that it calls, that was reached last."""
    known = {code: function.__name__ for function in functions(rule) for code in _codes(function.__code__)}
    code = getattr(rule, "__code__", None)
    if code is None:
        return RuleError(f"{rule!r}: {error}")
    line, trace = code.co_firstlineno, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in known:
            code, line = trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next
    return _at(code.co_filename, line, known.get(code, rule.__name__), error)


def _at(file: str, line: int, name: str, error: Untemplatable) -> RuleError:
    source = linecache.getline(file, line).strip()
    return RuleError(f"{file}, line {line}, in {name}: {source}\n{error.what}: {error.instead}")


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
    name, file, first = function.__name__, function.__code__.co_filename, function.__code__.co_firstlineno
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError) as error:
        what = Untemplatable("a membership test, f-string, isinstance or try in a rule", DATA)
        raise _at(file, first, name, what) from error
    for node in ast.walk(tree):
        line = first + getattr(node, "lineno", 1) - 1
        for sign in node.ops if isinstance(node, ast.Compare) else [node]:
            if type(sign) in REFUSED:
                raise _at(file, line, name, Untemplatable(*REFUSED[type(sign)]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            what = Untemplatable(f"{node.func.id}() of an index or an expression, which have no value yet", DATA)
            raise _at(file, line, name, what)
