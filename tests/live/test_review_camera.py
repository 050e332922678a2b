"""What a critical look at the camera has found: each of these once went wrong."""

import json
import os
import signal
import socket
import sys
import threading
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from bgstream.backdrops import Blur
from bgstream.devices.cameras import Camera
from bgstream.errors import BgstreamError, ModelError
from bgstream.frame import LAYOUTS, Frame, Matted, code_values
from bgstream.live import cam, inputs
from bgstream.live.address import Address
from bgstream.live.always import Always
from bgstream.live.control import Control
from bgstream.live.ending import Signals
from bgstream.live.framing import Framing
from bgstream.live.inputs import find_input
from bgstream.live.job import COLOUR, LAYOUT, Job
from bgstream.live.options import Options
from bgstream.live.scene import Scenes
from bgstream.live.screen import FILL, Screen
from bgstream.live.told import Told
from bgstream.live.wishes import Wishes
from bgstream.matting.session import find_device
from bgstream.progress import Silent
from bgstream.sinks.nowhere import Nowhere
from tests.live.boards import Maker, short_folder
from tests.live.stage import SIZE, Stage, Wall
from tests.live.test_governor import Machine

PINK = (200, 40, 60)


def blank(size: tuple[int, int], pts: int = 0) -> Frame:
    return Frame(tuple(np.full(shape, 128, np.uint8) for shape in LAYOUT.shapes(*size)), LAYOUT, COLOUR, pts)


