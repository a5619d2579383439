"""The report in a browser: drawn without an error or a request, moved by its controls, readable by keyboard."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace

import pytest

import model
from model.output.report import page
from tests.conftest import INSTANCES, solved
from tests.output.report.test_report import nasty
from tests.output.report.test_swept import nasty as nasty_sweep

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="needs Chromium and its driver"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PAGES = ["two", "none", "crma", "nasty", "both", "explained", "grid", "tornado", "sobol", "list", "nasty-sweep"]


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory, sweeps):
    base = tmp_path_factory.mktemp("pages")
    two = model.read(INSTANCES / "two-country")
    plans = {
        "two": solved("two-country", "cap"),
        "none": solved("two-country", "none"),
        "crma": solved("allied-2045", "crma-2030"),
        "nasty": model.solve(nasty(two), replace(model.policy(two, "too-early"), title="<img src=x onerror=a()>")),
    }
    folders = {name: plan.write(base / name, model.write_report) for name, plan in plans.items()}
    late = solved("two-country", "too-early")
    folders["explained"] = late.write(base / "explained", model.explain(late).tables, model.write_report)
    found = {name: folder / "report.html" for name, folder in folders.items()}
    found["both"] = base / "both.html"
    found["both"].write_text(page([folders["crma"], folders["two"]]), encoding="utf-8")
    for name, folder in sweeps.items():
        found[name] = folder / "report.html"
    found["nasty-sweep"] = base / "nasty-sweep.html"
    found["nasty-sweep"].write_text(page([nasty_sweep(sweeps["grid"], base / "nasty-sweep")]), encoding="utf-8")
    return found


def opened(browser, file, width=1280, scheme="light"):
    """Open a page at a width and in a colour scheme, and go through it so that everything is drawn."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(file.as_uri())
    for box in browser.find_elements("css selector", ".plot"):
        browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", box)
        until(browser, lambda box=box: box.get_attribute("data-drawn") is not None)


def until(browser, true, seconds=5.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, [entry["message"] for entry in browser.get_log("browser")]
        time.sleep(0.02)


def drawn(browser, picture):
    return browser.execute_script(f"return document.querySelector('[data-of={picture}] svg').outerHTML")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_drawn_without_an_error_or_a_request(browser, files, name, width, scheme):
    opened(browser, files[name], width, scheme)
    assert browser.get_log("browser") == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in asked if m["method"] == "Network.requestWillBeSent"]
    assert urls == [files[name].as_uri()]
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    for box in browser.find_elements("css selector", ".plot"):
        assert browser.execute_script("return arguments[0].querySelectorAll('path, rect, text').length", box) > 2
    assert browser.find_elements("css selector", "svg script, .tip script, main b") == []


@pytest.mark.parametrize("name", ["crma", "both", "grid"])
def test_everything_is_drawn_once_the_page_is_loaded(browser, files, name):
    """A page that is saved, or photographed whole, has its charts though nobody has scrolled."""
    browser.get(files[name].as_uri())
    missing = "return [...document.querySelectorAll('.plot')].filter((b) => b.clientWidth && !b.querySelector('svg'))"
    assert browser.execute_script(f"{missing}.map((b) => b.dataset.of)") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_flow_shows_the_buyer_first_and_whole_headings(browser, files, width):
    opened(browser, files["crma"], width)
    options = [o.text for o in browser.find_elements("css selector", "#flow-chart-buyer option")]
    assert options == ["what reaches EU", "the whole world"]
    columns = browser.execute_script(
        "return JSON.parse(document.getElementById('pictures').textContent)['flow-chart'].data.plans[0].columns"
    )
    texts = "return [...document.querySelectorAll('[data-of=flow-chart] svg text')].map((t) => t.textContent)"
    words = "".join(browser.execute_script(texts)).replace(" ", "")
    for column in columns:
        assert column.replace(" ", "") in words


def test_a_plant_that_hardly_runs_is_hatched_and_says_so(browser, files):
    opened(browser, files["crma"])
    bars = "JSON.parse(document.getElementById('pictures').textContent).timeline.data.plans[0]"
    said = [bar["idle"] for bar in browser.execute_script(f"return {bars}") if bar["idle"]]
    texts = "return [...document.querySelectorAll('[data-of=timeline] svg text')].map((t) => t.textContent)"
    shown = browser.execute_script(texts)
    assert "counts, does not run" in said
    assert sorted(t for t in shown if t.startswith("counts")) == sorted(said)


@pytest.mark.parametrize("width", [1280, 390])
def test_labels_of_the_map_lie_apart_and_groups_stand_below_it(browser, files, width):
    opened(browser, files["crma"], width)
    texts = (
        "return [...document.querySelectorAll('[data-of=map-chart] svg text')].map((t) => "
        "[t.textContent, ...['left', 'right', 'top', 'bottom'].map((k) => t.getBoundingClientRect()[k])])"
    )
    found = browser.execute_script(texts)
    for i, (one, left, right, top, bottom) in enumerate(found):
        for other, left2, right2, top2, bottom2 in found[:i]:
            assert right - 1 <= left2 or right2 - 1 <= left or bottom - 3 <= top2 or bottom2 - 3 <= top, (one, other)
    low = {text: top for text, _, _, top, _ in found}
    assert low["AL"] > low["CN"]
    assert low["AL"] > low["Groups"] - 5


