"""Calls, parsed and judged before anything is read: the parser of every command, and the options that several have."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.base.problems import Problem

INSTANCE_KEYS = ("title", "description", "horizon", "finance", "defaults", "envelope")


class _Filled(argparse.HelpFormatter):
    """Paragraphs filled to the terminal, indented ones (calls to copy) as they stand."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        parts = text.strip("\n").split("\n\n")
        return "\n\n".join(
            p if p.startswith("  ") else super(_Filled, self)._fill_text(p, width, indent) for p in parts
        )


class _Parser(argparse.ArgumentParser):
    """A parser whose help ends with what ``last`` says, worked out when it is asked for."""

    last: Callable[[], str] = staticmethod(lambda: "")

    def format_help(self) -> str:
        """The help, and its last part."""
        return super().format_help() + self.last()


def parser_of(name: str, about: str | None, last: Callable[[], str] = lambda: "") -> argparse.ArgumentParser:
    """The parser of ``NAME.py``; ``about`` is the command's docstring: the question it answers, then what else to know.

    Options are written in full. ``last`` gives the end of the help.
    """
    question, _, more = (about or "").partition("\n\n")
    parser = _Parser(prog=f"{name}.py", description=question, epilog=more, allow_abbrev=False, formatter_class=_Filled)
    parser.last = last
    return parser


def questions() -> str:
    """The scripts by the question that each answers: the first sentence of each."""
    import ast
    import textwrap

    lines = []
    for file in sorted(Path(__file__).parent.glob("*/*.py"), key=lambda file: file.stem):
        text = file.read_text(encoding="utf-8")
        if "\nCOMMAND = " in text and file.stem != "solve":
            question = (ast.get_docstring(ast.parse(text)) or "").partition("?")[0] + "?"
            head = f"  scripts/{file.name}".ljust(24)
            lines.append(textwrap.fill(question, 80, initial_indent=head, subsequent_indent=" " * 24))
    return "\nOther questions, each with a script of its own:\n" + "\n".join(lines) + "\n"


def add_traceback(parser: argparse.ArgumentParser) -> None:
    """``--traceback``, the last option of every command, for whoever looks for the place of a failure."""
    parser.add_argument("--traceback", action="store_true", help="show where an unexpected failure came from")


def add_instance(parser: argparse.ArgumentParser, about: str = ", such as instances/allied-2045") -> None:
    """The folder of the instance."""
    parser.add_argument("instance", type=Path, help=f"folder of the instance{about}")


def add_policy(parser: argparse.ArgumentParser, about: str = "a policy; default: the instance's own") -> None:
    """``--policy``, one."""
    parser.add_argument("--policy", default="", metavar="NAME|FILE", help=about)


def add_set(parser: argparse.ArgumentParser, about: str = "") -> None:
    """``--set``, of which ``overrides`` makes two dictionaries."""
    said = about or "override a scalar: finance.discount_rate=0.03, share_cap.0.max=0.5"
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", type=assignment, help=said)
    parser.add_argument(
        "--edit", action="append", default=[], metavar="EDIT", type=edit,
        help="edit cells of a table: 'capacity[plant=P].capacity from 2028 = 0', 'plants[region=CN].capex *= 1.2'",
    )  # fmt: skip
    parser.add_argument(
        "--changes", action="append", default=[], metavar="FILE", type=Path, help="a file of such edits, rows [[edit]]"
    )


def add_replace(parser: argparse.ArgumentParser) -> None:
    """``--replace``: a plan of other edits that stands in the folder may go."""
    about = "replace a plan of other edits, policy or goal that stands in the folder"
    parser.add_argument("--replace", action="store_true", help=about)


def add_whole_units(parser: argparse.ArgumentParser) -> None:
    """``--whole-units`` and ``--gap``."""
    about = (
        "plants are bought whole: by unit_size, and not below min_size, of plants.csv; a time limit gives the best plan"
    )
    parser.add_argument("--whole-units", action="store_true", help=f"{about} that was found, and its gap")
    said = "with --whole-units: how far from the best cost the search may end; default: 1e-6"
    parser.add_argument("--gap", type=float, metavar="G", help=said)


