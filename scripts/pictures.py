"""What does this plan look like in a paper? The answer: ``model/cli/showing/pictures.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("pictures")
