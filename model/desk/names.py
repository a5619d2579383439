"""What a policy and a saved plan may be called."""

import re

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
"""A plain name: no path."""
