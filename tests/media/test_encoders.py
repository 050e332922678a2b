"""Every codec of the table: sizes that it takes or refuses, odd ones, tags, and not a word on the terminal."""

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import ConfigError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Layout
from bgstream.sinks.formats import codecs, containers
from tests.media.coded import code
from tests.media.judge import Judge
from tests.media.synthetic import TV709, frames

RGB709 = Colour(RGB, True, 1, 13)
CASES = [
    (f"o{suffix}", name, transparent)
    for suffix, container in containers().items()
    for transparent in (True, False)
    for name in container.codecs(transparent, matte=False)
    if container.writer == "file" and not codecs()[name].hardware
]


def layouts(codec: str, transparent: bool) -> list[Layout]:
    """What a codec takes; of FFV1, which takes all, one of each kind."""
    variant = codecs()[codec].alpha if transparent else codecs()[codec].opaque
    assert variant is not None
    named = {"yuv420p", "yuv422p10le", "gbrp16le"} if codec == "ffv1" else variant.layouts
    return [LAYOUTS[name] for name in sorted(named)]


def moving(layout: Layout, size: tuple[int, int], count: int = 3) -> list[Frame]:
    """Flat pictures that grow brighter: no two are alike."""
    made = []
    for number in range(count):
        values = (100 + 30 * number, 110, 140)
        shapes = layout.shapes(*size)
        planes = [np.full(s, v << (layout.depth - 8), layout.dtype) for s, v in zip(shapes, values, strict=True)]
        made.append(Frame(tuple(planes), layout, RGB709 if layout.rgb else TV709, number, Fraction(1, 25), 1))
    return made


@pytest.mark.parametrize(("name", "codec", "transparent"), CASES)
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (61, 97)])
def test_sizes(size: tuple[int, int], name: str, codec: str, transparent: bool, tmp_path: Path) -> None:
    """Written, or refused in a line before there is a file."""
    for layout in layouts(codec, transparent):
        if min(size) < codecs()[codec].smallest:
            with pytest.raises(ConfigError, match=f"'{codec}' takes no pictures of") as caught:
                code(tmp_path / name, moving(layout, size), codec, transparent)
            assert caught.value.hint
            assert list(tmp_path.iterdir()) == []
        else:
            assert code(tmp_path / name, moving(layout, size), codec, transparent).stat().st_size


@pytest.mark.parametrize("codec", ["av1", "hevc"])
def test_odd_sizes_come_back(codec: str, tmp_path: Path, judge: Judge) -> None:
    """AV1 as they are; HEVC made even, without a dark or green border."""
    made = frames(size=(61, 97))[:3]
    out = code(tmp_path / "o.mp4", made, codec, transparent=False)
    shown = judge.pictures(out, "gray", "scale=in_range=tv:out_range=tv").astype(int)
    assert shown.shape[1:] == ((61, 97) if codec == "av1" else (62, 98))
    np.testing.assert_allclose(shown[:, :, 72:], 200, atol=5)


@pytest.mark.parametrize("size", [(31, 200), (200, 16)])
def test_av1_refuses_what_its_encoder_hangs_on(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="32"):
        code(tmp_path / "o.mp4", moving(LAYOUTS["yuv420p"], size), "av1", transparent=False)


def test_prores_says_its_colours(tmp_path: Path, judge: Judge) -> None:
    """Its own header holds tags, and readers believe it over the file's."""
    made = frames(LAYOUTS["yuv444p10le"], colour=Colour(6, False, 5, 6))[:2]
    stream = judge.video(code(tmp_path / "o.mov", made, "prores", transparent=True))
    keys = ("color_space", "color_primaries", "color_transfer")
    assert tuple(stream[key] for key in keys) == ("smpte170m", "bt470bg", "smpte170m")


def test_prores_is_fine(tmp_path: Path, judge: Judge) -> None:
    """A fixed quantiser is as good as ProRes gets: under one code of ten bits, noise and all."""
    made = frames(LAYOUTS["yuv422p10le"], noisy=True)[:1]
    out = code(tmp_path / "o.mov", made, "prores", transparent=False)
    width = made[0].size[1]
    luma = np.frombuffer(judge.samples(out, "gray10le", filters="extractplanes=y"), np.uint16).reshape(-1, width)
    visible = slice(2 * width // 3 + 16, None)
    error = luma[:, visible].astype(int) - np.clip(made[0].planes[0][:, visible], 4, 1019)
    assert np.sqrt((error**2).mean()) < 1


@pytest.mark.parametrize("codec", ["av1", "hevc", "h264"])
def test_nothing_is_printed(codec: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code(tmp_path / "o.mp4", frames()[:2], codec, transparent=False)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="this system has no such thing")
def test_nobody_becomes_a_real_time_thread(tmp_path: Path) -> None:
    """SVT-AV1 makes the thread that opens it one, as root; what spins afterwards in it would stop the machine."""
    before = os.sched_getscheduler(0)
    code(tmp_path / "o.mp4", frames()[:2], "av1", transparent=False)
    assert os.sched_getscheduler(0) == before
