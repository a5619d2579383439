"""From a declared Pyomo model to arrays: every rule is called once and evaluated over whole tables of indices.

The door is :func:`compile_declared`; :func:`compile_expanded` is the ordinary road to the same arrays.
"""
