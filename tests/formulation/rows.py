"""Each family's rows on the tiny instance, in kt and million USD, as Pyomo prints them."""

from tests.tiny import TABLES

ROWS = {
    ("capacity_limit", ("C_OX", "2031")): "activity[C_OX,free,'2031']  <=  0.07200000000000001",
    (
        "capacity_limit",
        ("A_MAG", "2031"),
    ): "activity[A_MAG,free,'2031'] + activity[A_MAG,traced,'2031']  <=  0.01 + 0.5*build[A_MAG,'2030']",
    (
        "capacity_limit",
        ("A_MAG", "2032"),
    ): "activity[A_MAG,free,'2032'] + activity[A_MAG,traced,'2032']  <=  build[A_MAG,'2030'] + 0.5*build[A_MAG,'2031'] + 0.01",
    ("build_limit", ("A_MAG", "2032")): "build[A_MAG,'2030'] + build[A_MAG,'2031']  <=  0.06",
    (
        "supply",
        ("oxide", "B", "traced", "2031"),
    ): "ship[oxide,B,B,traced,'2031'] + ship[oxide,B,A,traced,'2031'] - activity[B_OX,traced,'2031']  ==  0",
    ("supply", ("magnet", "A", "free", "2031")): "ship[magnet,A,A,free,'2031'] - activity[A_MAG,free,'2031']  ==  0",
    ("supply_unsold", ("slag", "C", "free", "2031")): "0  <=  2.0*activity[C_OX,free,'2031']",
    ("lane_limit", ("magnet", "B", "A", "2032")): "ship[magnet,B,A,traced,'2032']  <=  0.07",
    (
        "demand_met",
        ("magnet", "A", "cars", "2031"),
    ): "served[magnet,A,cars,free,'2031'] + served[magnet,A,cars,traced,'2031']  <=  0.11",
    (
        "not_starved",
        ("magnet", "A", "cars", "2031"),
    ): "0.0  <=  served[magnet,A,cars,free,'2031'] + served[magnet,A,cars,traced,'2031'] + starved[magnet,A,cars,'2031']",
    ("use", ("oxide", "B", "free", "2031")): "- downgrade[oxide,B,'2031']  ==  0",
    (
        "use",
        ("oxide", "A", "free", "2030"),
    ): "ship[oxide,C,A,free,'2030'] + 0.0027 - (stock[oxide,A,C,free,'2030'] + stock[oxide,A,-,free,'2030']) - (0.5*activity[A_MAG,free,'2030'] + downgrade[oxide,A,'2030'])  ==  0",
    (
        "use",
        ("oxide", "A", "free", "2031"),
    ): "0.9*stock[oxide,A,C,free,'2030'] + 0.9*stock[oxide,A,-,free,'2030'] + ship[oxide,C,A,free,'2031'] - (stock[oxide,A,C,free,'2031'] + stock[oxide,A,-,free,'2031']) - (0.5*activity[A_MAG,free,'2031'] + downgrade[oxide,A,'2031'])  ==  0",
    (
        "use",
        ("oxide", "A", "traced", "2031"),
    ): "ship[oxide,B,A,traced,'2031'] + 0.9*stock[oxide,A,B,traced,'2030'] - stock[oxide,A,B,traced,'2031'] - (0.5*activity[A_MAG,traced,'2031'] - downgrade[oxide,A,'2031'])  ==  0",
    (
        "use",
        ("magnet", "A", "traced", "2031"),
    ): "ship[magnet,A,A,traced,'2031'] + ship[magnet,B,A,traced,'2031'] - (served[magnet,A,cars,traced,'2031'] - downgrade[magnet,A,'2031'])  ==  0",
    ("use_by_origin", ("oxide", "A", "-", "free", "2030")): "0  <=  0.0027 - stock[oxide,A,-,free,'2030']",
    (
        "use_by_origin",
        ("oxide", "A", "B", "traced", "2031"),
    ): "0  <=  ship[oxide,B,A,traced,'2031'] + 0.9*stock[oxide,A,B,traced,'2030'] - stock[oxide,A,B,traced,'2031']",
    (
        "stock_limit",
        ("oxide", "A", "2031"),
    ): "stock[oxide,A,C,free,'2031'] + stock[oxide,A,-,free,'2031'] + stock[oxide,A,B,traced,'2031']  <=  0.05",
    (
        "consumption_is_use",
        ("share_cap.1", "home", "magnet", "2032"),
    ): "consumption['share_cap.1',home,magnet,'2032'] - (ship[magnet,A,A,free,'2032'] + ship[magnet,A,A,traced,'2032'] + ship[magnet,B,A,traced,'2032'])  ==  0",
    (
        "consumption_is_use",
        ("stock_min.0", "home", "oxide", "2031"),
    ): "consumption['stock_min.0',home,oxide,'2031'] - (ship[oxide,C,A,free,'2031'] + ship[oxide,B,A,traced,'2031'] + 0.9*stock[oxide,A,C,free,'2030'] + 0.9*stock[oxide,A,-,free,'2030'] + 0.9*stock[oxide,A,B,traced,'2030'] - (stock[oxide,A,C,free,'2031'] + stock[oxide,A,-,free,'2031'] + stock[oxide,A,B,traced,'2031']))  ==  0",
    (
        "share_cap",
        ("share_cap.0", "home", "processing", "B", "2031"),
    ): "ship[oxide,B,A,traced,'2031'] + 0.9*stock[oxide,A,B,traced,'2030'] - stock[oxide,A,B,traced,'2031']  <=  0.8*consumption['share_cap.0',home,processing,'2031'] + share_cap_short['share_cap.0',home,processing,B,'2031']",
    (
        "share_cap",
        ("share_cap.1", "home", "magnet", "B", "2032"),
    ): "ship[magnet,A,A,traced,'2032'] + ship[magnet,B,A,traced,'2032']  <=  0.7*consumption['share_cap.1',home,magnet,'2032'] + share_cap_short['share_cap.1',home,magnet,B,'2032']",
    (
        "domestic_capacity",
        ("domestic_min.0", "home", "magnet", "2032"),
    ): "0.012  <=  0.5*build[A_MAG,'2030'] + 0.25*build[A_MAG,'2031'] + 0.005 + domestic_min_short['domestic_min.0',home,magnet,'2032']",
    (
        "domestic_production",
        ("domestic_min.1", "home", "magnet", "2032"),
    ): "0.006  <=  0.5*activity[A_MAG,free,'2032'] + 0.5*activity[A_MAG,traced,'2032'] + domestic_min_short['domestic_min.1',home,magnet,'2032']",
    ("budget_max", ("budget.0", "2032")): "20.0*build[A_MAG,'2030'] + 20.0*build[A_MAG,'2031']  <=  2.0",
    ("budget_min", ("budget.0", "2032")): "0.1  <=  20.0*build[A_MAG,'2030'] + 20.0*build[A_MAG,'2031']",
    (
        "stock_min",
        ("stock_min.0", "home", "oxide", "2031"),
    ): "0.2*consumption['stock_min.0',home,oxide,'2031']  <=  stock[oxide,A,C,free,'2031'] + stock[oxide,A,-,free,'2031'] + stock[oxide,A,B,traced,'2031'] + stock_min_short['stock_min.0',home,oxide,'2031']",
    (
        "net_imports_are",
        ("stock_min.1", "home", "oxide", "2031"),
    ): "net_imports['stock_min.1',home,oxide,'2031'] - (ship[oxide,B,A,traced,'2030'] + ship[oxide,C,A,free,'2030'])  ==  0",
    (
        "stock_min_net_imports",
        ("stock_min.1", "home", "oxide", "2031"),
    ): "0.1*net_imports['stock_min.1',home,oxide,'2031']  <=  stock[oxide,A,C,free,'2031'] + stock[oxide,A,-,free,'2031'] + stock[oxide,A,B,traced,'2031'] + stock_min_short['stock_min.1',home,oxide,'2031']",
    (
        "consumption_is_use",
        ("share_cap.2", "home", "magnet", "2031"),
    ): "consumption['share_cap.2',home,magnet,'2031'] - (0.5*served[magnet,A,cars,free,'2031'] + 0.5*served[magnet,A,cars,traced,'2031'])  ==  0",
    (
        "share_cap",
        ("share_cap.2", "home", "magnet", "B", "2031"),
    ): "0.5*served[magnet,A,cars,traced,'2031']  <=  0.4*consumption['share_cap.2',home,magnet,'2031'] + share_cap_short['share_cap.2',home,magnet,B,'2031']",
    (
        "withstand",
        ("withstand.0", "home", "processing", "B", "2032"),
    ): "0.5*crisis_missing['withstand.0',B,magnet,A,cars,'2032']  <=  withstand_short['withstand.0',home,processing,B,'2032']",
    (
        "crisis_capacity",
        ("withstand.0", "B", "C_OX", "2032"),
    ): "crisis_activity['withstand.0',B,C_OX,'2032']  <=  0.018000000000000002",
    (
        "crisis_capacity",
        ("withstand.0", "B", "A_MAG", "2032"),
    ): "crisis_activity['withstand.0',B,A_MAG,'2032']  <=  0.25*(build[A_MAG,'2030'] + 0.5*build[A_MAG,'2031'] + 0.01)",
    (
        "crisis_supply",
        ("withstand.0", "B", "oxide", "B", "2032"),
    ): "crisis_ship['withstand.0',B,oxide,B,B,'2032'] - crisis_activity['withstand.0',B,B_OX,'2032']  ==  0",
    (
        "crisis_supply",
        ("withstand.0", "B", "magnet", "B", "2032"),
    ): "crisis_ship['withstand.0',B,magnet,B,A,'2032'] - crisis_activity['withstand.0',B,B_MAG,'2032']  ==  0",
    (
        "crisis_supply_unsold",
        ("withstand.0", "B", "slag", "C", "2032"),
    ): "0  <=  2.0*crisis_activity['withstand.0',B,C_OX,'2032']",
    (
        "crisis_stock",
        ("withstand.0", "B", "oxide", "A", "2030"),
    ): "crisis_draw['withstand.0',B,oxide,A,'2030']  <=  0.0027",
    (
        "crisis_stock",
        ("withstand.0", "B", "oxide", "A", "2032"),
    ): "crisis_draw['withstand.0',B,oxide,A,'2032']  <=  0.9*stock[oxide,A,C,free,'2031'] + 0.9*stock[oxide,A,-,free,'2031'] + 0.9*stock[oxide,A,B,traced,'2031']",
    (
        "crisis_use",
        ("withstand.0", "B", "oxide", "A", "2032"),
    ): "crisis_ship['withstand.0',B,oxide,C,A,'2032'] + crisis_draw['withstand.0',B,oxide,A,'2032'] - 0.5*crisis_activity['withstand.0',B,A_MAG,'2032']  ==  0",
    (
        "crisis_use",
        ("withstand.0", "B", "magnet", "A", "2032"),
    ): "crisis_ship['withstand.0',B,magnet,A,A,'2032'] + crisis_ship['withstand.0',B,magnet,B,A,'2032'] - crisis_served['withstand.0',B,magnet,A,cars,'2032']  ==  0",
    (
        "crisis_demand",
        ("withstand.0", "B", "magnet", "A", "cars", "2032"),
    ): "0.024  <=  crisis_served['withstand.0',B,magnet,A,cars,'2032'] + crisis_missing['withstand.0',B,magnet,A,cars,'2032']",
    ("cost_capital", ("A", "2032")): "12.67619047619047*build[A_MAG,'2030'] + 12.67619047619047*build[A_MAG,'2031']",
    ("cost_fixed_new", ("A", "2032")): "0.9*build[A_MAG,'2030'] + 0.9*build[A_MAG,'2031']",
    ("cost_fixed_existing", ("B", "2031")): "0.09000000000000001",
    ("cost_variable", ("B", "2031")): "4.0*activity[B_OX,traced,'2031'] + 7.0*activity[B_MAG,traced,'2031']",
    (
        "cost_freight",
        ("A", "2031"),
    ): "0.2*ship[oxide,B,A,traced,'2031'] + 0.2*ship[oxide,C,A,free,'2031'] + 0.5*ship[magnet,B,A,traced,'2031']",
    (
        "cost_tariff",
        ("A", "2031"),
    ): "0.5*ship[oxide,B,A,traced,'2031'] + 0.5*ship[oxide,C,A,free,'2031'] + 0.5*ship[magnet,B,A,traced,'2031']",
    (
        "cost_holding",
        ("A", "2031"),
    ): "0.1*stock[oxide,A,C,free,'2031'] + 0.1*stock[oxide,A,-,free,'2031'] + 0.1*stock[oxide,A,B,traced,'2031']",
    (
        "cost_shortage",
        ("A", "2031"),
    ): "90.0*(0.11 - (served[magnet,A,cars,free,'2031'] + served[magnet,A,cars,traced,'2031']))",
}

