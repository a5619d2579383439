"""Which capacity, where, when and at what cost meets a policy: solve an instance and write the plan.

Exit codes: 0 solved and every target met; 1 unexpected failure; 2 the call or the instance is wrong (nothing was
solved); 3 solved, and a target can't be met (the plan that comes nearest is written); 4 stopped by the user or a limit.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402
import contextlib  # noqa: E402
import gc  # noqa: E402
import io  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

if TYPE_CHECKING:
    from model.instance import Instance
    from model.plan import Plan

MET, FAILED, WRONG, MISSED, STOPPED = range(5)
INSTANCE_KEYS = ("title", "description", "horizon", "finance", "defaults", "envelope")


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    text = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="solve.py", description=text[0], epilog=text[2], allow_abbrev=False)
    parser.add_argument("instance", type=Path, help="folder of the instance, such as instances/allied-2045")
    parser.add_argument(
        "--policy", action="append", default=[], metavar="NAME|FILE",
        help="a policy of the instance or a policy file; default: the instance's own; twice or more: side by side",
    )  # fmt: skip
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=assignment,
        help="override a scalar: finance.discount_rate=0.03, share_cap.0.max=0.5",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="results folder; default: results/INSTANCE/POLICY")
    parser.add_argument("--check", action="store_true", help="read and check the instance, show warnings, and stop")
    parser.add_argument("--json", action="store_true", help="print summary.json in place of the text")
    parser.add_argument("--threads", type=whole, metavar="N", help="policies solved at a time; default: the cores")
    parser.add_argument("--time-limit", type=float, metavar="S", default=float("inf"), help="seconds for all solves")
    parser.add_argument("--no-report", action="store_true", help="leave out report.html")
    parser.add_argument("--traceback", action="store_true", help="show where an unexpected failure came from")
    return parser.parse_args(argv)


def assignment(text: str) -> tuple[str, Any]:
    """KEY=VALUE with the value as TOML reads it, or as text."""
    import tomllib

    key, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[\w\-]+(\.[\w\-]+)*", key.strip()):
        raise argparse.ArgumentTypeError(f'"{text}" is not KEY=VALUE, such as finance.discount_rate=0.03')
    try:
        return key.strip(), tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def whole(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number of at least 1')
    return int(text)


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code. No traceback reaches the user unless asked for."""
    call = arguments(argv)
    call.written = []
    for name in ("SIGTERM", "SIGHUP"):
        if getattr(signal, name, None) is not None and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), interrupted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that can't show a letter shows a question mark
    try:
        return run(call)
    except KeyboardInterrupt:
        return complain(f"Stopped. {left_behind(call)}", STOPPED)
    except Exception as error:
        return failure(error, call)


def interrupted(*_: object) -> None:
    """A request to end is heard like Ctrl-C."""
    raise KeyboardInterrupt


def left_behind(call: argparse.Namespace) -> str:
    """What a run that did not end well has written."""
    return f"Written: {', '.join(map(str, call.written))}." if call.written else "Nothing was written."


def failure(error: Exception, call: argparse.Namespace) -> int:
    """Say what went wrong; the exit code tells whose fault it is."""
    if isinstance(error, ModuleNotFoundError) and not call.traceback:
        here = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/python solve.py ..."
        return complain(f"{sys.executable} has no package {error.name}; in this folder: {here}", FAILED)
    from model.errors import Stopped, Unmeetable
    from model.inputs.problems import InputError

    if isinstance(error, InputError):
        return complain(str(error), WRONG)
    if isinstance(error, Unmeetable):
        return complain(f"The hard limits contradict one another; nothing was solved: {error}", WRONG)
    if isinstance(error, Stopped):
        return complain(f"Stopped: {error}. {left_behind(call)}", STOPPED)
    if call.traceback:
        raise error
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return complain(f"Unexpected failure. {left_behind(call)} {what}\n(--traceback shows where.)", FAILED)


