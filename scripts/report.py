"""What does this plan, sweep or choice of plans come to, on a page to read?

The answer: ``model/cli/showing/report.py``.
"""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("report")
