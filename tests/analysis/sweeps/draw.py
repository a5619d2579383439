"""Random sweeps of random instances: lists and grids of edits of every kind."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

from model.analysis.sweeps.asked.definition import Case
from tests.analysis.sweeps.typed import KINDS, WHOLE, Edit, edit_text, toml

Made = tuple[Edit, float]
MOSTLY_NUMBERS = ("policy", "policy", "number", "number", "number", "structure")


class Draw:
    """Draws edits that fit an instance folder."""

    def __init__(self, seed: int, folder: Path, policies: list[str]) -> None:
        self.rng, self.folder, self.policies = Random(seed), folder, policies

    def sweep(self) -> tuple[str, Callable[[Case], tuple[str, list[Made]]]]:
        """The text of a sweep file, and by case its policy and what is to be typed for it."""
        return self._grid() if self.rng.random() < 0.5 else self._list()

    def _grid(self) -> tuple[str, Callable[[Case], tuple[str, list[Made]]]]:
        rng, policy, edits = self.rng, self.rng.choice(self.policies), dict[str, Edit]()
        text = f'design = "grid"\npolicies = ["{policy}"]\n'
        for number in range(rng.choice([1, 2, 2])):
            edit, value = self.edit(policy, rng.choice(MOSTLY_NUMBERS))
            values = [value, value + 1 if edit["column"] == "lead_time" else value * rng.uniform(0.5, 1.5)]
            values += [0.0] if edit["table"] in KINDS else []
            if edit["column"] in WHOLE:
                values = [float(round(v)) for v in values]
            values = list(dict.fromkeys(values))
            rng.shuffle(values)
            edits[f"f{number}"] = edit
            text += f'[[factor]]\nname = "f{number}"\nvalues = {toml(values)}\n' + edit_text(edit, "factor.edit")
        return text, lambda case: (policy, [(edits[name], float(v or 0.0)) for name, v in case.values.items()])

    def _list(self) -> tuple[str, Callable[[Case], tuple[str, list[Made]]]]:
        rng, text, cases = self.rng, 'design = "list"\n', list[tuple[str, list[Made]]]()
        for number in range(rng.randint(3, 6)):
            policy = self.policies[0] if rng.random() < 0.6 else rng.choice(self.policies)
            made = [self.edit(policy, rng.choice(MOSTLY_NUMBERS)) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
            text += f'[[case]]\nname = "c{number}"\npolicy = "{policy}"\n'
            text += "".join(edit_text(edit, "case.edit", value) for edit, value in made)
            cases.append((policy, made))
        return text, lambda case: cases[case.number - 1]

    def edit(self, policy: str, kind: str) -> Made:
        """One edit and its value."""
        rows = tomllib.loads((self.folder / f"policies/{policy}.toml").read_text(encoding="utf-8"))
        kinds = [k for k in KINDS if k in rows]
        if kind == "policy" and kinds:
            return self._policy(rows, self.rng.choice(kinds))
        return self._structure() if kind == "structure" else self._number()

    def _policy(self, rows: dict[str, list[Edit]], kind: str) -> Made:
        rng, number = self.rng, self.rng.randrange(len(rows[kind]))
        if kind == "budget":
            column = rng.choice([c for c in ("max", "min") if c in rows[kind][number]])
            edit: Edit = {"table": kind, "column": column, "op": "scale", "where": {"row": number}}
            return edit, rng.choice([0.0, rng.uniform(0, 1.5), 3.0])
        column = {"share_cap": "max", "domestic_min": "min", "stock_min": "days"}[kind]
        edit = {"table": kind, "column": column, "where": rng.choice([{}, {"row": number}]), "at_least": 0.0}
        edit |= {"at_most": 1.0} if column != "days" else {}
        value = float(rng.randint(0, 200)) if column == "days" else rng.random()
        op, value = rng.choice([("set", value), ("set", 0.0), ("scale", rng.uniform(0, 2)), ("add", -0.1)])
        return {**edit, "op": op}, value

    def _structure(self) -> Made:
        rng = self.rng
        edit, value = rng.choice(
            [
                ({"table": "plants", "column": "lead_time", "op": "add"}, float(rng.randint(1, 2))),
                ({"table": "plants", "column": "lifetime", "op": "set"}, float(rng.randint(1, 5))),
                ({"table": "plants", "column": "ramp_years", "op": "set"}, float(rng.randint(0, 3))),
                ({"table": "horizon", "column": "last_year", "op": "add"}, -1.0),
                ({"table": "lanes", "column": "max_flow", "op": "set"}, 0.0),
                ({"table": "commodities", "column": "may_be_unsold", "op": "set"}, 1.0),
            ]
        )
        names = {"plants": ("region", "process"), "lanes": ("commodity",), "commodities": ("commodity",)}
        return {**edit, "where": self._where(edit["table"], names.get(edit["table"], ()))}, value

    def _number(self) -> Made:
        rng, piles = self.rng, self._rows("stockpiles")
        table, columns, names = rng.choice(
            [
                ("plants", ("variable_cost", "fixed_cost", "capex", "max_build"), ("region", "process", "plant")),
                ("plants", ("availability", "wacc"), ("region", "process", "plant")),
                ("capacity", ("capacity",), ("plant",)),
                ("demand", ("quantity", "shortage_cost"), ("commodity", "region")),
                ("commodities", ("price", "content"), ("commodity",)),
                ("recipes", ("coefficient",), ("process",)),
                ("lanes", ("freight", "tariff", "max_flow"), ("commodity", "origin")),
                ("stockpiles", ("initial", "capacity"), ("commodity",)) if piles else ("capacity", ("capacity",), ()),
                ("finance", ("discount_rate",), ()),
            ]
        )
        edit: Edit = {"table": table, "column": rng.choice(columns), "op": "scale"}
        edit["where"] = {"region": "home"} if table == "plants" and rng.random() < 0.2 else self._where(table, names)
        if edit["column"] in ("availability", "wacc"):
            edit["at_most"] = 1.0
        tame = table in ("recipes", "commodities", "finance")
        return edit, rng.uniform(0.8, 1.2) if tame else rng.choice([rng.uniform(0.3, 2), rng.uniform(0.8, 1.2), 0.0])

    def _where(self, table: str, columns: tuple[str, ...]) -> Edit:
        if not columns or self.rng.random() < 0.3:
            return {}
        column = self.rng.choice(columns)
        return {column: self.rng.choice(self._rows(table))[column]}

    def _rows(self, table: str) -> list[dict[str, str]]:
        with (self.folder / f"{table}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))
