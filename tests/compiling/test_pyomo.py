"""What the compiler reads of Pyomo's own: if a new version calls it otherwise, it is noticed here."""

import pyomo
from pyomo.core import AbstractModel, Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.compiling.sets import dimen


def test_the_version_is_one_that_has_been_read():
    assert pyomo.version.version_info[:2] == (6, 10)


def test_what_is_read_of_declared_components():
    def rule(m, a, b):
        return m.x[a, b] >= 0

    m, members, slices, values = AbstractModel(), ["a", "b"], {"a": [("x", "y")], "b": []}, {("a", "b"): 1.0}
    m.A = Set(initialize=members)
    m.S = Set(m.A, dimen=2, initialize=slices)
    m.p = Param(m.A, m.A, initialize=values, default=2.0)
    m.x = Var(m.A, m.A, within=NonNegativeReals, bounds=rule)
    m.c = Constraint(m.A, m.A, rule=rule)
    m.e = Expression(m.A, m.A, rule=rule)
    assert not m.is_constructed()
    assert m.A._init_values._init.constant()
    assert m.A._init_values._init(m, None) is members
    assert m.A._filter is m.A._validate is None
    assert m.S._init_values._init.contains_indices()
    assert m.S._init_values._init._dict is slices
    assert m.S._index_set is m.A
    assert (dimen(m.A), dimen(m.S)) == (1, 2)
    assert m.p._rule._dict is values
    assert (m.p._default_val, m.c._index_set._sets) == (2.0, (m.A, m.A))
    assert m.x._rule_domain(m, None, m.x).bounds() == (0, None)
    assert m.x._rule_bounds._initializer._fcn is m.c._rule._fcn is m.e._rule._fcn is rule
    assert list(m.component_map(Var)) == ["x"]
