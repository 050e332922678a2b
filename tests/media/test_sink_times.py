"""Clips out, judged by ffprobe: number of pictures, times, duration."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from av.packet import Packet
from PIL import Image

from bgstream.frame import LAYOUTS, Colour, Matted
from bgstream.sinks.formats import codecs
from bgstream.sinks.lasting import Lasting
from tests.matrix.filming7 import pour
from tests.matrix.table import Output
from tests.media.catalogue import VFR
from tests.media.judge import Judge
from tests.media.synthetic import STEADY, TICK, TV709, frames, info_of, soft_block, write

NTSC = tuple(1001 * k for k in range(10))
KINDS = ("out.webm", "out.mkv", "out.mp4", "matte.mkv")
TIMES = {
    "steady": (STEADY, TICK),
    "ntsc": (NTSC, Fraction(1, 30000)),
    "vfr": (VFR, Fraction(1, 90000)),
    "late": (tuple(t + 5120 for t in STEADY), TICK),
    "jitter": ((0, 90, 3000, 3090, 9000, 9100, 40000), Fraction(1, 90000)),
    "one": ((0,), TICK),
}
LINGERING = 9 / 25 + 0.3  # seconds


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("kind", TIMES)
def test_every_picture_at_its_own_time(kind: str, name: str, tmp_path: Path, judge: Judge) -> None:
    times, tick = TIMES[kind]
    out = write(tmp_path / name, frames(times=times, tick=tick), green=name == "out.mp4", matte=name == "matte.mkv")
    seen = judge.times(out)
    rounding = Fraction(0) if name == "out.mp4" else Fraction(1, 2000)  # Matroska counts milliseconds
    assert len(seen) == len(times)
    for mine, theirs in zip(times, seen, strict=True):
        assert abs(mine * tick - theirs) <= rounding


FILMS = ["webm vp9", "webm vp8", "webm av1", "mkv ffv1", "mp4 h264", "mp4 hevc", "mp4 av1", "mov prores", "mov png"]


@pytest.mark.parametrize("kind", FILMS)
def test_the_last_picture_stays_as_long_as_the_source_says(kind: str, tmp_path: Path, judge: Judge) -> None:
    """Not as long as the one before, nor as a nominal rate would have it."""
    assert judge.duration(_lingering(kind, tmp_path)) == pytest.approx(LINGERING, abs=0.001)


@pytest.mark.parametrize("kind", ["webp webp", "webp webp_lossless", "apng apng", "gif gif"])
def test_so_it_does_in_animations(kind: str, tmp_path: Path) -> None:
    with Image.open(_lingering(kind, tmp_path)) as read:
        lengths = []
        for number in range(read.n_frames):  # type: ignore[attr-defined]
            read.seek(number)
            read.load()  # checksums are looked at, too
            lengths.append(read.info["duration"])
    assert lengths == pytest.approx([40] * 9 + [300], abs=1)


def _lingering(kind: str, folder: Path) -> Path:
    """Ten pictures, 25 a second; the last stays for 0.3 s. None is like the one before, which libwebp would join."""
    suffix, codec = kind.split()
    chosen = codecs()[codec]
    variant = chosen.alpha or chosen.opaque
    assert variant is not None
    layout = LAYOUTS[min(variant.layouts)]
    colour = Colour(0, True) if layout.rgb else TV709
    *made, last = frames(layout, colour=colour, noisy=True)
    made.append(replace(last, duration=round(Fraction(3, 10) / TICK)))
    matted = (Matted(frame, soft_block()) for frame in made)
    return pour(matted, Output(f".{suffix}", codec, chosen.alpha is not None), info_of(made), folder)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_clip_of_very_few_pictures_in_hevc(count: int, tmp_path: Path, judge: Judge) -> None:
    matted = (Matted(frame, soft_block()) for frame in frames()[:count])
    out = pour(matted, Output(".mp4", "hevc", transparent=False), info_of(frames()), tmp_path)
    assert judge.times(out) == [Fraction(k, 25) for k in range(count)]
    assert judge.duration(out) == pytest.approx(count / 25, abs=0.001)


def test_where_x265_leaves_dts_to_chance_it_is_pts() -> None:
    """It depends on what lies in memory: some runs fail, some write files that begin hours ago."""
    lasting, packets = Lasting("libx265", TICK), [Packet(8), Packet(8)]
    for pts, packet in zip(STEADY, packets, strict=False):
        lasting.note(pts, 512)
        packet.pts, packet.dts = pts, pts - (1 << 46)
    assert [(packet.dts, packet.duration) for packet in lasting.rest(packets)] == [(0, 512), (512, 512)]


@pytest.mark.parametrize("name", ["out.webm", "out.mkv"])
def test_negative_times_keep_their_distances(name: str, tmp_path: Path, judge: Judge) -> None:
    """Matroska starts at 0 at the earliest: the whole clip moves, nothing is lost."""
    times = [t - 1024 for t in STEADY]
    seen = judge.times(write(tmp_path / name, frames(times=times)))
    assert [float(t - seen[0]) for t in seen] == pytest.approx([k / 25 for k in range(10)], abs=0.001)
