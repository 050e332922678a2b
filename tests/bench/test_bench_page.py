"""The page and the table: everything is in them, and nothing is asked for from elsewhere."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bgstream.bench.draw import HEIGHT, WIDTH, Axes, Line, line_chart
from bgstream.bench.page import page
from bgstream.bench.sizes import SIZES
from bgstream.bench.table import result_table
from tests.bench import results


def test_the_page_is_self_contained() -> None:
    text = page(results.result())
    assert text.startswith("<!doctype html>")
    assert "default-src 'none'" in text
    assert not re.search(r"<(script|link|iframe|object|img)\b|https?:|url\(|@import|\bsrc=|\bhref=", text)


def test_names_cannot_bring_in_tags() -> None:
    text = page(results.result())
    assert "<film>" not in text
    assert "&lt;film&gt; &amp; co.mp4" in text
    assert "do &lt;this&gt;" in text


def test_the_page_has_a_chart_of_each_kind() -> None:
    text = page(results.result())
    charts = [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", text, re.S)]
    assert len(charts) == 3
    words = [{element.text for element in chart.iter("text")} for chart in charts]
    assert set(SIZES) | {"no codec", "file to file"} <= words[0]
    assert {"decode", "model", "refine", "encode"} <= words[1]
    assert {"1", "2", "u2netp"} <= words[2]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_charts_keep_order_and_stay_inside(logarithmic: bool) -> None:
    axes = Axes("title", "below", [(1, "one"), (10, "ten")], logarithmic)
    drawn = ElementTree.fromstring(line_chart(axes, [Line("a", [(1, 5), (4, 20), (10, 300)]), Line("b", [(1, 7)])]))
    dots = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in drawn.iter("circle")]
    assert len(dots) == 4
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)
    assert dots[0][0] < dots[1][0] < dots[2][0]
    assert dots[0][1] > dots[1][1] > dots[2][1]
    assert dots[0][0] == dots[3][0]


def test_names_of_lines_that_end_alike_stand_apart() -> None:
    lines = [Line(name, [(1, 5), (2, 5)]) for name in "abc"]
    drawn = ElementTree.fromstring(line_chart(Axes("t", "b", [(1, "1"), (2, "2")]), lines))
    heights = sorted(float(text.get("y", "")) for text in drawn.iter("text") if text.get("class") == "name")
    assert all(low + 12 <= high for low, high in pairwise(heights))


def test_the_table_says_what_was_measured() -> None:
    lines = result_table(results.result()).splitlines()
    cells = {line[:32].strip(): line[32:].split() for line in lines}
    assert cells["-q draft (u2netp)"] == ["40.000", "30.000", "1.200", "4.000", "10.000", "6.000", "12.000", "–"]
    assert cells["decode + encode alone"] == ["100.0", "15.000", "1.500", "–", "–", "–", "9.000", "–"]
    assert cells["down-scale"] == ["2.000", "4.000"]
    assert cells["encode"] == ["1.000", "5.000", "1.000"]
    assert lines[-3:] == ["limit: network", "the network it is", "- do <this>"]
