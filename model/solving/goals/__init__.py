"""Goals in order, the targets among them, and one plan among equals."""
