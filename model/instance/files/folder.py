"""Files of an instance folder: what stands in it, what should not, and text that may not be text."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from model.base.problems import Problem, nearest, quoted
from model.instance.files.dictionary import TABLES

TABLE_FILES = tuple(f"{table}.csv" for table in TABLES)
TOML_FOLDERS = ("policies", "scenarios", "sweeps")


def stands(path: Path) -> bool:
    """Whether anything has this name: a link that leads nowhere has it too."""
    return _mode(path, follow=False) is not None


def unsayable(folder: Path) -> list[Problem]:
    """A name of the folder, or of a file of it, that isn't text: results and messages could not call it by its name."""
    files = [
        f"{kind}/{p.name}" for kind in TOML_FOLDERS if is_folder(folder / kind) for p in entries(folder / kind, kind)[0]
    ]
    wrong = [name for name in (folder.resolve().name, *files) if re.search("[\ud800-\udfff\0-\x1f\x7f]", name)]
    said = "expected a name of letters that can be shown (UTF-8)"
    return [Problem(quoted(name)[1:-1], None, "", "", said) for name in wrong]


def is_folder(path: Path) -> bool:
    """Whether the path is a folder that can be looked at."""
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def _mode(path: Path, follow: bool = True) -> int | None:
    try:
        return path.stat(follow_symlinks=follow).st_mode
    except (OSError, ValueError):
        return None


def read_text(path: Path, name: str) -> tuple[str, list[Problem]]:
    """The text of a file, and what keeps it from being read; ``name`` is how messages call it."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
            return "", [Problem(name, None, "", "", f"cannot be read: it is {kind}; expected a file")]
        return path.read_bytes().decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", error.object[: error.start])) + 1
        shown = quoted(f"byte 0x{error.object[error.start]:02X}")
        return "", [Problem(name, line, "", shown, "is not UTF-8 text; save the file as UTF-8")]
    except OSError as error:
        return "", [Problem(name, None, "", "", f"cannot be read: {error.strerror or error}")]
    except ValueError:
        return "", [Problem(name, None, "", "", "cannot be read: its name holds a zero byte")]


def entries(folder: Path, name: str) -> tuple[list[Path], list[Problem]]:
    """What stands in a folder, hidden files aside."""
    try:
        return sorted(p for p in folder.iterdir() if not p.name.startswith(".")), []
    except OSError as error:
        return [], [Problem(name, None, "", "", f"cannot be read: {error.strerror or error}")]


def strays(folder: Path) -> list[Problem]:
    """Tables, TOML files and folders of TOML files that an instance doesn't have, and that nobody would read."""
    found, problems = entries(folder, str(folder))
    for path in found:
        name, suffix = path.name, path.suffix.lower()
        if suffix == ".csv" and name not in TABLE_FILES:
            expected = f"is not a table of an instance; tables are {', '.join(TABLE_FILES)}"
            problems.append(Problem(name, None, "", "", expected, nearest(name, TABLE_FILES)))
        elif suffix == ".toml" and name != "instance.toml":
            expected = "is not read here; expected instance.toml, policies/*.toml, scenarios/*.toml and sweeps/*.toml"
            problems.append(
                Problem(name, None, "", "", expected, "instance.toml" if nearest(path.stem, ["instance"]) else "")
            )
        elif name in TOML_FOLDERS and not is_folder(path):
            problems.append(Problem(name, None, "", "", "is not a folder; expected a folder of TOML files"))
        elif name not in TOML_FOLDERS and nearest(name, TOML_FOLDERS) and _holds_toml(path):
            expected = "is not a folder of an instance; policies/, scenarios/ and sweeps/ are read"
            problems.append(Problem(name, None, "", "", expected, nearest(name, TOML_FOLDERS)))
    return problems


def overlooked(folder: Path) -> list[str]:
    """Files that look like a part of the instance, or stand in a folder of one, and that nobody reads.

    A table's name with another ending (``lanes.xlsx``, ``lanes.csv.bak``), or no TOML file among TOML files.
    """
    found, _ = entries(folder, folder.name)
    names = [p.name for p in found if not is_folder(p) and p.name not in TABLE_FILES and p.suffix.lower() != ".toml"]
    alike = {*TABLES, *(table.removesuffix("s") for table in TABLES)}
    files = [name for name in names if re.split(r"[^a-z]", name.casefold(), maxsplit=1)[0] in alike]
    for kind in TOML_FOLDERS:
        inside, _ = entries(folder / kind, kind) if is_folder(folder / kind) else ([], [])
        files += [f"{kind}/{p.name}" for p in inside if p.suffix.lower() not in (".toml", ".md")]
    return files


def _holds_toml(path: Path) -> bool:
    return is_folder(path) and any(p.suffix.lower() == ".toml" for p in entries(path, path.name)[0])


def toml_files(folder: Path, kind: str) -> tuple[list[Path], list[Problem]]:
    """The TOML files under one of ``TOML_FOLDERS``; one whose name is not read is a problem."""
    if not is_folder(folder / kind):
        return [], []
    found, problems = entries(folder / kind, kind)
    files = [p for p in found if p.suffix == ".toml"]
    for path in found:
        if path.suffix != ".toml" and path.suffix.lower() == ".toml":
            expected = "expected a name that ends in .toml"
            problems.append(Problem(f"{kind}/{path.name}", None, "", "", expected, path.with_suffix(".toml").name))
    return files, problems


def no_instance(folder: Path) -> Problem:
    """There is no ``instance.toml``: what there is instead, and the nearest instance beside it."""
    try:
        beside = [p.parent.name for p in folder.parent.glob("*/instance.toml")]
    except (OSError, ValueError):
        beside = []
    expected = "holds no instance.toml" if is_folder(folder) else "is not a folder"
    return Problem(
        str(folder), None, "", "", f"{expected}; expected the folder of an instance", nearest(folder.name, beside)
    )
