"""By when must something be decided at the latest? Nothing decided before a year, everything else planned anew."""
