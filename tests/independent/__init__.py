"""A second solver of the formulation, written from the specification alone, and random cases."""