TREE = """
[risk]
weight = 0.5
[[branch]]
name = "other"
from = 2031
probability = 0.4
[[branch.event]]
kind = "export_limit"
origin = "B"
quota = 50
to = 2031
[[branch.event]]
kind = "capacity_factor"
regions = "A"
factor = 0.5
[[event]]
kind = "lead_time_delay"
plants = ["A_MAG"]
years = 1
to = 2030
"""

IN_A_TREE = {
    ("tail", "other 2032"): "0  <=  tail_excess[other 2032] + tail_from[tail]",
    (
        "crisis_quota",
        ("withstand.0", "B", "branch.0.event.0", "other 2031"),
    ): "crisis_ship['withstand.0',B,magnet,B,A,other 2031]  <=  0.0125",
    (
        "quota",
        ("branch.0.event.0", "other 2031"),
    ): "ship[oxide,B,A,traced,other 2031] + ship[magnet,B,A,traced,other 2031]  <=  0.05",
    (
        "capacity_limit",
        ("A_MAG", "other 2032"),
    ): "activity[A_MAG,free,other 2032] + activity[A_MAG,traced,other 2032]  <=  0.5*(0.5*build[A_MAG,'2030'] + 0.5*build[A_MAG,other 2031] + 0.01)",
}
"""Rows of the tiny instance in the tree of three lines above."""

