"""An instance folder on its way in: the data dictionary, reading, checking, warning.

``schema.csv`` is the one home of what a table or a policy may hold: columns, units, defaults, limits, references.
"""
