"""Whether the explanation of a miss keeps its word: against an independent solver, and with changes made by hand."""
