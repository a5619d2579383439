"""The folder of a sweep: what may stand in it, and how files get there whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from model.analysis.sweeps.running.journal import EARLIER, FILES
from model.base import places
from model.base.problems import InputError, Problem

CASES = "cases"
TABLES = ("cases", "builds", "regret", "tornado", "moves", "sobol", "weak_figures")
OURS = (
    "sweep.json",
    "report.html",
    "datapackage.json",
    *FILES,
    EARLIER,
    CASES,
    *(f"{t}.{kind}" for t in TABLES for kind in ("csv", "parquet")),
)  # fmt: skip


def check_place(folder: Path, resume: bool) -> None:
    """A sweep's folder may be new, empty, or one that a sweep was written to; nothing else is ever replaced.

    Results of a run that was broken off are replaced by none but one that resumes it. Raises InputError.
    """
    if not folder.is_dir():
        places.check_place(folder, ())
        return
    strange = sorted(p.name for p in folder.iterdir() if p.name not in OURS and not p.name.startswith(".part-"))
    if strange:
        expected = f"holds what is no sweep ({', '.join(strange[:3])}); choose another folder"
        raise InputError([Problem(str(folder), None, "", "", expected)])
    if (folder / EARLIER).exists():
        expected = "is from an earlier version, which alone could go on with it; remove it to begin anew"
        raise InputError([Problem(str(folder / EARLIER), None, "", "", expected)])
    if any((folder / name).exists() for name in FILES) and not resume:
        expected = "holds a sweep that was broken off: resume it, which goes on where it ended; choose another folder"
        raise InputError([Problem(str(folder), None, "", "", expected)])


def clear(folder: Path) -> None:
    """Remove what an earlier sweep left, but for its journal."""
    for path in folder.iterdir():
        if path.name not in FILES:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def sweep_up(folder: Path) -> None:
    """Remove what a run that was broken off left unfinished."""
    for path in (*folder.glob(".part-*"), *folder.glob(f"{CASES}/.part-*")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def put(folder: Path, name: str, text: str) -> None:
    """Write a small file whole or not at all."""
    part = folder / f".part-{name}"
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(folder / name)


def put_case(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write the results folder of a case whole or not at all, in place of an earlier one."""
    part, place = folder / CASES / f".part-{name}", folder / CASES / name
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for file, data in files.items():
        (part / file).write_bytes(data)
    if place.exists():
        shutil.rmtree(place)
    os.replace(part, place)  # noqa: PTH105  a folder
