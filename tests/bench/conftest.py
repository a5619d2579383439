"""What needs the bench extra is looked at only where that is installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("linopy") else ["linopy_road.py"]
