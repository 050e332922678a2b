"""Whether alpha works: counted, not believed; and how its colours are stored."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.packet import Packet
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from bgstream.probing import probe
from bgstream.probing.census import Census
from bgstream.probing.picture import Alpha
from tests.media.catalogue import Catalogue
from tests.media.clips import Clip, make_clip, paint
from tests.media.judge import Judge

VP9 = {"cpu-used": "8", "auto-alt-ref": "0", "lossless": "1"}


def alpha_of(path: Path) -> Alpha:
    picture = probe(path).picture
    assert picture is not None
    return picture.alpha


@pytest.mark.parametrize(("name", "decoder"), [("alpha.webm", "libvpx-vp9"), ("prores4444.mov", "")])
def test_shares_are_those_that_ffmpeg_sees(name: str, decoder: str, clip: Catalogue, judge: Judge) -> None:
    alpha, truth = alpha_of(clip(name)), judge.alpha(clip(name), decoder)
    assert (alpha.state, alpha.form, alpha.highest) == ("working", "straight", 255)
    assert alpha.transparent == pytest.approx(np.mean(truth == 0), abs=1e-9)
    assert alpha.opaque == pytest.approx(np.mean(truth == 255), abs=1e-9)
    assert alpha.transparent + alpha.partial + alpha.opaque == pytest.approx(1)


@pytest.mark.parametrize("name", ["vp9.webm", "plain.mp4", "photo.png", "photo.jpg"])
def test_none(name: str, clip: Catalogue) -> None:
    assert alpha_of(clip(name)) == Alpha("none")


@pytest.mark.parametrize(
    ("name", "transparent", "opaque"),
    [("alpha.png", 1 / 3, 1 / 3), ("alpha.webp", 1 / 3, 1 / 3), ("grey_alpha.png", 1 / 3, 1 / 3)],
)
def test_pictures(name: str, transparent: float, opaque: float, clip: Catalogue) -> None:
    alpha = alpha_of(clip(name))
    assert alpha.state == "working"
    assert [alpha.transparent, alpha.opaque] == pytest.approx([transparent, opaque])


def test_a_gif_has_one_bit(clip: Catalogue) -> None:
    alpha = alpha_of(clip("animated.gif"))
    assert alpha.state == "working"
    assert [alpha.partial, alpha.opaque] == pytest.approx([0, 20 * 20 / (60 * 90)])


def test_there_but_hiding_nothing(tmp_path: Path) -> None:
    path = tmp_path / "opaque.png"
    Image.new("RGBA", (40, 30), (200, 10, 10, 255)).save(path)
    assert alpha_of(path) == Alpha("opaque")


def test_vp9_in_mp4_has_lost_it(tmp_path: Path) -> None:
    path = tmp_path / "trap.mp4"
    make_clip(path, Clip("libvpx-vp9", "yuva420p", count=3, options=VP9))
    facts = probe(path)
    assert facts.picture is not None and facts.picture.alpha.state == "none"
    assert any("VP9" in note and "no alpha" in note for note in facts.notes)


def test_a_tag_is_no_alpha(tmp_path: Path) -> None:
    path = tmp_path / "tagged.webm"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libvpx-vp9", rate=25, options=VP9)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuva420p"
        for index in range(3):
            picture = paint("yuva420p", (64, 96), index)
            picture.pts, picture.time_base = index, Fraction(1, 25)
            for packet in (*stream.encode(picture), *(stream.encode(None) if index == 2 else ())):
                bare: Packet[Any] = Packet(bytes(packet))  # without alpha, which goes along as side data
                bare.pts, bare.dts, bare.time_base = packet.pts, packet.dts, packet.time_base
                bare.is_keyframe, bare.stream = packet.is_keyframe, stream
                output.mux(bare)
    facts = probe(path)
    assert facts.picture is not None and facts.picture.alpha.state == "missing"
    assert any("tag" in note for note in facts.notes)


def census(pixels: NDArray[np.uint8], form: str) -> Alpha:
    counted = Census()
    counted.add(VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgba").reformat(format=form))
    return counted.result()


def soft(bright: int, multiplied: bool, size: int = 64) -> NDArray[np.uint8]:
    """(size, size, 4): one colour under an alpha that rises from left to right."""
    alpha = np.tile(np.linspace(0, 255, size), (size, 1))
    colour = np.full((size, size, 3), bright, float) * np.array([1, 0.8, 0.6])
    if multiplied:
        colour *= alpha[..., None] / 255
    pixels: NDArray[np.uint8] = np.rint(np.dstack([colour, alpha])).astype(np.uint8)
    return pixels


@pytest.mark.parametrize("form", ["rgba", "gbrap", "yuva444p", "yuva420p"])
@pytest.mark.parametrize(("multiplied", "said"), [(False, "straight"), (True, "premultiplied")])
def test_straight_or_premultiplied(form: str, multiplied: bool, said: str) -> None:
    assert census(soft(230, multiplied), form).form == said


def test_too_dark_or_too_few_to_tell() -> None:
    assert census(soft(4, multiplied=False), "gbrap").form == ""
    assert census(soft(230, multiplied=True, size=8), "gbrap").form == ""


def test_nearly_opaque_is_said(tmp_path: Path) -> None:
    path = tmp_path / "veil.png"
    Image.new("RGBA", (40, 30), (200, 10, 10, 254)).save(path)
    assert alpha_of(path).highest == 254
    assert any("254 of 255" in note for note in probe(path).notes)


def test_ten_bits_are_counted_as_eight() -> None:
    picture = paint("yuva444p10le", (64, 96), 0)
    counted = Census()
    counted.add(picture)
    alpha = counted.result()
    assert [alpha.transparent, alpha.opaque] == pytest.approx([1 / 3, 1 / 3])
    assert alpha.highest == 255
