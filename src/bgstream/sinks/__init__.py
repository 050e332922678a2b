"""Where frames go to."""

from pathlib import Path

from bgstream.protocols import Sink, SourceInfo
from bgstream.sinks.recipes import Recipe, recipe_for
from bgstream.sinks.still import StillSink
from bgstream.sinks.video import VideoSink

__all__ = ["Recipe", "StillSink", "VideoSink", "open_sink", "recipe_for"]


def open_sink(target: Path, recipe: Recipe, info: SourceInfo, audio: bool = True) -> Sink:
    """The sink that writes ``recipe`` to ``target``, with the source's sound where it has any."""
    if info.still:
        return StillSink(target, recipe)
    return VideoSink(target, recipe, info, info.path if audio and info.audio else None)
