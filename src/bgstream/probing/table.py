"""Facts and fates for people: a few lines, then a table of outputs with those columns only that tell them apart."""

from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bgstream.probing.facts import Facts
from bgstream.probing.fates import Fate
from bgstream.probing.lines import bytes_of, lines_of

NARROWEST = 110  # letters: a file or a pipe has no width, and a table that is folded there helps nobody
LABELS = {"-": "pipe (-)", "%d.png": "folder (.png)"}


def tell(facts: Facts, fates: list[Fate], stream: TextIO) -> None:
    """Print what a file is and what outputs would keep."""
    console = Console(file=stream, highlight=False, soft_wrap=True)
    console.width = max(console.width, NARROWEST)
    console.print(_words(f"{facts.path}", "bold"), _words(f"{facts.title}, {bytes_of(facts.bytes)}"))
    for name, text in lines_of(facts):
        style = {"problem": "red", "note": "yellow"}.get(name, "")
        console.print(Text(f"  {name:11}", "dim"), _words(text, style), sep="")
    if fates:
        console.print()
        console.print(_outputs(fates))


def _words(text: str, style: str = "") -> Text:
    """Text out of a file: no letter of it may steer the terminal."""
    return Text("".join(letter if letter.isprintable() else "·" for letter in text), style)


def _outputs(fates: list[Fate]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    columns: list[tuple[str, Callable[[Fate], str]]] = [
        ("output", lambda fate: LABELS.get(fate.suffix, fate.suffix)),
        ("codec", lambda fate: fate.codec + ("" if fate.usual else " (--codec)")),
        ("alpha", lambda fate: fate.alpha),
        ("bits", lambda fate: f"{fate.depth}{'' if fate.depth_kept else ' (fewer)'}"),
        ("colour", lambda fate: f"{fate.chroma}{'' if fate.chroma_kept else ' (coarser)'}"),
        ("lossless", lambda fate: "yes" if fate.lossless else "no"),
        ("HDR", lambda fate: "--tonemap" if fate.hdr == "tonemap" else fate.hdr),
        ("pixels", lambda fate: fate.shape),
        ("size", lambda fate: "made even" if fate.padded else "kept"),
        ("sound", lambda fate: _each(fate.audio)),
        ("subtitles", lambda fate: _each(fate.subtitles)),
        ("chapters", lambda fate: fate.chapters),
    ]
    needless = {"codec": "", "HDR": "", "pixels": "", "size": "kept", "sound": "", "subtitles": "", "chapters": ""}
    shown = [(name, cell) for name, cell in columns if any(cell(fate) != needless.get(name) for fate in fates)]
    for name, _ in shown:
        table.add_column(name, no_wrap=True)
    for fate in fates:
        table.add_row(*(Text(cell(fate)) for _, cell in shown))
    return table


def _each(words: tuple[str, ...]) -> str:
    """One word where all tracks fare alike."""
    return ", ".join(words[:1] if len(set(words)) == 1 else words)
