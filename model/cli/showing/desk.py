"""What happens to the plan when I move a target? A page on this machine that solves as the hand moves.

It opens in the browser; the terminal shows its address. Nothing leaves this machine. Ctrl-C ends it.

Exit codes: 0 ended by the user; 1 unexpected failure; 2 the call or the instance is wrong, or a package is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_policy, add_set, add_traceback, parser_of
from model.cli.command import DONE, WRONG, Command, complain

if TYPE_CHECKING:
    import argparse

    from model.desk.app import Desk

NEEDED = ("starlette", "uvicorn")


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("desk", __doc__)
    add_instance(parser)
    add = parser.add_argument
    add_policy(parser, "a policy to start from; default: the instance's own")
    add_set(parser)
    add("--port", type=port, default=0, metavar="N", help="default: any port that is free")
    add("--no-browser", action="store_true", help="show the address and open nothing")
    add_traceback(parser)
    return parser.parse_args(argv)


def port(text: str) -> int:
    """A port of this machine; 0: any."""
    import argparse

    if not text.isdecimal() or len(text) > 5 or int(text) > 65535:
        raise argparse.ArgumentTypeError(f'"{text}" is not a port: a whole number from 0 to 65535')
    return int(text)


def run(call: argparse.Namespace) -> int:
    """Judge the call and the instance, then answer the page until Ctrl-C."""
    from model.base.extras import lacks, to_install

    for package in NEEDED:
        if lacks(package):
            return complain(to_install(package), WRONG)
    from model.cli.calls import overrides
    from model.desk.app import Desk
    from model.desk.state import Start

    own, sets = overrides(call)
    desk = Desk(call.instance.absolute(), Start(call.policy, sets, own))
    desk.start()
    try:
        opened(call, desk)
    finally:
        desk.end()
    return DONE


def opened(call: argparse.Namespace, desk: Desk) -> None:
    """Hear what a worker says of the instance, show the address, answer the page until Ctrl-C. Raises InputError."""
    from model.base.problems import InputError, Problem
    from model.desk.serve import serve

    about = desk.read()
    if "instance" not in about:
        parts = about.get("parts") or [(str(call.instance), None, "", "", text) for text in about["problems"]]
        raise InputError([Problem(*part) for part in parts])

    def show(address: str) -> None:
        print(f"{about['instance']['title']}\n{address}\nCtrl-C ends it.", flush=True)
        if not call.no_browser:
            import webbrowser

            webbrowser.open(address)

    try:
        serve(desk, call.port, show)
    except KeyboardInterrupt:
        print()
    except OSError as error:
        if not call.port:
            raise
        said = f"is taken or not allowed ({error.strerror}); name another, or none for any that is free"
        raise InputError([Problem("--port", None, "", str(call.port), said)]) from None


COMMAND = Command(arguments, run, left=lambda _: "The desk is closed.")
