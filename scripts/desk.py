"""What happens to the plan when I move a target? The answer: ``model/cli/showing/desk.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("desk")
