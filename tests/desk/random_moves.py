"""A hand at random for as long as is asked: every plan that it sees against a cold solve, and the memory of the worker.

    python -m tests.desk.random_moves 1000

Not part of the suite, which makes a few of these moves.
"""

from __future__ import annotations

import sys

from model.base.clock import peak_memory_mb
from model.desk.bench import Bench
from tests.desk.test_moves import FOLDER, moves, same_as_cold

EVERY = 100


def main(number: int) -> None:
    """Move, compare, say how far it is and what the process's memory has come to."""
    bench = Bench(FOLDER)
    for done, given in enumerate(moves(bench.programmes.base, number, seed=19), start=1):
        same_as_cold(bench, given)
        if done % EVERY == 0 or done == number:
            print(f"{done} moves as a cold solve gives them; peak memory {peak_memory_mb():.0f} MB", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
