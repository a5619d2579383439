"""Lines of TOML keys: whatever holds text that looks like a key or a header."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.instance.files.toml_files import Document, read_toml
from model.instance.files.toml_lines import key_lines

CASES = {
    "comments": ('# [x]\n# a = 1\nb = 2 # c = 3\n[t] # [u]\nd = "#" # e = 1\n', {"b": 3, "t": 4, "t.d": 5}),
    "blanks": ("\n\n\t[ t ]\n   a   =   1\n", {"t": 3, "t.a": 4}),
    "quoted keys": (
        '"a.b" = 1\n\'c d\' = 2\n"e\\u0066" = 3\n[ "x.y" . z ]\n"#" = 4\n"=" = 5\n"]" = 6\n',
        {"a.b": 1, "c d": 2, "ef": 3, "x.y|z": 4, "x.y|z|#": 5, "x.y|z|=": 6, "x.y|z|]": 7},
    ),
    "dotted keys": ("a.b.c = 1\na.b.d = 2\na . e = 3\n", {"a|b|c": 1, "a|b": 1, "a": 1, "a|b|d": 2, "a|e": 3}),
    "nested arrays of tables": (
        "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n[a.b.d]\ne = 3\n[[a]]\n[[a.b]]\nc = 4\n",
        {
            "a|0": 1,
            "a|0|b|0": 2,
            "a|0|b|0|c": 3,
            "a|0|b|1": 4,
            "a|0|b|1|c": 5,
            "a|0|b|1|d": 6,
            "a|0|b|1|d|e": 7,
            "a|1": 8,
            "a|1|b|0": 9,
            "a|1|b|0|c": 10,
        },
    ),
    "inline tables": (
        "a = { b = 1, c = { d = 2 }, e.f = 3 }\n",
        {"a": 1, "a|b": 1, "a|c": 1, "a|c|d": 1, "a|e": 1, "a|e|f": 1},
    ),
    "arrays of many lines": (
        'a = [\n  "x", # [y]\n  "[[z]]",\n\n  ["b = 1",\n  2],\n]\nc = 3\n',
        {"a": 1, "a|0": 2, "a|1": 3, "a|2": 5, "a|2|0": 5, "a|2|1": 6, "c": 8},
    ),
    "arrays of inline tables": (
        'a = [\n  { b = 1 },\n  { b = [ { c = "}" } ] },\n]\n',
        {"a|0": 2, "a|0|b": 2, "a|1": 3, "a|1|b": 3, "a|1|b|0": 3, "a|1|b|0|c": 3},
    ),
    "strings of many lines": (
        'a = """\n[x]\nb = 1 \\"""\n""\n"""\nc = \'\'\'\n[[y]]\nd = "\n\'\'\'\ne = """x""""\nf = 1\n',
        {"a": 1, "c": 6, "e": 10, "f": 11},
    ),
    "strings that hold other quotes": (
        'a = \'"\'\nb = "\'"\nc = "\\"\\\\"\nd = \'\'\ne = ""\nf = 1\n',
        dict(zip("abcdef", range(1, 7), strict=True)),
    ),
    "values that look like keys": (
        "a = 1979-05-27 07:32:00\nb = -1e+9\nc = true\nd = inf\n",
        {"a": 1, "b": 2, "c": 3, "d": 4},
    ),
    "CRLF": ("a = 1\r\n\r\n[t]\r\nb = [\r\n1,\r\n]\r\nc = 2\r\n", {"a": 1, "t": 3, "t|b": 4, "t|b|0": 5, "t|c": 7}),
    "separators of lines that end none": ('a = "\u2028\u0085"\nb = 1\n', {"a": 1, "b": 2}),
    "a header that was implied before": ("[a.b]\nc = 1\n[a]\nd = 2\n", {"a": 1, "a|b": 1, "a|b|c": 2, "a|d": 4}),
}


def _paths(data, path=()):
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, str(key))
        yield from _paths(value, (*path, str(key)))


@pytest.mark.parametrize("name", CASES)
def test_lines_of_keys(name):
    text, expected = CASES[name]
    found = key_lines(text)
    wanted = {
        tuple(k.split("|")) if "|" in k or name == "quoted keys" else tuple(k.split(".")): v
        for k, v in expected.items()
    }
    assert {path: found.get(path) for path in wanted} == wanted
    assert set(found) == set(_paths(tomllib.loads(text)))


KEY = st.one_of(st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.sampled_from(['"a.b"', "'[x]'", '"= 1"', '"#"', '""']))
SCALAR = st.sampled_from(
    ["1", "-2.5e3", "true", "inf", "2030-01-01", "2030-01-01 07:00:00Z", '"x"', "'[y]'", '"a = \\"1\\" # ]"', "''"]
    + ['"""\n[h]\nk = 1\n"""', "'''\n[[h]]\n# '' \n'''", '"""x"""""']
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: "[\n" + ",\n # [c]\n ".join(v) + "\n]"),
        st.dictionaries(KEY, inner, max_size=3).map(
            lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}"
        ),
    ),
    max_leaves=6,
)
LINE = st.one_of(
    st.tuples(KEY, VALUE).map(lambda kv: f"{kv[0]} = {kv[1]}"),
    st.tuples(KEY, KEY, SCALAR).map(lambda kv: f"{kv[0]}.{kv[1]} = {kv[2]}"),
    KEY.map(lambda k: f"[{k}]"),
    KEY.map(lambda k: f"[[{k}]]"),
    st.tuples(KEY, KEY).map(lambda k: f"[[ {k[0]} . {k[1]} ]] # [z]"),
    st.sampled_from(["", "# [c]", "\t# k = 1"]),
)


@given(st.lists(LINE, max_size=8))
def test_every_key_has_a_line_that_holds_it(lines):
    text = "\n".join(lines)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = key_lines(text)
    assert set(found) == set(_paths(data))
    rows = text.split("\n")
    for path, line in found.items():
        if not path[-1].isdigit() and path[-1]:
            assert path[-1] in rows[line - 1]


def test_the_line_of_what_holds_a_key_that_is_missing(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("a = 1\n[[b]]\nc = 1\n", encoding="utf-8")
    doc, problems = read_toml(path, "x.toml")
    assert problems == []
    assert doc.problem(("b", "0", "d"), None, "x").line == 2
    assert doc.problem(("b", "0", "c", "2"), None, "x").line == 3
    assert doc.problem(("z",), None, "x").line is None
    assert Document("y.toml", {}).problem(("z",), 1, "x").file == "y.toml"
