"""Documents say what is true."""

import functools
import re
import subprocess
import sys

import pytest

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.running.trial import trial
from model.base.schema import tables
from model.formulation import FAMILIES
from model.formulation.document import PLACE, document
from model.instance.files.dictionary import TABLES, fields
from model.instance.reading import read
from tests.conftest import ROOT
from tests.formulation.rows import ROWS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_formulation_md_is_fresh():
    assert PLACE.read_text(encoding="utf-8") == document()


def test_every_row_and_family_is_in_formulation_md():
    text = document()
    for component, _ in ROWS:
        if not component.startswith("cost_"):
            assert f"{component}[" in text, component
    for family in FAMILIES:
        assert f"## `{family.__name__.rpartition('.')[2]}`" in text


def test_the_readmes_example_runs(tmp_path):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line and not line.startswith("import")]) == 5
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    # a plant for 15 000 instead of 20 000 USD a t/yr: 3/4 of the annuity of the hand-worked plan
    assert "A_MAGNET" in done.stdout
    assert float(done.stdout.split()[-1]) < 6_322_795


def test_ci_runs_the_readmes_test_command():
    commands = [c for c in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "pytest" in c]
    assert len(commands) == 1
    assert commands[0].strip() in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", re.findall(r"^\| `(--[a-z-]+)", README, re.MULTILINE))
def test_options_of_the_readme_exist(option):
    assert option in helps()


@functools.cache
def helps():
    """What the scripts of the README's tables of options say of themselves."""
    scripts = ("solve.py", "scripts/sweep.py")
    calls = [[sys.executable, script, "--help"] for script in scripts]
    return "".join(subprocess.run(c, cwd=ROOT, capture_output=True, text=True, check=True).stdout for c in calls)


def test_the_readmes_sweep_is_one(tmp_path):
    text = re.search(r"```toml\n(.*?)```", README, re.DOTALL).group(1)
    file = tmp_path / "readme.toml"
    file.write_text(text, encoding="utf-8")
    instance = read(ROOT / "instances" / "allied-2045")
    sweep = read_sweep(instance, file)
    trial(instance, sweep)
    assert len(Cases(sweep)) == 3 * 3


@pytest.mark.parametrize(
    ("name", "cases"), re.findall(r"^\| `([\w-]+)` \| .*: (\d+)(?: and \d+)? \|$", README, re.MULTILINE)
)
def test_shipped_sweeps_are_sound(name, cases):
    instance = read(ROOT / "instances" / "allied-2045")
    sweep = read_sweep(instance, name)
    trial(instance, sweep)
    assert len(Cases(sweep)) == int(cases)


def test_readme_names_every_result_table():
    for table in tables(traced=True, explained=True):
        assert f"`{table}.csv`" in README, table


def test_every_field_has_a_description():
    for table in TABLES:
        for field in fields(table).values():
            assert field.description or field.column == "note", (table, field.column)


def test_links_of_the_readme_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_instances_readme_lists_every_instance():
    text = (ROOT / "instances" / "README.md").read_text(encoding="utf-8")
    for folder in (ROOT / "instances").iterdir():
        if (folder / "instance.toml").exists():
            assert folder.name in text


def test_every_folder_of_modules_is_a_package():
    """Or an installed copy would lack it."""
    folders = {path.parent for path in (ROOT / "model").rglob("*.py")}
    assert [str(f) for f in folders if not (f / "__init__.py").exists()] == []
