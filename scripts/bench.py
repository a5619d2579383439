"""Measure the project on large generated instances and print the tables of BENCHMARKS.md.

    python scripts/bench.py [--sizes 20k,100k,1M,3M] [--rounds 5] [--solve 100k] [--allied] [--algorithms 100k]

Exit codes: 0 printed; 1 unexpected failure; 2 the call is wrong; 4 stopped by the user. Needs Linux, and the extras
test and bench.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

PRINTED, FAILED, WRONG, STOPPED = 0, 1, 2, 4
SMALLER = ("20k", "100k")
SIZES = (*SMALLER, "1M", "3M")
ALLIED = ("crma-2030", "allied-65", "allied-traced-10")


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=chosen, default=SIZES, metavar="A,B", help=f"of {','.join(SIZES)}; all")
    parser.add_argument("--rounds", type=int, default=5, help="medians are over so many; default: 5")
    parser.add_argument("--solve", choices=("none", *SIZES), default="100k", help="the largest size to solve; 100k")
    parser.add_argument("--allied", action="store_true", help="whole runs of allied-2045 too")
    parser.add_argument("--algorithms", choices=SIZES, help="each solve by each algorithm, up to a size")
    parser.add_argument("--limit", type=float, default=300, help="seconds after which an algorithm is given up; 300")
    parser.add_argument("--no-roads", action="store_true", help="leave out build and hand-over by road")
    call = parser.parse_args(argv)
    try:
        return run(call)
    except KeyboardInterrupt:
        return complain("Stopped.", STOPPED)
    except ImportError as error:
        return complain(f"{sys.executable} lacks {error.name}: pip install -e '.[test,bench]'", FAILED)
    except Exception as error:
        return complain(f"Unexpected failure. {type(error).__name__}: {error}", FAILED)


def chosen(text: str) -> tuple[str, ...]:
    """Sizes of a list with commas."""
    wrong = [name for name in text.split(",") if name not in SIZES]
    if wrong:
        raise argparse.ArgumentTypeError(f"no size: {', '.join(wrong)}; known: {', '.join(SIZES)}")
    return tuple(name for name in SIZES if name in text.split(","))


def complain(text: str, code: int) -> int:
    """A message on standard error."""
    print(text, file=sys.stderr)
    return code


def say(text: str) -> None:
    """What is being measured."""
    print(text, file=sys.stderr, flush=True)


def run(call: argparse.Namespace) -> int:
    """Measure and print."""
    from tests.bench import tables

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        show(tables.head())
        if not call.no_roads:
            show(["## Build and hand-over, by road", "", *tables.roads(call.sizes, call.rounds, folder, say)])
        most = SIZES.index(call.solve) if call.solve in SIZES else -1
        until = {size: "write" if SIZES.index(size) <= most else "hand-over" for size in call.sizes}
        cases = [(f"allied-2045, {p}", tables.ALLIED, p, "write") for p in ALLIED if call.allied]
        for size in call.sizes:
            policies = ("all", "early") if until[size] == "write" and size in SMALLER else ("all",)
            cases += [(f"{size}, {p}", tables.made(size, folder), p, until[size]) for p in policies]
        if cases:
            show(["## Whole runs", "", *tables.whole_runs(cases, call.rounds, say)])
        if call.algorithms:
            sizes = [size for size in call.sizes if SIZES.index(size) <= SIZES.index(call.algorithms)]
            asked = [(f"allied-2045, {p}", tables.ALLIED, p, 1) for p in ALLIED if call.allied]
            asked += [(f"allied-2045, {p}, three futures", tables.ALLIED, p, 3) for p in ALLIED if call.allied]
            asked += [
                (f"{size}, {p}", tables.made(size, folder), p, 1)
                for size in sizes
                for p in (("all", "early", "traced") if size in SMALLER else ("all",))
            ]
            show(["## Algorithms", "", *tables.algorithms(asked, call.limit, say)])
    return PRINTED


def show(lines: list[str]) -> None:
    """Print a part as soon as it is measured."""
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
