"""``scripts/report.py`` and ``solve.py``: the report written, refused, left out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import model
from model.base.places import to_json
from model.base.problems import InputError
from model.base.summaries import judge
from model.output.report import read_folder
from tests.conftest import INSTANCES, ROOT, solved


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    base = tmp_path_factory.mktemp("results")
    keys = [("two-country", "cap"), ("two-country", "none")]
    return {key: solved(*key).write(base / "-".join(key), model.write_report) for key in keys}


def script(*arguments):
    return subprocess.run(
        [sys.executable, "scripts/report.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_script(folders, tmp_path):
    folder = folders["two-country", "cap"]
    done = script(folder, "--out", tmp_path / "again.html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.html").read_bytes() == (folder / "report.html").read_bytes()
    done = script(folder, folders["two-country", "none"], "--out", tmp_path / "both.html")
    assert done.returncode == 0, done.stderr
    assert "2 plans side by side" in (tmp_path / "both.html").read_text(encoding="utf-8")


def test_script_says_what_is_wrong(folders, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for arguments, said in (
        ((tmp_path / "nowhere",), "is not a folder"),
        ((tmp_path,), "summary.json: is missing"),
        ((folders["two-country", "cap"], "--out", tmp_path / "thesis.txt"), "holds something else"),
    ):
        done = script(*arguments)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_broken_tables_are_named(folders, tmp_path):
    folder = shutil.copytree(folders["two-country", "cap"], tmp_path / "o")
    (folder / "builds.csv").write_text("plant,region\nx\n")
    (folder / "goods.csv").unlink()
    with pytest.raises(InputError) as caught:
        read_folder(folder)
    assert {Path(p.file) for p in caught.value.problems} == {folder / "builds.csv", folder / "goods.csv"}


@pytest.mark.parametrize("option", ["--no-report", None])
def test_solve_writes_it_unless_told_not_to(tmp_path, option):
    arguments = [str(INSTANCES / "two-country"), "--full", "--out", str(tmp_path / "o"), *([option] if option else [])]
    done = subprocess.run(
        [sys.executable, "solve.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert (tmp_path / "o" / "report.html").exists() is (option is None)
    assert (", report " in " ".join(done.stdout.split())) is (option is None)
    package = json.loads((tmp_path / "o" / "datapackage.json").read_text())
    described = {r["path"] for r in package["resources"]} | {"datapackage.json"}
    assert described == {p.name for p in (tmp_path / "o").iterdir()}


SPOILT = {"policy": True, "goal": [], "premium_usd": {}, "first_year": -1.5, "last_year": True, "solver_options": -1.5,
          "programme": "x", "capex_usd": "x", "asks_nothing": [{}]}  # fmt: skip


def test_a_summary_edited_by_hand_is_judged_key_by_key(two_country):
    sound = json.loads(to_json(model.solve(two_country, "cap").summary))
    assert not judge(sound)
    assert {p.column for p in judge(sound | SPOILT)} == SPOILT.keys()
