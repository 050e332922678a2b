"""What a user says, from end to end: keys, plates, points, boxes, regions, on small clips made here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import bgstream
from bgstream.errors import ConfigError
from tests.matting.tiny_networks import disc, write_brightness, write_card

SIZE, COUNT = (96, 128), 8
LEFT, RIGHT = (48, 30), (48, 95)
Picture = NDArray[np.uint8]


def film(path: Path, pictures: Iterator[Picture]) -> Path:
    """A nearly lossless clip of RGB pictures."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", 25, options={"crf": "4"})
        stream.width, stream.height, stream.pix_fmt = SIZE[1], SIZE[0], "yuv444p"
        for picture in pictures:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path


def painted(behind: Picture, *discs: tuple[tuple[float, float], int]) -> Picture:
    """Pictures with grey discs of radius 16."""
    picture = behind.copy()
    for centre, value in discs:
        picture[disc(SIZE, centre, 16)] = value
    return picture


def room() -> Picture:
    """A dim, uneven wall."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    wall = 40 + 20 * np.sin(rows / 9.0) * np.cos(columns / 7.0)
    return np.repeat(wall[..., None], 3, axis=2).astype(np.uint8)


def mattes(clip: Path, **settings: Any) -> list[Picture]:
    target = clip.with_name("matte.mkv")
    bgstream.remove(clip, target, matte=True, **settings)
    with av.open(str(target)) as container:
        return [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in container.decode(video=0)]


def shown(alpha: Picture, centre: tuple[float, float]) -> bool:
    """Whether a disc is there (wholly), or not at all."""
    inside = alpha[disc(SIZE, centre, 11)]
    assert inside.min() > 250 or inside.max() < 5
    return bool(inside.min() > 250)


@pytest.fixture
def network(tmp_path: Path) -> str:
    made = write_brightness(tmp_path / "net.onnx", size=SIZE)
    write_card(made, size=SIZE)
    return str(made)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two bright discs that sway."""
    return film(
        tmp_path / "two.mp4",
        (painted(room(), ((48, 30 + k), 255), ((48, 95 - k), 255)) for k in range(COUNT)),
    )


def test_key_finds_the_screen(tmp_path: Path) -> None:
    screen = np.full((*SIZE, 3), (30, 180, 60), np.uint8)
    clip = film(tmp_path / "green.mp4", (painted(screen, ((48, 40 + 3 * k), 200)) for k in range(COUNT)))
    for k, alpha in enumerate(mattes(clip, model="key")):
        assert shown(alpha, (48, 40 + 3 * k))
        assert alpha[~disc(SIZE, (48, 40 + 3 * k), 20)].max() == 0


@pytest.mark.parametrize("suffix", [".png", ".mp4"])
def test_plate_from_a_picture_or_a_clip(tmp_path: Path, suffix: str) -> None:
    clip = film(tmp_path / "clip.mp4", (painted(room(), ((48, 40 + 3 * k), 200)) for k in range(COUNT)))
    plate = tmp_path / f"plate{suffix}"
    if suffix == ".png":
        Image.fromarray(room()).save(plate)
    else:
        film(plate, iter([room()] * 6))
    for k, alpha in enumerate(mattes(clip, plate=str(plate))):
        assert shown(alpha, (48, 40 + 3 * k))
        assert alpha[~disc(SIZE, (48, 40 + 3 * k), 22)].max() < 5


def test_a_plate_of_another_shape_is_refused(two: Path, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "square.png")
    with pytest.raises(ConfigError, match="another shape"):
        mattes(two, plate=str(tmp_path / "square.png"))


def test_a_key_bounded_by_a_network(tmp_path: Path, network: str) -> None:
    """What the network does not mark is garbage, whatever its colour."""
    screen = np.full((*SIZE, 3), (10, 90, 20), np.uint8)
    pictures = (painted(screen, ((48, 30 + k), 240), ((80, 110), 20)) for k in range(COUNT))
    clip = film(tmp_path / "green.mp4", pictures)
    alone, both = mattes(clip, model="key"), mattes(clip, model=f"key+{network}", smooth=False)
    for k, (one, other) in enumerate(zip(alone, both, strict=True)):
        assert shown(one, (48, 30 + k))
        assert shown(other, (48, 30 + k))
        assert one[disc(SIZE, (80, 110), 10)].min() > 200
        assert other[disc(SIZE, (80, 110), 10)].max() == 0


@pytest.mark.parametrize("said", [{"point": "30,48"}, {"box": "5,20,50,60"}, {"point": "35,48@0.2"}])
def test_a_point_or_a_box_says_which(two: Path, network: str, said: dict[str, str]) -> None:
    for k, alpha in enumerate(mattes(two, model=network, **said)):
        assert shown(alpha, (48, 30 + k))
        assert not shown(alpha, (48, 95 - k))


def test_all_keeps_both(two: Path, network: str) -> None:
    for k, alpha in enumerate(mattes(two, model=network, subject="all")):
        assert shown(alpha, (48, 30 + k))
        assert shown(alpha, (48, 95 - k))


def test_regions_are_kept_and_removed(two: Path, network: str, tmp_path: Path) -> None:
    keep, remove = tmp_path / "keep.png", tmp_path / "remove.png"
    Image.fromarray((disc(SIZE, (16, 64), 8) * 255).astype(np.uint8)).save(keep)
    Image.fromarray((disc(SIZE, RIGHT, 22) * 255).astype(np.uint8)).save(remove)
    first = mattes(two, model=network, subject="all", keep=str(keep), remove=str(remove))[0]
    assert first[disc(SIZE, (16, 64), 5)].min() > 250
    assert shown(first, LEFT)
    assert not shown(first, RIGHT)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model": "key+"}, "no mix"),
        ({"model": "u2netp", "plate": "x.png"}, "for model 'plate'"),
        ({"model": "plate", "key_colour": "green"}, "for model 'key'"),
        ({"quality": "bset"}, "unknown quality 'bset'"),
        ({"subject": "persons"}, "persons"),
        ({"point": "500,20"}, "outside the frame"),
        ({"box": "1,2,3"}, "box"),
    ],
)
def test_what_makes_no_sense_is_refused(two: Path, settings: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        mattes(two, **settings)
    assert not two.with_name("matte.mkv").exists()
