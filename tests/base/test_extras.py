"""Packages that are missing or of a version that does not fit: one sentence that names what to install."""

import os
import subprocess
import sys

import pytest

from model.base.extras import NEEDED
from tests.conftest import INSTANCES, ROOT

CALLS = {
    "solve.py": [ROOT / "solve.py", INSTANCES / "two-country", "--out", "o"],
    "python": ["-c", f"import model; model.solve({str(INSTANCES / 'two-country')!r})"],
}


def run(call, shadow):
    """A call where what stands in ``shadow`` comes before what is installed."""
    env = {**os.environ, "PYTHONPATH": f"{shadow}{os.pathsep}{ROOT}"}
    return subprocess.run([sys.executable, *call], env=env, cwd=shadow, capture_output=True, text=True, check=False)


def missing(shadow, package):
    (shadow / f"{package}.py").write_text(f"raise ModuleNotFoundError('none', name={package!r})\n")


def empty(shadow, package):
    (shadow / f"{package}.py").write_text("")


def older(shadow, package):
    info = shadow / f"{package}-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2.3\n")


@pytest.mark.parametrize("how", [missing, empty, older])
@pytest.mark.parametrize("package", NEEDED)
@pytest.mark.parametrize("call", CALLS)
def test_a_package_that_does_not_fit_is_one_sentence(tmp_path, how, package, call):
    how(tmp_path, package)
    done = run(CALLS[call], tmp_path)
    said = done.stderr.splitlines()[-1]
    if call == "python":
        assert done.returncode == 1
        assert said.startswith("ImportError: ")
    else:
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "o").exists()
    assert package in said
    assert "pip install" in said
    if how is older:
        low = ".".join(map(str, NEEDED[package][0]))
        assert f"has {package} 1.2.3; the model needs {package} {low} or above" in said


def test_versions_are_those_of_the_project_file():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for package, (low, beyond) in NEEDED.items():
        assert f'"{package}>={low[0]}.{low[1]},<{beyond[0]}.{beyond[1]}"' in text
