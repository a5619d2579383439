"""The oracle: what Pyomo's own compiler makes of the same rules in a constructed model."""

import numpy as np
import scipy.sparse as sp
from pyomo.core import Constraint, Var
from pyomo.repn import generate_standard_repn
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler


def assert_standard(m, ours):
    """Columns, rows, bounds, costs, ledger and goals are those of the constructed model, to the last nonzero."""
    columns = places_of(m, Var, ours.columns)
    rows = places_of(m, Constraint, ours.rows)
    bounds = [v.bounds for var in m.component_objects(Var) for v in var.values()]
    same(ours.lower, [-np.inf if low is None else low for low, _ in bounds])
    same(ours.upper, [np.inf if high is None else high for _, high in bounds])

    form = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    column = np.array([columns[id(v)] for v in form.columns], dtype=int)
    row = np.array([rows[id(constraint)] for constraint, _ in form.rows], dtype=int)
    kept = set(row.tolist())
    assert len(kept) == len(row)
    low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
    for i, (_, kind), side in zip(row, form.rows, form.rhs, strict=True):
        low[i], high[i] = side if kind <= 0 else -np.inf, side if kind >= 0 else np.inf
    for constraint in m.component_data_objects(Constraint):
        if rows[id(constraint)] not in kept:  # Pyomo leaves out a row whose coefficients are all 0
            least, body, most = constraint.to_bounded_expression(True)
            repn = generate_standard_repn(body)
            assert not any(repn.linear_coefs)
            low[rows[id(constraint)]] = -np.inf if least is None else least - repn.constant
            high[rows[id(constraint)]] = np.inf if most is None else most - repn.constant
    same(ours.row_lower, low)
    same(ours.row_upper, high)
    theirs = form.A.tocoo()
    same_rows(ours.matrix, row[theirs.row], column[theirs.col], theirs.data, len(columns))

    cost = np.zeros(len(columns))
    cost[column] = form.c.toarray()[0]
    np.testing.assert_allclose(ours.cost, cost, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.constant, form.c_offset[0], rtol=1e-9, atol=1e-12)

    ledger = {
        (term, *index): expression
        for term, name in m.cost_terms.items()
        for index, expression in getattr(m, name).items()
    }
    listed = set(ours.ledger_index)
    assert ours.ledger_index == [cell for cell in ledger if cell in listed]
    expressions_are(ours.ledger, [ledger[cell] for cell in ours.ledger_index], columns)
    for cell in set(ledger) - listed:
        left_out = generate_standard_repn(ledger[cell].expr)
        assert not any([*left_out.linear_coefs, left_out.constant]), cell
    assert list(ours.goals) == list(m.goals)
    for goal in m.goals:
        expressions_are(ours.goals[goal], [getattr(m, goal)], columns)


def places_of(m, kind, spans):
    """The place of each variable (or constraint) by its identity; our components have the same indices in order."""
    components = list(m.component_objects(kind))
    assert list(spans) == [c.local_name for c in components]
    places = {}
    for component in components:
        span = spans[component.local_name]
        index = [k if isinstance(k, tuple) else () if k is None else (k,) for k in component]
        assert span.at(np.arange(len(span.index))) == index  # before the others are made
        assert (span.first, list(span.index)) == (len(places), index), component.local_name
        for data in component.values():
            places[id(data)] = len(places)
    return places


def expressions_are(ours, expressions, columns):
    """Our rows are these expressions."""
    found = [generate_standard_repn(e.expr) for e in expressions]
    row = [i for i, repn in enumerate(found) for _ in repn.linear_vars]
    column = [columns[id(v)] for repn in found for v in repn.linear_vars]
    value = [float(x) for repn in found for x in repn.linear_coefs]
    same_rows(ours, row, column, value, len(columns))
    same(ours.constant, [float(repn.constant) for repn in found])
    assert all(repn.is_linear() for repn in found)


def same_rows(ours, row, column, value, width):
    """Our rows hold the same nonzeros, each once."""
    shape = len(ours.start) - 1, width
    theirs = sp.csr_array((value, (row, column)), shape=shape, dtype=float)
    theirs.sum_duplicates()
    theirs.eliminate_zeros()
    mine = sp.csr_array((ours.value, ours.column, ours.start), shape=shape)
    mine.sort_indices()
    assert mine.has_canonical_format, "a column twice in a row"
    assert np.array_equal(mine.indptr, theirs.indptr)
    assert np.array_equal(mine.indices, theirs.indices)
    np.testing.assert_allclose(mine.data, theirs.data, rtol=1e-12)


def same(ours, theirs):
    """The same numbers."""
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=1e-12, atol=1e-15)
