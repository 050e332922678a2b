"""The same cases over every source."""

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.protocols import Source, Wants
from bgstream.sources import AnimationSource, StillSource, VideoSource
from bgstream.sources.synthetic import SyntheticSource
from tests.media.catalogue import Catalogue

Opener = Callable[[Path], Source]


def video(path: Path) -> Source:
    return VideoSource(path, Wants())


def converted(path: Path) -> Source:
    return VideoSource(path, Wants(frozenset({"yuv420p"})))


def sixteen_bits(path: Path) -> Source:
    return StillSource(path, Wants())


def animation(path: Path) -> Source:
    return AnimationSource(path, Wants())


def animation_converted(path: Path) -> Source:
    return AnimationSource(path, Wants(frozenset({"yuv420p"})))


def synthetic(path: Path) -> Source:
    """Odd on both sides; it reads no file."""
    return SyntheticSource((47, 65), count=6)


OPENERS: dict[str, tuple[Opener, str]] = {
    "video": (video, "plain.mp4"),
    "video turned": (video, "rotated90.mp4"),
    "video with alpha": (video, "prores4444.mov"),
    "video deinterlaced": (video, "interlaced.mkv"),
    "video late": (video, "late_video.mp4"),
    "video converted": (converted, "ten.mp4"),
    "video squared": (converted, "sar.mp4"),
    "gif": (video, "animated.gif"),
    "still": (StillSource, "photo.png"),
    "still with alpha": (StillSource, "alpha.png"),
    "still turned": (StillSource, "orientation6.jpg"),
    "still of 16 bits": (sixteen_bits, "rgba16.png"),
    "animation": (animation, "animated.webp"),
    "animation converted": (animation_converted, "animated.avif"),
    "synthetic": (synthetic, "plain.mp4"),
}


@pytest.fixture(params=OPENERS)
def source(request: pytest.FixtureRequest, clip: Catalogue) -> Source:
    opener, name = OPENERS[request.param]
    return opener(clip(name))


def same(one: Frame, other: Frame) -> None:
    assert (one.pts, one.time_base, one.layout, one.colour) == (other.pts, other.time_base, other.layout, other.colour)
    for mine, theirs in zip(one.planes, other.planes, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_frames_are_as_info_says(source: Source) -> None:
    frames = list(source.frames())
    assert frames
    for frame in frames:
        assert (frame.size, frame.layout, frame.colour) == (source.info.size, source.info.layout, source.info.colour)
        assert [plane.shape for plane in frame.planes] == list(frame.layout.shapes(*frame.size))
        assert {plane.dtype for plane in frame.planes} == {np.dtype(frame.layout.dtype)}


def test_alpha_is_full_size_bytes_or_absent_throughout(source: Source) -> None:
    alphas = [frame.alpha for frame in source.frames()]
    assert len({alpha is None for alpha in alphas}) == 1
    for alpha in alphas:
        if alpha is not None:
            assert (alpha.shape, alpha.dtype.name) == (source.info.size, "uint8")


def test_time_rises(source: Source) -> None:
    times = [frame.pts * frame.time_base for frame in source.frames()]
    assert all(before < after for before, after in pairwise(times))


def test_reading_twice_gives_the_same(source: Source) -> None:
    for one, other in zip(source.frames(), source.frames(), strict=True):
        same(one, other)


def test_frames_stay_valid_after_later_ones_are_read(source: Source) -> None:
    kept = list(source.frames())
    for one, fresh in zip(kept, source.frames(), strict=True):
        same(one, fresh)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_sample_gives_at_most_what_was_asked_for(count: int, source: Source) -> None:
    sampled = source.sample(count)
    assert min(count, 1) <= len(sampled) <= count
    assert {frame.size for frame in sampled} <= {source.info.size}


def test_stopping_early_leaves_no_thread(source: Source) -> None:
    before = threading.active_count()
    frames = source.frames()
    next(frames)
    del frames
    assert threading.active_count() == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted through /proc")
@pytest.mark.parametrize("kind", OPENERS)
def test_no_file_stays_open(kind: str, clip: Catalogue) -> None:
    opener, name = OPENERS[kind]
    path = clip(name)

    def still_open() -> bool:
        links = (entry.readlink() for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink())
        return path in links

    source = opener(path)
    source.sample(2)
    list(source.frames())
    assert not still_open()


@pytest.mark.parametrize("opener", [video, StillSource, animation])
@pytest.mark.parametrize("name", ["text.mp4", "empty.mp4", "noise.mp4", "nowhere.mp4"])
def test_what_is_none_is_refused_with_a_hint(name: str, opener: Opener, clip: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        opener(tmp_path / name if name == "nowhere.mp4" else clip(name))
    assert caught.value.hint
