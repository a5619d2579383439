"""Whatever happens to the files of an instance, reading either succeeds or raises ``InputError`` with places."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.base.problems import InputError, Problem
from model.instance.reading import policy, policy_names, read
from model.instance.warnings.every import warnings
from model.instance.warnings.figures import figures
from tests.instance.spoil import INSTANCES, SMALL

FOLDER = INSTANCES / SMALL
FREEZE = INSTANCES / "allied-2045" / "scenarios" / "export-freeze-2029.toml"
FILES = sorted(str(p.relative_to(FOLDER)) for p in FOLDER.rglob("*") if p.suffix in (".csv", ".toml"))
TABLES = [f for f in FILES if f.endswith(".csv")]
MINE = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CELL = st.sampled_from(
    [
        "",
        " ",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "-1",
        "0",
        "1",
        "2030",
        "2e3",
        "1,5",
        "x",
        "A",
        "home",
        "*",
        "-",
        "magnet",
        "oxide",
    ]
    + ["NO", "0x1F", "\u0410", "\u0661", "9" * 30, "a\nb", '"', "\ud7ff", "each-third-country", "refine", "B_OXIDE"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TOML = st.sampled_from(
    [
        "0",
        "-1",
        "2030",
        "2031",
        "0.5",
        "65",
        "true",
        "nan",
        "inf",
        '"x"',
        '"A"',
        '"home"',
        '["magnet"]',
        '["oxide", "x"]',
    ]
    + [
        "[]",
        "{}",
        '{ 2031 = 0.5, "x" = 1 }',
        "[[1]]",
        "1979-05-27",
        '""',
        '"each-third-country"',
        '"traced"',
        "[1]",
        '[""]',
    ]
    + ['{ together = "home" }', "9" * 30]
)
KEYS = st.sampled_from(
    ["buyer", "buyers", "stages", "commodities", "each_commodity", "suppliers", "together", "max", "min", "from", "to"]
    + ["measure", "traced", "weight", "processes", "hosts", "days", "commodity", "price", "x", "title"]
)
HEADERS = st.sampled_from(
    ["[[share_cap]]", "[[domestic_min]]", "[[budget]]", "[[stock_min]]", "[[price_floor]]", "[share_cap]", "[[x]]", ""]
)


@cache
def _files() -> dict[str, bytes]:
    return {f: (FOLDER / f).read_bytes() for f in FILES} | {"scenarios/freeze.toml": FREEZE.read_bytes()}


def _judge(changed: dict[str, bytes], overrides=None) -> None:
    """Read the instance with some files changed; an instance that passes must be whole."""
    folder = Path(tempfile.mkdtemp())
    try:
        for file, data in (_files() | {"scenarios/freeze.toml": b""} | changed).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(data)
        found: tuple[Problem, ...] = ()
        try:
            instance = read(folder, overrides)
        except InputError as error:
            found = error.problems
        assert all(p.file and p.expected and "\n" not in str(p) for p in found)
        if found:
            return
        warnings(instance)
        assert figures(instance)["figures"].iloc[-1] >= 0
        for name in policy_names(instance):
            policy(instance, name)
    finally:
        shutil.rmtree(folder)


@MINE
@given(st.sampled_from(FILES), st.data())
def test_bytes_put_anywhere(file, data):
    text = _files()[file]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        put = data.draw(
            st.sampled_from([b",", b"\n", b'"', b";", b"\0", b"\xff", b"[", b"=", b"0", b"-"]) | st.binary(max_size=3)
        )
        text = text[:at] + put + text[at + cut :]
    _judge({file: text})


@MINE
@given(
    st.lists(
        st.tuples(st.sampled_from(TABLES), st.integers(0, 10**6), st.integers(0, 10**6), CELL), min_size=1, max_size=4
    )
)
def test_cells_of_any_content(changes):
    changed = {}
    for file, row, column, cell in changes:
        rows = [line.split(",") for line in changed.get(file, _files()[file]).decode().splitlines()]
        cells = rows[row % len(rows)]
        cells[column % len(cells)] = '"' + cell.replace('"', '""') + '"'
        changed[file] = "\n".join(",".join(r) for r in rows).encode()
    _judge(changed)


@MINE
@given(
    st.sampled_from(TABLES),
    st.integers(0, 10**6),
    st.sampled_from(["line gone", "line twice", "column gone", "file gone"]),
)
def test_lines_and_columns_gone_or_twice(file, number, what):
    lines = _files()[file].decode().splitlines()
    if what == "column gone":
        place = number % len(lines[0].split(","))
        lines = [",".join(c for i, c in enumerate(line.split(",")) if i != place) for line in lines]
    elif what == "file gone":
        lines = []
    else:
        place = number % len(lines)
        lines[place : place + 1] = [] if what == "line gone" else [lines[place]] * 2
    _judge({file: "\n".join(lines).encode()})


@MINE
@given(st.lists(st.tuples(HEADERS, st.dictionaries(KEYS, TOML, max_size=6)), max_size=3))
def test_policies_of_any_content(rows):
    text = "".join(f"{head}\n" + "".join(f"{k} = {v}\n" for k, v in keys.items()) for head, keys in rows)
    _judge({"policies/x.toml": text.encode()})


@MINE
@given(st.lists(st.tuples(st.integers(0, 10**6), TOML), min_size=1, max_size=3))
def test_scenarios_of_any_content(changes):
    lines = _files()["scenarios/freeze.toml"].decode().splitlines()
    for number, value in changes:
        place = number % len(lines)
        key, equals, _ = lines[place].partition("=")
        lines[place] = f"{key}= {value}" if equals else lines[place]
    _judge({"scenarios/freeze.toml": "\n".join(lines).encode()})


@MINE
@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "horizon.first_year", "horizon.last_year", "finance.discount_rate", "defaults.policy"]
        )
        | st.text("ab.0", max_size=5),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.lists(st.integers(), max_size=2),
        max_size=3,
    )
)
def test_overrides_of_any_content(overrides):
    _judge({}, overrides)
