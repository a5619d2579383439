"""Workbooks (.xlsx) for those who live in spreadsheets: results to look at, and an instance to edit and bring back."""
