"""What can go wrong after an instance has been read, in a module that costs nothing to import."""

from __future__ import annotations


class Unmeetable(ValueError):
    """No plan keeps the hard limits: budgets ask for what cannot be spent."""


class Stopped(Exception):
    """A solve was stopped by its time limit or by the user; says which."""


class SolverError(RuntimeError):
    """The solver ended in a way that it should not; says how."""


class Rejected(RuntimeError):
    """The checker found fault with a plan that the solver called optimal; it is not a result."""
