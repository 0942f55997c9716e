"""A real Kimina server gives every kind of verdict, the same ones as the embedded checker."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from leaneval.checkers import make_checker
from leaneval.checkers.kimina import KiminaChecker
from leaneval.errors import UnavailableError, UsageError
from leaneval.settings import Settings
from leaneval.types import FileClaim, GoalClaim, Statement, StatementClaim

pytestmark = pytest.mark.lean
Make = Callable[..., KiminaChecker]


def claim(signature: str, name: str = "t", **more: str) -> StatementClaim:
    return StatementClaim(Statement(more.pop("header", ""), name, signature, **more))


@pytest.mark.slow
async def test_the_same_verdicts_as_the_embedded_checker_on_500_statements(
    kimina_server: Any, kimina: Make, statements: list[StatementClaim], verdicts: Any
) -> None:
    assert len(statements) == 500
    remote = await verdicts(kimina(kimina_server.url, time_limit=20.0), statements)
    async with make_checker(Settings(workers=1, cache="off", time_limit=20.0)) as embedded:
        local = await asyncio.gather(*map(embedded.check, statements))
    differ = {
        c.statement.signature[:80]: (str(a.kind), str(b.kind))
        for c, a, b in zip(statements, local, remote, strict=True)
        if a.kind != b.kind
    }
    assert differ == {}
    counts = Counter(str(verdict.kind) for verdict in remote)
    assert counts["compiles"] > 150
    assert counts["fails"] > 150
    assert counts["unavailable"] == 0


async def test_diagnostics_point_into_the_signature_and_the_server_is_named(
    kimina_server: Any, kimina: Make, verdicts: Any
) -> None:
    texts = ["(n : Nat)\n  : Eq n\n    undeclared", "(n : Nat)\u2028 : Eq n n"]
    first, second = await verdicts(kimina(kimina_server.url), [claim(t) for t in texts])
    (said,) = first.diagnostics
    assert (said.line, said.column, "undeclared" in said.message) == (3, 4, True)
    assert (second.kind, second.diagnostics[0].line) == ("fails", 1)
    assert first.toolchain == f"lean 4.35.0, Peano of unknown revision at {kimina_server.url}"


async def test_files_goals_and_headers(kimina_server: Any, kimina: Make, verdicts: Any) -> None:
    same = GoalClaim(
        (Statement("", "a", "(n : Nat) : Even n"), Statement("", "b", "(m : Nat) : Even m")),
        "∀ n : Nat, Even n",
        "@{0}",
    )
    claims = [
        same,
        FileClaim("prelude\nimport Peano\ntheorem t (n : Nat) : Even n := sorry"),
        FileClaim("prelude\nimport Peano\ntheorem t (n : Nat) : Even (add n) := sorry"),
        FileClaim("import Mathlib\ntheorem t (n : Nat) : Even n := sorry"),
        claim("(n : Nat) : Eq n (next n)", header="prelude\nimport Peano\nopen Nat"),
        claim("(n : Nat) : Eq n (next n)"),
    ]
    kinds = [str(v.kind) for v in await verdicts(kimina(kimina_server.url), claims)]
    assert kinds == ["compiles", "compiles", "fails", "fails", "compiles", "fails"]


async def test_a_slow_statement_is_a_timeout_and_its_neighbours_are_unharmed(
    kimina_server: Any, kimina: Make, verdicts: Any, runaway: Statement
) -> None:
    claims = [claim(f"(n{i} : Nat) : Even n{i}") for i in range(8)] + [StatementClaim(runaway)]
    kinds = [str(v.kind) for v in await verdicts(kimina(kimina_server.url, time_limit=1), claims)]
    assert kinds == ["compiles"] * 8 + ["timeout"]


async def test_a_statement_that_ends_its_repl_twice_is_a_crash(
    kimina_server: Any, kimina: Make, faults: Callable[..., None], verdicts: Any
) -> None:
    faults("dangerous", "die", again=True)
    claims = [claim(f"(n{i} : Nat) : Even n{i}") for i in range(8)]
    claims[3] = claim("(dangerous : Nat) : Even dangerous")
    kinds = [str(v.kind) for v in await verdicts(kimina(kimina_server.url), claims)]
    assert kinds == ["compiles"] * 3 + ["crash"] + ["compiles"] * 4


async def test_a_repl_that_dies_once_costs_nobody_a_verdict(
    kimina_server: Any, kimina: Make, faults: Callable[..., None], verdicts: Any
) -> None:
    faults("unlucky", "die")
    claims = [claim(f"(unlucky{i} : Nat) : Even unlucky{i}") for i in range(8)]
    kinds = [str(v.kind) for v in await verdicts(kimina(kimina_server.url), claims)]
    assert kinds == ["compiles"] * 8


async def test_hundreds_at_once_go_out_in_few_snippets(kimina_server: Any, kimina: Make) -> None:
    claims = [claim(f"(n{i} : Nat) : Even {'n' if i % 2 else 'm'}{i}") for i in range(400)]
    async with kimina(kimina_server.url) as checker:
        found = await asyncio.gather(*map(checker.check, claims))
        snippets = checker.usage()["snippets"]
    assert [v.compiles for v in found] == [bool(i % 2) for i in range(400)]
    assert snippets < 20
    assert checker.cage == "remote"


async def test_the_settings_make_it_with_the_cache_around(
    kimina_server: Any, tmp_path: Any
) -> None:
    settings = Settings(
        checker=f"kimina:{kimina_server.url}/",
        preamble="prelude\nimport Peano",
        cache=str(tmp_path),
    )
    for seconds in (True, False):
        async with make_checker(settings) as checker:
            verdict = await checker.check(claim("(n : Nat) : Even n"))
        assert verdict.compiles
        assert bool(verdict.seconds) is seconds


async def test_a_server_without_the_library_is_found_out_at_the_start(kimina_server: Any) -> None:
    # its REPL goes on in an empty environment, where `∀ p : Prop, p → p` still compiles
    settings = Settings(checker=f"kimina:{kimina_server.url}", cache="off")
    with pytest.raises(UnavailableError, match="run `import Mathlib`, got: Unknown identifier"):
        await make_checker(settings).__aenter__()


@pytest.mark.parametrize(
    "spec",
    [
        "kimina",
        "kimina:",
        "kimina:ftp://x",
        "kimina:http://u:secret@host",
        "kimina:http://",
        "kimina:http://[::1",
        "kimina:http://host:port",
        "kimina:host:99999",
        "kimina:http://u:secret@host:99999",
    ],
)
def test_a_spec_without_a_servers_url_is_refused(spec: str) -> None:
    with pytest.raises(UsageError, match="kimina:URL") as error:
        make_checker(Settings(checker=spec, cache="off"))
    assert "secret" not in str(error.value)


async def test_a_key_is_needed_where_the_server_wants_one(
    guarded_server: Any, kimina: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = guarded_server
    for wrong in (None, "wrong-key"):
        with pytest.raises(UnavailableError, match="LEANEVAL_KIMINA_API_KEY") as error:
            await kimina(server.url, wrong).__aenter__()
        assert "wrong-key" not in str(error.value)
    monkeypatch.setenv("LEANEVAL_KIMINA_API_KEY", "opensesame")
    settings = Settings(checker=f"kimina:{server.url}", preamble="import Peano", cache="off")
    async with make_checker(settings) as checker:
        assert (await checker.check(claim("(n : Nat) : Even n"))).compiles
