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
    from collections.abc import Iterable

    from bgstream.batch import Outcome
    from bgstream.probing import Facts
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
    "probe",
    "remove",
    "remove_many",
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


def remove_many(
    sources: "str | PathLike[str] | Iterable[str | PathLike[str]]",
    folder: str | PathLike[str] | None = None,
    *,
    progress: "Progress | None" = None,
    **settings: "Unpack[SettingsDict]",
) -> "list[Outcome]":
    """Remove the background of many clips and pictures, one after the other; networks are loaded once.

    What is done already (the output is there and newer than the input) is skipped unless ``overwrite``; an input that
    fails does not stop the rest. Results have the names that :func:`remove` gives, but ``NAME_cutout`` where the same
    call would take them for inputs the next time, and something of the input's suffix or folder behind their name
    where several would have the same.

    Args:
        sources: files, folders (their pictures and clips), patterns (``shots/**/*.jpg``), or one of them.
        folder: where results go, with the folders that a pattern went through; by default beside the inputs.
        progress: hears how far it is; see :class:`bgstream.progress.Progress`.
        **settings: see :class:`bgstream.settings.Settings`; the same for all.

    Returns:
        What became of each input, in the order in which they were worked on.

    Raises:
        BgstreamError: as :func:`remove`, for what is wrong with every input: settings, the folder, nothing found.
    """
    from bgstream.batch import run_many
    from bgstream.progress import Silent
    from bgstream.settings import Settings

    chosen = Settings.layered(None, dict(settings))
    words = [sources] if isinstance(sources, str | PathLike) else sources
    place = None if folder is None else Path(folder)
    return list(run_many([os.fspath(word) for word in words], place, chosen, lambda: progress or Silent()))


def probe(path: str | PathLike[str], *, progress: "Progress | None" = None) -> "Facts":
    """What a file is: size, time, colour, sound, and whether it has an alpha that hides something.

    Every picture is decoded, so that frames are counted and not believed. What outputs would keep of it says
    ``bgstream.probing.fates.outputs_for``.

    Args:
        path: a clip, a picture or a file with sound only.
        progress: hears how far it is; see :class:`bgstream.progress.Progress`.

    Raises:
        SourceError: nothing of it can be read; damage behind a readable beginning is told in ``problems``.
    """
    from bgstream.probing import probe as look

    return look(Path(path), progress)