_LANES = TABLES["lanes"].replace("from,to\n", "from,to,fall,switch_cost\n").replace("0.05,,,\n", "0.05,,,,0.1,400\n")
_PLANTS = TABLES["plants"].splitlines()
WORLD = {
    "quotas": "quota,commodity,origin,destination,from,to,max_flow\nq,magnet,B,*,,,60\nq,*,abroad,home,2031,,60\n",
    "contracts": (
        "contract,commodity,origin,destination,from,to,min_flow,break_cost\n"
        "c,magnet,B,home,2031,,95,1000\nd,magnet,*,A,2031,2031,20,500\n"
    ),
    "trade": "commodity,origin,destination,quantity\nmagnet,B,A,120\n",
    "lanes": _LANES.replace("0.1,,,\n", "0.1,,,,,\n").replace("70,2032,\n", "70,2032,,,\n"),
    "paths": "column,process,region,year,factor\ncapex,press,home,2030,1\ncapex,press,home,2031,0.5\n",
    "plants": "\n".join([_PLANTS[0] + ",may_close", *(f"{p},{int(p[0] == 'A')}" for p in _PLANTS[1:])]) + "\n",
}
"""Tables of the tiny instance with one of everything that is optional."""

IN_A_WORLD = {
    ("quota", ("q", "2030")): "ship[magnet,B,A,traced,'2030']  <=  0.06",
    (
        "quota",
        ("q #2", "2032"),
    ): "ship[oxide,B,A,traced,'2032'] + ship[oxide,C,A,free,'2032'] + ship[magnet,B,A,traced,'2032']  <=  0.06",
    ("policy_quota", ("imports", "2030")): "ship[magnet,B,A,traced,'2030']  <=  0.05",
    ("policy_quota", ("imports", "2032")): "ship[magnet,B,A,traced,'2032']  <=  0.05",
    ("contract", ("c", "2031")): "0.095  <=  kept[c,magnet,B,A,'2031'] + broken[c,'2031']",
    ("contract", ("d", "2031")): "0.02  <=  kept[d,magnet,A,A,'2031'] + kept[d,magnet,B,A,'2031'] + broken[d,'2031']",
    (
        "contract_kept",
        ("magnet", "B", "A", "2031"),
    ): "kept[c,magnet,B,A,'2031'] + kept[d,magnet,B,A,'2031'] - ship[magnet,B,A,traced,'2031']  <=  0",
    (
        "contract_kept",
        ("magnet", "A", "A", "2031"),
    ): "kept[d,magnet,A,A,'2031'] - (ship[magnet,A,A,free,'2031'] + ship[magnet,A,A,traced,'2031'])  <=  0",
    ("fell_by", ("magnet", "B", "A", "2030")): "0.108  <=  fell[magnet,B,A,'2030'] + ship[magnet,B,A,traced,'2030']",
    (
        "fell_by",
        ("magnet", "B", "A", "2031"),
    ): "0.0  <=  fell[magnet,B,A,'2031'] + ship[magnet,B,A,traced,'2031'] - 0.9*ship[magnet,B,A,traced,'2030']",
    ("stays_closed", ("A_MAG", "2031")): "-0.0  <=  closed[A_MAG,'2031'] - closed[A_MAG,'2030']",
    ("stays_closed", ("A_MAG", "2032")): "-0.0  <=  closed[A_MAG,'2032'] - closed[A_MAG,'2031']",
    ("cost_contracts", ("A", "2031")): "broken[c,'2031'] + 0.5*broken[d,'2031']",
    ("cost_switching", ("A", "2031")): "0.4*fell[magnet,B,A,'2031']",
    (
        "capacity_limit",
        ("A_MAG", "2032"),
    ): "activity[A_MAG,free,'2032'] + activity[A_MAG,traced,'2032']  <=  0.01 - closed[A_MAG,'2032'] + build[A_MAG,'2030'] + 0.5*build[A_MAG,'2031']",
    ("cost_fixed_existing", ("A", "2032")): "0.009000000000000001 - 0.9*closed[A_MAG,'2032']",
    ("crisis_quota", ("withstand.0", "B", "q", "2030")): "crisis_ship['withstand.0',B,magnet,B,A,'2030']  <=  0.015",
    (
        "crisis_quota",
        ("withstand.0", "B", "q #2", "2032"),
    ): "crisis_ship['withstand.0',B,oxide,C,A,'2032'] + crisis_ship['withstand.0',B,magnet,B,A,'2032']  <=  0.015",
    ("budget_max", ("budget.0", "2032")): "20.0*build[A_MAG,'2030'] + 10.0*build[A_MAG,'2031']  <=  2.0",
    ("cost_capital", ("A", "2032")): "12.67619047619047*build[A_MAG,'2030'] + 6.338095238095235*build[A_MAG,'2031']",
    (
        "domestic_capacity",
        ("domestic_min.0", "home", "magnet", "2032"),
    ): "0.012  <=  0.005 - 0.5*closed[A_MAG,'2032'] + 0.5*build[A_MAG,'2030'] + 0.25*build[A_MAG,'2031'] + domestic_min_short['domestic_min.0',home,magnet,'2032']",
}
"""Component and index -> the row as the formulation writes it there."""
