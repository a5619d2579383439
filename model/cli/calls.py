"""Calls, parsed and judged before anything is read: the parser of every command, and the options that several have."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path
from typing import Any

INSTANCE_KEYS = ("title", "description", "horizon", "finance", "defaults", "envelope")


class _Filled(argparse.HelpFormatter):
    """Paragraphs filled to the terminal, indented ones (calls to copy) as they stand."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        parts = text.strip("\n").split("\n\n")
        return "\n\n".join(
            p if p.startswith("  ") else super(_Filled, self)._fill_text(p, width, indent) for p in parts
        )


def parser_of(name: str, about: str | None) -> argparse.ArgumentParser:
    """The parser of ``NAME.py``; ``about`` is the command's docstring: the question it answers, then what else to know.

    Options are written in full.
    """
    question, _, more = (about or "").partition("\n\n")
    return argparse.ArgumentParser(
        prog=f"{name}.py", description=question, epilog=more, allow_abbrev=False, formatter_class=_Filled
    )


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


def whole(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number of at least 1')
    return int(text)


def overrides(call: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``--set``, ``--changes`` and ``--edit`` set, in this order, in the instance and in the policy.

    Raises InputError where a key of ``--set`` belongs to neither, or with all that is wrong with a changes file.
    """
    from model.base.problems import InputError, Problem, nearest
    from model.instance.editing.changes import read_changes
    from model.instance.kinds import KINDS

    sets = dict(call.set)
    known = [*INSTANCE_KEYS, *KINDS]
    wrong = [(key, key.split(".")[0]) for key in sets if key.split(".")[0] not in known]
    if wrong:
        expected = f"expected a key that begins with {', '.join(known)}"
        raise InputError(Problem(f"--set {key}", None, "", "", expected, nearest(head, known)) for key, head in wrong)
    edits: dict[str, Any] = {}
    for file in call.changes:
        edits |= read_changes(file)
    edits |= dict(call.edit)
    own = {k: v for k, v in sets.items() if k.split(".")[0] in INSTANCE_KEYS}
    own |= {k: v for k, v in edits.items() if k.split("[")[0] not in KINDS}
    sets |= edits
    return own, {k: v for k, v in sets.items() if k not in own}
