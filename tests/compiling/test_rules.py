"""What rules may say: what is evaluated over a whole index, and what is refused, where, with what to write instead."""

import builtins
import linecache
import re
import threading

import pytest
from pyomo.core import AbstractModel, ConcreteModel, Constraint, Expression, Param, Set, Var, inequality, value

from model.compiling.compile import compile_model
from model.compiling.rules import RuleError, check
from tests.compiling.small import assert_as_pyomo_has_it, make
from tests.compiling.standard_form import assert_standard

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
def test_evaluated_whole(rule):
    assert_as_pyomo_has_it(rule, WHOLE[rule])


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


def by_size(m, i):
    return abs(m.x[i, "2030"]) <= 1


def of_the_next(m, i):
    return m.x[i, "2030"] <= m.x[i + 1, "2030"]


def squared(m, i):
    return m.z * sum(m.x[i, n] for n in m.N) <= 1


def divided(m, i):
    return m.x[i, "2030"] / m.z <= 1


def of_the_objective(m, i):
    return m.x[i, "2030"] <= m.objective


def outside_its_sum(m, i):
    kept = []
    found = sum(m.x[j, "2030"] for j in m.OTHERS[i] if kept.append(j) is None)
    return found <= m.x[kept[0], "2030"]


def of_an_unknown_index(m, i):
    return m.x[i, "2099"] <= 1


def of_a_member_that_another_set_has(m, n):
    return m.x["a", n] <= sum(m.price[n] for j in m.OTHERS["b"]) + m.price[n]


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


SET, DATA = "put the condition into the Set", "put what Python works out into a Param or a Set with that index"
SUMS = "sum over Sets of the model alone"
RELATION = "return left <= right or left == right"
INDEX = "add the index to the Set, or take it out of what asks for it"

REFUSED = {
    # the index, the line after the one of "def", what stands there, what to write instead
    with_a_condition: ("IN", 1, "a comparison of an index", SET),
    skipping: ("I", 1, "a comparison of an index", SET),
    with_a_filter: ("N", 1, "a comparison of an index", SET),
    in_a_loop: ("N", 0, "a loop over a Set", r"write the loop as a sum\(\)"),
    with_python_data: ("I", 1, "Python has no value for an index here", DATA),
    by_value: ("I", 1, "Python has no value for an index here", DATA),
    the_largest: ("I", 1, "a comparison of an expression", SET),
    ranged: ("I", 0, "it returns no relation", RELATION),
    a_pair: ("I", 0, "it returns no relation", RELATION),
    by_length: ("I", 1, "the length of a Set", DATA),
    over_a_list: ("I", 1, "a sum over a Set and something else", SUMS),
    by_size: ("I", 1, "the value of an expression", DATA),
    of_the_next: ("I", 1, "arithmetic of an index", DATA),
    squared: ("I", 1, "a product of variables", "keep every term to data times one variable"),
    divided: ("I", 1, "a division by a variable", "keep every term to data times one variable"),
    of_the_objective: ("I", 1, "m.objective in a rule", "use Sets, Params, Vars and Expressions"),
    outside_its_sum: ("I", 0, "an index outside of its sum", "use an index within the sum"),
    of_an_unknown_index: ("I", 0, r"x has no index '2099' \(not in the Set N\)", INDEX),
    of_a_member_that_another_set_has: ("N", 0, r"price has no index '2030' \(not in the Set I\)", INDEX),
    of_members: ("I", 1, "a membership test", SET),
    of_no_members: ("I", 1, "a membership test", SET),
    of_a_text: ("I", 1, "an f-string", "put what is looked up by a text into a Param"),
    of_a_type: ("I", 1, r"isinstance\(\)", DATA),
    of_a_missing_value: ("I", 1, "a try", "give the Param a default"),
    of_a_helper: ("I", -3, "a membership test", SET),
}


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: rule.__name__)
def test_refused_with_the_line_and_what_to_write_instead(rule):
    index, after, what, instead = REFUSED[rule]
    line = rule.__code__.co_firstlineno + after
    where = re.escape(f"{__file__}, line {line}, in ")
    source = re.escape(linecache.getline(__file__, line).strip())
    with pytest.raises(RuleError, match=rf"^{where}\w+: {source}\n{what}.*: {instead}"):
        compile_model(make(AbstractModel, rule, index))


def twice_over(m, i):
    return m.x[i, "2030"] <= sum(m.x[j, "2031"] for j in m.MORE)


def over_more(m, i):
    return m.x[i, "2030"] <= sum(m.x[j, "2031"] for j in m.MORE[i])


def no_pair(m, i):
    return m.price[i]


def by_a_variable(m, i):
    return m.z, None


def of_a_gap(m, i):
    return m.x[i, "2030"] <= m.gap[i]


COMPONENTS = {
    "a Set with a member twice": (
        twice_over,
        lambda: Set(initialize=["a", "b", "a"]),
        "the Set MORE lists a member twice",
    ),
    "a Set with a filter": (
        twice_over,
        lambda: Set(initialize=["a", "b"], filter=lambda _, i: i == "a"),
        "MORE is no Set made from its members alone: make it from the list of its members",
    ),
    "an indexed Set by rule": (
        over_more,
        lambda: Set(["a", "b", "c"], initialize=lambda _, i: [i]),
        "the Set MORE is not made from a mapping: make it from a mapping",
    ),
}


@pytest.mark.parametrize("case", COMPONENTS)
def test_a_set_that_is_made_otherwise_is_refused(case):
    rule, more, what = COMPONENTS[case]
    with pytest.raises(RuleError, match=rf"in {rule.__name__}: .*\n{what}"):
        compile_model(make(AbstractModel, rule, "I", MORE=more))


def test_a_param_without_a_value_where_it_is_asked_for():
    m = make(AbstractModel, over_a_set, "I")
    m.gap = Param(m.I, initialize={"a": 1.0})
    m.other = Constraint(m.I, rule=of_a_gap)
    with pytest.raises(RuleError, match="the Param gap has no value .*: give it the value or a default"):
        compile_model(m)


@pytest.mark.parametrize(
    ("rule", "what"), [(no_pair, "it returns no lower and upper bound"), (by_a_variable, "a variable where data")]
)
def test_bounds_that_are_none(rule, what):
    with pytest.raises(RuleError, match=rf"in {rule.__name__}: .*\n{what}"):
        compile_model(make(AbstractModel, over_a_set, "I", v=lambda: Var(["a"], bounds=rule)))


def test_components_without_a_rule_are_refused_by_name():
    m = make(AbstractModel, over_a_set, "I")
    m.bare = Expression(initialize=3)
    m.goals = ("bare",)
    with pytest.raises(RuleError, match="^bare: it is made without a rule: give it a function"):
        compile_model(m)
    twice = make(AbstractModel, over_a_set, "I", MORE=lambda: Set(initialize=["a", "a"]))
    twice.w = Var(twice.MORE)
    with pytest.raises(RuleError, match="^w: the Set MORE lists a member twice: list every member once"):
        compile_model(twice)


def test_every_rule_that_is_evaluated_whole_passes_the_check():
    for rule in WHOLE:
        check(rule)


def with_the_builtin(m, i):
    assert builtins.sum is SUM
    return sum(m.x[i, n] for n in m.N) <= 4


def test_builtins_stay_as_they_are_for_other_threads():
    compile_model(make(AbstractModel, with_the_builtin, "I"))
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(compile_model(make(AbstractModel, nested, "N")))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    for program in found:
        assert_standard(make(ConcreteModel, nested, "N"), program)
