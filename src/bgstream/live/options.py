"""What ``bgstream cam`` is started with; what may change while it runs are its wishes."""

from dataclasses import dataclass, field
from pathlib import Path

from bgstream.errors import ConfigError
from bgstream.live.wishes import Wishes

MOST_RATE, SIDES = 240.0, (64, 7680)


@dataclass(frozen=True, slots=True)
class Options:
    """From the command line, once.

    Attributes:
        wishes: what is wanted at first.
        camera: ``auto``, a number, a device, a clip, or ``synthetic``.
        to: ``auto``, a device, ``obs`` or ``none``.
        size: (height, width) that the camera is asked for and that leaves; None: as near to 720p as it has.
        rate: frames a second that the camera is asked for; 0: as near to 30 as it has.
        device: where networks run.
        always: the camera runs even while nobody watches.
        preview: a page to look on: a port of this machine, 0 for any that is free, or None for no page.
        record: a file that gets what leaves, or None.
        overwrite: that file may exist.
        picture: shown while paused: a file, or empty.
        seconds: after which it ends; 0: never.
    """

    wishes: Wishes = field(default_factory=Wishes)
    camera: str = "auto"
    to: str = "auto"
    size: tuple[int, int] | None = None
    rate: float = 0.0
    device: str = "auto"
    always: bool = False
    preview: int | None = None
    record: Path | None = None
    overwrite: bool = False
    picture: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= MOST_RATE:
            raise ConfigError(f"rate {self.rate:g} is out of range", f"up to {MOST_RATE:g} frames a second")
        if self.seconds < 0:
            raise ConfigError(f"seconds {self.seconds:g} is out of range", "0 runs until it is stopped")
        if self.preview is not None and not 0 <= self.preview <= 65535:
            raise ConfigError(f"port {self.preview} is out of range", "0 to 65535; 0 takes a free one")
        if self.picture and not Path(self.picture).is_file():
            raise ConfigError(f"no such picture: {self.picture}", "check the name")


def parse_size(text: str) -> tuple[int, int]:
    """(height, width) of ``1280x720`` or ``720p``.

    Raises:
        ConfigError: it is neither, odd, or out of range.
    """
    words = text.lower().removesuffix("p").split("x")
    try:
        sides = [int(word) for word in words]
    except ValueError:
        sides = []
    height, width = (sides[-1], sides[0] if len(sides) == 2 else 16 * sides[0] // 9) if 0 < len(sides) < 3 else (0, 0)
    if not all(SIDES[0] <= side <= SIDES[1] and side % 2 == 0 for side in (height, width)):
        raise ConfigError(f"'{text}' is no size", f"even sides from {SIDES[0]} to {SIDES[1]}: 1280x720 or 720p")
    return height, width
