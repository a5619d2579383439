"""Which goods some goods end up in."""

from __future__ import annotations

from collections.abc import Iterable

from model.instance.instance import Instance


def downstream(instance: Instance, goods: Iterable[str]) -> frozenset[str]:
    """What some goods are made into, over any number of steps, and they themselves.

    A step back to an earlier stage is a loop of scrap and is not followed: what is recycled is no further use.
    """
    place = {k: n for n, members in enumerate(instance.stages.values()) for k in members}
    made_of: dict[str, set[str]] = {}
    for recipe in instance.recipes.values():
        made = [k for k, a in recipe.items() if a > 0]
        for used in (k for k, a in recipe.items() if a < 0):
            made_of.setdefault(used, set()).update(k for k in made if place[k] >= place[used])
    found = set[str]()
    ahead = list(goods)
    while ahead:
        good = ahead.pop()
        if good not in found:
            found.add(good)
            ahead += made_of.get(good, ())
    return frozenset(found)
