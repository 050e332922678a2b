"""A GPU's decoder: for which clips it is taken, and what happens where there is none."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.hwaccel import HWAccel
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bgstream.frame import LAYOUTS, Layout
from bgstream.media import native_layout, open_media, plane_view
from bgstream.sources import hardware
from bgstream.sources.decode import decode, video_stream
from bgstream.sources.hardware import EXACT, hardware_decoder
from tests.media.catalogue import Catalogue


class Tried:
    """Stands in for the trial of a decoder: it succeeds, and is noted."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def create(self, name: str, mode: str, accelerator: object) -> None:
        assert mode == "r"
        assert isinstance(accelerator, HWAccel)
        self.names.append(name)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Tried:
    found = Tried()
    monkeypatch.setattr(hardware, "CodecContext", found)
    return found


def stream_of(path: Path) -> Iterator[VideoStream]:
    with open_media(path) as container:
        yield video_stream(container, path)


def test_the_processor_decodes_for_the_processor(clip: Catalogue, tried: Tried) -> None:
    for stream in stream_of(clip("plain.mp4")):
        for device in ("cpu", "migraphx", "directml", "coreml", "openvino"):
            assert hardware_decoder(stream, device) == (None, "")
    assert tried.names == []


def test_a_gpu_decodes_for_itself(clip: Catalogue, tried: Tried) -> None:
    for stream in stream_of(clip("plain.mp4")):
        found, why = hardware_decoder(stream, "cuda")
        assert isinstance(found, HWAccel)
        assert why == ""
    assert tried.names == ["h264"]


@pytest.mark.parametrize(("codec", "layout"), [("libx264", "yuv422p"), ("ffv1", "yuv420p"), ("libvpx-vp9", "yuva420p")])
def test_what_it_would_not_decode_to_the_bit_is_the_processors(
    tmp_path: Path, tried: Tried, codec: str, layout: str
) -> None:
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, layout
        picture = VideoFrame(64, 48, layout)
        for plane in picture.planes:
            plane.update(bytes(plane.buffer_size))
        picture.pts = 0
        out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    for track in stream_of(path):
        assert hardware_decoder(track, "cuda") == (None, "")
    assert tried.names == []


def test_where_there_is_none_the_reason_is_told(clip: Catalogue) -> None:
    """The real thing: FFmpeg was built with it, and there is no GPU."""
    for stream in stream_of(clip("plain.mp4")):
        found, why = hardware_decoder(stream, "cuda")
        if found is not None:
            pytest.skip("a GPU's decoder can be used on this machine")
        assert "the processor decodes" in why


def noise(layout: Layout, size: tuple[int, int]) -> VideoFrame:
    picture, rng = VideoFrame(size[1], size[0], layout.name), np.random.default_rng(0)
    for index, shape in enumerate(layout.shapes(*size)):
        plane_view(picture, index, layout, shape)[...] = rng.integers(0, layout.top + 1, shape)
    return picture


@pytest.mark.parametrize(
    ("name", "downloaded", "size"),
    [("yuv420p", "nv12", (98, 130)), ("yuv420p", "nv12", (64, 64)), ("yuv420p10le", "p010le", (98, 128))],
)
def test_what_a_gpu_hands_out_becomes_the_same_planes(name: str, downloaded: str, size: tuple[int, int]) -> None:
    """Its pictures are of these two formats; they come back to planes without a changed bit."""
    layout = LAYOUTS[name]
    picture = noise(layout, size)
    there = picture.reformat(format=downloaded)
    assert native_layout(there.format.name)[0] == layout
    back = there.reformat(size[1], size[0], name, 1, 1, "BICUBIC", 1, 1)  # as Adapter does
    for index in range(3):
        np.testing.assert_array_equal(plane_view(back, index, layout), plane_view(picture, index, layout))


def test_only_formats_that_it_hands_out_so_are_taken() -> None:
    assert {native_layout(name)[0].name for names in EXACT.values() for name in names} == {"yuv420p", "yuv420p10le"}


def test_a_container_opened_with_it_decodes_or_says_why(clip: Catalogue) -> None:
    """With a GPU the very pictures of the processor; without one, no decoder is handed out to open it with."""
    path = clip("plain.mp4")
    with open_media(path) as container:
        stream = video_stream(container, path)
        found, why = hardware_decoder(stream, "cuda")
        wanted = [picture.to_ndarray() for picture in decode(container, stream, path)]
    if found is None:
        assert why
        return
    with av.open(str(path), hwaccel=found) as container:
        stream = video_stream(container, path)
        seen = [picture.reformat(format="yuv420p").to_ndarray() for picture in decode(container, stream, path)]
    assert len(seen) == len(wanted)
    for one, other in zip(seen, wanted, strict=True):
        np.testing.assert_array_equal(one, other)
