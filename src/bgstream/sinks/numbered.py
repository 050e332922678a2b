"""The names of numbered pictures, and of what lies beside them."""

import glob
import re
from pathlib import Path

from bgstream.sinks.recipes import NUMBERED

IN_A_FOLDER = "frame_%05d.png"


class Numbered:
    """Names of the pictures of one clip, counted from 1.

    Args:
        target: a folder, for ``frame_00001.png`` and so on in it, or ``name_%05d.png``, ``name_%d.png``.

    Attributes:
        folder: where they lie.
        pattern: the name with its ``%05d``.
        whole: tells about all pictures, once they are there.
        part: tells about those that are there while they are made.
    """

    def __init__(self, target: Path) -> None:
        found = None if target.is_dir() else NUMBERED.search(target.name)
        self.folder, self.pattern = (target.parent, target.name) if found else (target, IN_A_FOLDER)
        found = found or NUMBERED.search(IN_A_FOLDER)
        assert found is not None
        self._before, self._after = self.pattern[: found.start()], self.pattern[found.end() :]
        self._digits = int(found[1] or 1)
        stem = self._before.rstrip("_-. ") if self.pattern != IN_A_FOLDER else "frames"
        self.whole = self.folder / f"{stem or 'frames'}.json"
        self.part = self.folder / (".bgstream-part.json" if stem == "frames" else f".{stem}.bgstream-part.json")

    def path(self, number: int) -> Path:
        """The picture of a number."""
        return self.folder / f"{self._before}{number:0{self._digits}d}{self._after}"

    def there(self) -> set[int]:
        """The numbers of all pictures that lie there under such names, whoever made them."""
        if not self.folder.is_dir():
            return set()
        like = re.compile(rf"{re.escape(self._before)}(\d+){re.escape(self._after)}")
        found = (like.fullmatch(path.name) for path in self.folder.iterdir())
        numbers = {int(match[1]) for match in found if match}
        return {number for number in numbers if self.path(number).exists()}

    def unfinished(self) -> list[Path]:
        """Pictures that a killed run has left half written."""
        like = f".{glob.escape(self._before)}*.part{glob.escape(self.path(1).suffix)}"
        return sorted(self.folder.glob(like))
