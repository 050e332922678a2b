"""The room itself, out of focus."""

from bgstream_kernels import RoomBlur

from bgstream.errors import ConfigError
from bgstream.frame import Frame, Matted, Planes
from bgstream.settings import STRENGTH, STRONGEST, WEAKEST

ROWS = 720  # of the picture in which strength counts pixels


class Blur:
    """The frame, blurred as if the subject were not there: no halo around it, and none of its colours.

    Args:
        strength: standard deviation in pixels of a picture of 720 rows, 1 to 100; scaled with the height.
        ramp: like a lens: a quarter of the strength at the bottom of the picture, all of it from the middle up.

    Raises:
        ConfigError: the strength is out of range.
    """

    def __init__(self, strength: float = STRENGTH, ramp: bool = False) -> None:
        self.strength = strength
        self.ramp = ramp  # may be set at any time, from any thread
        self._blur: RoomBlur | None = None
        self._shape: tuple[object, ...] = ()

    @property
    def strength(self) -> float:
        """Standard deviation in pixels of a picture of 720 rows; may be set at any time, from any thread."""
        return self._strength

    @strength.setter
    def strength(self, value: float) -> None:
        if not WEAKEST <= value <= STRONGEST:
            raise ConfigError(
                f"blur strength {value:g} is out of range", f"from {WEAKEST:g} to {STRONGEST:g}: -b blur:{STRENGTH:g}"
            )
        self._strength = float(value)

    def behind(self, matted: Matted) -> Planes:
        """The blurred room in the frame's own planes; valid until the next call."""
        frame = matted.frame
        sigma = max(1.0, self.strength * frame.size[0] / ROWS)
        return self._fitting(frame)(frame.planes, matted.alpha, sigma, self.ramp)

    def close(self) -> None:
        """Nothing."""

    def _fitting(self, frame: Frame) -> RoomBlur:
        """One for frames of this shape, kept until frames of another shape come."""
        shape = (frame.size, frame.layout.subsampling, frame.layout.dtype)
        if self._blur is None or self._shape != shape:
            self._blur, self._shape = RoomBlur(*shape), shape
        return self._blur
