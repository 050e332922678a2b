"""bgstream: remove the background of moving pictures, on your own machine.

>>> import bgstream
>>> report = bgstream.remove("clip.mp4", "clip.webm")                      # doctest: +SKIP
>>> bgstream.remove("clip.mp4", "green.mp4", backdrop="#00ff00").fps       # doctest: +SKIP
"""

import os
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from bgstream.errors import (
    BgstreamError,
    ConfigError,
    DeviceError,
    ModelError,
    NoAlphaChannel,
    SinkError,
    SourceError,
)

if TYPE_CHECKING:
    from bgstream.progress import Progress, Report
    from bgstream.settings import SettingsDict

# onnxruntime's Linux wheels gather usage data and send it home unless this stands in the environment before
# they are imported. Nothing leaves the machine: set whatever the user has set.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
__all__ = [
    "BgstreamError",
    "ConfigError",
    "DeviceError",
    "ModelError",
    "NoAlphaChannel",
    "SinkError",
    "SourceError",
    "remove",
]


def remove(
    source: str | PathLike[str],
    target: str | PathLike[str] | None = None,
    *,
    progress: "Progress | None" = None,
    **settings: "Unpack[SettingsDict]",
) -> "Report":
    """Remove the background of a clip or a picture.

    Audio, timing, rotation and colour tags are kept. The target appears whole or not at all; the source is
    never written to. Nothing is downloaded and nothing leaves the machine.

    Args:
        source: a video or picture file.
        target: the output; its suffix decides the kind: ``.webm`` (VP9 with alpha), ``.mkv`` (FFV1, lossless),
            ``.mp4`` (H.264, needs a backdrop), ``.png`` for pictures. By default beside the source.
        progress: hears how far it is; see :class:`bgstream.progress.Progress`.
        **settings: see :class:`bgstream.settings.Settings`.

    Returns:
        What was done, how fast, with which model and device, and what limited the speed.

    Raises:
        ConfigError: a setting or a combination of settings cannot be meant.
        SourceError: the input is missing, damaged or not what it claims to be.
        SinkError: the output cannot be written; NoAlphaChannel if it cannot hold transparency.
        ModelError: the model's file is missing or cannot be used.
        DeviceError: the device asked for cannot be had.
    """
    from bgstream.pipeline import run
    from bgstream.settings import Settings

    chosen = Settings.layered(None, dict(settings))
    return run(Path(source), None if target is None else Path(target), chosen, progress)
