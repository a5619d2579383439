"""Which stocks carry buyers through a stop of exports, and for how much?

The answer: ``model/cli/questions/stockpiles.py``.
"""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("stockpiles")
