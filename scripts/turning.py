"""Which figures could turn the answer, and at which value? The answer: ``model/cli/questions/turning.py``."""

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    from model.cli.command import enter

    enter("turning")
