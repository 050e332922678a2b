"""``bgstream doctor``."""

import json
from dataclasses import asdict

from bgstream.cli.parser import Parser

MARKS = {"ok": "ok", "absent": "--", "problem": "!!"}


def run(words: list[str]) -> int:
    """Print what was found; status 1 if there is a problem."""
    made = Parser(prog="bgstream doctor", description="What this machine offers, and what to fix.")
    made.add_argument("--json", action="store_true", help="one JSON document")
    as_json = made.parse(words).json
    from bgstream.doctor import examine

    findings = list(examine())
    problems = [finding for finding in findings if finding.state == "problem"]
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
        return 1 if problems else 0
    for finding in findings:
        print(f"{MARKS[finding.state]}  {finding.topic:8} {finding.name:24} {finding.detail}")
        if finding.fix and finding.state != "ok":
            print(f"    {'':8} {'':24} fix: {finding.fix}")
    print(f"\n{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "\nno problems")
    return 1 if problems else 0
