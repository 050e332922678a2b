"""The same cases over every sink: whole or not at all."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.errors import SinkError
from bgstream.frame import LAYOUTS, Frame, Matted
from bgstream.protocols import Backdrop, Sink
from bgstream.sinks import Recipe, open_sink, recipe_for
from tests.media.synthetic import frames, info_of, soft_block


@dataclass(frozen=True)
class Case:
    """One kind of output."""

    name: str
    still: bool = False
    green: bool = False
    matte: bool = False

    codec: str = ""

    def recipe(self, target: Path) -> Recipe:
        return recipe_for(target, self.still, not self.green, self.matte, self.codec)

    def frames(self) -> list[Frame]:
        """As the source would deliver them."""
        native = LAYOUTS["gbrp" if self.still else "yuv420p"]
        made = frames(self.recipe(Path(self.name)).wants.nearest(native))
        return made[:1] if self.still else made

    def open(self, folder: Path) -> Sink:
        info = replace(info_of(self.frames()), still=self.still)
        target = folder / self.name
        return open_sink(target, self.recipe(target), info)

    def fill(self, sink: Sink, frame: Frame) -> Frame:
        out = sink.blank(frame)
        behind: Backdrop = Plain((0, 255, 0)) if self.green else Transparent()
        compose(Matted(frame, soft_block(frame.size)), behind, out)
        return out

    def write_all(self, sink: Sink) -> None:
        for frame in self.frames():
            sink.write(self.fill(sink, frame))


CASES = (
    Case("out.webm"),
    Case("green.webm", green=True),
    Case("out.mkv"),
    Case("green.mkv", green=True),
    Case("green.mp4", green=True),
    Case("matte.mkv", matte=True),
    Case("matte.mp4", matte=True),
    Case("out.mov"),
    Case("green.mov", green=True),
    Case("qtrle.mov", codec="qtrle"),
    Case("hevc.mp4", green=True, codec="hevc"),
    Case("av1.mp4", green=True, codec="av1"),
    Case("out.webp"),
    Case("out.apng"),
    Case("out.gif"),
    Case("green.gif", green=True),
    Case("out.png", still=True),
    Case("green.png", still=True, green=True),
    Case("matte.png", still=True, matte=True),
    Case("still.webp", still=True),
    Case("still.avif", still=True),
    Case("still.tif", still=True),
    Case("green.jpg", still=True, green=True),
)


@pytest.fixture(params=CASES, ids=lambda case: cast(Case, case).name)
def case(request: pytest.FixtureRequest) -> Case:
    return cast(Case, request.param)


def listing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_target_appears_when_whole_and_alone(case: Case, tmp_path: Path) -> None:
    with case.open(tmp_path) as sink:
        case.write_all(sink)
        assert not (tmp_path / case.name).exists()
    assert list(listing(tmp_path)) == [case.name]


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SinkError])
def test_an_exception_leaves_nothing_and_passes(kind: type[BaseException], case: Case, tmp_path: Path) -> None:
    with pytest.raises(kind), case.open(tmp_path) as sink:
        case.write_all(sink)
        raise kind("stop")
    assert listing(tmp_path) == {}


def test_an_exception_before_the_first_frame_leaves_nothing(case: Case, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), case.open(tmp_path):
        raise ValueError("stop")
    assert listing(tmp_path) == {}


def test_an_exception_leaves_the_old_file(case: Case, tmp_path: Path) -> None:
    (tmp_path / case.name).write_bytes(b"old")
    with pytest.raises(ValueError, match="stop"), case.open(tmp_path) as sink:
        case.write_all(sink)
        raise ValueError("stop")
    assert listing(tmp_path) == {case.name: b"old"}


def test_success_replaces_the_old_file(case: Case, tmp_path: Path) -> None:
    (tmp_path / case.name).write_bytes(b"old")
    with case.open(tmp_path) as sink:
        case.write_all(sink)
    assert list(listing(tmp_path)) == [case.name]
    assert listing(tmp_path)[case.name] != b"old"


def test_a_link_stays_a_link(case: Case, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    (real / case.name).write_bytes(b"old")
    (tmp_path / case.name).symlink_to(real / case.name)
    with case.open(tmp_path) as sink:
        case.write_all(sink)
    assert (tmp_path / case.name).is_symlink()
    assert (real / case.name).read_bytes() != b"old"
    assert list(listing(real)) == [case.name]


def test_a_blank_is_like_its_frame(case: Case, tmp_path: Path) -> None:
    frame = case.frames()[-1]
    with pytest.raises(ValueError, match="seen"), case.open(tmp_path) as sink:
        blank = sink.blank(frame)
        assert (blank.pts, blank.time_base, blank.duration) == (frame.pts, frame.time_base, frame.duration)
        assert blank.size == frame.size
        assert [plane.shape for plane in blank.planes] == list(blank.layout.shapes(*frame.size))
        assert (blank.layout.grey, blank.alpha is not None) == (case.matte, not case.matte and not case.green)
        for plane in (*blank.planes, *([] if blank.alpha is None else [blank.alpha])):
            plane[...] = 7
        raise ValueError("seen")


def test_two_blanks_do_not_share_memory(case: Case, tmp_path: Path) -> None:
    frame = case.frames()[0]
    with pytest.raises(ValueError, match="seen"), case.open(tmp_path) as sink:
        one, other = sink.blank(frame), sink.blank(frame)
        for mine, theirs in zip(one.planes, other.planes, strict=True):
            assert not np.shares_memory(mine, theirs)
        raise ValueError("seen")


def test_a_missing_folder_is_a_sink_error_with_a_hint(case: Case, tmp_path: Path) -> None:
    with pytest.raises(SinkError) as caught, case.open(tmp_path / "nowhere") as sink:
        case.write_all(sink)
    assert caught.value.hint
    assert listing(tmp_path) == {}


def test_two_runs_write_the_same_bytes(case: Case, tmp_path: Path) -> None:
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        with case.open(folder) as sink:
            case.write_all(sink)
        written.append(listing(folder)[case.name])
    if case.name.endswith((".webm", ".mkv")):  # Matroska gives every file an identity of its own
        assert abs(len(written[0]) - len(written[1])) <= 64
    else:
        assert written[0] == written[1]
