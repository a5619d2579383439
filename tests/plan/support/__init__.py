"""Who pays for new plants: the price that each needs and gets, and what price floors cost the public."""