def test_a_signal_may_wake_what_waits_for_it_at_any_moment() -> None:
    """A signal's handler runs in the midst of wait(), with whatever locks that holds: here, at each line of it."""
    watch, done = Always(), threading.Event()
    left = 0

    def interrupting(*_: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            watch.wake()
        return interrupting

    def wait() -> None:
        nonlocal left
        for moment in range(1, 80):
            left = moment
            sys.settrace(interrupting)
            watch.wait(0)
            sys.settrace(None)
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    assert done.wait(20), "it waits for itself"


def test_a_wake_that_comes_early_ends_the_next_wait() -> None:
    watch = Always()
    for _ in range(3):
        watch.wake()
    assert watch.wait(3600)
    assert watch.wait(0)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal on this system")
def test_what_nohup_ignores_stays_ignored() -> None:
    board = Maker().board()
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals() as outside:
            outside.board = board
            os.kill(os.getpid(), signal.SIGHUP)
            assert not board.stopped
            os.kill(os.getpid(), signal.SIGTERM)
            assert board.stopped
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_two_who_want_a_pause_at_once_do_not_undo_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Maker().board()
    seen: list[bool] = []
    ask = type(board).paused.fget  # type: ignore[attr-defined]

    def paused(self: object) -> bool:
        seen.append(board._pausing.locked())
        return bool(ask(self))

    monkeypatch.setattr(type(board), "paused", property(paused))
    board.pause(True)
    board.pause(True)
    assert seen == [True, True], "looked at and changed in one"
    assert board.paused


def test_what_cannot_be_had_changes_nothing_not_even_the_blur() -> None:
    scenes = Scenes(find_device("cpu"), 30.0, blank(SIZE))
    first = scenes(Wishes(blur=20), None)
    with pytest.raises(BgstreamError):
        scenes(Wishes(blur=90, ramp=True, model="no such network"), first)
    assert isinstance(first.backdrop, Blur)
    assert (first.backdrop.strength, first.backdrop.ramp) == (20, False)
    second = scenes(Wishes(blur=90, ramp=True), first)
    assert isinstance(second.backdrop, Blur)
    assert (second.backdrop.strength, second.backdrop.ramp) == (90, True)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets")
def test_words_that_are_no_text_do_not_deafen_the_camera() -> None:
    with short_folder() as folder, Control(Maker().board(), Address(folder / "s")):
        for sent in (b'{"set": {"\\ud800": 1}}\n', b'{"get": "wishes"}\n'):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(20)
                line.connect(str(folder / "s"))
                line.sendall(sent)
                reply = json.loads(line.makefile("rb").readline())
            assert reply["ok"] == (b"wishes" in sent)


@pytest.mark.parametrize("asked", [None, (480, 640)])
def test_a_camera_whose_modes_nobody_lists(asked: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As all of them are on Windows and macOS."""
    listed = Camera("video=A camera", "A camera", "dshow", ())
    monkeypatch.setattr(inputs, "find_camera", lambda _: listed)
    monkeypatch.setattr(inputs, "cameras", lambda: [listed])
    found = find_input(Options(size=asked, rate=25.0 if asked else 0.0))
    assert (found.size, found.rate) == ((asked, Fraction(25)) if asked else ((720, 1280), Fraction(30)))
    found.open().stop()


def film(path: Path, matrix: int, size: tuple[int, int]) -> Path:
    """A clip of one colour, tagged as it is coded."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "4"})
        stream.height, stream.width = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.color_range, stream.codec_context.colorspace = 1, matrix
        picture = av.VideoFrame.from_ndarray(np.full((*size, 3), PINK, np.uint8), "rgb24")
        picture = picture.reformat(format="yuv420p", dst_colorspace=matrix, dst_color_range=1)
        container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("kind", ["BT.709", "BT.601", "picture"])
def test_a_clip_or_a_picture_has_its_own_colours_where_a_webcam_is_expected(kind: str, tmp_path: Path) -> None:
    if kind == "picture":
        path = tmp_path / "picture.png"
        Image.new("RGB", (62, 50), PINK).save(path)
    else:
        path = film(tmp_path / "clip.mp4", 1 if kind == "BT.709" else 5, (50, 62))
    camera = find_input(Options(camera=str(path))).open()
    (frame,) = islice(camera.frames(), 1)
    camera.stop()
    assert (frame.layout, frame.colour, frame.alpha) == (LAYOUTS["yuv420p"], COLOUR, None)
    wanted = code_values(PINK, LAYOUT, COLOUR)
    for plane, shape, code in zip(frame.planes, LAYOUT.shapes(50, 62), wanted, strict=True):
        assert plane.shape == shape
        assert abs(plane.astype(int) - int(code)).max() <= 2


@pytest.mark.parametrize(("size", "out"), [((448, 800), (404, 720)), ((174, 130), (162, 92)), ((42, 139), (150, 120))])
def test_a_window_that_rounding_puts_above_the_picture(size: tuple[int, int], out: tuple[int, int]) -> None:
    shown = Framing(out)(Matted(blank(size), np.zeros(size, np.uint8)), mirror=False, follow=False)
    assert [plane.shape for plane in shown.frame.planes] == list(LAYOUT.shapes(*out))
    assert shown.alpha.shape == out


class Kept:
    """What a screen is told to show, and to whom."""

    def __init__(self, picture: str = "") -> None:
        self.wall, self.seen = Wall(), list[Frame]()
        self.stage = Stage(lambda: pytest.fail("no camera"), self.wall, Wishes(backdrop="navy"))
        self.job = Job(
            self.stage.job.camera, self.wall, self.stage.watch, SIZE, "film", "wall", 30.0, self.seen.append,
            lambda *_: None, lambda _: None, picture,
        )  # fmt: skip
        self.screen = Screen(self.job, self.stage.board)


def test_what_does_not_fill_the_output_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would leave with what was in the output's memory before."""
    kept = Kept()
    part = Matted(blank((100, 320)), np.zeros((100, 320), np.uint8))
    monkeypatch.setattr(Framing, "__call__", lambda *_, **__: part)
    whole = Matted(blank(SIZE), np.zeros(SIZE, np.uint8))
    with pytest.raises(ValueError, match="for an output of"):
        kept.screen.matted(whole, kept.stage.board.scene)
    assert kept.wall.count == 0


def test_the_picture_of_a_pause_is_there_though_its_file_has_gone(tmp_path: Path) -> None:
    path = tmp_path / "away.png"
    Image.new("RGB", (64, 36), (255, 255, 255)).save(path)
    kept = Kept(str(path))
    path.unlink()
    kept.screen.plain("paused", picture=str(path))
    assert int(kept.seen[0].planes[0].min()) == 235


def test_pictures_that_only_fill_buffers_are_recorded_once() -> None:
    kept = Kept()
    kept.screen.plain("camera off", FILL)
    assert (kept.wall.count, len(kept.seen)) == (FILL, 1)


def test_a_slate_leaves_before_anything_slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    written: list[int] = []
    write = Nowhere.write

    def counted(self: Nowhere, frame: Frame) -> None:
        written.append(int(frame.planes[0].max()) - int(frame.planes[0].min()))
        write(self, frame)

    def slow(*_: object) -> None:
        assert written == [0], "a plain ground"
        raise ModelError("far enough", "")

    monkeypatch.setattr(Nowhere, "write", counted)
    monkeypatch.setattr(cam, "compile_kernels", slow)
    with pytest.raises(ModelError, match="far enough"):
        cam.run(Options(camera="synthetic", to="none", size=(90, 160)), Silent(), lambda *_: None, lambda _: None)


def test_damaged_frames_count_from_the_start_however_often_the_camera_is_opened() -> None:
    kept = Kept()
    told = Told(kept.job, kept.stage.board)
    told.lost(4, 3)
    told.reopened()
    told.lost(1, 2)
    assert (told.dropped, told.damaged) == (5, 5)


@pytest.mark.parametrize(("moments", "changes"), [((5.1,), 0), ((5.1, 5.7), 1)])
def test_one_frame_that_is_late_is_no_want_of_time(moments: tuple[float, ...], changes: int) -> None:
    """Two windows in a row with a lost frame each are."""
    left = list(moments)

    def slower(second: float) -> float:
        if left and second >= left[0]:
            left.pop(0)
            return 6.0
        return 1.0

    machine = Machine(slower)
    machine.run(6.3)
    assert machine.dropped == len(moments)
    assert len(machine.levels) == changes
