"""Reports: one page that holds everything, says what was found, and asks nobody for anything."""

import base64
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from bgstream.evaluate.baselines import Baseline, beside
from bgstream.evaluate.chart import chart, chart_file, dots
from bgstream.evaluate.job import score_folder, score_one
from bgstream.evaluate.matrix import Plan, Point
from bgstream.evaluate.pictures import difference, grey, over, worst_strips
from bgstream.evaluate.report import Document, page
from bgstream.evaluate.result import Result
from bgstream.evaluate.score import ClipScore
from bgstream.evaluate.suite import Entry, load_suite
from tests.evaluate import scenes

VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """Reads a page: which elements, addresses and words it holds, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)  # SVG closes its own: <line/>

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture
def suite(tmp_path: Path) -> Result:
    scenes.write_grey(tmp_path / "truth.mkv", scenes.moving(6))
    scenes.write_colours(tmp_path / "input.mp4", 6)
    scenes.write_grey(tmp_path / "p" / "<b>&a.mkv", scenes.noisy(scenes.moving(6)))
    scenes.write_grey(tmp_path / "p" / "b.mkv", scenes.shifted(scenes.moving(4), 3))
    row = {"category": "person", "tags": ["<i>", "hair"], "alpha": "truth.mkv", "input": "input.mp4"}
    index = scenes.write_index(tmp_path / "index.json", [{**row, "name": name} for name in ("<b>&a", "b", "c")])
    return score_folder(tmp_path / "p", load_suite(index), 1, lambda _: None)


def assert_self_contained(html: str) -> Page:
    read = Page(html)
    assert "script" not in read.tags
    assert "link" not in read.tags
    assert "http:" not in html
    assert "https:" not in html
    assert "url(" not in html
    assert all(address.startswith("data:image/webp;base64,") for address in read.addresses)
    assert "default-src 'none'" in html
    return read


def test_a_suites_page(suite: Result) -> None:
    read = assert_self_contained(page(Document(suite)))
    assert {"<b>&a", "<i>", "hair", "person", "By category", "By clip"} <= {word.strip() for word in read.words}
    assert read.tags.count("img") == 6 * sum(len(clip.worst) for clip in suite.scored)
    for title in ("frame", "truth", "prediction", "difference", "over black", "over magenta"):
        assert title in read.words
    assert read.tags.count("svg") == 2
    assert "b: short, 4 of 6 frames" in read.text
    assert "c: no prediction found" in read.text
    assert "prefers-color-scheme:dark" in read.text


def test_a_page_without_truth(tmp_path: Path) -> None:
    matte = scenes.write_grey(tmp_path / "a.mkv", scenes.noisy(scenes.moving(6)))
    source = scenes.write_colours(tmp_path / "input.mp4", 6)
    alone = assert_self_contained(page(Document(score_one(matte, None, None, 1))))
    assert "truth" not in alone.words
    assert alone.tags.count("img") == 3
    both = assert_self_contained(page(Document(score_one(matte, None, source, 1))))
    assert both.tags.count("img") == 3 * 4


def test_the_same_input_gives_the_same_page(suite: Result) -> None:
    assert page(Document(suite)) == page(Document(suite))


def test_pictures_show_the_frame_that_they_name(suite: Result, tmp_path: Path) -> None:
    clip = suite.clips[0]
    strips = worst_strips(clip)
    assert tuple(strip.index for strip in strips) == clip.worst
    shown = {panel.title: decoded(panel.uri) for panel in strips[0].panels}
    truth = grey(scenes.moving(6)[strips[0].index])
    assert shown["truth"].shape == truth.shape
    assert float(np.abs(shown["truth"].astype(int) - truth).mean()) < 3


def decoded(uri: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    packed = np.frombuffer(base64.b64decode(uri.split(",", 1)[1]), np.uint8)
    picture = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def test_sampled_mattes_are_shown_at_their_own_frames(tmp_path: Path) -> None:
    truth = scenes.write_grey(tmp_path / "truth.mkv", scenes.moving(9))
    mattes = scenes.moving(9)[::4]
    mattes[1] = np.zeros(scenes.SIZE, np.float32)
    sampled = scenes.write_grey(tmp_path / "a.mkv", mattes)
    result = score_one(sampled, truth, None, 4)
    (strip,) = worst_strips(result.clips[0], 4)
    assert strip.index == 4
    assert decoded(next(p.uri for p in strip.panels if p.title == "prediction")).max() < 10


def test_signed_difference_and_composites() -> None:
    p, g = np.array([[1, 0, 1]], np.float32), np.array([[0, 1, 1]], np.float32)
    shown = difference(p, g, None)
    assert shown[0, 0, 0] > shown[0, 0, 2]  # kept too much: warm
    assert shown[0, 1, 2] > shown[0, 1, 0]  # lost: cold
    assert shown[0, 2].max() == 0
    frame = np.full((1, 2, 3), 100, np.uint8)
    assert over(frame, np.array([[0.5, 0]], np.float32), (255, 0, 255)).tolist() == [[[178, 50, 178], [255, 0, 255]]]


def point(name: str, ms: float, mad: float | None) -> Point:
    values = {"mad": mad, "dtssd": None if mad is None else mad / 2}
    clip = ClipScore(Entry("a", Path("a")), Path("a") if mad is not None else None, values)
    return Point(Plan(name), ms, Result(name, (clip,)), {})


POINTS = [
    point("slow", 900, 4),
    point("fast<&", 9, 40),
    point("bad", 1000, 5),
    point("gone", 5, None),
    point("eq", 9, 40),
]


def test_what_is_beaten_in_both() -> None:
    assert [(dot.name, dot.beaten) for dot in dots(POINTS, "mad")] == [
        ("fast<&", False),
        ("eq", False),
        ("slow", False),
        ("bad", True),
    ]


def test_the_chart_is_a_picture_of_its_own() -> None:
    text = chart_file(POINTS)
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    circles = [element for element in root.iter() if element.tag.endswith("circle")]
    assert [circle.get("class") for circle in circles] == ["best", "best", "best", "beaten"] * 2
    places = [(float(circle.get("cx") or 0), float(circle.get("cy") or 0)) for circle in circles[:4]]
    assert places[0][0] < places[2][0] < places[3][0]  # faster is to the left
    assert places[2][1] > places[3][1] > places[0][1]  # better is lower
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


def test_labels_do_not_lie_on_each_other() -> None:
    crowd = [point(f"model-{k}", 10 + k / 10, 5) for k in range(5)]
    root = ElementTree.fromstring(chart_file(crowd))
    lines = [
        float(e.get("y") or 0) for e in root.iter() if e.tag.endswith("text") and (e.text or "").startswith("model-")
    ]
    assert min(abs(a - b) for k, a in enumerate(lines[:5]) for b in lines[:k]) > 14


@pytest.mark.parametrize("points", [[], [point("gone", 5, None)]])
def test_without_figures_there_is_no_chart(points: list[Point]) -> None:
    assert chart(points) == ""
    ElementTree.fromstring(chart_file(points))


@pytest.mark.parametrize("mad", [0.0, 1e-9, 0.3, 999.0])
def test_charts_of_any_size(mad: float) -> None:
    ElementTree.fromstring(chart_file([point("one", 3.0, mad)]))


def test_a_matrix_page_with_baselines(suite: Result) -> None:
    others = [Baseline("peer", {"b": {"mad": 1.0, "iou": 0.5}}, "a <peer>"), Baseline("elsewhere", {"x": {"mad": 1.0}})]
    besides = tuple(beside(suite, others))
    assert [(row.name, row.clips) for row in besides] == [("peer", 1)]
    assert besides[0].ours["mad"] == suite.clips[1].values["mad"]
    points = tuple(Point(Plan(name), ms, suite, {}) for name, ms in (("a", 10.0), ("b", 20.0)))
    read = assert_self_contained(page(Document(suite, 1, points, besides)))
    assert "peer (1)" in read.text
    assert read.tags.count("circle") == 4


def test_a_real_browser_shows_the_pictures(suite: Result, chromium: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(Document(suite)))
    picture = tmp_path / "shot.png"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1300,3000", f"--screenshot={picture}"]
    words = [chromium, *flags, f"--user-data-dir={tmp_path / 'profile'}", f"file://{tmp_path / 'report.html'}"]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    shown = cv2.imread(str(picture))
    assert shown is not None
    magenta = (shown.astype(int) - (255, 0, 255)).__abs__().max(2) < 30
    assert int(magenta.sum()) > 5000  # the composite over magenta is there: the page's own policy lets it be seen
