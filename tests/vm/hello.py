"""The least a guest must have."""

import json
from pathlib import Path

NAMES = Path("/sys/class/video4linux")
print(json.dumps({path.name: (path / "name").read_text().strip() for path in NAMES.iterdir()}))
