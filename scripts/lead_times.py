"""At which plants is a year less of lead time worth most? The answer: ``model/cli/questions/lead_times.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("lead_times")
