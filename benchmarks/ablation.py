"""What each step of a tier is worth: the tier, and the tier with one step off in turn, on clips with a truth.

usage: python benchmarks/ablation.py INDEX.json [--tier balanced] [--only NAME_OR_CATEGORY] [--json OUT]

Prints, by clip and as means: MAD ×1000, edge-band IoU, dtSSD ×100, flicker ×1000, and the milliseconds a frame that
everything but the networks takes. The networks' answers are kept between the variants (equal input, equal answer), so
the times tell what the step itself costs.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.measures import mean
from bgstream.evaluate.metrics import frame_figures
from bgstream.evaluate.read import alphas as read_alphas
from bgstream.evaluate.suite import Entry, load_suite
from bgstream.evaluate.temporal import change_figures
from bgstream.matters import make_matter
from bgstream.matting.session import Session, find_device
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.protocols import Wants
from bgstream.settings import Settings
from bgstream.sources import open_source

KEYS = ("mad", "eiou", "dtssd", "flick")
# name: changes of the tier, changes of the settings
VARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "whole": ({}, {}),
    "no subject step": ({}, {"subject": "all"}),
    "no look-ahead": ({"ahead": 0}, {}),
    "coarse flow": ({"flow": "coarse"}, {}),
    "no flow": ({"flow": "none"}, {}),
    "no smoothing": ({}, {"smooth": False}),
    "no clean-up": ({}, {"clean": False}),
    "no matting step": ({"solve": False}, {}),
    "no refinement": ({}, {"refine": False}),
    "no closer look": ({"attention": False}, {}),
}


class Remembered:
    """Answers of networks by the bytes that they were fed; what it takes to get them anew is not counted."""

    def __init__(self) -> None:
        self._answers: dict[bytes, list[NDArray[np.float32]]] = {}
        self._ask = Session.ask
        self.seconds = 0.0

    def __call__(
        self, session: Session, outputs: list[str], feeds: dict[str, NDArray[np.float32]]
    ) -> list[NDArray[np.float32]]:
        began = time.perf_counter()
        digest = hashlib.blake2b(session.name.encode())
        for value in feeds.values():
            digest.update(np.ascontiguousarray(value).tobytes())
        key = digest.digest()
        if key not in self._answers:
            self._answers[key] = self._ask(session, outputs, feeds)
        self.seconds += time.perf_counter() - began
        return self._answers[key]


def measure(entry: Entry, variant: str, tier_name: str, memory: Remembered) -> dict[str, float | None]:
    """One clip's figures under one variant."""
    spending, said = VARIANTS[variant]
    tier, settings = replace(find_tier(tier_name), **spending), Settings(quality=tier_name, matte=True, **said)
    if entry.source is None or entry.alpha is None:
        raise SystemExit(f"{entry.name} has no source or no truth")
    clip, device = open_source(entry.source, Wants(None, True)), find_device("cpu")
    made = make_matter(settings, tier, device, clip, Clock())
    memory.seconds, began = 0.0, time.perf_counter()
    alphas = [matted.alpha for matted in made.matter(clip.frames())]
    took = time.perf_counter() - began - memory.seconds
    figures = _figures(alphas, read_alphas(entry.alpha), entry.still)
    return {**figures, "ms": 1000 * took / len(alphas)}


def _figures(
    alphas: list[NDArray[np.uint8]], truths: Iterable[NDArray[np.float32]], still: bool
) -> dict[str, float | None]:
    rows, before = [], None
    for alpha, g in zip(alphas, truths, strict=True):
        p = alpha.astype(np.float32) / np.float32(255)
        row = dict(frame_figures(p, g))
        if before is not None and not still:
            row |= change_figures(p, before[0], g, before[1])
        rows.append(row)
        before = p, g
    return {key: mean([row.get(key) for row in rows]) for key in KEYS}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--tier", default="balanced")
    parser.add_argument("--only")
    parser.add_argument("--json", type=Path)
    said = parser.parse_args()
    names = [name for name in VARIANTS if name != "no closer look" or find_tier(said.tier).attention]
    table: dict[str, dict[str, dict[str, float | None]]] = {name: {} for name in names}
    for entry in load_suite(said.index, said.only):
        if entry.still:
            continue
        memory = Remembered()
        Session.ask = lambda session, outputs, feeds, memory=memory: memory(session, outputs, feeds)  # type: ignore[method-assign,misc]
        measure(entry, "whole", said.tier, memory)  # fills the memory, compiles
        for name in names:
            figures = table[name][entry.name] = measure(entry, name, said.tier, memory)
            print(f"{entry.name:24} {name:18}" + _line(figures), flush=True)
    for name, rows in table.items():
        means = {key: mean([row[key] for row in rows.values()]) for key in (*KEYS, "ms")}
        print(f"{'mean':24} {name:18}" + _line(means))
    if said.json:
        said.json.write_text(json.dumps(table, indent=1))


def _line(figures: dict[str, float | None]) -> str:
    return "".join(f"{'–':>9}" if value is None else f"{value:9.3f}" for value in figures.values())


if __name__ == "__main__":
    main()
