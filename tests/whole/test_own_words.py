"""Nothing that an instance of another mineral shows speaks of rare earths: page, screen, workbook, picture, input."""

import io
import re
import zipfile

import pytest
from rich.console import Console

import model
from model.output.terminal.planned.plan import report
from tests.conftest import INSTANCES, solved

OTHERS = ("gallium-germanium-2040", "graphite-2040")
OF_RARE_EARTHS = ("oxide", "oxides", "rare earth", "rare earths", "ree", "reo", "ree_content", "magnet", "magnets",
                  "oxide_equivalent", "neodymium", "ndpr", "swarf")  # fmt: skip
WORDS = re.compile(rf"(?<![\w-])({'|'.join(OF_RARE_EARTHS)})(?![\w-])", re.IGNORECASE)


def own(name):
    """Words that the instance itself uses: a buyer of gallium may make magnets."""
    texts = (file.read_text(encoding="utf-8") for file in (INSTANCES / name).rglob("*.*") if file.suffix != ".md")
    return {word.lower() for text in texts for word in WORDS.findall(text)}


def found_in(name, text):
    """Words of rare earths, with what stands around them, that aren't the instance's own."""
    mine = own(name)
    hits = [m for m in WORDS.finditer(text) if m[1].lower() not in mine]
    return [text[max(0, m.start() - 50) : m.end() + 30] for m in hits]


def unpacked(file):
    """All text of a workbook: cells, comments, names of sheets."""
    with zipfile.ZipFile(file) as book:
        return "\n".join(book.read(part).decode("utf-8") for part in book.namelist() if part.endswith((".xml", ".vml")))


@pytest.fixture(scope="module", params=OTHERS)
def shown(request, tmp_path_factory):
    """Every output of a plan by what it is called, as text."""
    plan, out = solved(request.param, "crma-2030"), tmp_path_factory.mktemp(request.param)
    told = model.Results(plan.tables, plan.summary)
    screen = io.StringIO()
    Console(file=screen, width=200).print(report(plan))
    page = model.write_report(told, out).read_text(encoding="utf-8")
    texts = {"screen": screen.getvalue(), "report": page}
    texts["workbook"] = unpacked(model.write_workbook(told, out / "results.xlsx"))
    texts["input workbook"] = unpacked(model.to_workbook(INSTANCES / request.param, out / "input.xlsx"))
    drawn, _ = model.draw_results(told, out / "pictures")
    texts |= {file.name: file.read_text(encoding="utf-8") for file in drawn if file.suffix == ".svg"}
    texts["tables"] = "\n".join(frame.to_csv() for frame in plan.tables.values())
    texts["data package"] = str(told.datapackage(report=True))
    return request.param, texts


def test_no_word_of_rare_earths(shown):
    name, texts = shown
    assert any(file.endswith(".svg") for file in texts)
    assert {what: hits for what, text in texts.items() if (hits := found_in(name, text))} == {}


def test_its_own_words_are_there(shown):
    name, texts = shown
    words = model.read(INSTANCES / name).words
    for what in ("screen", "report", "workbook", "data package"):
        assert re.search(rf"(\bt|onnes) of {words.measure}\b", texts[what]), what
    assert f"{words.of[0].upper()}{words.of[1:]} from the first stage to final use" in texts["report"]


def test_the_words_are_looked_for():
    assert found_in("graphite-2040", "tonnes of oxide equivalent, from mine to magnet") != []
    assert "magnets" in own("gallium-germanium-2040")


def test_an_instance_that_says_nothing_counts_magnet_rare_earths():
    words = model.read(INSTANCES / "two-country").words
    assert (words.of, words.measure) == ("magnet rare earths", "oxide equivalent")
