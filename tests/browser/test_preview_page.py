"""The camera's page in a real browser: what it shows, what its controls do, and that it complains of nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bgstream.live.board import Board
from bgstream.live.preview import Preview
from bgstream.live.stats import Stats
from tests.browser.devtools import Page, browsing
from tests.live.boards import Maker, Ready, flat, no_thread_left, showing

RED, BLUE = (200, 60, 30), (30, 60, 200)
# The middle of the picture as an array of [red, green, blue].
SEEN = """(() => { const from = document.getElementById("picture"), to = document.createElement("canvas");
 to.width = to.height = 8; const pen = to.getContext("2d"); pen.drawImage(from, 0, 0, 8, 8);
 return [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3); })()"""
LOADED = 'document.getElementById("picture").naturalWidth > 0'
NAMES = """[...document.querySelectorAll("input, select, button")].filter(part => part.offsetParent).map(part =>
 (part.labels && [...part.labels].map(label => label.innerText).join(" ")) || part.innerText)"""


def text(name: str) -> str:
    return f'document.getElementById("{name}").textContent'


def shows(colour: tuple[int, int, int]) -> str:
    """Whether the picture has a colour, within what JPEG costs."""
    return f"{LOADED} && {SEEN}.every((value, k) => Math.abs(value - {list(colour)}[k]) <= 6)"


@pytest.fixture
def board() -> Board[Ready]:
    made = Maker().board()
    made.stats = Stats(
        "live", "", "vivid", "/dev/video9", "selfie-landscape", (720, 1280), 29.94, 30.0, 18.4, 31.2, 0.42, 900, 3
    )
    return made


@pytest.fixture
def page(chromium: str, board: Board[Ready], tmp_path: Path) -> Iterator[Page]:
    """The camera's page, open; in the end nothing was asked of anybody else and nobody complained."""
    with no_thread_left(), Preview(board) as preview, browsing(chromium, tmp_path / "profile") as made:
        made.open(preview.url)
        made.until(f'document.readyState === "complete" || window.watch && {text("fps")} !== "–"')
        made.until(f'{text("fps")} !== "–"')
        yield made
        made.value("1")  # hear what was said so far
        assert made.complaints == []
        own = urlsplit(preview.url).netloc
        assert {urlsplit(url).netloc for url in made.asked if not url.startswith("data:")} == {own}


def test_the_picture_is_live_and_has_its_colours(page: Page, board: Board[Ready]) -> None:
    for colour in (RED, BLUE, RED):
        with showing(board, lambda _count, colour=colour: flat(colour, (720, 1280))):  # type: ignore[misc]
            page.until(shows(colour))


def test_figures_follow(page: Page, board: Board[Ready]) -> None:
    assert [page.value(text(name)) for name in ("fps", "latency", "latency_99", "cpu", "dropped")] == [
        "29.9",
        "18",
        "31",
        "42",
        "3",
    ]
    assert page.value(text("names")) == "vivid · /dev/video9 · selfie-landscape · 1280×720"
    board.stats = replace(board.stats, state="trouble", text="the camera is unplugged", fps=7.0, level="every second")
    page.until(f'{text("fps")} === "7.0"')
    assert page.value(text("state")) == "trouble"
    assert page.value(text("text")) == "the camera is unplugged"
    assert page.value(text("level")) == "every second"


def test_names_cannot_bring_in_tags(page: Page, board: Board[Ready]) -> None:
    board.stats = replace(board.stats, camera="<img src=x onerror=alert(1)>")
    page.until(f'{text("names")}.includes("<img src=x")')


def test_the_slider_by_keyboard(page: Page, board: Board[Ready]) -> None:
    page.value('document.getElementById("blur").focus()')
    for _ in range(3):
        page.press("ArrowRight", "ArrowRight", 39)
    page.until(f'{text("blur_said")} === "23 px" && wishes.blur === 23')
    assert board.wishes.blur == 23


def test_pause_by_button_and_key(page: Page, board: Board[Ready]) -> None:
    page.value('document.getElementById("pause").click()')
    page.until(f'{text("pause")} === "Go on"')
    assert board.paused
    page.press("p", "KeyP", 80)
    page.until(f'{text("pause")} === "Pause"')
    assert not board.paused


def pick(page: Page, name: str, value: str) -> None:
    page.value(
        f'(() => {{ const part = document.getElementById("{name}"); part.value = "{value}";'
        ' part.dispatchEvent(new Event("change")); })()'
    )


def test_backdrops(page: Page, board: Board[Ready]) -> None:
    pick(page, "kind", "colour")
    page.until('wishes.backdrop === "#1f6f4a"')
    pick(page, "colour", "#336699")
    page.until('wishes.backdrop === "#336699"')
    pick(page, "kind", "file")
    page.value('document.getElementById("file").value = "/tmp/beach.jpg"')
    page.value('document.getElementById("take").click()')
    page.until('wishes.backdrop === "/tmp/beach.jpg"')
    assert board.wishes.backdrop == "/tmp/beach.jpg"
    pick(page, "kind", "blur")
    page.until('wishes.backdrop === "blur" && !document.getElementById("for_blur").hidden')


def test_switches_and_choices(page: Page, board: Board[Ready]) -> None:
    for name in ("mirror", "framing", "ramp"):
        page.value(f'document.getElementById("{name}").click()')
        page.until(f"wishes.{name}")
    pick(page, "quality", "best")
    page.until('wishes.quality === "best"')
    pick(page, "model", "u2netp")
    page.until('wishes.model === "u2netp"')
    assert (board.wishes.mirror, board.wishes.framing, board.wishes.ramp) == (True, True, True)
    assert (board.wishes.quality, board.wishes.model) == ("best", "u2netp")


def test_what_others_change_is_seen(page: Page, board: Board[Ready]) -> None:
    board.change({"blur": 77, "mirror": True, "pause": True, "model": "/home/me/own.onnx"})
    page.until('document.getElementById("blur").value === "77"')
    assert page.value('document.getElementById("mirror").checked')
    assert page.value('document.getElementById("model").value') == "/home/me/own.onnx"
    assert page.value(text("pause")) == "Go on"


def test_a_no_is_told_and_the_control_goes_back(page: Page, board: Board[Ready]) -> None:
    pick(page, "kind", "file")
    page.value('document.getElementById("file").value = "bad"')
    page.value('document.getElementById("take").click()')
    page.until(f'{text("said")} === "cannot open bad: give another"')
    page.until('document.getElementById("kind").value === "blur"')
    assert board.wishes.backdrop == "blur"


def test_every_control_has_a_name(page: Page) -> None:
    names = page.value(NAMES)
    assert len(names) >= 8
    assert all(name.strip() for name in names), names
    assert any(name.startswith("Blur") for name in names)
    assert page.value("document.documentElement.lang") == "en"
    assert page.value("document.documentElement.scrollWidth <= innerWidth")


def test_the_end_of_the_camera_is_told(chromium: str, board: Board[Ready], tmp_path: Path) -> None:
    with no_thread_left(), browsing(chromium, tmp_path / "profile") as page:
        with Preview(board) as preview:
            page.open(preview.url)
            page.until(f'document.getElementById("fps") && {text("fps")} === "29.9"')
        page.until(f'{text("text")} === "the camera has ended"')
