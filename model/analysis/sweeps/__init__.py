"""Sweeps: hundreds of cases from one file that says what varies, solved on any machine to the same bytes."""
