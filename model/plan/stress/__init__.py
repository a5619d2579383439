"""The stress test of a plan that stands: its programme, its question, and its tables."""
