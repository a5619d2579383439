"""A model of a few variables that has all that the compiler asks for, and one family under test."""

from pyomo.core import (
    AbstractModel,
    ConcreteModel,
    Constraint,
    Expression,
    NonNegativeReals,
    Objective,
    Param,
    Set,
    Var,
)  # fmt: skip

from model.compiling.compile import compile_model
from tests.compiling.standard_form import assert_standard


def nothing_here(m, r, n):
    return 0


def bounds(m, i, t):
    return m.least[i], m.most[i, t]


def sum_of_costs(m, r, n):
    return sum(m.price[i] * m.x[i, n] for i in m.I) + 2


def make(kind, rule, index, **more):
    m = kind()
    m.N = Set(initialize=["2030", "2031", "2032"])
    m.R = Set(initialize=["A"])
    m.I = Set(initialize=["a", "b", "c"])
    m.PAIRS = Set(dimen=2, initialize=[("a", "2031"), ("c", "2030"), ("c", "2032")])
    m.PARENT = Set(m.N, initialize={"2030": [], "2031": ["2030"], "2032": ["2031"]})
    m.OTHERS = Set(m.I, initialize={"a": ["b", "c"], "b": [], "c": ["a"]})
    m.BOTH = Set(m.I, m.N, initialize={(i, n): ["a", "b"] if n == "2031" else [] for i in "abc" for n in m_nodes})
    m.ROUTES = Set(m.I, dimen=2, initialize={"a": [("b", "2030"), ("c", "2031")], "b": [], "c": [("c", "2030")]})
    m.weight = Param(m.N, initialize=dict(zip(m_nodes, (1.0, 0.9, 0.8), strict=True)))
    m.price = Param(m.I, initialize={"a": 2.0, "b": 3.0}, default=0.0)
    m.least = Param(m.I, initialize={"a": 0.5}, default=0.0)
    m.most = Param(m.I, m.N, initialize={("a", "2030"): 9.0, ("b", "2031"): 8.0}, default=7.0)
    m.rate = Param(initialize=0.25)
    m.x = Var(m.I, m.N, within=NonNegativeReals, bounds=bounds)
    m.y = Var(m.PAIRS)
    m.z = Var(bounds=(0, 5))
    m.total = Expression(m.I, rule=total)
    m.money = Expression(m.R, m.N, rule=sum_of_costs)
    m.nil = Expression(m.R, m.N, rule=nothing_here)
    m.size = Expression(rule=size)
    m.objective = Objective(rule=objective)
    m.cost_terms, m.cost_weight, m.goals = {"paid": "money", "free": "nil"}, "weight", ("size",)
    for name, component in more.items():
        setattr(m, name, component())
    m.family = Constraint(*(getattr(m, name) for name in index), rule=rule)
    return m


m_nodes = ("2030", "2031", "2032")


def total(m, i):
    return sum(m.x[i, n] for n in m.N)


def size(m):
    return sum(m.price[i] * m.total[i] for i in m.I) - 3


def objective(m):
    return sum(m.weight[n] * m.money[r, n] for r in m.R for n in m.N)


def assert_as_pyomo_has_it(rule, index, **more):
    """A rule's rows, compiled from the declared model and by Pyomo from the constructed one."""
    assert_standard(make(ConcreteModel, rule, index, **more), compile_model(make(AbstractModel, rule, index, **more)))
