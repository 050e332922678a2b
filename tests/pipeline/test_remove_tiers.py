"""Every quality tier from file to file: no frame lost, nothing where nobody is, no trace of the shot before a cut."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import bgstream

Picture = NDArray[np.uint8]
SIZE = (270, 480)
TIERS = ("draft", "fast", "balanced", "best")
EMPTY, STEP = 5, 60  # frames without anybody at either end; pixels a frame
PLACES = [*range(SIZE[1], -SIZE[1], -STEP)]  # of the person's left border: in from the right, out to the left
tiers = pytest.mark.parametrize("tier", TIERS)


def pictures(path: Path, count: int) -> list[Picture]:
    """The first pictures of a clip as R, G, B, at the size that is worked on here."""
    with av.open(str(path)) as container:
        found = [frame.to_ndarray(format="rgb24") for frame in islice(container.decode(video=0), count)]
    return [np.asarray(cv2.resize(one, SIZE[::-1], interpolation=cv2.INTER_AREA), np.uint8) for one in found]


def write(path: Path, frames: Sequence[Picture]) -> Path:
    """A lossless clip."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width, stream.pix_fmt = *SIZE, "yuv420p"
        for index, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def matte(source: Path, tier: str, **said: Any) -> tuple[NDArray[np.uint8], str]:
    """(frames, height, width) alpha, and the model that was used."""
    target = source.with_name(f"{source.stem}_{tier}.mkv")
    report = bgstream.remove(source, target, quality=tier, matte=True, device="cpu", **said)
    with av.open(str(target)) as container:
        alphas = np.stack([np.asarray(frame.to_ndarray(), np.uint8) for frame in container.decode(video=0)])
    assert report.frames == len(alphas)
    return alphas, report.model


@pytest.fixture(scope="module")
def astronaut(examples: Path) -> list[Picture]:
    return pictures(examples / "astronaut.mp4", 6)


@pytest.fixture(scope="module")
def wall(examples: Path) -> Picture:
    """A textured wall: the mug's, seen from so near that no mug is left, with grain that stays in place."""
    (first,) = pictures(examples / "mug.mp4", 1)
    corner = cv2.resize(first[:60, :100], SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 18, SIZE), (0, 0), 2.0)
    return np.asarray(np.clip(corner + grain[..., None], 0, 255), np.uint8)


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory, astronaut: list[Picture], wall: Picture) -> tuple[Path, Picture]:
    """Somebody comes in from the right and goes out to the left; and where: (frames, columns) with somebody."""
    folder = tmp_path_factory.mktemp("visit")
    cv2.imwrite(str(folder / "person.png"), astronaut[0][..., ::-1])
    bgstream.remove(folder / "person.png", folder / "cutout.png", model="selfie")
    cutout = cv2.imread(str(folder / "cutout.png"), cv2.IMREAD_UNCHANGED)
    assert cutout is not None
    frames, there = [], []
    for place in [SIZE[1]] * EMPTY + PLACES + [SIZE[1]] * EMPTY:
        moved = np.zeros((*SIZE, 4), np.float32)
        left, right = max(place, 0), min(place + SIZE[1], SIZE[1])
        if left < right:
            moved[:, left:right] = cutout[:, left - place : right - place]
        share = moved[..., 3:] / 255
        frames.append(np.rint(moved[..., 2::-1] * share + wall * (1 - share)).astype(np.uint8))
        there.append(moved[..., 3] > 127)
    return write(folder / "visit.mkv", frames), np.stack(there).astype(np.uint8)


@tiers
@pytest.mark.parametrize("count", [1, 6])
def test_no_frame_is_lost(tmp_path: Path, astronaut: list[Picture], tier: str, count: int) -> None:
    """Clips shorter than the look-ahead, too."""
    source = write(tmp_path / "clip.mkv", astronaut[:count])
    alphas, _ = matte(source, tier)
    assert alphas.shape == (count, *SIZE)
    face, corner = alphas[:, 100:130, 230:250], alphas[:, :40, -20:]
    assert face.min() > 250
    assert corner.max() < 5


@tiers
def test_the_whole_job_over_a_colour(tmp_path: Path, astronaut: list[Picture], tier: str) -> None:
    """Where the subject is, its own colours; where it is not, green."""
    source, target = write(tmp_path / "clip.mkv", astronaut[:2]), tmp_path / "green.mp4"
    report = bgstream.remove(source, target, quality=tier, backdrop="#00ff00", device="cpu")
    shown = pictures(target, 3)
    assert (report.frames, len(shown)) == (2, 2)
    assert np.abs(shown[1][-20:, -20:].astype(int) - (0, 255, 0)).max() < 12
    assert np.abs(shown[1][110:120, 235:245].astype(int) - astronaut[1][110:120, 235:245]).mean() < 8


@tiers
def test_where_nobody_is_there_is_nothing(visit: tuple[Path, Picture], tier: str) -> None:
    source, there = visit
    alphas, _ = matte(source, tier)
    assert alphas.shape == there.shape
    area = (alphas > 127).mean(axis=(1, 2))
    for k in [*range(EMPTY), *range(len(alphas) - EMPTY, len(alphas))]:
        assert area[k] == 0, (k, area.round(3).tolist())
        assert alphas[k].max() < 128
    whole = int(there.mean(axis=(1, 2)).argmax())
    for k in (whole - 1, whole, whole + 1):
        both = ((alphas[k] > 127) & (there[k] > 0)).sum() / ((alphas[k] > 127) | (there[k] > 0)).sum()
        assert both > 0.6, (k, both)


@tiers
def test_a_hard_cut_leaves_no_trace_either_way(
    tmp_path: Path, astronaut: list[Picture], wall: Picture, tier: str
) -> None:
    """Each shot is matted as if it were alone, bit for bit, whatever looks ahead over the cut or back."""
    first, pale = astronaut[:3], 255 - wall // 4
    beside = np.arange(SIZE[1])[None, :, None] < 160
    second = [np.where(beside, pale, one[:, ::-1]).astype(np.uint8) for one in astronaut[:3]]
    said = {"model": "u2netp", "subject": "person"}
    parts = [matte(write(tmp_path / f"{k}.mkv", shot), tier, **said) for k, shot in enumerate((first, second))]
    whole, _ = matte(write(tmp_path / "both.mkv", [*first, *second]), tier, **said)
    assert min((alphas > 127).mean() for alphas, _ in parts) > 0.2
    np.testing.assert_array_equal(whole, np.concatenate([alphas for alphas, _ in parts]))
