"""``FORMULATION.md``, made from the families' docstrings: ``python -m model.formulation.document`` writes it anew."""

from __future__ import annotations

import inspect
from pathlib import Path

from model.formulation import COST_TERMS, FAMILIES

PLACE = Path(__file__).parent / "FORMULATION.md"

HEAD = """# Formulation

Made from the docstrings of `model/formulation/`; a test keeps it fresh (`python -m model.formulation.document`).

A linear programme: choose capacity, production, shipments and stocks that serve demand and keep the policy at least
cost. Inside it tonnes are kt and money is million USD; tables are in t and USD.

## Index letters

| letter | set | in the code | meaning |
| --- | --- | --- | --- |
| `r`, `o`, `d` | R | `m.R` | regions: of use, of origin, of destination; `-`: the initial stock, of no origin |
| `k` | K | `m.K` | commodities |
| `j` | J | `m.J` | plants: one process in one region |
| `n`, `b`, `p` | N | `m.N` | nodes of the scenario tree: the node at hand, the node of a decision, the parent |
| `h` | H | `m.H` | content class: `free`, or `traced` where the policy traces content |
| `s` | - | `m.DEMANDS` | sector of a demand |
| `l` | - | `tree.leaves` | an end of the tree |
| `i` | - | `m.CONSUMED`, ... | a policy row, its buyer and its scope |
| `c` | - | `m.CAPPED` | a supplier: one third country, a set of them, or the traced set |

Indices stand in the order commodity, regions, class, node. One name is the rule, the Pyomo component, the table of
duals and the test: `use[k, r, h, n]`.

## Objective

    minimise  sum_n pi[n] (1+rate)^-(y(n)-first_year) sum_{term,r} cost_term[r,n]

Terms, each an expression `cost_<term>[r, n]` in million USD of the node's year: TERMS.

## Goals in order

Nobody served less than without policy (`demand`, below), shortfall, cost, and one plan among the equally cheap:
`model/solving/goals/goals.py`.
"""


def document() -> str:
    """The text of ``FORMULATION.md``."""
    parts = [HEAD.replace("TERMS", ", ".join(f"`{t}`" for t in COST_TERMS))]
    for family in FAMILIES:
        name = family.__name__.rpartition(".")[2]
        title, _, body = (inspect.getdoc(family) or "").partition("\n")
        parts.append(f"## `{name}`\n\n{title}\n\n```text\n{body.strip(chr(10))}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PLACE.write_text(document(), encoding="utf-8")
