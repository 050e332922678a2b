"""``sample``: a few frames spread over the clip, for choosing a model, without disturbing ``frames``."""

import numpy as np
import pytest

from bgstream.protocols import Wants
from bgstream.sources import VideoSource
from tests.media.catalogue import Catalogue

EVERY_KIND = ("long.mp4", "long.webm", "long.mkv", "vfr.mp4", "late_video.mp4", "long.ts", "edit_list.mp4")


@pytest.mark.parametrize("name", EVERY_KIND)
def test_samples_are_frames_of_the_clip(name: str, clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants())
    by_time = {frame.pts: frame for frame in source.frames()}
    sampled = source.sample(3)
    assert 2 <= len(sampled) <= 3  # two goals may fall on one frame
    for frame in sampled:
        assert frame.time_base == source.info.time_base
        for mine, plane in zip(frame.planes, by_time[frame.pts].planes, strict=True):
            np.testing.assert_array_equal(mine, plane)


@pytest.mark.parametrize("name", ["long.mp4", "long.webm", "long.mkv"])
def test_samples_are_spread_evenly_and_rise(name: str, clip: Catalogue) -> None:
    times = [frame.time for frame in VideoSource(clip(name), Wants()).sample(5)]
    assert times == pytest.approx([0.3, 0.9, 1.5, 2.1, 2.7], abs=0.06)


def test_late_starts_are_reckoned_in(clip: Catalogue) -> None:
    times = [frame.time for frame in VideoSource(clip("late_video.mp4"), Wants()).sample(2)]
    assert times == pytest.approx([0.52, 0.76], abs=0.05)


def test_a_stream_without_an_index_is_sampled_as_well_as_it_can_be(clip: Catalogue) -> None:
    times = [frame.time for frame in VideoSource(clip("long.ts"), Wants()).sample(5)]
    assert len(times) >= 3
    assert times == sorted(set(times))
    assert times[-1] - times[0] > 1.2  # of 3 seconds


def test_one_frame_is_sampled_once(clip: Catalogue) -> None:
    assert len(VideoSource(clip("one_frame.mp4"), Wants()).sample(4)) == 1


def test_sampling_in_the_middle_of_reading_disturbs_nothing(clip: Catalogue) -> None:
    source = VideoSource(clip("plain.mp4"), Wants())
    alone = [frame.pts for frame in source.frames()]
    seen = []
    for frame in source.frames():
        seen.append(frame.pts)
        source.sample(2)
    assert seen == alone


def test_samples_are_upright_and_converted(clip: Catalogue) -> None:
    source = VideoSource(clip("rotated90.mp4"), Wants(frozenset({"yuv444p"})))
    assert {(frame.size, frame.layout.name) for frame in source.sample(3)} == {((96, 64), "yuv444p")}


def test_a_clip_cut_short_still_gives_samples_of_what_is_there(clip: Catalogue) -> None:
    assert VideoSource(clip("cut.webm"), Wants()).sample(4)
