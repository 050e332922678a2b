"""What is made of the figures."""

from dataclasses import replace

import pytest

from bgstream.bench.advice import State, advise
from bgstream.bench.measure import Run, paced
from bgstream.bench.sizes import fit
from bgstream.matting.session import Device
from tests.bench import results

QUIET = State(Device("cpu"), cores=2, tuned=True, share=1.0)


@pytest.mark.parametrize(
    ("run", "limit"),
    [
        (results.run(fps=90.0, encode=30.0), "codec"),
        (results.run(fps=20.0, encode=60.0), "codec"),
        (results.run(fps=20.0, model=60.0), "network"),
        (results.run(fps=20.0, refine=60.0), "kernels"),
        (results.run(fps=20.0, model=60.0, cores=1.9), "cores"),
        (results.run(fps=95.0, model=60.0, cores=1.9), "codec"),
    ],
)
def test_the_limit(run: Run, limit: str) -> None:
    said = advise(results.CLIP, results.floor(), [run], QUIET)
    assert said.limit == limit
    assert f"{run.fps:.1f} fps with -q fast" in said.says


def test_the_best_quality_that_keeps_up() -> None:
    rates = {"draft": 80.0, "fast": 50.0, "balanced": 26.0, "best": 9.0}
    runs = [results.run(name, fps) for name, fps in rates.items()]
    assert advise(results.CLIP, results.floor(), runs, QUIET).quality == "balanced"
    assert advise(replace(results.CLIP, rate=60.0), results.floor(), runs, QUIET).quality == "draft"


def test_where_none_keeps_up_the_quickest_is_named() -> None:
    runs = [results.run("draft", 12.0), results.run("fast", 5.0), replace(results.run("x", 90.0), model="selfie")]
    said = advise(results.CLIP, results.floor(), runs, QUIET)
    assert said.quality == ""
    assert "-q draft comes nearest (12.0 fps)" in said.lines[0]
    assert said.lines[1] == "people: -m selfie runs at 90.0 fps"


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (replace(QUIET, device=Device("cpu", "a GPU is here but not used")), "a GPU is here"),
        (replace(QUIET, tuned=False), "bgstream tune"),
        (replace(QUIET, share=0.5), "50 %"),
    ],
)
def test_what_else_there_is_to_do(state: State, word: str) -> None:
    runs = [results.run()]
    assert len(advise(results.CLIP, results.floor(), runs, QUIET).lines) == 1
    assert word in advise(results.CLIP, results.floor(), runs, state).lines[-1]


def test_a_line_through_exact_costs() -> None:
    cost = fit("encode", list(results.sizes()))
    assert (cost.fixed, cost.slope, cost.r2) == pytest.approx((1, 5, 1))


@pytest.mark.parametrize(
    ("guess", "rate", "asked"),
    [(10, 12, [20]), (10, 100, [20, 200]), (100, 10, [200])],
)
def test_runs_last_about_as_long_as_wanted(guess: float, rate: float, asked: list[float]) -> None:
    taken: list[float] = []

    def take(frames: float) -> Run:
        taken.append(frames)
        return replace(results.run(fps=rate), frames=int(frames))

    run = paced(take, 2.0, guess)
    assert taken == asked
    assert run.frames == max(asked)
