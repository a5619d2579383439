"""Is this plan sound? The answer: ``model/cli/planning/check_plan.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("check_plan")