def test_the_slider_moves_the_flow(browser, files):
    opened(browser, files["crma"])
    slider = browser.find_element("id", "flow-chart-year")
    before, year = drawn(browser, "flow-chart"), int(slider.get_attribute("aria-valuetext"))
    slider.send_keys("\ue014")  # the right arrow key
    assert slider.get_attribute("aria-valuetext") == str(year + 1)
    assert browser.find_element("css selector", "output[for=flow-chart-year]").text == str(year + 1)
    assert drawn(browser, "flow-chart") != before


def test_what_reaches_a_buyer_is_less(browser, files):
    opened(browser, files["crma"])
    data = "JSON.parse(document.getElementById('pictures').textContent)['flow-chart'].data"
    code = (
        f"const d = {data}, p = d.plans[0], y = p.years['2040'];"
        "const used = (f) => f.filter(([, b]) => p.nodes[b].use).reduce((s, [, , t]) => s + t, 0);"
        "const EU = reaching(p.nodes, y, d.buyers[0]);"
        "const theirs = y.filter(([, b]) => p.nodes[b].use && d.buyers[0].includes(p.nodes[b].code));"
        "return [used(y), used(EU), theirs.reduce((s, [, , t]) => s + t, 0), EU.length]"
    )
    everything, reaches, theirs, number = browser.execute_script(code)
    assert 0 < reaches < everything
    assert reaches == pytest.approx(theirs, rel=1e-9)
    assert number > 5


@pytest.mark.parametrize("name", ["two", "grid", "tornado"])
def test_tables_open_by_keyboard(browser, files, name):
    opened(browser, files[name])
    for summary in browser.find_elements("css selector", "figure summary"):
        details = summary.find_element("xpath", "..")
        assert details.get_attribute("open") is None
        summary.send_keys("\ue007")  # Enter
        assert details.get_attribute("open") is not None
        until(browser, lambda details=details: details.find_elements("css selector", "tbody tr"))
        assert details.find_element("css selector", "tbody tr").is_displayed()
    skip = browser.find_element("css selector", "a.skip")
    skip.send_keys("\ue007")
    assert browser.current_url.endswith("#main")


@pytest.mark.parametrize("name", ["both", "grid", "tornado", "sobol"])
def test_every_control_has_a_label_and_redraws(browser, files, name):
    opened(browser, files[name])
    for control in browser.find_elements("css selector", "select[data-key], input[data-key]"):
        name = control.get_attribute("id")
        assert browser.find_element("css selector", f"label[for='{name}']").text
        figure = control.find_element("xpath", "ancestor::figure").get_attribute("id")
        before = browser.find_element("css selector", f"[data-of={figure}]").get_attribute("data-drawn")
        browser.execute_script(
            "const c = arguments[0], last = c.options ? c.options.length - 1 : 0;"
            "if (c.options) c.selectedIndex = c.selectedIndex === last ? 0 : last; else c.value = Number(c.value) + 1;"
            "c.dispatchEvent(new Event('input', {bubbles: true}))",
            control,
        )
        after = browser.find_element("css selector", f"[data-of={figure}]").get_attribute("data-drawn")
        assert before != after, name
    assert browser.get_log("browser") == []


def test_sliders_go_through_the_cases(browser, files):
    """Cap 0.9 with demand 0.8 is the first case; one step on each slider is cap 0.7 with demand 1, the fifth."""
    opened(browser, files["grid"])

    def key():
        boxes = browser.find_elements("css selector", "#one [data-fill=key] div")
        return {b.find_element("tag name", "dt").text: b.find_element("tag name", "dd").text for b in boxes}

    assert key()["Case"] == "1"
    assert key()["Targets"] == "● every target met"
    assert key()["Overnight capital"] == "160 thousand USD"
    for slider in browser.find_elements("css selector", "#one input[type=range]"):
        slider.send_keys("\ue014")  # the right arrow key
    assert key()["Case"] == "5"
    assert key()["Overnight capital"] == "600 thousand USD"
    browser.find_element("css selector", "#one summary").send_keys("\ue007")
    rows = browser.find_elements("css selector", "#one tbody tr")
    assert [r.text for r in rows] == ["A_MAGNET 2030 0.6 30"]


def test_the_table_of_cases_is_searched_and_sorted_by_keyboard(browser, files):
    opened(browser, files["grid"])
    table = browser.find_element("css selector", "#table .store")

    def cases():
        return [th.text for th in table.find_elements("css selector", "tbody th")]

    assert cases() == [str(n) for n in range(1, 13)]
    heads = table.find_elements("css selector", "thead th")
    cost = next(h for h in heads if h.text.startswith("Cost of the chain"))
    cost.find_element("tag name", "button").send_keys("\ue007")
    assert cost.get_attribute("aria-sort") == "ascending"
    assert cases()[0] == "1"  # the loosest cap and the least demand
    cost.find_element("tag name", "button").send_keys("\ue007")
    assert cost.get_attribute("aria-sort") == "descending"
    assert cases()[0] == "12"
    table.find_element("css selector", "input[type=search]").send_keys("CAP 1.25")
    assert {"3", "6", "9", "12"} <= set(cases()) < {str(n) for n in range(1, 13)}
    assert all("1.25" in row.text for row in table.find_elements("css selector", "tbody tr"))


def test_prints(browser, files):
    opened(browser, files["two"], scheme="dark")
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    assert len(printed["data"]) > 50_000
    assert browser.get_log("browser") == []
