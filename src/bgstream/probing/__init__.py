"""What a file is, and what would become of it: ``bgstream probe``.

Every picture is decoded once, one in memory at a time. Headers are told beside what decoding shows, never instead.
"""

from pathlib import Path

from bgstream.probing.facts import Facts
from bgstream.progress import Progress, Silent

__all__ = ["Facts", "probe"]


def probe(path: Path, progress: Progress | None = None) -> Facts:
    """What a file is.

    Args:
        path: a clip, a picture or a file with sound only.
        progress: hears how far it is.

    Raises:
        SourceError: nothing of it can be read; damage behind a readable beginning is told in ``problems``.
    """
    from bgstream.probing.clips import read_clip
    from bgstream.probing.stills import read_animation, read_still
    from bgstream.sources.peek import animation
    from bgstream.sources.still import is_still

    if is_still(path):
        return read_still(path)
    moving = animation(path)
    if moving is not None and moving.kind != "png":  # FFmpeg reads animated PNG
        return read_animation(path, progress or Silent())
    return read_clip(path, progress or Silent())
