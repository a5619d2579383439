"""Whose folder it is: one run writes it, and only that sweep's run goes on with it."""

from __future__ import annotations

import pytest

import model
from model.analysis.sweeps.running import journal
from model.analysis.sweeps.running.run import sweep
from model.analysis.sweeps.running.worker import Task, TaskResult
from model.base.problems import InputError
from tests.analysis.sweeps.same import SMALL, TWO, asked, contents, results


def refused(*args, **options):
    with pytest.raises(InputError) as caught:
        sweep(*args, **options)
    return caught.value.problems


def test_a_second_run_on_the_same_folder_is_refused(two, little, small, tmp_path):
    out, found = tmp_path / "out", []

    def second(progress):
        if progress.done == 2:
            found.extend(refused(two, little, out, workers=1, resume=True))
            found.extend(refused(two, little, out, workers=1))

    sweep(two, little, out, workers=1, hear=second)
    assert [p.expected.partition(":")[0] for p in found] == [
        "another run is writing it", "holds a sweep that was broken off",
    ]  # fmt: skip
    assert contents(out) == small[0]


def test_a_run_that_begins_at_the_same_time_spoils_nothing(two, little, small, tmp_path):
    """Both found the folder empty; the second one gets no lock, and doesn't empty the journal."""
    out = tmp_path / "out"
    out.mkdir()
    first = journal.Journal(out, {"sweep": "a"}, resume=False)
    first.add((1, 0), TaskResult(Task(0, 0), {"status": "met"}, [], {}))
    try:
        for resume in (False, True):
            with pytest.raises(InputError, match="another run is writing it"):
                journal.Journal(out, {"sweep": "a"}, resume=resume)
        assert [r["row"] for r in first.records()] == [{"status": "met"}]
    finally:
        first.close()
    assert results(out) == 1


def test_another_sweeps_journal_is_refused(two, little, small, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / journal.NAME).write_bytes(small[1])
    before = contents(out)
    changed = asked(tmp_path, SMALL.replace("1.25", "1.3"))
    (only,) = refused(two, changed, out, workers=1, resume=True)
    assert (only.file, only.line, only.column) == (str(out / journal.NAME), None, "sweep")
    assert only.expected.endswith("choose another folder, or remove this one to begin anew")
    (only,) = refused(model.read(TWO, {"finance.discount_rate": 0.06}), little, out, workers=1, resume=True)
    assert only.column == "instance"
    (only,) = refused(two, little, out, workers=1, folders=True, resume=True)
    assert (only.column, only.value) == ("folders", '"false"')
    (only,) = refused(two, little, out, workers=1)
    assert "broken off: resume it" in only.expected
    assert contents(out) == before


def test_a_journal_of_an_earlier_version_is_told_as_such(two, little, tmp_path):
    (tmp_path / "journal.jsonl").write_text('{"sweep": "a"}\n')
    for resume in (False, True):
        (only,) = refused(two, little, tmp_path, workers=1, resume=resume)
        assert only.file == str(tmp_path / "journal.jsonl")
        assert only.expected == "is from an earlier version, which alone could go on with it; remove it to begin anew"
    assert list(contents(tmp_path)) == ["journal.jsonl"]


def test_a_folder_with_other_files_is_refused(two, little, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.doc").write_text("dear")
    for resume in (False, True):
        (only,) = refused(two, little, out, workers=1, resume=resume)
        assert (only.file, only.line) == (str(out), None)
        assert "thesis.doc" in only.expected
    assert contents(out) == {"thesis.doc": b"dear"}
