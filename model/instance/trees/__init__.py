"""Trees of futures: scenarios, their events, their nodes."""
