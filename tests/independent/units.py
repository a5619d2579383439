"""The units inside the programme."""

KILO = 1e-3
"""t to kt, and USD/t to million USD/kt."""
