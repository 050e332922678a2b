"""JSON files that a user names: indexes of suites, figures of other programs."""

import json
from pathlib import Path
from typing import Any

from bgstream.errors import SourceError
from bgstream.media import check_file


def read_json(path: Path, hint: str) -> Any:
    """What a JSON file says; ``hint`` tells what it should be like.

    Raises:
        SourceError: it cannot be read or is no JSON.
    """
    check_file(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path} is no JSON: {error}", hint) from None
