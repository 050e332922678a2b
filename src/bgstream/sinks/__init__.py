"""Where frames go to."""

from pathlib import Path

from bgstream.protocols import Sink, SourceInfo
from bgstream.sinks.encoders import check_encoder
from bgstream.sinks.recipes import Recipe, recipe_for
from bgstream.sinks.still import StillSink
from bgstream.sinks.video import VideoSink

__all__ = ["Recipe", "StillSink", "VideoSink", "check_encoder", "open_sink", "recipe_for"]


def open_sink(target: Path, recipe: Recipe, info: SourceInfo, audio: bool = True) -> Sink:
    """The sink that writes ``recipe`` to ``target``, with the source's sound where it has any.

    Raises:
        DeviceError: the recipe needs hardware that is not there.
        SinkError: the encoder is missing, or the file cannot be written.
    """
    if info.still:
        return StillSink(target, recipe)
    check_encoder(recipe, info)  # before there is a file
    return VideoSink(target, recipe, info, info.path if audio and info.audio else None)
