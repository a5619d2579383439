"""On what an answer rests, by hand."""

from model.plan.saying import grounds


def figure(table, effect, grade):
    return {"table": table, "figure": "f", "column": "c", "effect_usd": effect, "confidence": grade}


FIGURES = [
    figure("plants", 30.0, "sourced"),
    figure("plants", -10.0, "assumption"),
    figure("demand", 50.0, "recalled"),
    figure("demand", -10.0, ""),
    figure("recipes", 400.0, "definition"),
    figure("recipes", 0.0, "sourced"),
]


def test_sizes_are_weighed_and_definitions_left_out():
    shares = grounds.weighed(FIGURES, "effect_usd")
    assert shares == {"sourced": 0.3, "recalled": 0.5, "assumption": 0.2}
    assert grounds.in_words(shares) == "30 % sourced, 50 % recalled, 20 % assumed"
    assert [f["effect_usd"] for f in grounds.graded(FIGURES, "effect_usd")] == [50, 30, -10, -10]


def test_by_table():
    (first, part, shares), (second, rest, own) = grounds.by_table(FIGURES, "effect_usd")
    assert (first, part, second, rest) == ("demand", 0.6, "plants", 0.4)
    assert shares["recalled"] == 50 / 60
    assert own == {"sourced": 0.75, "recalled": 0.0, "assumption": 0.25}


def test_per_cents_add_up_to_a_hundred():
    assert grounds.in_words(dict.fromkeys(grounds.GRADES, 1 / 3)) == "34 % sourced, 33 % recalled, 33 % assumed"
    assert grounds.weighed([], "effect_usd") == {}
