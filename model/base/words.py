"""How names, years, shares and money are written, as plain text: the same on a terminal, in a report, in a picture."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MONEY = ((1e9, "bn"), (1e6, "m"), (1e3, "thousand"), (1.0, ""))
"""Units of money: what to divide by, and how it is called."""
LEAST_USD = 1e-3
"""Money below is nothing."""
FIRST, LAST = "\u2068", "\u2069"
"""What Unicode puts around a name whose direction may be another's; a terminal leaves it out, HTML has an element."""


def clean(name: object) -> str:
    """A name from somebody else's file, without control characters."""
    return "".join(c if c.isprintable() else "?" for c in str(name))


def name(value: object) -> str:
    r"""A name from an instance within a sentence: clean, and kept apart from the direction of the text around it.

    >>> name("Magnets"), bare(f"all of {name('Magnets')} is used")
    ('\u2068Magnets\u2069', 'all of Magnets is used')
    """
    return f"{FIRST}{clean(value)}{LAST}"


def bare(sentence: str) -> str:
    """A sentence without the marks around its names."""
    return sentence.replace(FIRST, "").replace(LAST, "")


def capital(sentence: str) -> str:
    r"""A sentence with its first letter large.

    >>> capital("nothing new is built."), capital(name("mining"))
    ('Nothing new is built.', '\u2068Mining\u2069')
    """
    at = 1 if sentence.startswith(FIRST) else 0
    return sentence[:at] + sentence[at : at + 1].upper() + sentence[at + 1 :]


def years(found: Iterable[int]) -> str:
    """Years as ranges.

    >>> years([2030, 2031, 2032, 2040])
    '2030-2032, 2040'
    """
    ordered, parts = sorted(set(found)), []
    start = previous = None
    for year in [*ordered, None]:
        if start is not None and previous is not None and year != previous + 1:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
            start = None
        start = year if start is None else start
        previous = year
    return ", ".join(parts)


def money(usd: float) -> str:
    """An amount that was computed, with a unit that suits it.

    >>> money(282_126_282_326), money(5_862_424.34), money(-31_250.4), money(-0.2)
    ('282.126 bn USD', '5.862 m USD', '-31,250 USD', '0 USD')
    """
    if abs(usd) >= 1e9:
        return f"{usd / 1e9:,.3f} bn USD"
    return f"{usd / 1e6:,.3f} m USD" if abs(usd) >= 1e6 else f"{round(usd) + 0:,} USD"


def rough_money(usd: float) -> str:
    """An amount as a headline says it: three figures, in a unit that suits it.

    >>> rough_money(2_650_941_703), rough_money(5_862_424.34), rough_money(999_800_000), rough_money(-31_250.4)
    ('2.65 bn USD', '5.86 m USD', '1 bn USD', '-31,300 USD')
    >>> rough_money(0.2), rough_money(1e-7)
    ('0.2 USD', '0 USD')
    """
    rounded = float(f"{usd:.3g}") + 0.0 if abs(usd) >= LEAST_USD else 0.0
    per, unit = next(((p, f"{u} ") for p, u in MONEY[:2] if abs(rounded) >= p), (1.0, ""))
    value = rounded / per
    return f"{value:,.0f} {unit}USD" if abs(value) >= 100 else f"{value:.3g} {unit}USD"


def per_kg(usd: float) -> str:
    """A price per kilogram, or a part of one: cents, and three figures of what is less than ten of them.

    >>> per_kg(0.857), per_kg(0.0261), per_kg(-0.00044), per_kg(0.0), per_kg(1234.5)
    ('0.86', '0.0261', '-0.00044', '0.00', '1,234.50')
    """
    if not 1e-6 <= abs(usd) < 0.0995:
        return f"{round(usd, 2) + 0.0:,.2f}"
    return f"{usd:.{2 - math.floor(math.log10(abs(usd)))}f}".rstrip("0")


def on_own_goods(usd_per_kg: float, whose: str) -> str:
    """A premium per kilogram of somebody's own goods; one below zero falls on others.

    >>> on_own_goods(1.55, "EU"), on_own_goods(-0.71, "EU")
    ("1.55 USD per kg of EU's own goods", "0.71 USD per kg less on EU's own goods: others pay")
    """
    if usd_per_kg < 0:
        return f"{per_kg(-usd_per_kg)} USD per kg less on {whose}'s own goods: others pay"
    return f"{per_kg(usd_per_kg)} USD per kg of {whose}'s own goods"


