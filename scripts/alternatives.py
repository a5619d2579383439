"""Which decisions hold whatever else is done? The answer: ``model.cli.questions.alternatives.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("alternatives")
