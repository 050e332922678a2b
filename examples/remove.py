"""The main job from Python: a clip to a transparent webm, and the same on a colour.

usage: python examples/remove.py [CLIP]
"""

import sys
from pathlib import Path

import bgstream

clip = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("astronaut.mp4")
for target, backdrop in ((Path("cutout.webm"), "transparent"), (Path("green.mp4"), "#00b140")):
    report = bgstream.remove(clip, target, backdrop=backdrop)
    print(f"{report.target}: {report.frames} frames, {report.fps:.0f} fps, {report.model} on {report.device}")
