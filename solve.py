"""Which capacity, where, when and at what cost meets a policy? The answer: ``model/cli/planning/solve.py``."""

if __name__ == "__main__":
    import gc

    from model.cli.command import enter

    gc.disable()  # one short run: looking for garbage, and tidying up at the end, would take a fifth of it
    enter("solve")
