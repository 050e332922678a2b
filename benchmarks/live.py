"""Live with a large network, whose answers come late: each scheme at each size, against the truth.

usage: python benchmarks/live.py [--rate 30] [--frames N] [--late 320=9,256=6,...] [--suite INDEX.json] [--only NAME]
                                 [--quality fast] [--json FILE]

Frames are taken to come at the rate, whatever their clip's. An answer comes as many frames late as the network takes
at its size on this machine with the threads that it gets live; on a busy machine give --late. The answers are the
network's own; that they come late is played, so that the table is the same on every run.

  hold          the last answer as it is
  carried       the last answer, carried along the flow to the present frame: what bgstream does
  + bounded     that, bounded by the two small person networks, which are asked about every frame
  + corrected   that, and corrected by what they say now and did not say then: bgstream's way where persons are meant
  small         a small person network alone, asked about every frame
  no delay      every frame's own answer: what no machine of this speed can have

Figures are means over the clips' frames: IoU, the 5th percentile of IoU, MAD ×1000, dtSSD ×100.
"""

import argparse
import json
import math
import statistics
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from live_clips import CARD, CPU, SHELF, Clip, own_clips, suite_clips
from numpy.typing import NDArray

from bgstream.evaluate.metrics import mask, overlap
from bgstream.evaluate.suite import load_suite
from bgstream.evaluate.temporal import change_figures
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choice import Choice as Threads
from bgstream.matting.choose import Choice
from bgstream.matting.late import LateKeys
from bgstream.matting.live import SIDES, live_threads, seconds
from bgstream.matting.look import Look
from bgstream.matting.person import PERSON
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Session
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.settings import Settings

Float = NDArray[np.float32]
Figures = dict[str, float]


class Told:
    """What the network says of one clip's frames at one size; each is asked about once, when it is needed."""

    def __init__(self, side: int) -> None:
        self.network = Segmenter(CARD, CPU, (side, side))
        self._eyes, self._known = self.network.twin(), dict[int, Float]()

    def __call__(self, look: Look) -> Float:
        number = look.frame.pts
        if number not in self._known:
            self._eyes.see(look.frame)
            self._known[number] = self._eyes.answer(look.gain)
        return self._known[number]


class Due(Future[Float]):
    """An answer that is there when its time has come, or when somebody waits for it."""

    def __init__(self, told: Float, frames: int) -> None:
        super().__init__()
        self._told, self._left = told, frames
        self.pass_frame(0)

    def pass_frame(self, frames: int = 1) -> None:
        """So many frames later."""
        self._left -= frames
        if self._left <= 0 and not self.done():
            self.set_result(self._told)

    def result(self, timeout: float | None = None) -> Float:
        self.pass_frame(self._left)
        return super().result(timeout)


class Slow:
    """A desk whose answers come a number of frames late."""

    seconds = 0.0

    def __init__(self, told: Told, late: int) -> None:
        self._told, self._late, self._open = told, late, list[Due]()

    def ask(self, look: Look) -> Future[Float]:
        self._open.append(Due(self._told(look), self._late))
        return self._open[-1]

    def passing(self, looks: Iterable[Look]) -> Iterator[Look]:
        """Looks that take their time."""
        for look in looks:
            for answer in self._open:
                answer.pass_frame()
            yield look

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.clear()


class Held(LateKeys):
    """The last answer as it is."""

    def _carried(self, look: Look, key: Any) -> Float:  # noqa: ARG002 - the seam's shape
        answer: Float = key.answer.result()
        return answer.copy()


class Uncorrected(LateKeys):
    """Whatever the witnesses say."""

    def _carried(self, look: Look, key: Any) -> Float:
        return super()._carried(replace(look, person=None), key)


class Late(NetworkMatter):
    """The live chain at a desk that is slow by so many frames."""

    def __init__(self, plan: Plan, told: Told, late: int, keys: type[LateKeys]) -> None:
        super().__init__(plan, told.network, SHELF, Clock())
        self._slow, self._keys_kind = Slow(told, late), keys

    def _late(self, looks: Iterator[Look]) -> Iterator[Look]:
        return self._keys_kind(self._slow, 1, self._clock, self.ledger)(self._slow.passing(looks))


