"""``bgstream.remove`` from end to end, on the clips that the project ships."""

import threading
from pathlib import Path

import av
import numpy as np
import pytest

import bgstream
from bgstream.progress import Clock, Silent

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Ear(Silent):
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.frames = 0

    def start(self, title: str, seconds: float) -> None:
        self.heard.append(f"start {seconds:g}")

    def phase(self, text: str) -> None:
        self.heard.append("phase")

    def step(self, frames: int, time: float, clock: Clock) -> None:
        self.frames = frames

    def stop(self) -> None:
        self.heard.append("stop")


def test_report_and_progress(tmp_path: Path) -> None:
    ear = Ear()
    target = tmp_path / "out.webm"
    report = bgstream.remove(EXAMPLES / "astronaut.mp4", target, progress=ear, model="selfie-landscape")
    assert (report.frames, report.model, report.target) == (100, "selfie-landscape", str(target))
    assert (ear.frames, ear.heard[-2:]) == (100, ["start 4", "stop"])
    assert report.limited_by in ("decode", "model", "refine", "encode")
    assert min(report.stage_ms.values()) > 0
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("bgstream")] == []


def test_matte_of_the_mug_is_close_to_the_truth(tmp_path: Path) -> None:
    """The general network by itself, on a clip whose exact alpha is known."""
    short = _cut(EXAMPLES / "mug.mp4", tmp_path / "short.mp4", 12)
    target = tmp_path / "matte.mkv"
    report = bgstream.remove(short, target, matte=True)
    assert report.model == "u2netp"
    errors = []
    with av.open(str(target)) as mine, av.open(str(EXAMPLES / "mug-alpha.mkv")) as truth:
        for ours, exact in zip(mine.decode(video=0), truth.decode(video=0), strict=False):
            assert ours.format.name == "gray"
            errors.append(np.abs(ours.to_ndarray().astype(float) - exact.to_ndarray().astype(float)).mean() / 255)
    assert len(errors) == 12
    assert np.mean(errors) < 0.02


def test_failing_run_leaves_nothing_and_no_thread(tmp_path: Path) -> None:
    whole = (EXAMPLES / "astronaut.mp4").read_bytes()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(_moov_first(whole)[: len(whole) // 2])
    target = tmp_path / "out.webm"
    target.write_bytes(b"an older result")
    ear = Ear()
    with pytest.raises(bgstream.SourceError, match=r"cut short|damaged"):
        bgstream.remove(broken, target, progress=ear, model="selfie-landscape")
    assert ear.heard[-1] == "stop"
    assert target.read_bytes() == b"an older result"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.mp4", "out.webm"]
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("bgstream")] == []


def test_failing_sink_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(bgstream.SinkError) as caught:
        bgstream.remove(EXAMPLES / "mug.mp4", tmp_path / "none" / "out.webm", model="selfie")
    assert "mkdir" in caught.value.hint
    with pytest.raises(bgstream.NoAlphaChannel):
        bgstream.remove(EXAMPLES / "mug.mp4", tmp_path / "out.mp4", model="selfie")


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    short = _cut(EXAMPLES / "astronaut.mp4", tmp_path / "short.mp4", 10)
    files = [tmp_path / f"{k}.mkv" for k in range(2)]
    for file in files:
        bgstream.remove(short, file, model="selfie")
    pictures = []
    for file in files:
        with av.open(str(file)) as container:
            pictures.append([frame.to_ndarray(format="rgba") for frame in container.decode(video=0)])
    np.testing.assert_array_equal(pictures[0], pictures[1])


def _cut(source: Path, target: Path, frames: int) -> Path:
    """The first frames of a clip, re-encoded."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream("libx264", rate=old.streams.video[0].average_rate, options={"crf": "12"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for index, frame in enumerate(old.decode(video=0)):
            if index == frames:
                break
            plain = av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
            plain.pts = index
            new.mux(stream.encode(plain))
        new.mux(stream.encode(None))
    return target


def _moov_first(data: bytes) -> bytes:
    """The same file; asserts that its index comes first, so that a cut file still opens."""
    assert 0 <= data.find(b"moov") < data.find(b"mdat")
    return data
