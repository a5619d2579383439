"""What rules may say: most is evaluated whole, some is expanded index by index, some is refused."""

import builtins
import threading

import pytest
from pyomo.core import AbstractModel, Constraint, Set, inequality, value

from model.compiling.rules import RuleError, check
from model.compiling.vectorised import compile_declared
from tests.compiling.small import both_roads, make
from tests.compiling.test_equal import assert_equal

SUM = builtins.sum


def over_a_set(m, i):
    return sum(m.x[i, n] for n in m.N) <= 4


def over_an_indexed_set(m, i, n):
    return m.x[i, n] - sum(m.price[j] * m.x[j, n] for j in m.OTHERS[i]) <= m.most[i, n]


def over_a_set_by_two_indices(m, i, n):
    return m.x[i, n] >= sum(m.rate * m.x[j, n] for j in m.BOTH[i, n])


def over_tuples(m, i):
    return sum(m.x[j, n] for j, n in m.ROUTES[i]) + m.z >= 1


def over_whole_tuples(m, i):
    return sum(m.x[route] for route in m.ROUTES[i]) + m.z >= 1


def over_two_sets(m, i):
    return m.z >= sum(m.x[j, p] for j in m.OTHERS[i] for n in m.N for p in m.PARENT[n])


def nested(m, n):
    return sum(m.price[i] * (3 - sum(m.x[j, n] for j in m.OTHERS[i]) / 2) for i in m.I) - m.z == 0


def one_column_twice(m, i, n):
    return m.x[i, n] + m.x["a", n] + sum(m.x[j, n] for j in m.I) <= 3


def that_cancels(m, i, n):
    return m.x[i, n] - m.x["a", n] + m.z >= 0


def with_an_expression(m, i):
    return 2 * m.total[i] - m.z <= m.price[i]


def constant_on_the_left(m, i):
    return sum(m.x[j, "2030"] for j in m.OTHERS[i]) <= 2 * m.z + 1


def with_data_sums(m, i):
    return m.z * sum(m.most[j, n] for j in m.OTHERS[i] for n in m.N) + m.x[i, "2031"] <= -m.price[i] / 4


def over_pairs(m, i, n):
    return m.y[i, n] + m.x[i, n] == 1


def without_an_index(m):
    return sum(m.y[p] for p in m.PAIRS) <= m.z


def adding_to_nothing(m, i):
    return SUM(m.price[i] * x for x in (m.z, m.z)) <= 1


WHOLE = {
    over_a_set: "I",
    over_an_indexed_set: "IN",
    over_a_set_by_two_indices: "IN",
    over_tuples: "I",
    over_whole_tuples: "I",
    over_two_sets: "I",
    nested: "N",
    one_column_twice: "IN",
    that_cancels: "IN",
    with_an_expression: "I",
    constant_on_the_left: "I",
    with_data_sums: "I",
    over_pairs: ["PAIRS"],
    without_an_index: "",
    adding_to_nothing: "I",
}


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: rule.__name__)
def test_evaluated_whole(rule, caplog):
    assert_equal(*both_roads(rule, WHOLE[rule]))
    assert not caplog.records


def with_a_condition(m, i, n):
    if i == "a":
        return m.x[i, n] <= 1
    return m.x[i, n] <= 2


def skipping(m, i):
    return Constraint.Skip if i == "b" else m.x[i, "2030"] <= 1


def with_a_filter(m, n):
    return sum(m.x[i, n] for i in m.I if i != "b") <= 1


def in_a_loop(m, n):
    found = 0
    for i in m.I:
        found += m.x[i, n]
    return found <= 1


def with_python_data(m, i):
    return {"a": 1, "b": 2, "c": 3}[i] * m.x[i, "2031"] <= 1


def by_value(m, i):
    return value(m.price[i]) * m.x[i, "2031"] <= 1


def the_largest(m, i):
    return max(m.price[i], 1) * m.x[i, "2031"] <= 1


