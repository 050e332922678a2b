"""Which camera is meant, and in which of its modes: found anew whenever it is opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from bgstream.backdrops.fitting import Fitter, Shape
from bgstream.devices.cameras import Camera, cameras, find_camera
from bgstream.devices.modes import DEFAULT, Mode, choose
from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.live.job import COLOUR, LAYOUT, LiveSource
from bgstream.live.options import Options
from bgstream.protocols import Source, Wants
from bgstream.sources import open_source
from bgstream.sources.camera import CameraSource
from bgstream.sources.paced import Paced
from bgstream.sources.synthetic import SyntheticSource

USUAL = (720, 1280), Fraction(30)
TURN = 300  # frames of the synthetic person that are played in a loop
SAME = (5, 6)  # numbers of BT.601's matrix


@dataclass(frozen=True, slots=True)
class Input:
    """A camera that was found.

    Attributes:
        name: for people.
        size: (height, width) of its frames.
        rate: frames a second.
        open: opens it; each time anew.
    """

    name: str
    size: tuple[int, int]
    rate: Fraction
    open: Callable[[], LiveSource]


def find_input(options: Options) -> Input:
    """What ``--camera`` means here and now.

    Raises:
        SourceError: there is none, or it cannot be used.
    """
    rate = Fraction(options.rate).limit_denominator(1001) if options.rate else None
    if options.camera == "synthetic":
        size = options.size or USUAL[0]
        made = AsWebcam(SyntheticSource(size, rate or USUAL[1], TURN, "person"))
        return Input("synthetic", size, made.info.rate, lambda: Paced(made))
    path = Path(options.camera)
    if path.is_file():
        clip = AsWebcam(open_source(path, Wants(frozenset({LAYOUT.name}), tonemap=True)))
        return Input(path.name, clip.info.size, rate or clip.info.rate, lambda: Paced(clip, rate))
    camera = find_camera(options.camera)
    mode = _mode(camera, options.size, rate)

    def again() -> LiveSource:
        found = find_camera(options.camera) if options.camera != "auto" else _same(camera)
        return CameraSource(found, _mode(found, options.size or mode.size, rate or mode.rate))

    return Input(f"{camera.name} ({camera.path})", mode.size, mode.rate, again)


def _same(camera: Camera) -> Camera:
    """A camera that was found, wherever it is now: another one would show what nobody has asked for."""
    alike = [one for one in cameras() if one.name == camera.name]
    if not alike:
        raise SourceError(f"{camera.name} is not there any more", "plug it in; to take another camera, start again")
    return next((one for one in alike if one.path == camera.path), alike[0])


def _mode(camera: Camera, size: tuple[int, int] | None, rate: Fraction | None) -> Mode:
    """The nearest of its modes; where the system lists none, what is asked for, and else what most have."""
    if camera.modes:
        return choose(camera.modes, size, rate)
    return replace(DEFAULT, size=size or DEFAULT.size, rate=rate or DEFAULT.rate)


class AsWebcam:
    """A clip or a picture in a webcam's layout and colour, whatever its own; what has them already passes as it is.

    Args:
        source: of any layout of 8 bits.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._fitted = Fitter(Shape(source.info.size, LAYOUT, COLOUR), "stretch")
        self.info = replace(source.info, layout=LAYOUT, colour=COLOUR)

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames spread over the whole."""
        return [self._restated(frame) for frame in self._source.sample(count)]

    def frames(self) -> Iterator[Frame]:
        """All frames in order; what would be transparent is not."""
        return map(self._restated, self._source.frames())

    def _restated(self, frame: Frame) -> Frame:
        said = frame.colour.known(frame.size[0])
        alike = frame.layout == LAYOUT and said.matrix in SAME and said.full == COLOUR.full
        bare = replace(frame, alpha=None)
        return replace(bare, planes=frame.planes if alike else self._fitted(bare), layout=LAYOUT, colour=COLOUR)
