"""Where frames go to."""

from collections.abc import Callable
from pathlib import Path

from bgstream.protocols import Sink, SourceInfo, Wants
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.encoders import check_encoder
from bgstream.sinks.gif import GifSink
from bgstream.sinks.keyed import FillAndKey, key_recipe, wanted_by_both
from bgstream.sinks.pipe import PipeSink
from bgstream.sinks.recipes import Recipe, recipe_for
from bgstream.sinks.sequence import SequenceSink
from bgstream.sinks.still import StillSink
from bgstream.sinks.video import VideoSink

__all__ = [
    "Delivery",
    "Recipe",
    "StillSink",
    "VideoSink",
    "check_encoder",
    "notes_of",
    "open_sink",
    "recipe_for",
    "wants_of",
]

WRITERS: dict[str, Callable[[Path, Recipe, SourceInfo, Delivery], Sink]] = {
    "file": VideoSink,
    "still": StillSink,
    "gif": GifSink,
    "sequence": SequenceSink,
    "pipe": PipeSink,
}


def open_sink(target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery | None = None) -> Sink:
    """The sink that writes ``recipe`` to ``target``.

    Args:
        target: the output.
        recipe: how it is written.
        info: of the source.
        delivery: what else goes in; by default everything that the container holds.

    Raises:
        DeviceError: the recipe needs hardware that is not there.
        SinkError: the encoder is missing, or the file cannot be written.
    """
    check_encoder(recipe, info)  # before there is a file
    delivery = delivery or Delivery()
    if delivery.key is not None:
        key = key_recipe(delivery.key, recipe, delivery.effort)
        return FillAndKey(target, (recipe, key), info, delivery, open_sink)
    return WRITERS[recipe.container.writer](target, recipe, info, delivery)


def wants_of(recipe: Recipe, delivery: Delivery) -> Wants:
    """What a source has to deliver for ``recipe``, and for the key beside it.

    Raises:
        ConfigError: fill and key are not of kinds that go together.
    """
    if delivery.key is None:
        return recipe.wants
    return wanted_by_both(recipe, key_recipe(delivery.key, recipe, delivery.effort))


def notes_of(sink: Sink) -> tuple[str, ...]:
    """What a sink has seen while it wrote that a user should know."""
    return sink.notes if isinstance(sink, PipeSink) else ()
