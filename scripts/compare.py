"""What do these plans cost, build, reach and miss, side by side? The answer: ``model/cli/showing/compare.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("compare")
