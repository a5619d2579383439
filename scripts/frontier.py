"""How tight can a cap be, how soon, with how much capital, and at what cost?

The answer: ``model/cli/questions/frontier.py``.
"""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("frontier")
