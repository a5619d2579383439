"""From a declared Pyomo model to arrays: every rule is called once and evaluated over whole tables of indices.

The door is :func:`model.compiling.compile.compile_model`.
"""
