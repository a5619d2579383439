"""Sound oddities: what spreadsheets and editors leave in a file, and names that look like something else."""

from __future__ import annotations

import pandas as pd
import pytest

from model.base.problems import InputError
from model.instance.reading import edited, policy, policy_names, read
from tests.instance.spoil import INSTANCES, LARGE, SMALL, both, copy, every, gone, more, put, whole


def _crlf(folder):
    for path in [*folder.glob("*.csv"), *folder.rglob("*.toml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _bom(folder):
    for path in [*folder.glob("*.csv"), *folder.rglob("*.toml")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def _turned(folder):
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame[frame.columns[::-1]].to_csv(path, index=False)


def _quoted(folder):
    for path in folder.glob("*.csv"):
        pd.read_csv(path, dtype=str, keep_default_na=False).to_csv(path, index=False, quoting=1)


def _blank_lines(folder):
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        commas = "," * text.partition("\n")[0].count(",")
        path.write_text(f"\n{text}\n{commas}\n   \n\n".replace("\n", "\n\n", 1), encoding="utf-8")


SAME = {
    "nothing": lambda folder: None,
    "CRLF": _crlf,
    "byte order mark": _bom,
    "columns in another order": _turned,
    "every cell quoted": _quoted,
    "blank lines and rows": _blank_lines,
    "no line end at the end": lambda f: [p.write_bytes(p.read_bytes().rstrip(b"\n")) for p in f.glob("*.csv")],
    "hidden files": both(whole("._regions.csv", b"\xff"), whole("policies/.#x.toml", b"\xff")),
    "other files": both(whole("notes.md", "x"), whole("evidence/x.csv", "x"), whole("regions.xlsx", "x")),
    "no scenarios": lambda folder: None,
    "empty table absent": gone("stockpiles.csv"),
}


@pytest.mark.parametrize("name", SAME)
def test_an_oddity_changes_nothing(name, tmp_path):
    folder = copy(tmp_path)
    SAME[name](folder)
    found, shipped = read(folder), read(INSTANCES / SMALL)
    for table, frame in shipped.tables.items():
        pd.testing.assert_frame_equal(
            found.tables[table].reset_index(drop=True), frame.reset_index(drop=True), check_flags=False
        )
    assert policy(found) == policy(shipped)


def test_the_large_instance_survives_the_same_oddities(tmp_path):
    folder = copy(tmp_path, LARGE)
    both(_turned, _crlf, _bom)(folder)
    assert read(folder).plants == read(INSTANCES / LARGE).plants


@pytest.mark.parametrize(
    "name",
    [
        "NO",
        "NA",
        "null",
        "None",
        "nan",
        "inf",
        "1",
        "1e5",
        "TRUE",
        "2030-01-01",
        "S\u00e3o Tom\u00e9",
        "a b",
        "#x",
        "a,b",
    ],
)
def test_a_name_is_plain_text(name, tmp_path):
    folder = copy(tmp_path)
    cell = f'"{name}"'
    more("regions.csv", f"{cell},Third,textbook,assumption,\n")(folder)
    more("groups.csv", f"all,{cell},textbook,assumption,\n")(folder)
    more("plants.csv", f"X,x,press,{cell},1,1,,,,,,,,,,,textbook,assumption,\n")(folder)
    instance = read(folder)
    assert instance.regions == ("A", "B", name)
    assert instance.groups["all"] == (name,)
    assert instance.plants["X"].region == name


def test_a_blank_means_the_default(tmp_path):
    instance = read(copy(tmp_path))
    plant = instance.plants["A_MAGNET"]
    assert (plant.availability, plant.ramp_years, plant.wacc) == (1.0, 1, 0.1)
    assert (plant.max_build, plant.max_build_per_year) == (100.0, float("inf"))
    assert (plant.first_decision, plant.last_decision) == (2030, 2035)
    assert instance.plants["B_OXIDE"].wacc == instance.discount_rate
    assert instance.plants["B_OXIDE"].capex is None


def test_columns_with_a_default_may_be_absent(tmp_path):
    folder = copy(tmp_path)
    for table in ("regions", "plants", "commodities", "stages", "demand"):
        path = folder / f"{table}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        optional = ["source", "confidence", "note", "availability", "ramp_years", "wacc", "unit_size", "iso3"]
        frame.drop(columns=[c for c in optional if c in frame]).to_csv(path, index=False)
    plant = read(folder).plants["A_MAGNET"]
    assert (plant.availability, plant.ramp_years, plant.wacc) == (1.0, 0, 0.05)


def test_a_whole_number_may_be_written_with_a_point(tmp_path):
    folder = copy(tmp_path)
    both(put("plants.csv", "20000,2,1", "2e4,2.0,1."), put("demand.csv", "all,2030", "all,2030.0"))(folder)
    assert read(folder).plants["A_MAGNET"].lead_time == 2


def test_inf_is_no_limit_where_a_blank_is(tmp_path):
    folder = copy(tmp_path)
    put("lanes.csv", "0.05,,", "0.05,inf,")(folder)
    assert read(folder).tables["lanes"]["max_flow"].tolist() == [float("inf")] * 2


def test_a_note_keeps_its_lines(tmp_path):
    folder = copy(tmp_path)
    put("regions.csv", "buyer", '"two\nlines, ""quoted"""')(folder)
    assert read(folder).tables["regions"]["note"].iloc[0] == 'two\nlines, "quoted"'


def test_a_frame_is_indexed_by_line(tmp_path):
    folder = copy(tmp_path)
    both(put("regions.csv", "buyer", '"two\nlines"'), every("demand.csv", "\n", "\n\n"))(folder)
    instance = read(folder)
    assert instance.tables["regions"].index.tolist() == [2, 4]
    assert instance.tables["demand"].index.tolist() == [3, 5]


def test_an_instance_without_policies(tmp_path):
    folder = copy(tmp_path)
    put("instance.toml", '[defaults]\npolicy = "cap"', "")(folder)
    for path in (folder / "policies").iterdir():
        path.unlink()
    instance = read(folder)
    assert policy(instance).targets == ()
    assert list(policy_names(instance)) == []
    with pytest.raises(InputError, match="override share_cap.0.max"):
        policy(instance, overrides={"share_cap.0.max": 0.5})


def test_no_policy_is_chosen_where_there_are_several_and_no_default(tmp_path):
    folder = copy(tmp_path)
    put("instance.toml", '[defaults]\npolicy = "cap"', "")(folder)
    with pytest.raises(InputError, match="known policies: cap, none, too-early"):
        policy(read(folder))


def test_suppliers_and_hosts_in_every_form(tmp_path):
    folder = copy(tmp_path)
    head = '[[share_cap]]\nbuyer = "A"\nstages = ["magnet"]\nmax = 1\n'
    forms = ['suppliers = ["A", "B"]', 'together = "home"', 'suppliers = { together = "B" }', ""]
    hosts = ['hosts = "home"', 'hosts = ["A", "home"]', ""]
    text = "".join(f"{head}{f}\n" for f in forms) + "".join(f"[[budget]]\nmax = 1\n{h}\n" for h in hosts)
    floor = '[[price_floor]]\ncommodity = "magnet"\nprice = 1\n'
    text += "".join(f"{floor}{h}\n" for h in hosts)
    whole("policies/x.toml", text)(folder)
    found = policy(read(folder), "x")
    assert [[s.regions for s in cap.suppliers] for cap in found.share_caps] == [[("B",)], [()], [("B",)], [("B",)]]
    assert [b.regions for b in found.budgets] == [("A",), ("A",), ("A", "B")]
    assert [(f.hosts, f.regions) for f in found.price_floors] == [(b.hosts, b.regions) for b in found.budgets]


def test_a_price_floor_is_a_row_and_no_target(tmp_path):
    folder = copy(tmp_path)
    rest = 'commodity = "magnet"\nprice = 12e3\nprocesses = ["press"]\nfrom = 2020\nto = 2033\n'
    whole("policies/x.toml", f"[[price_floor]]\n{rest}")(folder)
    found = policy(read(folder), "x")
    assert (found.rows, found.targets) == (("price_floor.0",), ())
    (floor,) = found.price_floors
    assert (floor.commodity, floor.price_usd, floor.hosts) == ("magnet", 12_000, "everywhere")
    assert (floor.processes, floor.first_year, floor.last_year) == ({"press"}, 2030, 2033)


class TestEdited:
    """Frames put in the place of tables."""

    @pytest.fixture
    def instance(self):
        return read(INSTANCES / SMALL)

    def _problems(self, instance, **tables):
        with pytest.raises(InputError) as caught:
            edited(instance, **tables)
        return caught.value.problems

    def test_a_sound_frame_is_taken(self, instance):
        frame = instance.table("demand").assign(quantity=[50, 70])
        assert edited(instance, demand=frame).demands["magnet", "A", "all"][2035].quantity == 70

    def test_what_a_frame_does_not_name_is_filled(self, instance):
        frame = pd.DataFrame({"plant": ["B_OXIDE"], "year": [2030], "capacity": [7.0]})
        assert edited(instance, capacity=frame).existing == {"B_OXIDE": dict.fromkeys(range(2030, 2036), 7.0)}

    def test_a_wrong_frame_is_judged_like_a_file(self, instance):
        frame = instance.table("demand").assign(quantity=[-1, float("inf")])
        found = self._problems(instance, demand=frame)
        assert [(p.file, p.line, p.value) for p in found] == [("demand.csv", 2, '"-1.0"'), ("demand.csv", 3, '"inf"')]

    def test_the_same_rows_twice(self, instance):
        frame = pd.concat([instance.table("regions")] * 2)
        found = self._problems(instance, regions=frame)
        assert [p.value for p in found] == ['"A"', '"B"']

    @pytest.mark.parametrize("value", [[1], {}, object(), 1j, True, "x", pd.Timestamp("2030"), b"1", 10**400])
    def test_a_cell_of_any_kind(self, instance, value):
        frame = instance.table("demand").astype(object)
        frame.iat[0, list(frame.columns).index("quantity")] = value
        (found,) = self._problems(instance, demand=frame)
        assert (found.line, found.column) == (2, "quantity")

    def test_a_column_twice(self, instance):
        frame = instance.table("capacity")
        found = self._problems(instance, capacity=pd.concat([frame, frame[["year"]]], axis=1))
        assert [(p.column, p.expected) for p in found] == [("year", "the column stands twice")]

    def test_other_labels_are_no_lines(self, instance):
        frame = instance.table("capacity").assign(plant="X")
        assert [p.line for p in self._problems(instance, capacity=frame.set_axis(["a", "b"]))] == [None, None]
        assert [p.line for p in self._problems(instance, capacity=frame.reset_index(drop=True))] == [None, None]

    def test_an_unknown_table_or_none(self, instance):
        assert self._problems(instance, demands=pd.DataFrame())[0].nearest == "demand"
        assert self._problems(instance, demand=5)[0].expected == "expected a pandas DataFrame"
