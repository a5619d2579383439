"""What is safe to approve? The answer: ``model.cli.questions.approve.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("approve")
