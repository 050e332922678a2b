"""Fill and key: the subject's colours in one file and its alpha, grey, in another, for mixers that take the two."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from bgstream.errors import ConfigError, SinkError
from bgstream.frame import Frame
from bgstream.partial import Partial
from bgstream.protocols import Sink, SourceInfo, Wants
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.recipes import Recipe, recipe_for

ONE_FILE = ("file", "still")  # writers that make one
Opener = Callable[[Path, Recipe, SourceInfo, Delivery], Sink]


def key_recipe(key: Path, fill: Recipe, quality: str = "fast") -> Recipe:
    """How the key is written beside a fill.

    Raises:
        ConfigError: the one or the other is no single file, or the key's kind takes no matte.
    """
    recipe = recipe_for(key, fill.container.writer == "still", transparent=True, matte=True, quality=quality)
    for container in (fill.container, recipe.container):
        if container.writer not in ONE_FILE:
            raise ConfigError(f"fill and key are two files, not {container.suffix}", "use .mp4 or .mkv for the two")
    return recipe


def wanted_by_both(fill: Recipe, key: Recipe) -> Wants:
    """What a source has to deliver: frames of the fill's kind, of a shape that both can hold."""
    return replace(fill.wants, square=fill.wants.square or key.wants.square)


class FillAndKey:
    """Two sinks side by side, of the same frames, times and sizes; sound goes into the fill.

    The fill has straight colours: what nobody sees is black, soft edges have the subject's own colour. Each file is
    written beside its target, and both are put in place when both are whole.

    Args:
        target: the fill.
        recipes: of the fill (without alpha) and of the key.
        info: of the source.
        delivery: ``key`` is where alpha goes.
        opener: opens one sink.

    Raises:
        SinkError: a file cannot be written, or the two would differ in size.
    """

    def __init__(
        self, target: Path, recipes: tuple[Recipe, Recipe], info: SourceInfo, delivery: Delivery, opener: Opener
    ) -> None:
        if delivery.key is None:
            raise ConfigError("the key has no name", "give one: --key-file out_key.mp4")
        _refuse_two_sizes(recipes, info)
        self._targets = (target, delivery.key)
        self._partials = (Partial(target), Partial(delivery.key))
        with self._named(), ExitStack() as opened:
            self._fill = opener(self._partials[0].path, recipes[0], info, replace(delivery, key=None))
            opened.push(self._fill)
            self._key = opener(self._partials[1].path, recipes[1], info, Delivery(audio=False, subtitles=False))
            opened.push(self._key)
            self._both = opened.pop_all()

    def blank(self, like: Frame) -> Frame:
        """The fill's planes, and the key's as alpha, to be filled."""
        fill, key = self._fill.blank(like), self._key.blank(like)
        return replace(fill, alpha=key.planes[0], keeper=(fill, key))

    def write(self, frame: Frame) -> None:
        """Write both halves of a frame that :meth:`blank` gave."""
        fill, key = frame.keeper
        with self._named():
            self._fill.write(fill)
            self._key.write(key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._named():
                self._both.__exit__(kind, error, trace)  # what the second cannot finish ends the first as well
            if kind is None:
                for partial in self._partials:
                    partial.commit()
        finally:
            for partial in self._partials:
                partial.discard()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Errors name the two files as the user does."""
        try:
            yield
        except SinkError as error:
            text = str(error)
            for partial, target in zip(self._partials, self._targets, strict=True):
                text = text.replace(str(partial.path), str(target))
            raise SinkError(text, error.hint) from None


def _refuse_two_sizes(recipes: tuple[Recipe, Recipe], info: SourceInfo) -> None:
    if any(side % 2 for side in info.size) and recipes[0].codec.even != recipes[1].codec.even:
        names = " and ".join(recipe.codec.name for recipe in recipes)
        raise SinkError(f"fill and key would differ in size: of {names} one makes sides even", "use .mkv for the two")
