"""Which part of the network's input a frame fills, and at which size."""

from dataclasses import dataclass

from bgstream.matting.card import Card, Fit, Size

WIDE = (1080, 1920)  # what most clips look like; says how large a network free in size is before a clip is known


@dataclass(frozen=True, slots=True)
class Window:
    """Where a frame lies in the network's input.

    Attributes:
        tensor: (height, width) of the input.
        size: (height, width) of the frame in it, and so of the raw alpha that belongs to the frame.
        corner: (row, column) of its first pixel.
    """

    tensor: Size
    size: Size
    corner: Size = (0, 0)

    @property
    def rows(self) -> slice:
        """The input's rows that the frame fills."""
        return slice(self.corner[0], self.corner[0] + self.size[0])

    @property
    def columns(self) -> slice:
        """The input's columns that the frame fills."""
        return slice(self.corner[1], self.corner[1] + self.size[1])


def window(card: Card, frame: Size) -> Window:
    """How frames of a (height, width) are shown to a network, see :class:`bgstream.matting.card.Fit`."""
    if card.fit.how == "free":
        size = free_size(card.fit, frame)
        return Window(size, size)
    if card.fit.how == "pad":
        return _padded(card.size, frame)
    return Window(card.size, card.size)


def free_size(fit: Fit, frame: Size) -> Size:
    """The (height, width) that a network free in size is asked at: the frame's aspect, within its rules."""
    short, long = min(frame), max(frame)
    scale = fit.short / short if fit.short else fit.longest / long
    if fit.longest:
        scale = min(scale, fit.longest / long)
    height, width = (max(1, round(side * scale) // fit.multiple) * fit.multiple for side in frame)
    return height, width


def _padded(tensor: Size, frame: Size) -> Window:
    scale = min(tensor[0] / frame[0], tensor[1] / frame[1])
    height, width = (min(most, max(1, round(side * scale))) for side, most in zip(frame, tensor, strict=True))
    return Window(tensor, (height, width), ((tensor[0] - height) // 2, (tensor[1] - width) // 2))
