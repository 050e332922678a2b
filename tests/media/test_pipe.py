"""Pictures through pipes: to the last bit, with nothing else between them, from and to a real ffmpeg."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.errors import SinkError, SourceError
from bgstream.frame import LAYOUTS, Colour, Frame, Matted
from bgstream.protocols import Backdrop
from bgstream.sinks import notes_of, open_sink, recipe_for
from bgstream.sources.piped import spooled
from tests.cli.command import BGSTREAM, FAST, TIMEOUT, assert_refused, inside
from tests.conftest import need
from tests.media.catalogue import VFR, Catalogue
from tests.media.judge import Judge
from tests.media.synthetic import SIZE, frames, info_of, soft_block

Capture = pytest.CaptureFixture[bytes]
Y4M = ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le")

HEADS = {
    b"\0\0\0\x1cftypavif": ".avif",
    b"\0\0\0\x1cftypheic": ".heic",
    b"\0\0\0\x1cftypisom": "",
    b"RIFF1234WEBP": ".webp",
    b"RIFF1234AVI ": "",
    b"\x89PNG\r\n": ".png",
    b"\xff\xd8\xff\xe0": ".jpg",
    b"II*\0": ".tif",
    b"YUV4MPEG2 W16": "",
}


def pour(made: list[Frame], green: bool = False, matte: bool = False, codec: str = "") -> tuple[str, ...]:
    """Write frames to standard output; returns what there is to say about it."""
    recipe = recipe_for(Path("-"), still=False, transparent=not green, matte=matte, codec=codec)
    behind: Backdrop = Plain((0, 255, 0)) if green else Transparent()
    with open_sink(Path("-"), recipe, info_of(made)) as sink:
        for frame in made:
            out = sink.blank(frame)
            compose(Matted(frame, soft_block(frame.size)), behind, out)
            sink.write(out)
    return notes_of(sink)


@contextmanager
def output_to(handle: int) -> Iterator[None]:
    """Standard output is something else inside."""
    kept = os.dup(1)
    os.dup2(handle, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def test_raw_pictures_are_the_pictures(capfdbinary: Capture) -> None:
    made = frames(LAYOUTS["gbrp"], (33, 47), noisy=True)
    (note,) = pour(made)
    assert "-pixel_format rgba -video_size 47x33 -framerate 25" in note
    seen = np.frombuffer(capfdbinary.readouterr().out, np.uint8).reshape(len(made), 33, 47, 4)
    alpha = soft_block((33, 47))
    for frame, picture in zip(made, seen, strict=True):
        green, blue, red = frame.planes
        np.testing.assert_array_equal(picture[..., 3], alpha)
        np.testing.assert_array_equal(picture[alpha > 0][:, :3], np.dstack([red, green, blue])[alpha > 0])


def test_a_matte_is_bytes(capfdbinary: Capture) -> None:
    made = frames(size=(33, 47))
    pour(made, matte=True)
    seen = np.frombuffer(capfdbinary.readouterr().out, np.uint8).reshape(len(made), 33, 47)
    np.testing.assert_array_equal(seen, np.broadcast_to(soft_block((33, 47)), seen.shape))


@pytest.mark.parametrize("name", Y4M)
def test_y4m_is_read_by_ffmpeg_to_the_last_bit(name: str, capfdbinary: Capture, tmp_path: Path, judge: Judge) -> None:
    layout, size = LAYOUTS[name], (33, 47)
    made = frames(layout, size, noisy=True, colour=Colour(1, "444" in name, 1, 1))
    pour(made, green=True)
    (tmp_path / "out.y4m").write_bytes(capfdbinary.readouterr().out)
    video = judge.video(tmp_path / "out.y4m")
    assert (video["pix_fmt"], video["width"], video["height"], video["r_frame_rate"]) == (name, 47, 33, "25/1")
    assert video["color_range"] == ("pc" if "444" in name else "tv")
    assert (video.get("chroma_location") == "left") is (name == "yuv420p")
    words = ["-v", "error", "-i", str(tmp_path / "out.y4m"), "-f", "rawvideo", "-pix_fmt", name, "-"]
    raw = subprocess.run([need("ffmpeg"), *words], capture_output=True, check=True, timeout=60).stdout
    seen = np.frombuffer(raw, layout.dtype).reshape(len(made), -1)
    for frame, picture in zip(made, seen, strict=True):
        luma = picture[: 33 * 47].reshape(33, 47)
        np.testing.assert_array_equal(luma[:, 32:], frame.planes[0][:, 32:])
        last = picture[-frame.planes[2].size :].reshape(frame.planes[2].shape)
        edge = -(-32 // layout.subsampling[1])
        np.testing.assert_array_equal(last[:, edge:], frame.planes[2][:, edge:])


def test_nothing_else_comes_between(capfdbinary: Capture) -> None:
    made = frames(LAYOUTS["gbrp"])[:1]
    recipe = recipe_for(Path("-"), still=False, transparent=True, matte=False)
    with open_sink(Path("-"), recipe, info_of(made)) as sink:
        out = sink.blank(made[0])
        compose(Matted(made[0], soft_block()), Transparent(), out)
        os.write(1, b"of a library in C")
        sink.write(out)
    print("afterwards", flush=True)
    seen = capfdbinary.readouterr()
    assert seen.err == b"of a library in C"
    assert len(seen.out.removesuffix(b"afterwards\n")) == SIZE[0] * SIZE[1] * 4


def test_uneven_times_are_said_aloud(capfdbinary: Capture) -> None:
    sd = Colour(6, False, 6, 6)
    assert pour(frames(colour=sd), green=True) == ()
    (note,) = pour(frames(times=VFR, tick=Fraction(1, 90000), colour=sd), green=True)
    assert "uneven" in note
    assert capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("colour", "height", "said"),
    [(Colour(1, False, 1, 1), 64, True), (Colour(1, False, 1, 1), 720, False), (Colour(9, False, 9, 18), 720, True)],
)
def test_colours_that_readers_would_guess_wrong(colour: Colour, height: int, said: bool, capfdbinary: Capture) -> None:
    notes = pour(frames(size=(height, 32), colour=colour)[:1], green=True)
    assert any("guess" in note for note in notes) == said
    assert capfdbinary.readouterr().out


def test_a_reader_that_goes_away() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with output_to(writer), pytest.raises(SinkError, match="has gone") as caught:
        pour(frames(LAYOUTS["gbrp"]))
    os.close(writer)
    assert caught.value.hint


def test_not_onto_a_terminal() -> None:
    master, slave = pty.openpty()
    with output_to(slave), pytest.raises(SinkError, match="terminal") as caught:
        pour(frames(LAYOUTS["gbrp"]))
    os.close(master)
    os.close(slave)
    assert "|" in caught.value.hint


def test_what_comes_in_is_a_file_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").write_bytes(b"clip")
    with (tmp_path / "in").open() as given:
        monkeypatch.setattr(sys, "stdin", given)
        with pytest.raises(KeyboardInterrupt), spooled() as path:
            assert path.read_bytes() == b"clip"
            raise KeyboardInterrupt
    assert not path.parent.exists()


@pytest.mark.parametrize(("content", "suffix"), HEADS.items())
def test_a_picture_that_comes_in_is_told_as_one(
    content: bytes, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clip").write_bytes(content)
    with (tmp_path / "clip").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(SourceError, match=r"^standard input is odd$") as caught, spooled() as path:
            assert path.suffix == suffix
            raise SourceError(f"{path} is odd", "so")
    assert caught.value.hint == "so"


def test_nothing_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as given, pytest.raises(SourceError, match="nothing came"):
        monkeypatch.setattr(sys, "stdin", given)
        with spooled():
            pass


def test_a_pipe_s_output_needs_a_name(capfd: pytest.CaptureFixture[str]) -> None:
    done = inside(capfd, "-")
    assert_refused(done, 2)
    assert "-o" in done.lines("hint:")[0]


def test_between_two_ffmpegs(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    """Clip | bgstream | clip; whatever is told goes to standard error."""
    ffmpeg, out = need("ffmpeg"), tmp_path / "out.mkv"
    give = [ffmpeg, "-v", "error", "-i", str(clip("plain.mp4")), "-f", "yuv4mpegpipe", "-"]
    work = [str(BGSTREAM), "-", "-b", "green", "-o", "-", "--json", "--quiet", *FAST]
    take = [ffmpeg, "-v", "error", "-f", "yuv4mpegpipe", "-i", "-", "-c:v", "ffv1", str(out)]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(give, stdout=pipe) as giver,
        subprocess.Popen(work, stdin=giver.stdout, stdout=pipe, stderr=pipe) as worker,
    ):
        subprocess.run(take, stdin=worker.stdout, check=True, timeout=TIMEOUT)
        assert worker.stderr is not None
        report = json.loads(worker.stderr.read())
    assert (giver.returncode, worker.returncode) == (0, 0)
    assert (report["source"], report["target"], report["frames"]) == ("-", "-", 12)
    assert len(judge.pts(out)) == 12


def test_a_reader_that_goes_away_from_the_command(clip: Catalogue) -> None:
    work = [str(BGSTREAM), str(clip("long.mp4")), "-o", "-", "--quiet", *FAST]
    with subprocess.Popen(work, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdout.read(1000)
        worker.stdout.close()
        said = worker.stderr.read().decode()
    assert worker.returncode == 1
    assert said.startswith("bgstream: who read the pictures has gone\nhint: ")
    assert said.count("\n") == 2
