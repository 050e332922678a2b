"""From file to file with every kind of backdrop: what stands behind is what was asked for, and nothing runs on."""

import subprocess
import sys
import threading
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import bgstream
from tests.cli.command import FAST, assert_done, assert_refused, inside, listing
from tests.media.catalogue import Catalogue

Capture = pytest.CaptureFixture[str]
MODEL = "selfie-landscape"


def pictures(path: Path) -> NDArray[np.float64]:
    """(frames, height, width, 3), R, G, B."""
    with av.open(str(path)) as container:
        return np.array([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)], np.float64)


def alphas(source: Path, target: Path) -> NDArray[np.float64]:
    """(frames, height, width, 1), 0..1."""
    bgstream.remove(source, target, matte=True, model=MODEL)
    with av.open(str(target)) as container:
        return np.array([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])[..., None] / 255.0


def no_thread_is_left() -> bool:
    return not any(thread.name.startswith("bgstream") for thread in threading.enumerate())


def test_blur(clip: Catalogue, tmp_path: Path) -> None:
    """Where there is no subject, the frame itself, soft."""
    source, target = clip("plain.mp4"), tmp_path / "out.mp4"
    bgstream.remove(source, target, model=MODEL, backdrop="blur:60")
    before, after, alpha = pictures(source), pictures(target), alphas(source, tmp_path / "matte.mkv")
    assert after.shape == before.shape
    for old, new, cover in zip(before, after, alpha, strict=True):
        room = cv2.erode((cover < 0.01).astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
        room[:20, :30] = False  # the bright block: its edge is what is softened
        assert np.abs(cv2.GaussianBlur(old, (0, 0), 5) - new)[room].mean() < 6
        edge = np.s_[4:12, 18:30, 1]
        assert np.abs(np.diff(new[edge], axis=1)).max() < 0.4 * np.abs(np.diff(old[edge], axis=1)).max()
    assert no_thread_is_left()


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".mkv"])
def test_picture(suffix: str, clip: Catalogue, tmp_path: Path) -> None:
    source, target = clip("plain.mp4"), tmp_path / f"out{suffix}"
    bgstream.remove(source, target, model=MODEL, backdrop=str(clip("photo.jpg")))
    after, alpha = pictures(target), alphas(source, tmp_path / "matte.mkv")
    shown = pictures(clip("photo.jpg"))[0]
    behind = cv2.resize(shown[:, :], (96, 64))
    room = alpha[0, ..., 0] == 0
    room[29:35] = room[:, 45:51] = False  # where the quarters meet
    assert room.sum() > 300
    assert np.abs(after[0] - behind)[room].mean() < 6
    assert no_thread_is_left()


def test_clip(clip: Catalogue, tmp_path: Path) -> None:
    """One loop and a quarter of another clip, in step with the frames."""
    source, target = clip("long.mp4"), tmp_path / "out.mp4"
    bgstream.remove(source, target, model=MODEL, backdrop=str(clip("plain.mp4")))
    after, alpha, film = pictures(target), alphas(source, tmp_path / "matte.mkv"), pictures(clip("plain.mp4"))
    assert len(after) == 60
    errors = []
    for index in range(60):
        room = alpha[index, ..., 0] == 0
        now = int((index * 0.05 + 0.01 + 1e-9) % 0.48 / 0.04)
        errors.append(np.abs(after[index] - film[now])[room].mean())
    assert max(errors) < 6
    assert no_thread_is_left()


def test_a_clip_that_breaks_off_ends_the_run(clip: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(bgstream.SourceError, match=r"cut\.mkv"):
        bgstream.remove(clip("long.mp4"), tmp_path / "out.mp4", model=MODEL, backdrop=str(clip("cut.mkv")))
    assert list(tmp_path.iterdir()) == []
    assert no_thread_is_left()


def test_a_picture_before_a_clip_and_a_blurred_picture(clip: Catalogue, tmp_path: Path) -> None:
    for word in (str(clip("plain.mp4")), "blur"):
        target = tmp_path / "out.png"
        assert bgstream.remove(clip("photo.png"), target, model=MODEL, backdrop=word).frames == 1
        assert pictures(target).shape == (1, 60, 90, 3)


SIGNATURES = """
import sys
import numpy as np
from bgstream_kernels import pyramid, room, soften
from bgstream.backdrops import Blur
from bgstream.frame import LAYOUTS, Colour, Frame, Matted
from bgstream.progress import Silent
from bgstream.warmup import compile_blur

layout = LAYOUTS[sys.argv[1]]
compile_blur(Silent(), layout)
kernels = [f for module in (pyramid, room, soften) for f in vars(module).values() if hasattr(f, "signatures")]
before = [len(kernel.signatures) for kernel in kernels]
planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(360, 642))
for strength in (2, 10, 60):
    for ramp in (False, True):
        Blur(strength, ramp).behind(Matted(Frame(planes, layout, Colour(1)), np.zeros((360, 642), np.uint8)))
print(sum(before) > 0, [len(kernel.signatures) for kernel in kernels] == before)
"""


@pytest.mark.parametrize("layout", ["yuv420p", "yuv422p10le", "gbrp"])
def test_every_kernel_of_the_blur_is_there_before_the_first_frame(layout: str) -> None:
    done = subprocess.run([sys.executable, "-c", SIGNATURES, layout], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


WORDS = {
    "a picture that is missing": ("-b", "nowhere.jpg"),
    "a clip that is missing": ("-b", "nowhere.mp4"),
    "a picture that is cut": ("-b", "cut.jpg"),
    "a clip that is cut": ("-b", "cut.mp4"),
    "words": ("-b", "words.mp4"),
}


@pytest.mark.parametrize("case", WORDS)
def test_a_file_of_no_use_is_told_before_any_work(
    case: str, clip: Catalogue, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, file in {"clip.mp4": "plain.mp4", "cut.jpg": "cut.jpg", "cut.mp4": "cut_short.mp4"}.items():
        Path(name).write_bytes(clip(file).read_bytes())
    Path("words.mp4").write_text("these are words")
    before = listing(tmp_path)
    done = inside(capfd, "clip.mp4", *WORDS[case], "-o", "out.mp4")
    assert_refused(done, 1)
    assert WORDS[case][1] in done.lines("bgstream: ")[0]
    assert "compiling" not in done.err
    assert listing(tmp_path) == before


def test_the_default_output_of_a_blurred_clip(
    clip: Catalogue, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clip.mov").write_bytes(clip("silent.mp4").read_bytes())
    assert_done(inside(capfd, "clip.mov", "-b", "blur:40", *FAST))
    assert sorted(listing(tmp_path)) == ["clip.mov", "clip.mp4"]


def test_the_output_may_not_be_the_backdrop(
    clip: Catalogue, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clip.mp4").write_bytes(clip("silent.mp4").read_bytes())
    Path("beach.mp4").write_bytes(clip("plain.mp4").read_bytes())
    before = listing(tmp_path)
    assert_refused(inside(capfd, "clip.mp4", "-b", "beach.mp4", "-o", "beach.mp4"), 2)
    assert listing(tmp_path) == before
