"""``bgstream bench`` as users run it."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from bgstream.bench.clip import Excerpts, write_clip
from bgstream.bench.cores import counts, time_cores
from bgstream.errors import BgstreamError, SourceError
from bgstream.protocols import Wants
from bgstream.sources import open_source
from bgstream.sources.synthetic import SyntheticSource
from tests.cli.command import BGSTREAM, TIMEOUT, assert_done, assert_refused, bgstream, inside, listing
from tests.media.catalogue import Catalogue

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: a tiny clip, and a folder that is the system's place for temporary files."""
    folder = tmp_path / "room"
    (folder / "temp").mkdir(parents=True)
    source = SyntheticSource((48, 64), count=12)
    write_clip(source.frames(), source.info, folder / "tiny.mp4")
    (folder / "words.mp4").write_text("these are words, no film\n" * 40)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TMPDIR", str(folder / "temp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def test_quick_as_json(room: Path, capfd: Capture) -> None:
    before = listing(room)
    done = inside(capfd, "bench", "--clip", "tiny.mp4", "--quick", "--json")
    assert_done(done)
    told = json.loads(done.out)
    assert told["clip"] == {"name": "tiny.mp4", "size": [48, 64], "rate": 25.0}
    for run in told["runs"]:
        assert set(run["stage_ms"]) == {"decode", "model", "refine", "encode"}
        assert min(run["fps"], run["cpu_ms"], run["cores"], *run["stage_ms"].values()) > 0
    assert [run["name"] for run in told["runs"]] == ["draft", "fast", "fast selfie-landscape"]
    assert told["floor"]["fps"] > told["runs"][1]["fps"]
    asked = [(answer["model"], answer["size"]) for answer in told["networks"]]
    assert asked[:2] == [("selfie", [256, 256]), ("selfie-landscape", [144, 256])]
    assert [size for model, size in asked if model == "u2netp"] == [[320, 320], [256, 256], [224, 224]]
    for kernel in told["kernels"]:
        assert kernel["ms_per_megapixel"] == pytest.approx(kernel["ms"] / (48 * 64 / 1e6))
    assert told["advice"]["limit"] in ("codec", "network", "kernels", "cores")
    assert told["advice"]["lines"]
    assert (told["sizes"], told["cores"]) == ([], [])
    events = [json.loads(line) for line in done.err.splitlines()]
    assert {event["event"] for event in events} == {"phase"}
    assert listing(room) == before


@pytest.mark.parametrize(
    ("words", "status", "hint"),
    [
        (("--clip", "nowhere.mp4"), 1, "name"),
        (("--clip", "words.mp4"), 1, "another kind of file"),
        (("--clip", "photo.png"), 1, "a clip"),
        (("--clip", "."), 1, "one file"),
        (("--clip", "tiny.mp4", "-o", "nowhere/page.html"), 1, "mkdir"),
        (("--clip", "tiny.mp4", "-o", "page.pdf"), 2, "page.html"),
        (("--clip", "tiny.mp4", "-o", "folder.html"), 1, "file in it"),
        (("--quik",), 2, "'--quick'"),
        (("tiny.mp4",), 2, "--clip tiny.mp4"),
        (("--clip",), 2, "--help"),
    ],
    ids=str,
)
def test_refusals(words: tuple[str, ...], status: int, hint: str, room: Path, clip: Catalogue, capfd: Capture) -> None:
    (room / "photo.png").write_bytes(clip("photo.png").read_bytes())
    (room / "folder.html").mkdir()
    before = listing(room)
    done = inside(capfd, "bench", *words, "--quiet")
    assert_refused(done, status)
    assert hint in done.lines("hint: ")[0]
    assert listing(room) == before


def test_ctrl_c_leaves_nothing(room: Path) -> None:
    before = listing(room)
    command = [str(BGSTREAM), "bench", "--json", "-o", "page.html"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if "networks" in json.loads(line)["text"]:
                    break
            assert list((room / "temp").iterdir())
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert listing(room) == before


def test_help_has_examples_before_options() -> None:
    done = bgstream("bench", "--help")
    assert (done.status, done.err) == (0, "")
    assert 0 <= done.out.index("bgstream bench --quick") < done.out.index("--clip FILE ")
    assert max(len(line) for line in done.out.splitlines()) <= 110


@pytest.mark.parametrize("name", ["plain.mp4", "vp9.webm", "rotated90.mp4", "animated.gif", "ten.mp4", "vfr.mp4"])
def test_excerpts_are_the_beginning(name: str, clip: Catalogue, tmp_path: Path) -> None:
    whole = open_source(clip(name), Wants())
    excerpts = Excerpts(clip(name), tmp_path, most=8)
    cut = open_source(excerpts.of(100), Wants())
    frames = list(cut.frames())
    assert len(frames) == excerpts.count <= 8
    assert cut.info.size == whole.info.size
    assert cut.info.rate == pytest.approx(whole.info.rate, rel=0.2)


def test_a_short_clip_is_used_as_it_is(room: Path) -> None:
    excerpts = Excerpts(room / "tiny.mp4", room / "temp")
    assert (excerpts.count, excerpts.of(1000)) == (12, room / "tiny.mp4")
    assert len(list(open_source(excerpts.of(5), Wants()).frames())) == 8
    with pytest.raises(SourceError):
        Excerpts(room / "words.mp4", room / "temp")


@pytest.mark.skipif(not counts(), reason="this system binds no process to processors")
def test_a_child_bound_to_one_processor(room: Path) -> None:
    measured = time_cores(1, Excerpts(room / "tiny.mp4", room / "temp").of(8), room / "temp")
    assert measured.count == 1
    assert min(measured.fps.values()) > 0
    with pytest.raises(BgstreamError, match=r"words\.mp4"):
        time_cores(1, room / "words.mp4", room / "temp")
