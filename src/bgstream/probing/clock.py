"""When pictures are shown: gaps counted, not kept, so that a long film costs no memory."""

from collections import Counter
from fractions import Fraction

from av.video.frame import VideoFrame

from bgstream.probing.picture import Gaps, Timing

ROUNDING = Fraction(1, 1000)  # seconds: Matroska's and WebM's unit, which times of other files may have been through


class Times:
    """Hears the time of every picture in turn.

    Args:
        unit: seconds of one unit of time.
    """

    def __init__(self, unit: Fraction) -> None:
        self._unit, self._gaps = unit, Counter[int]()
        self._first: int | None = None
        self._last = self._length = 0
        self.pictures = self.astray = 0

    def add(self, picture: VideoFrame) -> None:
        """Note a decoded picture."""
        self.note(picture.pts, int(picture.duration or 0))

    def note(self, pts: int | None, duration: int) -> None:
        """Note a time and a duration, in units; None: the picture has none."""
        self.pictures += 1
        if pts is None or (self._first is not None and pts <= self._last):
            self.astray += 1
            return
        if self._first is None:
            self._first = pts
        else:
            self._gaps[pts - self._last] += 1
        self._last, self._length = pts, duration

    def result(self, declared: int = 0, nominal: Fraction | None = None) -> Timing:
        """What was found.

        Args:
            declared: pictures that the header says there are; 0: it does not say.
            nominal: the rate that it says.
        """
        first, unit = self._first or 0, self._unit
        ordered = sorted(self._gaps)
        middle = _median(self._gaps)
        rate = nominal or (1 / (middle * unit) if middle else Fraction(0))
        alone = 1 / rate if rate else Fraction(0)
        lasts = self._length * unit or middle * unit or alone
        span = (self._last - first) * unit
        steady = not ordered or (ordered[-1] - ordered[0]) * unit <= max(unit, ROUNDING)
        return Timing(
            self.pictures,
            declared,
            float(first * unit),
            float(span + lasts),
            float(self._gaps.total() / span) if span else float(rate),
            str(nominal) if nominal else "",
            steady,
            Gaps(*(float(gap * unit) for gap in (ordered[0], middle, ordered[-1]))) if ordered else Gaps(),
            self.astray,
            unit,
        )


def _median(gaps: Counter[int]) -> int:
    """The middle one of all gaps, the lower one of two; 0 where there is none."""
    seen, half = 0, (gaps.total() + 1) // 2
    for gap in sorted(gaps):
        seen += gaps[gap]
        if seen >= half:
            return gap
    return 0