def schemes(clip: Clip, told: dict[int, Told], late: dict[int, int], quality: str) -> Iterator[tuple[str, int, Any]]:
    """Name, side of the network's input, matter."""
    settings = Settings(quality=quality)
    plan = Plan(Choice(CARD), find_tier(quality), settings, live=True)
    bounded = replace(plan, choice=Choice(CARD, person=True))
    for side, says in told.items():
        yield "hold", side, Late(plan, says, late[side], Held)
        yield "carried", side, Late(plan, says, late[side], LateKeys)
        if clip.person:
            yield "+ bounded", side, Late(bounded, says, late[side], Uncorrected)
            yield "+ corrected", side, Late(bounded, says, late[side], LateKeys)
        yield "no delay", side, Late(bounded if clip.person else plan, says, 0, LateKeys)
    if clip.person:
        small = replace(plan, choice=Choice(find_card(PERSON)))
        network = Segmenter(small.choice.card, CPU)
        yield "small", network.size[0], NetworkMatter(small, network, SHELF, Clock())


def figures(matter: NetworkMatter, clip: Clip) -> Figures:
    """One scheme on one clip."""
    ious, mads, changes = [], [], []
    before: tuple[Float, Float] | None = None
    for matted, truth in zip(matter(iter(clip.frames)), clip.truths, strict=True):
        alpha = matted.alpha.astype(np.float32) / np.float32(255)
        ious.append(overlap(mask(alpha), mask(truth))["iou"] or 0.0)
        mads.append(1e3 * float(np.abs(alpha - truth).mean()))
        if before is not None:
            changes.append(change_figures(alpha, before[0], truth, before[1])["dtssd"] or 0.0)
        before = alpha, truth
    return {
        "iou": statistics.fmean(ious),
        "iou_5": float(np.percentile(ious, 5)),
        "mad": statistics.fmean(mads),
        "dtssd": statistics.fmean(changes),
        "age": matter.ledger.lateness,
    }


def lateness(sides: Iterable[int], rate: int) -> dict[int, float]:
    """Frames that pass while the network is asked, by the side of its input."""
    session = Session(CARD.name, CARD.load(), CPU, choice=Threads(live_threads()))
    return {side: rate * seconds(CARD, session, (side, side), math.inf) for side in sides}


def _said_late(text: str) -> dict[int, float]:
    return {int(side): float(frames) for side, _, frames in (part.partition("=") for part in text.split(","))}


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rate", type=int, default=30)
    ask.add_argument("--frames", type=int, default=48)
    ask.add_argument("--late", type=_said_late)
    ask.add_argument("--suite", type=Path)
    ask.add_argument("--only", help="clips of that name (or, in a suite, category)")
    ask.add_argument("--quality", default="fast")
    ask.add_argument("--json", type=Path)
    said = ask.parse_args()
    late = said.late or lateness((CARD.size[0], *SIDES), said.rate)
    whole = {side: math.ceil(frames) for side, frames in late.items()}
    print("frames late: " + ", ".join(f"{side}²: {frames:.1f}" for side, frames in late.items()))
    rows = []
    suite = load_suite(said.suite, said.only) if said.suite else []
    for clip in suite_clips(suite, said.frames) if suite else own_clips(said.frames, said.rate):
        if not suite and said.only not in (None, clip.name):
            continue
        told = {side: Told(side) for side in late}
        for name, side, matter in schemes(clip, told, whole, said.quality):
            found = figures(matter, clip)
            rows.append({"clip": clip.name, "person": clip.person, "scheme": name, "side": side, **found})
            print(_line(clip.name, name, side, found), flush=True)
    for (name, side), means in _means(rows).items():
        print(_line("mean", name, side, means))
    if said.json:
        said.json.parent.mkdir(parents=True, exist_ok=True)
        table = [{key: round(v, 4) if isinstance(v, float) else v for key, v in row.items()} for row in rows]
        said.json.write_text(json.dumps({"rate": said.rate, "late": late, "rows": table}, indent=1) + "\n")


def _means(rows: list[dict[str, Any]]) -> dict[tuple[str, int], Figures]:
    pairs = dict.fromkeys((row["scheme"], row["side"]) for row in rows)
    keys = ("iou", "iou_5", "mad", "dtssd", "age")
    found = {}
    for pair in pairs:
        alike = [row for row in rows if (row["scheme"], row["side"]) == pair]
        found[pair] = {key: statistics.fmean(row[key] for row in alike) for key in keys}
    return found


def _line(clip: str, scheme: str, side: int, row: Figures) -> str:
    return (
        f"{clip:22} {scheme:12} {side:4}²  IoU {row['iou']:.3f}  5 % {row['iou_5']:.3f}  MAD {row['mad']:6.2f}"
        f"  dtSSD {row['dtssd']:5.2f}  age {row['age']:4.1f}"
    )


if __name__ == "__main__":
    main()
