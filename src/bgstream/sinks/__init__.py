"""Where frames go to."""

from collections.abc import Callable
from pathlib import Path

from bgstream.protocols import Sink, SourceInfo
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.encoders import check_encoder
from bgstream.sinks.recipes import Recipe, recipe_for
from bgstream.sinks.still import StillSink
from bgstream.sinks.video import VideoSink

__all__ = ["Delivery", "Recipe", "StillSink", "VideoSink", "check_encoder", "open_sink", "recipe_for"]

WRITERS: dict[str, Callable[[Path, Recipe, SourceInfo, Delivery], Sink]] = {"file": VideoSink, "still": StillSink}


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
    return WRITERS[recipe.container.writer](target, recipe, info, delivery or Delivery())
