"""What does a stop of exports do to this plan, and what would help? The answer: ``model/cli/questions/stress.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("stress")
