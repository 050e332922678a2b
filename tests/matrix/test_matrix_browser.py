"""What Chromium shows of every output that it knows, all on one magenta page: nothing, half, all of the subject."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.backdrops import Transparent
from bgstream.compose import compose
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Matted, code_values
from bgstream.sinks import open_sink, recipe_for
from bgstream.sinks.formats import containers
from tests.matrix.filming7 import GREEN, pour, recipe_of
from tests.matrix.showing import VIDEOS, Shown, show
from tests.matrix.table import Output, outputs
from tests.media.synthetic import TV709, info_of, soft_block

MAGENTA, SUBJECT = (255, 0, 255), (20, 180, 60)
SIZE = (64, 192)  # thirds of 64 columns
COUNT, RATE = 5, 20
UNKNOWN = ("hevc",)  # is not for every Chromium
TYPES = {".webm": "", ".webp": "image/webp", ".apng": "image/png", ".gif": "image/gif", "%d.png": "image/png"}
STILLS = {".png": "image/png", ".webp": "image/webp", ".avif": "image/avif"}
LOSS = {
    "vp9": 8,
    "vp8": 12,
    "av1": 14,
    "h264": 8,
    "webp": 14,
    ".webp": 14,
    ".avif": 8,
}  # of 255; others: none but rounding
ROUGH = {"vp8": 15}  # of pure green; Chromium makes 0, 255, 11 of it, whatever the codec: others 14


def clips() -> list[Output]:
    opaque = [
        output for output in outputs(transparent=False) if output.suffix in VIDEOS and output.codec not in UNKNOWN
    ]
    return [output for output in outputs(transparent=True) if output.suffix in TYPES] + opaque


def named(output: Output) -> str:
    return f"{output}{'' if output.transparent else '-green'}"


NAMES = [named(output) for output in clips()] + [f"still{suffix}" for suffix in STILLS]


def flat(rgb: bool) -> list[Frame]:
    """Frames of the subject's colour, and a mark that moves along the border: WebP makes one picture of two alike."""
    layout, colour = (LAYOUTS["gbrp"], Colour(RGB, True, 1, 13)) if rgb else (LAYOUTS["yuv420p"], TV709)
    codes = code_values(SUBJECT, layout, colour)
    made = []
    for number in range(COUNT):
        planes = tuple(np.full(s, v, np.uint8) for s, v in zip(layout.shapes(*SIZE), codes, strict=True))
        planes[0][-4:, 130 + 8 * number : 138 + 8 * number] = 250
        made.append(Frame(planes, layout, colour, number, Fraction(1, RATE), 1))
    return made


def written(output: Output, folder: Path) -> Path:
    """The file that the browser gets."""
    made = flat(rgb="yuv420p" not in (recipe_of(output).layouts or ()))
    info = replace(info_of(made), rate=Fraction(RATE))
    path = pour((Matted(frame, soft_block(SIZE)) for frame in made), output, info, folder)
    return path.with_name(path.name % 1) if "%" in path.name else path


def still(suffix: str, folder: Path) -> Path:
    """A single picture."""
    frame, target = flat(rgb=True)[0], folder / f"still{suffix}"
    recipe = recipe_for(target, still=True, transparent=True, matte=False)
    with open_sink(target, recipe, replace(info_of([frame]), still=True)) as sink:
        out = sink.blank(frame)
        compose(Matted(frame, soft_block(SIZE)), Transparent(), out)
        sink.write(out)
    return target


@pytest.fixture(scope="module")
def shown(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """All files on one page of one browser."""
    home = tmp_path_factory.mktemp("page")
    files: dict[str, tuple[Path, str]] = {}
    for output in clips():
        folder = home / named(output)
        folder.mkdir()
        files[named(output)] = written(output, folder), TYPES.get(output.suffix, "")
    for suffix, kind in STILLS.items():
        files[f"still{suffix}"] = still(suffix, home), kind
    return show(chromium, home, files, SIZE)


def loss(name: str) -> int:
    return LOSS.get(name.removeprefix("still") if name.startswith("still") else name.split("-")[1], 2)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_half_and_all(name: str, shown: dict[str, Shown]) -> None:
    """Backdrop where alpha is 0, the subject's colour where it is 255, the mix where it is 128 (a GIF has no half)."""
    opaque = name.endswith("-green")
    backdrop = GREEN if opaque else MAGENTA
    half = [(127 * back + 128 * front) / 255 for back, front in zip(backdrop, SUBJECT, strict=True)]
    inside = [shown[name].pixels[8:36, 64 * k + 8 : 64 * k + 56] for k in range(3)]
    rough = ROUGH.get(name.split("-")[1], 14) if opaque else 0
    np.testing.assert_allclose(inside[0], np.broadcast_to(backdrop, inside[0].shape), atol=rough)
    np.testing.assert_allclose(inside[2], np.broadcast_to(SUBJECT, inside[2].shape), atol=loss(name))
    if not name.startswith("gif"):
        np.testing.assert_allclose(inside[1], np.broadcast_to(half, inside[1].shape), atol=loss(name))


@pytest.mark.parametrize("output", clips(), ids=named)
def test_pictures_and_times(output: Output, shown: dict[str, Shown]) -> None:
    """As many pictures, each as long, as far as the browser tells."""
    seen = shown[named(output)]
    if output.suffix in VIDEOS:
        assert seen.duration == pytest.approx(COUNT / RATE, abs=0.001)
    elif containers()[output.suffix].writer == "sequence":
        assert len(seen.lengths) == 1
    else:
        assert seen.lengths == [1_000_000 // RATE] * COUNT
