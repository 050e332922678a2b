"""What a camera sends into frames: bits kept, ranges converted, damage noticed, time believed or not."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from av.codec.context import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from bgstream_kernels.studio import _chroma, _luma

from bgstream.sources.camera import _decoded, taken_at
from bgstream.sources.capture import Capture, exercise, whole
from tests.vm.feeding import damaged, jpeg

SIZE = HEIGHT, WIDTH = 36, 64
RANDOM = np.random.default_rng(11)


def noise(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 256, shape, np.uint8)


def picture(pixel: str, *planes: np.ndarray) -> VideoFrame:
    made = VideoFrame(WIDTH, HEIGHT, pixel)
    for plane, pixels in zip(made.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        rows[:, : pixels.shape[1]] = pixels
        plane.update(rows.tobytes())
    return made


def mean_of_rows(plane: np.ndarray) -> np.ndarray:
    return np.asarray((plane[::2].astype(int) + plane[1::2] + 1) >> 1)


@pytest.mark.parametrize(("pixel", "luma", "blue", "red"), [("yuyv422", 0, 1, 3), ("uyvy422", 1, 0, 2)])
def test_packed_pictures_keep_luma_and_mean_two_rows_of_chroma(pixel: str, luma: int, blue: int, red: int) -> None:
    packed = noise(HEIGHT, 2 * WIDTH)
    got = Capture(SIZE)(picture(pixel, packed))
    np.testing.assert_array_equal(got[0], packed[:, luma::2])
    np.testing.assert_array_equal(got[1], mean_of_rows(packed[:, blue::4]))
    np.testing.assert_array_equal(got[2], mean_of_rows(packed[:, red::4]))


def test_planar_pictures_pass_bit_exact() -> None:
    luma, blue, red = noise(*SIZE), noise(HEIGHT // 2, WIDTH // 2), noise(HEIGHT // 2, WIDTH // 2)
    both = np.stack([blue, red], axis=-1).reshape(HEIGHT // 2, WIDTH)
    for made in (picture("yuv420p", luma, blue, red), picture("nv12", luma, both)):
        for got, wanted in zip(Capture(SIZE)(made), (luma, blue, red), strict=True):
            np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("rows", [1, 2])
def test_full_range_becomes_studio_range(rows: int) -> None:
    luma = noise(*SIZE)
    blue, red = (noise(rows * HEIGHT // 2, WIDTH // 2) for _ in range(2))
    got = Capture(SIZE)(picture("yuvj420p" if rows == 1 else "yuvj422p", luma, blue, red))
    np.testing.assert_array_equal(got[0], np.rint(luma * (219 / 255) + 16))
    for out, plane in ((got[1], blue), (got[2], red)):
        full = plane if rows == 1 else (plane[::2].astype(float) + plane[1::2]) / 2
        np.testing.assert_allclose(out, (full - 128.0) * 224 / 255 + 128, rtol=0, atol=0.502)


def test_a_rare_full_range_format_is_converted_as_well() -> None:
    luma, flat = noise(*SIZE), np.full(SIZE, 200, np.uint8)
    got = Capture(SIZE)(picture("yuvj444p", luma, flat, flat))
    np.testing.assert_allclose(got[0], luma * (219 / 255) + 16, rtol=0, atol=1)
    np.testing.assert_allclose(got[1], (200 - 128) * 224 / 255 + 128, rtol=0, atol=1)


def test_a_picture_of_another_size_is_scaled() -> None:
    flat = [np.full(shape, value, np.uint8) for shape, value in ((SIZE, 90), ((18, 32), 100), ((18, 32), 150))]
    got = Capture((72, 128))(picture("yuv420p", *flat))
    assert [plane.shape for plane in got] == [(72, 128), (36, 64), (36, 64)]
    assert [int(plane[20, 20]) for plane in got] == [90, 100, 150]


@pytest.mark.parametrize("pixel", ["yuv420p", "yuyv422", "yuvj422p"])
def test_frames_do_not_share_memory_with_what_was_lent(pixel: str) -> None:
    capture, made = Capture(SIZE), VideoFrame(WIDTH, HEIGHT, pixel)
    for plane in made.planes:
        plane.update(bytes([77]) * plane.buffer_size)
    first = capture(made)
    before = [plane.copy() for plane in first]
    for plane in made.planes:
        plane.update(bytes([200]) * plane.buffer_size)
    second = capture(made)
    for mine, kept, other in zip(first, before, second, strict=True):
        np.testing.assert_array_equal(mine, kept)
        assert not np.shares_memory(mine, other)
        assert mine[0, 0] != other[0, 0]


def test_exercise_compiles_what_the_first_picture_needs() -> None:
    exercise()
    kernels: list[Any] = [_luma, _chroma]
    before = [len(kernel.signatures) for kernel in kernels]
    Capture(SIZE)(picture("yuvj422p", noise(*SIZE), noise(HEIGHT, WIDTH // 2), noise(HEIGHT, WIDTH // 2)))
    assert [len(kernel.signatures) for kernel in kernels] == before


@pytest.fixture(scope="module")
def photo() -> bytes:
    return jpeg((noise(96, 128), noise(96, 64), noise(96, 64)))


def decoded(data: bytes) -> Any:
    decoder = CodecContext.create("mjpeg", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count, decoder.options = 1, {"err_detect": "explode"}  # as Opened.decoder has it
    packet: Any = Packet(data)
    return _decoded(packet, decoder, Capture((96, 128)))


def test_whole_jpegs_are_taken_padded_ones_too(photo: bytes) -> None:
    for data in (photo, photo + bytes(5000), photo + b"trailer"):
        assert decoded(data) is not None


@pytest.mark.parametrize("how", list(damaged(bytes(9))))
def test_broken_jpegs_are_not(photo: bytes, how: str) -> None:
    assert decoded(damaged(photo)[how]) is None


def test_flagged_and_empty_packets_are_not_whole() -> None:
    packet: Any = Packet(b"abcd")
    empty: Any = Packet(0)
    assert whole(packet, "rawvideo")
    packet.is_corrupt = True
    assert not whole(packet, "rawvideo")
    assert not whole(empty, "rawvideo")


@pytest.mark.parametrize(
    ("stamp", "arrival", "wanted"),
    [
        (5_000_000, 5.03, 5_000_000),  # taken 30 ms ago
        (5_000_000, 5.0, 5_000_000),
        (5_040_000, 5.0, 5_000_000),  # the driver foretells: not possible
        (5_000_000, 6.5, 6_500_000),  # too old to be true
        (1_700_000_000_000_000, 5.0, 5_000_000),  # the time of day
        (0, 5.0, 5_000_000),  # a clock that starts with the camera
        (None, 5.0, 5_000_000),
    ],
)
def test_the_drivers_time_counts_where_it_can_be_true(stamp: int | None, arrival: float, wanted: int) -> None:
    assert taken_at(stamp, Fraction(1, 1_000_000), arrival) == wanted
