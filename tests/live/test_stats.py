"""Figures of the running camera, by a clock that the test winds."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgstream.live.stats import WINDOW, Meter, Stats


class Winder:
    """Two clocks: of the wall and of the processor."""

    def __init__(self) -> None:
        self.now, self.busy = 1000.0, 50.0

    def meter(self) -> Meter:
        return Meter(lambda: self.now, lambda: self.busy)


@pytest.mark.parametrize("rate", [5, 24, 30, 60])
def test_a_steady_camera(rate: int) -> None:
    winder = Winder()
    meter = winder.meter()
    for _ in range(rate * 10):
        winder.now += 1 / rate
        winder.busy += 0.4 / rate
        meter.sent(winder.now - 0.02)
        figures = meter.figures()
    assert figures["fps"] == pytest.approx(rate, rel=0.01)
    assert figures["latency"] == pytest.approx(20, abs=0.1)
    assert figures["latency_99"] == pytest.approx(20, abs=0.1)
    assert figures["cpu"] == pytest.approx(0.4, rel=0.01)
    assert (figures["frames"], figures["seconds"]) == (rate * 10, 10.0)


def test_what_is_over_is_forgotten() -> None:
    winder = Winder()
    meter = winder.meter()
    for _ in range(60):
        winder.now += 1 / 30
        meter.sent(winder.now - 5)
    winder.now += WINDOW * 2
    assert (meter.fps, meter.figures()["latency"], meter.figures()["frames"]) == (0.0, 0.0, 60)


def test_a_rare_late_frame_shows_in_the_99th_percentile_alone() -> None:
    winder = Winder()
    meter = winder.meter()
    for count in range(200):
        winder.now += 1 / 100
        meter.sent(winder.now - (0.5 if count >= 195 else 0.01))
    figures = meter.figures()
    assert figures["latency"] == pytest.approx(10, abs=0.1)
    assert figures["latency_99"] == pytest.approx(500, abs=1)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2), st.floats(0, 1))))
def test_figures_are_sane_whatever_happens(steps: list[tuple[float, float, float]]) -> None:
    winder = Winder()
    meter = winder.meter()
    for passed, busy, age in steps:
        winder.now, winder.busy = winder.now + passed, winder.busy + busy
        meter.sent(winder.now - age)
        figures = meter.figures()
        assert min(figures.values()) >= 0
        assert figures["latency"] <= figures["latency_99"] + 0.2
        told = replace(Stats(state="live"), **figures)  # type: ignore[arg-type]
        assert json.loads(json.dumps(told.as_dict(), allow_nan=False))["frames"] == meter.frames
        assert "fps" in told.line


@pytest.mark.parametrize("state", ["starting", "idle", "paused", "trouble"])
def test_other_states_are_told_with_their_reason(state: str) -> None:
    assert Stats(state=state, text="the camera is unplugged").line.startswith(f"{state}: the camera is unplugged")
    assert ":" not in Stats(state=state).line.split(",")[0]
