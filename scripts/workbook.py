"""How do I work on an instance, or read results, in a spreadsheet? The answer: ``model/cli/showing/workbook.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("workbook")
