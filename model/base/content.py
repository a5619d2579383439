"""What the goods of an instance are counted by, in words: the material that a plan is about, and its unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Content:
    """``[content]`` of ``instance.toml``: what the content is of, and the unit it is counted in.

    >>> Content().measure, Content("gallium and germanium", "t of metal").measure, Content("graphite", "t").measure
    ('oxide equivalent', 'metal', 'graphite')
    """

    of: str = "magnet rare earths"
    unit: str = "t oxide equivalent"

    @property
    def measure(self) -> str:
        """What stands behind "t of" in sentences."""
        return re.sub(r"^(t|tonnes?)\b\s*(of\b)?\s*", "", self.unit) or self.of

    def as_dict(self) -> dict[str, str]:
        """As a summary holds it."""
        return asdict(self)


def content_of(said: Mapping[str, Any]) -> Content:
    """The words of a mapping with ``of`` and ``unit`` (a summary's, or a section of a file); those of old without."""
    given = {key: said[key] for key in ("of", "unit") if isinstance(said.get(key), str) and said[key].strip()}
    return Content(**given)
