"""Large instances made by rule, and how long the programme takes to build."""
