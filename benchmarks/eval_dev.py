"""Matte every clip and picture of ../shared/eval/dev with the real command and score it there.

usage: python benchmarks/eval_dev.py [WORK_FOLDER] [-- flags for bgstream]

Prints score.py's table. Needs the evaluation clips beside the checkout (../shared/eval).
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"


def main() -> int:
    if not EVAL.is_dir():
        print(f"skipped: {EVAL} is not here", file=sys.stderr)
        return 1
    words = sys.argv[1:]
    flags = words[words.index("--") + 1 :] if "--" in words else []
    work = Path(words[0]) if words and words[0] != "--" else Path("eval-out")
    work.mkdir(parents=True, exist_ok=True)
    command = Path(sys.executable).with_name("bgstream")
    for entry in json.loads((EVAL / "dev" / "index.json").read_text()):
        if "alpha" not in entry:
            continue
        suffix = ".png" if entry.get("type") == "still" else ".webm"
        target = work / f"{entry['name']}{suffix}"
        line = [str(command), str(EVAL / "dev" / entry["input"]), "-o", str(target), "--json", *flags]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        report = json.loads(done.stdout or "{}")
        print(
            f"{entry['name']:28} status {done.returncode}  {report.get('frames', 0):3} frames"
            f"  {report.get('fps', 0):6.1f} fps  {report.get('model', done.stderr[-200:])}",
            flush=True,
        )
    score = [sys.executable, str(EVAL / "score.py"), str(EVAL / "dev" / "index.json"), str(work)]
    return subprocess.run([*score, "--json", str(work / "scores.json")], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