def add_out(parser: argparse.ArgumentParser, about: str, kind: str = "DIR") -> None:
    """``--out``: where the results go, a folder or (``kind`` FILE) a file."""
    parser.add_argument("--out", type=Path, metavar=kind, help=about)


def add_json(parser: argparse.ArgumentParser, about: str) -> None:
    """``--json``: something for programs in place of the text."""
    parser.add_argument("--json", action="store_true", help=about)


def add_workers(parser: argparse.ArgumentParser, about: str, option: str = "--workers") -> None:
    """``--workers``: how much is done at a time."""
    parser.add_argument(option, type=whole, metavar="N", help=about)


def assignment(text: str) -> tuple[str, Any]:
    """KEY=VALUE with the value as TOML reads it, or as text."""
    import tomllib

    key, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[\w\-]+(\.[\w\-]+)*", key.strip()):
        raise argparse.ArgumentTypeError(f'"{text}" is not KEY=VALUE, such as finance.discount_rate=0.03')
    try:
        return key.strip(), tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def edit(text: str) -> tuple[str, Any]:
    """An edit of a table, as ``model.instance.editing.inline`` reads it: key and value."""
    from model.instance.editing.inline import FORM, assigned

    found = assigned(text)
    if found is None or "[" not in found[0]:
        raise argparse.ArgumentTypeError(f'"{text}" is no edit; {FORM}')
    return found


def seconds(text: str) -> float:
    """A time of 0 s or more; it may have no end (``inf``)."""
    try:
        limit = float(text)
    except ValueError:
        limit = math.nan
    if not limit >= 0:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number of seconds of at least 0')
    return limit


def number(text: str) -> float:
    """A number; of several each is an argument of its own."""
    try:
        return float(text)
    except ValueError:
        several = "; several are separated by blanks" if "," in text else ""
        raise argparse.ArgumentTypeError(f'"{text}" is not a number{several}') from None


def whole(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number of at least 1')
    return int(text)


def overrides(call: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``--set``, ``--changes`` and ``--edit`` set, in this order, in the instance and in the policy.

    Raises InputError with all that is wrong with them by themselves.
    """
    own, sets, problems = parts(call)
    if problems:
        from model.base.problems import InputError

        raise InputError(problems)
    return own, sets


def parts(call: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """The same with what is wrong: keys of ``--set`` that belong to neither, a changes file, an edit stated twice."""
    from model.base.problems import InputError, Problem, nearest, quoted
    from model.instance.editing.changes import read_changes
    from model.instance.editing.inline import TWICE
    from model.instance.policy.kinds import KINDS

    known, problems = [*INSTANCE_KEYS, *KINDS], list[Problem]()
    sets: dict[str, Any] = {}
    for key, value in call.set:
        head = key.split(".")[0]
        if head in known:
            sets[key] = value
        else:
            expected = f"expected a key that begins with {', '.join(known)}"
            problems.append(Problem(f"--set {key}", None, "", "", expected, nearest(head, known)))
    edits: dict[str, Any] = {}
    for file in call.changes:
        try:
            found = read_changes(file)
        except InputError as error:
            problems += error.problems
            continue
        problems += [Problem(str(file), found[k].line, "", quoted(k), TWICE) for k in found if k in edits]
        edits |= found
    for key, value in call.edit:
        problems += [Problem(f"--edit {key}", None, "", "", TWICE)] if key in edits else []
        edits[key] = value
    own = {k: v for k, v in sets.items() if k.split(".")[0] in INSTANCE_KEYS}
    own |= {k: v for k, v in edits.items() if k.split("[")[0] not in KINDS}
    sets |= edits
    return own, {k: v for k, v in sets.items() if k not in own}, problems
