"""Documents say what is true."""

import re
import subprocess
import sys

import pytest

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.asked.trial import trial
from model.base.schema import tables
from model.formulation import FAMILIES
from model.formulation.document import PLACE, document
from model.instance.files.dictionary import TABLES, fields
from model.instance.reading import read
from tests.conftest import INSTANCES, ROOT
from tests.formulation.rows import IN_A_TREE, ROWS
from tests.whole.pages import OPTIONS, PAGES, README, RESULTS, SWEEPS, anchors, blocks, links, sections, title


def test_formulation_md_is_fresh():
    assert PLACE.read_text(encoding="utf-8") == document()


def test_every_row_and_family_is_in_formulation_md():
    text = document()
    for component, _ in [*ROWS, *IN_A_TREE]:
        if not component.startswith("cost_"):
            assert f"{component}[" in text, component
    for family in FAMILIES:
        assert f"## `{family.__name__.rpartition('.')[2]}`" in text


def test_the_readme_is_a_page():
    """The answer to a newcomer: two screens, give or take; what is looked up stands in docs/."""
    assert len(README.splitlines()) < 105


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_links_lead_somewhere(page):
    for file, heading in links(page):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        assert not heading or heading in anchors(target), f"{file}#{heading}"


def test_every_page_of_docs_can_be_reached_from_the_readme():
    reached = {(ROOT / file).resolve() for file, _ in links(ROOT / "README.md")}
    assert [title(page) for page in (ROOT / "docs").iterdir() if page not in reached] == []


def _shown(script: str) -> set[str]:
    """The options that a script names in its help."""
    commands = ["to-xlsx", "from-xlsx", "results"] if script.endswith("workbook.py") else [""]
    calls = [[sys.executable, script, *filter(None, [command]), "--help"] for command in commands]
    texts = [subprocess.run(c, cwd=ROOT, capture_output=True, text=True, check=True).stdout for c in calls]
    return set(re.findall(r"(?<![\w-])--[a-z-]+", "".join(texts).partition("options:")[2])) - {"--help"}


def test_every_script_has_its_options_in_docs():
    scripts = {f"scripts/{path.name}" for path in (ROOT / "scripts").glob("*.py")} - {"scripts/bench.py"}
    assert set(sections(OPTIONS)) == {"Exit codes", "solve.py"} | scripts


@pytest.mark.parametrize("script", [head for head in sections(OPTIONS) if head.endswith(".py")])
def test_options_are_those_of_the_script(script):
    rows = re.findall(r"^\| (`--.*?) \|", sections(OPTIONS)[script], re.MULTILINE)
    assert {option for row in rows for option in re.findall(r"--[a-z-]+", row)} == _shown(script)


def test_result_tables_are_those_of_a_run():
    named = set(re.findall(r"`(\w+)\.csv`", "".join(re.findall(r"^\| (.*?) \|", RESULTS, re.MULTILINE))))
    assert named == set(tables(traced=True, explained=True, branched=True))


def test_the_sweep_of_docs_is_one(tmp_path):
    (text,) = blocks(ROOT / "docs" / "sweeps.md", "toml")
    file = tmp_path / "docs.toml"
    file.write_text(text, encoding="utf-8")
    instance = read(INSTANCES / "allied-2045")
    sweep = read_sweep(instance, file)
    trial(instance, sweep)
    assert len(Cases(sweep)) == 3 * 3


SHIPPED = re.findall(r"^\| `([\w-]+)` \| .*: (\d+)(?: and \d+)? \|$", SWEEPS, re.MULTILINE)


@pytest.mark.parametrize(("name", "cases"), SHIPPED)
def test_shipped_sweeps_are_sound(name, cases):
    instance = read(INSTANCES / "allied-2045")
    sweep = read_sweep(instance, name)
    trial(instance, sweep)
    assert len(Cases(sweep)) == int(cases)


def test_every_shipped_sweep_is_named():
    assert {name for name, _ in SHIPPED} == {file.stem for file in (INSTANCES / "allied-2045/sweeps").glob("*.toml")}


def test_every_field_has_a_description():
    for table in TABLES:
        for field in fields(table).values():
            assert field.description or field.column == "note", (table, field.column)


def test_instances_readme_lists_every_instance():
    text = (INSTANCES / "README.md").read_text(encoding="utf-8")
    for folder in INSTANCES.iterdir():
        if (folder / "instance.toml").exists():
            assert folder.name in text


def test_every_folder_of_modules_is_a_package():
    """Or an installed copy would lack it."""
    folders = {path.parent for path in (ROOT / "model").rglob("*.py")}
    assert [str(f) for f in folders if not (f / "__init__.py").exists()] == []
