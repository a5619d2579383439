"""The constraint families of the chain, one a file; those of policies stand in ``policy``."""
