"""What a large network was asked, and what was carried instead: filled while frames are matted, for reports."""

from dataclasses import dataclass

MANY = (25, 0.5)  # frames of a clip, and share of them asked about, from which the user is told


@dataclass(slots=True)
class Ledger:
    """What was asked and what was carried.

    Attributes:
        frames: in all.
        asked: frames that the network was asked about.
        drift: sum over the spans that were carried of how far that went astray, see
            :func:`bgstream.matting.carrying.drift`.
        carried: number of those spans.
        seconds: spent by the network, all threads together.
        slack: times the tier's bound on drift that was accepted in the end, see :class:`bgstream.matting.pace.Pace`.
        late: sum over the frames of how many frames old the answer was that their alpha comes from (live mode).
    """

    frames: int = 0
    asked: int = 0
    drift: float = 0.0
    carried: int = 0
    seconds: float = 0.0
    slack: float = 1.0
    late: int = 0

    @property
    def lateness(self) -> float:
        """Mean age of the answers in frames; 0 in file mode, where each frame gets its own or is between two."""
        return self.late / max(1, self.frames)

    @property
    def note(self) -> str:
        """What a user should know: where key frames save little, why."""
        if self.late or self.frames < MANY[0] or self.asked < MANY[1] * self.frames:
            return ""
        share = 100 * self.asked / self.frames
        return f"much changes from frame to frame: the network was asked about {share:.0f} % of the frames"

    def as_dict(self) -> dict[str, float]:
        """For reports: keyframes, frames, their share, the mean residual, the network's milliseconds a frame asked.

        Live also ``late``, the mean age of the answers in frames.
        """
        return {
            "keyframes": self.asked,
            "frames": self.frames,
            "share": round(self.asked / max(1, self.frames), 3),
            "residual": round(self.drift / max(1, self.carried), 3),
            "slack": round(self.slack, 3),
            "network_ms": round(1000 * self.seconds / max(1, self.asked), 1),
            **({"late": round(self.lateness, 2)} if self.late else {}),
        }
