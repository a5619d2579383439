"""An instance as the folder that it would be read from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from model.base.places import check_place, to_csv, write_files
from model.instance.files.dictionary import TABLES
from model.instance.files.shape import shape_of
from model.instance.files.toml_text import to_toml
from model.instance.instance import Instance


def write_instance(instance: Instance, folder: str | Path) -> Path:
    """Write an instance, read or made from frames, edited or not, as a new folder to read again.

    Tables are written as they are now, policies, scenarios and sweeps without their comments. Raises InputError where
    the folder holds anything, OSError.
    """
    folder = Path(folder)
    check_place(folder, (), "something already")
    tables = {f"{t}.csv": _blanks_back(instance.tables[t]) for t in TABLES if _stood(instance.tables[t])}
    files = {name: to_csv(frame) for name, frame in tables.items()}
    files |= {name: to_toml(doc.data) for name, doc in instance.documents.items()}
    write_files(folder, {name: text.encode() for name, text in files.items()})
    return folder


def _stood(frame: pd.DataFrame) -> bool:
    return bool(len(frame)) or not shape_of(frame).absent


def _blanks_back(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose flags are 0 and 1 and whose cells that were filled with a default are blank again."""
    flags = {c: frame[c].astype(int) for c in frame.columns if frame[c].dtype == bool}
    written = frame.assign(**flags).astype(object)
    for line, column in shape_of(frame).blank:
        if line in written.index:
            written.loc[line, column] = None
    return written
