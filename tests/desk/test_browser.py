"""The desk in a browser: moved by hand and keyboard, on wide and narrow screens, with names of somebody else's file."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import INSTANCES, ROOT

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
pytest.importorskip("uvicorn", reason="needs uvicorn")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="needs Chromium and its driver"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
NASTY = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A desk on an instance whose names are markup."""
    place = tmp_path_factory.mktemp("desk")
    folder = place / "two-country"
    shutil.copytree(INSTANCES / "two-country", folder)
    regions = folder / "regions.csv"
    lines = regions.read_text(encoding="utf-8").splitlines()
    first = lines[1].split(",")
    lines[1] = ",".join([first[0], f'"{NASTY}"', *first[2:]])
    regions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    call = [sys.executable, str(ROOT / "scripts" / "desk.py"), str(folder), "--no-browser"]
    with subprocess.Popen(call, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as desk:
        found = next(line.strip() for line in iter(desk.stdout.readline, "") if line.startswith("http"))
        yield found
        desk.send_signal(signal.SIGINT)
        errors = desk.communicate(timeout=60)[1]
    assert (desk.returncode, errors) == (0, "")


def until(true, browser, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, [entry["message"] for entry in browser.get_log("browser")]
        time.sleep(0.05)


def state_of(browser):
    return browser.execute_script("return document.getElementById('status').dataset.state")


def opened(browser, address, width=1280, scheme="light"):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get_log("browser")
    browser.get("about:blank")
    browser.get(address)
    until(lambda: state_of(browser) == "checked", browser)


def slider(browser, name):
    return browser.find_element("css selector", f"[data-id='{name}']")


def premium(browser):
    return browser.execute_script("return document.querySelector('.key dd').textContent")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_drawn_without_an_error_and_names_are_text(browser, address, width, scheme):
    opened(browser, address, width, scheme)
    until(lambda: len(browser.find_elements("css selector", ".plot svg")) == 3, browser)
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.title.startswith("The desk")
    assert browser.find_elements("css selector", "img, main script") == []
    assert NASTY in browser.execute_script("return document.body.textContent")


def test_moved_by_keyboard_undone_and_held_by_a_link(browser, address):
    keys = webdriver.Keys
    opened(browser, address)
    before = premium(browser)
    cap = slider(browser, "share_cap.0.max.2034")
    cap.send_keys(*[keys.ARROW_LEFT] * 10)
    assert cap.get_attribute("aria-valuetext") == "40 %"
    until(lambda: state_of(browser) == "checked" and premium(browser) != before, browser)
    moved = premium(browser)
    link = browser.current_url
    assert "#s=" in link
    undo = browser.find_element("id", "undo")
    while undo.is_enabled():
        undo.click()
    assert slider(browser, "share_cap.0.max.2034").get_attribute("aria-valuetext") == "50 %"
    until(lambda: state_of(browser) == "checked" and premium(browser) == before, browser)
    browser.get("about:blank")
    browser.get(link)
    until(lambda: state_of(browser) == "checked", browser)
    assert premium(browser) == moved


def test_everything_that_can_be_moved_has_a_name_of_its_own(browser, address):
    opened(browser, address)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree
        if node.get("role", {}).get("value") in ("slider", "button", "combobox", "region", "status", "form")
    ]
    assert [role for role, name in named if not name and role not in ("status",)] == []
    sliders = [name for role, name in named if role == "slider"]
    assert len(sliders) >= 5
    assert len(set(sliders)) == len(sliders)


def test_a_pinned_plan_is_compared_and_a_wrong_move_is_said(browser, address):
    opened(browser, address)
    browser.find_element("id", "pin").click()
    move = "const s = arguments[0]; s.value = arguments[1]; s.dispatchEvent(new Event('input')); "
    move += "s.dispatchEvent(new Event('change'));"
    browser.execute_script(move, slider(browser, "share_cap.0.max.2034"), 30)
    until(lambda: state_of(browser) == "checked", browser)
    until(lambda: "Premium" in browser.find_element("id", "since").text, browser)
    browser.execute_script(move, slider(browser, "share_cap.0.to"), 2031)  # before the row's first year
    until(lambda: browser.find_element("id", "problems").is_displayed(), browser)
    assert "first year" in browser.find_element("id", "problems").text
    browser.find_element("id", "undo").click()
    until(lambda: not browser.find_element("id", "problems").is_displayed(), browser)


def test_saved_files_and_the_question_why(browser, address):
    opened(browser, address)
    browser.find_element("id", "save").click()
    browser.find_element("id", "save-files").click()
    until(lambda: "solve.py" in browser.find_element("id", "kept").text, browser)
    browser.find_element("id", "close").click()
    browser.find_element("id", "ask-why").click()
    until(lambda: re.search("nothing to explain", browser.find_element("id", "asked").text), browser)
