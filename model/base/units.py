"""Units at the edges (t, USD) and inside the programme (kt, million USD), converted here and nowhere else."""

T_PER_KT = 1e3
USD_PER_MUSD = 1e6
MUSD_PER_KT = T_PER_KT / USD_PER_MUSD
"""What 1 USD/t is in million USD per kt."""
