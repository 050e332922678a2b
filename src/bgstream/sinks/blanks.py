"""Frames that are handed out to be filled: an encoder's pictures, their memory used again."""

from av.video.frame import VideoFrame

from bgstream.frame import GREY, Frame
from bgstream.media import plane_view
from bgstream.protocols import SourceInfo
from bgstream.sinks.recipes import Recipe

NEUTRAL = 128  # of chroma


class Blanks:
    """Makes frames over pictures. Fresh memory for every frame costs more than blending into it.

    Args:
        recipe: how pictures are written.
        info: of the source.
        size: (height, width) of the pictures, where they have to be larger than the frames.

    Attributes:
        layout: of the frames: the source's, or grey for a matte.
        format: pixel format of the pictures.
    """

    def __init__(self, recipe: Recipe, info: SourceInfo, size: tuple[int, int] | None = None) -> None:
        self.layout = GREY if recipe.matte else info.layout
        self.format = recipe.stored(info.layout)
        self._alpha, self._size = recipe.alpha, size or info.size
        self._spare: list[VideoFrame] = []

    def blank(self, like: Frame) -> Frame:
        """A frame whose planes, and alpha if any, are its ``keeper``'s, a picture's, own memory.

        May be called from another thread than :meth:`take_back`.
        """
        picture = self._writable()
        shapes = self.layout.shapes(*like.size)
        planes = tuple(plane_view(picture, index, self.layout, shape) for index, shape in enumerate(shapes))
        alpha = plane_view(picture, 3, self.layout, like.size) if self._alpha else None
        return Frame(planes, self.layout, like.colour, like.pts, like.time_base, like.duration, alpha, picture)

    def take_back(self, picture: VideoFrame) -> None:
        """A picture that its encoder has got hold of, if it wants to: from here on it may be handed out again."""
        self._spare.append(picture)

    def _writable(self) -> VideoFrame:
        if self._spare:
            picture = self._spare.pop()
            picture.make_writable()  # new memory only if the encoder still holds the old
            return picture
        picture = VideoFrame(self._size[1], self._size[0], self.format)
        if self.layout.grey:
            _uncoloured(picture)
        return picture


def _uncoloured(picture: VideoFrame) -> None:
    """Chroma planes without colour, where the encoder wants any."""
    for index in range(1, len(picture.planes)):
        plane = picture.planes[index]
        plane_view(picture, index, GREY, (plane.height, plane.width))[...] = NEUTRAL