def complain(text: str, code: int) -> int:
    """A message on standard error."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return code


def run(call: argparse.Namespace) -> int:
    """Read, solve, check, write, show."""
    from model.clock import Clock
    from model.reading import read

    sets = dict(call.set)
    refuse_unknown(sets)
    own = {k: v for k, v in sets.items() if k.split(".")[0] in INSTANCE_KEYS}
    asked = {k: v for k, v in sets.items() if k not in own}
    clock = Clock()
    if call.check:
        instance = read(call.instance, own)
        return check(instance, call.policy, asked)
    from model.results.words import console

    with progress(quiet=call.json) as say:
        say("starting")
        from model.plan import solve  # noqa: F401  imports are a phase of their own

        clock.add("imports", time.perf_counter() - STARTED)
        with clock.phase("read"):
            instance = read(call.instance, own)
        plans = solve_all(instance, call, asked, clock, say)
        folders = write_all(instance, plans, call, clock)
    try:
        show(plans, folders, call.json, console(), clock)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough; the results are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return MET if all(plan.compliant for plan in plans) else MISSED


def refuse_unknown(sets: dict[str, Any]) -> None:
    """An override belongs to the instance or to the policy."""
    from model.inputs.problems import InputError, Problem, nearest
    from model.policy import KINDS

    known = [*INSTANCE_KEYS, *KINDS]
    wrong = [(key, key.split(".")[0]) for key in sets if key.split(".")[0] not in known]
    if wrong:
        expected = f"expected a key that begins with {', '.join(known)}"
        raise InputError(Problem(f"--set {key}", None, "", "", expected, nearest(head, known)) for key, head in wrong)


def check(instance: Instance, policies: list[str], overrides: dict[str, Any]) -> int:
    """Show warnings and the pedigree of the figures."""
    from model.inputs.warnings import figures, warnings
    from model.reading import policy
    from model.results.words import clean, console

    for name in policies or ([""] if overrides else []):
        policy(instance, name, overrides)
    found = warnings(instance)
    out = console()
    out.print(f"{clean(instance.title)}: sound.", style="bold green")
    for problem in found:
        out.print(f"  warning: {clean(problem)}", style="yellow")
    out.print(f"\n{len(found)} warning(s). How the figures are known (figures by table):", style="bold")
    out.print(figures(instance).to_string(index=False))
    return MET


def solve_all(
    instance: Instance, call: argparse.Namespace, overrides: dict[str, Any], clock: Any, say: Callable[[str], None]
) -> list[Plan]:
    """A plan for each policy, several at a time; all calls are judged before the first is solved."""
    from concurrent.futures import ThreadPoolExecutor

    from model.clock import Clock
    from model.plan import solve
    from model.reading import policy
    from model.results.writing import check_place

    names = call.policy or [""]
    policies = [policy(instance, name, overrides) for name in names]
    for folder in places(instance, [p.name for p in policies], call.out):
        check_place(folder)
    if len(names) == 1:
        return [solve(instance, names[0], overrides, time_limit=call.time_limit, clock=clock, say=say)]
    stop = threading.Event()
    with ThreadPoolExecutor(min(call.threads or os.cpu_count() or 1, len(names))) as pool:
        jobs = [
            pool.submit(
                solve,
                instance,
                name,
                overrides,
                time_limit=call.time_limit,
                clock=Clock(dict(clock.seconds), dict(clock.memory_mb)),
                say=lambda text, name=asked.name: say(f"{name}: {text}"),
                stop=stop,
            )
            for name, asked in zip(names, policies, strict=True)
        ]
        try:
            plans = [job.result() for job in jobs]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    for plan in plans:
        for phase, values in plan.summary["phases"].items():
            if phase not in ("imports", "read"):
                clock.add(phase, values["seconds"])
    return plans


def places(instance: Instance, policies: list[str], out: Path | None) -> list[Path]:
    """Where each plan goes; a name that comes twice gets a number."""
    base = out or Path("results") / instance.name
    if len(policies) == 1:
        return [out or base / policies[0]]
    return [base / (p if policies.index(p) == i else f"{p}-{i + 1}") for i, p in enumerate(policies)]


def write_all(instance: Instance, plans: list[Plan], call: argparse.Namespace, clock: Any) -> list[Path]:
    """Write each plan's folder, and ``comparison.csv`` beside several; Ctrl-C waits until that is done."""
    from model.results.comparison import comparison

    folders = places(instance, [p.policy.name for p in plans], call.out)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with clock.phase("write"):
            for plan, folder in zip(plans, folders, strict=True):
                plan.write(folder)
                call.written.append(folder)
            if len(plans) > 1:
                comparison(plans).to_csv(folders[0].parent / "comparison.csv", index=False, lineterminator="\n")
    finally:
        signal.signal(signal.SIGINT, before)
    return folders


def show(plans: list[Plan], folders: list[Path], as_json: bool, out: Any, clock: Any) -> None:
    """What the user sees: one plan in full, or several side by side."""
    from model.results.comparison import side_by_side
    from model.results.summary import phases
    from model.results.text import report, seconds
    from model.results.writing import to_json

    if as_json:
        summaries = [dict(plan.summary) for plan in plans]
        sys.stdout.write(to_json(summaries if len(plans) > 1 else summaries[0]))
        return
    out.print(report(plans[0]) if len(plans) == 1 else side_by_side(plans))
    out.print(seconds(phases(clock)))
    out.print(f"Results: {folders[0] if len(plans) == 1 else folders[0].parent}")


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the step at hand on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(text)


if __name__ == "__main__":
    gc.disable()  # one short run: looking for garbage, and tidying up at the end, would take a fifth of it
    CODE = main()
    for STREAM in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            STREAM.flush()
    os._exit(CODE)