def ranged(m, i):
    return inequality(0, m.x[i, "2031"], 2)


def a_pair(m, i):
    return m.x[i, "2031"], 2


def by_length(m, i):
    return m.z <= len(m.OTHERS[i])


def over_a_list(m, i):
    return sum(m.x[i, n] for n in ("2030", "2032")) + sum(m.x[j, n] for n in ("2030", "2032") for j in m.OTHERS[i]) <= 1


EXPANDED = {
    with_a_condition: "IN",
    skipping: "I",
    with_a_filter: "N",
    in_a_loop: "N",
    with_python_data: "I",
    by_value: "I",
    the_largest: "I",
    ranged: "I",
    a_pair: "I",
    by_length: "I",
    over_a_list: "I",
}


@pytest.mark.parametrize("rule", EXPANDED, ids=lambda rule: rule.__name__)
def test_expanded_index_by_index_and_said_so(rule, caplog):
    assert_equal(*both_roads(rule, EXPANDED[rule]))
    said = [record for record in caplog.records if record.name == "model"]
    assert [record.args[0] for record in said] == ["family"]


def of_members(m, i):
    return (m.x[i, "2030"] if i in ("a", "b") else m.z) <= 1


def of_no_members(m, i):
    return sum(m.x[j, "2030"] for j in m.I if j not in ("a", "b")) <= 1


def of_a_text(m, i):
    return {"key a": 1}.get(f"key {i}", 2) * m.z <= 1


def of_a_type(m, i):
    return m.x[i, "2030"] <= (1 if isinstance(i, str) else 2)


def of_a_missing_value(m, i):
    try:
        return m.x[i, "2030"] <= {"a": 1}[i]
    except (KeyError, TypeError):
        return m.x[i, "2030"] <= 2


def helper(m, i):
    return m.x[i, "2030"] if i in ("a", "b") else m.z


def of_a_helper(m, i):
    return helper(m, i) <= 1


REFUSED = {
    of_members: (1, "membership"),
    of_no_members: (1, "membership"),
    of_a_text: (1, "f-string"),
    of_a_type: (1, "isinstance"),
    of_a_missing_value: (1, "try"),
    of_a_helper: (-3, "membership"),
}


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: rule.__name__)
def test_refused_with_the_line_and_what_to_write_instead(rule):
    after, what = REFUSED[rule]
    line = rule.__code__.co_firstlineno + after
    with pytest.raises(RuleError, match=rf"test_rules\.\w+, line {line}: {what}.*: \w+"):
        compile_declared(make(AbstractModel, rule, "I"))


def test_every_rule_that_is_evaluated_whole_passes_the_check():
    for rule in WHOLE:
        check(rule)


def with_the_builtin(m, i):
    assert builtins.sum is SUM
    return sum(m.x[i, n] for n in m.N) <= 4


def test_builtins_stay_as_they_are_for_other_threads():
    compile_declared(make(AbstractModel, with_the_builtin, "I"))
    found = []
    threads = [threading.Thread(target=lambda: found.append(both_roads(nested, "N"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    for ours, theirs in found:
        assert_equal(ours, theirs)


def test_a_set_that_lists_a_member_twice_is_taken_as_pyomo_takes_it(caplog):
    twice = {"MORE": lambda: Set(initialize=["a", "b", "a"])}

    def rule(m, i):
        return m.x[i, "2030"] <= sum(m.x[j, "2031"] for j in m.MORE)

    assert_equal(*both_roads(rule, "I", **twice))
    assert any(record.name == "model" for record in caplog.records)


def of_an_unknown_index(m, i):
    return m.x[i, "2099"] <= 1


def test_an_index_that_a_set_lacks_is_the_error_that_pyomo_raises():
    with pytest.raises(KeyError, match="2099"):
        compile_declared(make(AbstractModel, of_an_unknown_index, "I"))
