"""``bgstream probe``: for people, for programs, and for what cannot be read."""

import json
from pathlib import Path
from typing import Any

import av
import pytest

import bgstream
from tests.cli.command import assert_done, assert_refused, inside
from tests.media.catalogue import Catalogue

ODD = Path(__file__).parents[3] / "shared" / "eval" / "odd"
NAMES = sorted(path.name for path in ODD.glob("*"))
UNREADABLE = {"text_renamed.mp4", "truncated.jpg", "truncated_no_moov.mp4", "zero_byte.mp4"}
KEYS = {"path", "kind", "container", "title", "bytes", "picture", "still", "audio", "subtitles", "chapters"}
KEYS |= {"metadata", "cover", "notes", "problems", "outputs"}

Capture = pytest.CaptureFixture[str]


def document(out: str) -> list[dict[str, Any]]:
    (line,) = out.splitlines()
    files: list[dict[str, Any]] = json.loads(line)["files"]
    return files


def test_for_programs(clip: Catalogue, capfd: Capture) -> None:
    done = inside(capfd, "probe", clip("alpha.webm"), clip("photo.jpg"), "--json", "--quiet")
    assert_done(done)
    film, photo = document(done.out)
    assert set(film) == set(photo) == KEYS
    assert film["picture"]["alpha"]["state"] == "working"
    assert film["picture"]["stored"] == {"height": 64, "width": 96}
    assert film["picture"]["aspect"] == "1"
    assert {row["suffix"]: row["alpha"] for row in film["outputs"]}[".gif"] == "one bit"
    assert (photo["kind"], photo["picture"]["timing"]) == ("still", None)


def test_for_people(clip: Catalogue, capfd: Capture) -> None:
    done = inside(capfd, "probe", clip("phone.mp4"))
    assert_done(done)
    for words in ("h264", "turned by 90°", "variable", "aac", ".webm", "opus"):
        assert words in done.out
    assert "(--codec)" not in done.out
    assert "(--codec)" in inside(capfd, "probe", clip("phone.mp4"), "--codecs").out


def test_damage_is_told_and_the_rest_too(clip: Catalogue, capfd: Capture) -> None:
    done = inside(capfd, "probe", clip("cut.webm"))
    assert_done(done)
    assert "cut short" in done.out


def test_one_file_that_cannot_be_read_does_not_hide_the_others(clip: Catalogue, capfd: Capture) -> None:
    done = inside(capfd, "probe", clip("text.mp4"), clip("plain.mp4"), "--json", "--quiet")
    assert_refused(done, 1)
    bad, good = document(done.out)
    assert set(bad) == {"path", "error", "kind", "hint"}
    assert good["picture"]["timing"]["frames"] == 12


def test_a_missing_file(capfd: Capture, tmp_path: Path) -> None:
    assert_refused(inside(capfd, "probe", tmp_path / "none.mp4"), 1)


@pytest.mark.parametrize("words", [["probe"], ["probe", "a.mp4", "--jsn"]])
def test_wrong_words(words: list[str], capfd: Capture) -> None:
    done = inside(capfd, *words)
    assert done.status == 2
    assert "bgstream probe" in done.out or "--json" in done.err


def test_debug_lets_the_error_through(clip: Catalogue, capfd: Capture) -> None:
    with pytest.raises(bgstream.SourceError):
        inside(capfd, "probe", clip("text.mp4"), "--debug")


def test_a_files_words_do_not_steer_the_terminal(clip: Catalogue, capfd: Capture, tmp_path: Path) -> None:
    path = tmp_path / "evil.mkv"
    with av.open(str(clip("silent.mp4"))) as source, av.open(str(path), "w") as output:
        output.metadata["title"] = "\x1b[31mred [bold]"
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    done = inside(capfd, "probe", path)
    assert "\x1b" not in done.out
    assert "·[31mred [bold]" in done.out


def test_from_python(clip: Catalogue) -> None:
    facts = bgstream.probe(str(clip("alpha.webm")))
    assert facts.picture is not None and facts.picture.alpha.state == "working"


@pytest.mark.skipif(not NAMES, reason="the odd files do not lie beside the checkout (../shared/eval/odd)")
def test_odd_files_are_facts_or_one_clear_error(capfd: Capture) -> None:
    for name in NAMES:
        done = inside(capfd, "probe", ODD / name, "--json", "--quiet")
        if name in UNREADABLE:
            assert_refused(done, 1)
        else:
            assert_done(done)
            assert document(done.out)[0]["picture"] or name == "audio_only.mp4"
