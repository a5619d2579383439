"""Commands that show results: a report, pictures, a workbook, two plans side by side."""
