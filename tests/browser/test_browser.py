"""What was written is shown by a real browser: transparent where alpha is 0, the subject where it is 255."""

import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.frame import LAYOUTS, Colour, Frame, code_values
from tests.cli.command import FAST, assert_done, bgstream
from tests.media.synthetic import STEADY, TICK, soft_block, write

MAGENTA = (255, 0, 255)
SUBJECT = (20, 180, 60)
PAGE = """<!doctype html><style>body{{margin:0;background:#ff00ff}}video,img{{display:block}}</style>{}"""
VIDEO = '<video src="{}" autoplay muted loop></video>'
IMAGE = '<img src="{}">'
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
    "--virtual-time-budget=3000",
    "--autoplay-policy=no-user-gesture-required",
)


def shown(chromium: str, folder: Path, element: str, size: tuple[int, int]) -> NDArray[np.int64]:
    """(height, width, 3): what the browser shows of an element on a magenta page."""
    page, picture = folder / "page.html", folder / "shown.png"
    page.write_text(PAGE.format(element))
    own = (f"--user-data-dir={folder / 'profile'}", f"--window-size={size[1]},{size[0]}", f"--screenshot={picture}")
    done = subprocess.run([chromium, *FLAGS, *own, page.as_uri()], capture_output=True, timeout=120, check=False)
    assert picture.exists(), done.stderr.decode()
    with Image.open(picture) as image:
        return np.asarray(image.convert("RGB")).astype(np.int64)[: size[0], : size[1]]


def flat(colour: Colour, size: tuple[int, int]) -> list[Frame]:
    """Frames of nothing but the subject's colour."""
    layout = LAYOUTS["yuv420p"]
    codes = code_values(SUBJECT, layout, colour)
    planes = tuple(np.full(s, v, np.uint8) for v, s in zip(codes, layout.shapes(*size), strict=True))
    return [Frame(planes, layout, colour, pts, TICK, 512) for pts in STEADY]


@pytest.mark.parametrize("colour", [Colour(1, False, 1, 1), Colour(6, False, 6, 6)], ids=["bt709", "bt601"])
def test_a_known_matte(colour: Colour, chromium: str, tmp_path: Path) -> None:
    size = (300, 600)
    write(tmp_path / "known.webm", flat(colour, size), soft_block(size))
    seen = shown(chromium, tmp_path, VIDEO.format("known.webm"), size)
    gone, half, subject = seen[40:260, 30:170], seen[40:260, 230:370], seen[40:260, 430:570]
    np.testing.assert_array_equal(gone, np.broadcast_to(MAGENTA, gone.shape))
    np.testing.assert_allclose(subject, np.broadcast_to(SUBJECT, subject.shape), atol=14)
    np.testing.assert_allclose(half, np.broadcast_to([137, 90, 157], half.shape), atol=14)


@pytest.mark.parametrize("suffix", [".webm", ".png"])
def test_the_command_s_own_output(suffix: str, chromium: str, examples: Path, tmp_path: Path) -> None:
    """The example's corners are background, the middle is the astronaut."""
    name = "few.mkv" if suffix == ".webm" else "one.png"
    size = first_pictures(examples / "astronaut.mp4", tmp_path / name)
    assert_done(bgstream(tmp_path / name, "-o", tmp_path / f"out{suffix}", *FAST))
    element = VIDEO if suffix == ".webm" else IMAGE
    seen = shown(chromium, tmp_path, element.format(f"out{suffix}"), size)
    for corner in (seen[:40, :40], seen[:40, -40:]):
        np.testing.assert_array_equal(corner, np.broadcast_to(MAGENTA, corner.shape))
    middle = seen[size[0] // 2 - 20 : size[0] // 2 + 20, size[1] // 2 - 20 : size[1] // 2 + 20]
    assert (np.abs(middle - np.array(MAGENTA)).sum(axis=-1) > 60).mean() > 0.9


def first_pictures(source: Path, target: Path) -> tuple[int, int]:
    """Six pictures of a clip, packets copied (or the first as a PNG); returns (height, width)."""
    with av.open(str(source)) as container:
        video = container.streams.video[0]
        size = (video.height, video.width)
        if target.suffix == ".png":
            pixels = next(container.decode(video)).to_ndarray(format="rgb24")
            Image.fromarray(pixels).save(target)
            return size
        with av.open(str(target), "w") as output:
            stream = output.add_stream_from_template(video)
            packets = [packet for packet in container.demux(video) if packet.size][:6]
            for packet in packets:
                packet.stream = stream
                output.mux(packet)
    return size
