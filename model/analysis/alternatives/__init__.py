"""Decisions that hold: what every plan that is nearly as good does now, later, or never."""
