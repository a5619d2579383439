"""Two countries: what a magnet costs at home and from abroad, and other plants or policies than the shipped ones."""

from __future__ import annotations

from io import StringIO

import pandas as pd

import model
from model.output.terminal.console import console
from model.output.terminal.planned.plan import report

D = [1.05**-i for i in range(6)]  # 2030 ... 2035
A = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000  # a t/yr at home in an operating year: 4 759.42
IMPORTED = 11_000  # a magnet from abroad at home: 10 000 to make, 500 freight, 5 % of 10 000 tariff
AT_HOME = 9_000  # a magnet made at home without its capacity: 6 400, and half a tonne of oxide at 5 200
# what one more tonne of magnets made at home is paid: imports' price, and in 2033 and 2034 a point of the cap
POINT_2033 = (2 * A * D[2] - 2_000 * (D[2] + D[3])) / D[3]
POINT_2034 = (A * (sum(D[3:]) - D[2]) + 1_000 * D[2] - 2_000 * (D[4] + D[5])) / D[4]
CAP_PAID = [IMPORTED, IMPORTED + POINT_2033, IMPORTED + POINT_2034, IMPORTED]
CAP = """
[[share_cap]]
buyer = "home"
stages = ["magnet"]
max = { 2033 = 0.60, 2034 = 0.50 }
from = 2033
to = 2034
"""


def with_plants(instance, capacity, **plant):
    """Two countries with other capacity, and other figures of A_MAGNET."""
    plants = instance.table("plants")
    for column, value in plant.items():
        plants.loc[plants["plant"] == "A_MAGNET", column] = value
    frame = instance.table("capacity")
    rows = pd.DataFrame(capacity, columns=["plant", "year", "capacity"])
    listed = frame[~frame["plant"].isin(rows["plant"])]
    return model.edited(instance, plants=plants, capacity=pd.concat([listed, rows], ignore_index=True))


def policy_file(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def only(plan):
    """The one row of support."""
    (row,) = plan["support"].to_dict("records")
    return row


def said(plan):
    """What the terminal shows, in one line."""
    out = StringIO()
    console(file=out).print(report(plan))
    assert max(len(line) for line in out.getvalue().splitlines()) <= 80
    return " ".join(out.getvalue().split())
