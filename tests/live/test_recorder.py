"""Recordings, judged by ffprobe: every frame, its time, its picture; and that nothing of it disturbs the camera."""

import os
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import ConfigError, SinkError
from bgstream.frame import Frame
from bgstream.live.recorder import TICK, WAITING, Recorder
from bgstream.sinks import VideoSink
from tests.live.boards import flat, no_thread_left
from tests.media.judge import Judge

SIZE = (72, 128)
RATE = Fraction(30)
START = 7_654_321_000_000  # microseconds: the clock of a machine that has been up for months
SUFFIXES = (".webm", ".mp4", ".mkv")


def times(count: int) -> list[int]:
    """Microseconds, as a camera's: about 30 a second, with a gap in the middle."""
    return [START + round(k * 1e6 / 30 + (-1) ** k * 900) + (1_500_000 if k >= count // 2 else 0) for k in range(count)]


def record(target: Path, frames: list[Frame], gate: threading.Semaphore | None = None) -> Recorder:
    """Record all of them, waiting where the encoder has no room: the camera would drop."""
    with Recorder(target, SIZE, RATE) as recorder:
        for count, frame in enumerate(frames):
            recorder.put(frame)
            while recorder.written + recorder.dropped < count - WAITING + 2 and recorder.error is None:
                os.sched_yield()
    return recorder


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_frame_at_its_time(suffix: str, judge: Judge, tmp_path: Path) -> None:
    target = tmp_path / f"out{suffix}"
    stamps = times(40)
    colours = [(200, 60, 30) if k % 2 else (30, 60, 200) for k in range(40)]
    with no_thread_left():
        recorder = record(target, [flat(c, SIZE, pts) for c, pts in zip(colours, stamps, strict=True)])
    assert (recorder.written, recorder.dropped, recorder.error) == (40, 0, None)
    seen = judge.times(target)
    assert len(seen) == 40
    for mine, pts in zip(seen, stamps, strict=True):
        assert abs(float(mine) - (pts - stamps[0]) / 1e6) <= float(TICK)
    assert judge.duration(target) == pytest.approx((stamps[-1] - stamps[0]) / 1e6 + 1 / 30, abs=0.04)
    pictures = judge.pictures(target, "rgb24")[:, 36, 64].astype(int)
    np.testing.assert_allclose(pictures, colours, atol=6)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_times_that_do_not_grow_are_dropped(suffix: str, judge: Judge, tmp_path: Path) -> None:
    stamps = [START, START + 40_000, START + 40_100, START + 20_000, START + 80_000]
    recorder = record(tmp_path / f"out{suffix}", [flat((9, 99, 199), SIZE, pts) for pts in stamps])
    assert (recorder.written, recorder.dropped) == (3, 2)
    assert [float(time) for time in judge.times(tmp_path / f"out{suffix}")] == pytest.approx([0, 0.04, 0.08], abs=1e-3)


class Slow:
    """A sink that does not write before it may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may, self.writing = threading.Event(), threading.Event()
        whole = VideoSink.write

        def write(sink: VideoSink, frame: Frame) -> None:
            self.writing.set()
            assert self.may.wait(20)
            whole(sink, frame)

        monkeypatch.setattr(VideoSink, "write", write)


def test_an_encoder_that_cannot_keep_up_costs_frames_not_time(
    monkeypatch: pytest.MonkeyPatch, judge: Judge, tmp_path: Path
) -> None:
    slow = Slow(monkeypatch)
    with Recorder(tmp_path / "out.mkv", SIZE, RATE) as recorder:
        recorder.put(flat((9, 99, 199), SIZE, START))
        assert slow.writing.wait(20)
        for count in range(1, 100):
            recorder.put(flat((9, 99, 199), SIZE, START + count * 33_333))  # returns while nothing is written
        assert (recorder.written, recorder.dropped) == (0, 99 - WAITING)
        slow.may.set()
    assert recorder.written == 1 + WAITING
    assert len(judge.pts(tmp_path / "out.mkv")) == 1 + WAITING


def test_frames_are_copied(monkeypatch: pytest.MonkeyPatch, judge: Judge, tmp_path: Path) -> None:
    """The camera fills the same memory again at once."""
    slow = Slow(monkeypatch)
    memory = flat((200, 60, 30), SIZE, START)
    with Recorder(tmp_path / "out.mkv", SIZE, RATE) as recorder:
        recorder.put(memory)
        for plane in memory.planes:
            plane[...] = 0
        slow.may.set()
    np.testing.assert_allclose(judge.pictures(tmp_path / "out.mkv", "rgb24")[0, 36, 64], (200, 60, 30), atol=3)


@pytest.mark.parametrize("error", [SinkError("cannot write: the disk is full", "make room"), ZeroDivisionError("bug")])
def test_an_error_ends_the_recording_alone(error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failed = threading.Event()

    def write(_sink: VideoSink, frame: Frame) -> None:
        if frame.pts:
            failed.set()
            raise error

    monkeypatch.setattr(VideoSink, "write", write)
    with no_thread_left(), Recorder(tmp_path / "out.webm", SIZE, RATE) as recorder:
        for count in range(3):
            recorder.put(flat((9, 99, 199), SIZE, START + count * 33_333))
        assert failed.wait(20)
        for count in range(3, 100):
            recorder.put(flat((9, 99, 199), SIZE, START + count * 33_333))
    assert recorder.error is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("bgstream.partial.Partial.discard", lambda _partial: None)
    monkeypatch.setattr("bgstream.partial.secrets.token_hex", lambda _length: "0")
    (tmp_path / ".out.0.part.mkv").symlink_to("/dev/full")
    noise = np.random.default_rng(1)
    with Recorder(tmp_path / "out.mkv", SIZE, RATE) as recorder:
        for count in range(1000):
            frame = flat((9, 99, 199), SIZE, START + count * 33_333)
            frame.planes[0][...] = noise.integers(0, 255, SIZE)
            recorder.put(frame)
    assert isinstance(recorder.error, SinkError)
    assert recorder.error.hint == "make room on the disk"
    assert not (tmp_path / "out.mkv").exists()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SinkError, ValueError])
def test_what_was_recorded_is_kept_however_the_camera_ends(
    kind: type[BaseException], judge: Judge, tmp_path: Path
) -> None:
    with pytest.raises(kind), Recorder(tmp_path / "out.webm", SIZE, RATE) as recorder:
        recorder.put(flat((9, 99, 199), SIZE, START))
        raise kind("stop")
    assert len(judge.pts(tmp_path / "out.webm")) == 1


def test_without_a_frame_there_is_no_file(tmp_path: Path) -> None:
    with no_thread_left(), Recorder(tmp_path / "out.webm", SIZE, RATE) as recorder:
        pass
    assert recorder.error is None
    assert list(tmp_path.iterdir()) == []


def test_targets_that_are_refused(tmp_path: Path) -> None:
    there = tmp_path / "there.webm"
    there.write_bytes(b"old")
    with pytest.raises(ConfigError, match="exists already"):
        Recorder(there, SIZE, RATE)
    for name in ("out.png", "out.xyz"):
        with pytest.raises(ConfigError):
            Recorder(tmp_path / name, SIZE, RATE)
    (tmp_path / "folder.webm").mkdir()
    with pytest.raises(SinkError, match="is a folder"):
        Recorder(tmp_path / "folder.webm", SIZE, RATE)
    with pytest.raises(SinkError), Recorder(tmp_path / "nowhere" / "out.webm", SIZE, RATE):
        pass
    assert there.read_bytes() == b"old"


def test_an_old_file_is_replaced_where_that_was_said(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "out.webm").write_bytes(b"old")
    with Recorder(tmp_path / "out.webm", SIZE, RATE, overwrite=True) as recorder:
        recorder.put(flat((9, 99, 199), SIZE, START))
    assert len(judge.pts(tmp_path / "out.webm")) == 1
