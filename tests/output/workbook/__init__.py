"""Instances and results as workbooks: there, edited, refused, and back."""
