"""``bgstream doctor``."""

import json
from dataclasses import asdict

from bgstream.cli.parser import Parser
from bgstream.errors import ConfigError, nearest

MARKS = {"ok": "ok", "absent": "--", "problem": "!!"}
ABOUT = "What this machine offers, and what to fix; 'camera': cameras, the virtual webcam and calls, in depth."


def parser() -> Parser:
    """The topic and ``--json``."""
    made = Parser(prog="bgstream doctor", usage="bgstream doctor [camera] [--json]", description=ABOUT)
    made.add_argument("topic", nargs="?", default="", metavar="camera", help="only this, in depth")
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(words: list[str]) -> int:
    """Print what was found; status 1 if there is a problem."""
    said = parser().parse(words)
    from bgstream.doctor import TOPICS, examine

    if said.topic and said.topic not in TOPICS:
        raise ConfigError(f"unknown topic '{said.topic}'", nearest(said.topic, TOPICS))

    findings = list(examine(said.topic))
    problems = [finding for finding in findings if finding.state == "problem"]
    if said.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
        return 1 if problems else 0
    for finding in findings:
        print(f"{MARKS[finding.state]}  {finding.topic:8} {finding.name:24} {finding.detail}")
        if finding.fix and finding.state != "ok":
            print(f"    {'':8} {'':24} fix: {finding.fix}")
    print(f"\n{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "\nno problems")
    return 1 if problems else 0