def tonnes(t: float) -> str:
    """A mass: whole tonnes, a digit more below ten.

    >>> tonnes(8866.57), tonnes(0.84), tonnes(20.0)
    ('8,867 t', '0.8 t', '20 t')
    """
    return f"{amount(t)} t"


def amount(t: float) -> str:
    """The same without its unit, for a table whose head has it; two figures below a tenth.

    >>> amount(8866.57), amount(1.88), amount(0.0351), amount(0.0)
    ('8,867', '1.9', '0.035', '0')
    """
    if abs(t) < 1e-6:
        return "0"
    if abs(t) < 0.095:
        return f"{t:.{1 - math.floor(math.log10(abs(t)))}f}"
    return f"{t:,.0f}" if abs(t) >= 9.95 else f"{t:.1f}"


def given_money(usd: float) -> str:
    """An amount that somebody has given, with no more figures than it was given with.

    >>> given_money(15.5e9), given_money(2e6), given_money(500.0)
    ('15.5 bn USD', '2 m USD', '500 USD')
    """
    per, unit = next(((per, unit) for per, unit in MONEY if unit != "thousand" and abs(usd) >= per), (1.0, ""))
    return f"{usd / per:,.10g} {unit} USD".replace("  ", " ")


def money_unit(values: Iterable[float], least: float = 1.0) -> tuple[float, str]:
    """What some amounts of USD are divided by so that they are well read, and its name; none smaller than ``least``.

    >>> money_unit([2.3e9, 1.0]), money_unit([6e5]), money_unit([6e5], least=1e6), money_unit([])
    ((1000000000.0, 'bn USD'), (1000.0, 'thousand USD'), (1000000.0, 'm USD'), (1.0, 'USD'))
    """
    most = max((abs(v) for v in values if v == v), default=0.0)
    units = [(per, name) for per, name in MONEY if per >= least]
    per, unit = next((u for u in units if most >= u[0]), units[-1])
    return per, f"{unit} USD".strip()


def share(value: float, digits: int = 1) -> str:
    """A part of one in percent.

    >>> share(0.65), share(0.0942, 2), share(-1e-9)
    ('65.0 %', '9.42 %', '0.0 %')
    """
    return f"{points(value, digits)} %"


def points(value: float, digits: int = 1) -> str:
    """The same without its sign, for a table whose head has it; a dash where there is none.

    >>> points(0.65), points(float("nan"))
    ('65.0', '-')
    """
    return "-" if value != value else f"{round(100 * value, digits) + 0.0:.{digits}f}"


def given_share(value: float) -> str:
    """A share that somebody has given, with no more figures than it was given with.

    >>> given_share(0.65), given_share(0.1709)
    ('65 %', '17.09 %')
    """
    return f"{100 * value:.6g} %"


def span(low: str, high: str) -> str:
    """From one figure to another.

    >>> span("1 USD", "3 USD"), span("1 USD", "1 USD")
    ('1 USD to 3 USD', '1 USD')
    """
    return low if low == high else f"{low} to {high}"


def several(number: int, one: str, more: str = "") -> str:
    """A number with its noun.

    >>> several(1, "plant"), several(3, "country", "countries")
    ('1 plant', '3 countries')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a row; how many more there are beyond ``most``.

    >>> listed(["EU", "US", "JP"]), listed(["EU", "US", "JP"], most=2)
    ('EU, US and JP', 'EU, US and 1 more')
    """
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def stated(key: str, value: Any, equals: str = " = ") -> str:
    """What was set, as it would be typed: a scalar, cells of a table, or a new row by its names.

    >>> stated("plants[region=CN].capex", "*= 1.2"), stated("share_cap.0.max", {"2033": 0.7}, "=")
    ('plants[region=CN].capex *= 1.2', 'share_cap.0.max={2033=0.7}')
    >>> stated("plants[plant=P]", {"plant": "P", "region": "US"})
    'a new row plants[plant=P]'
    """
    if isinstance(value, Mapping):
        if key.endswith("]"):
            return f"a new row {key}"
        return f"{key}{equals}{{{', '.join(f'{year}={cell}' for year, cell in value.items())}}}"
    if "[" not in key:
        return f"{key}{equals}{value}"
    says_how = isinstance(value, str) and re.match(r"[*+-]?=\s|at (least|most)\s", value)
    return f"{key} {value}" if says_how else f"{key} = {value}"
