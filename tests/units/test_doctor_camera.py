"""``bgstream doctor camera``: each thing that can be missing, and the command that mends it."""

from fractions import Fraction
from pathlib import Path

import pytest

from bgstream.devices.cameras import Camera
from bgstream.devices.holders import Holder
from bgstream.devices.loopback import GROUP, INSTALL, LOAD, OBS, RELOAD, Loopback
from bgstream.devices.modes import Mode
from bgstream.doctor import browsers, camera, examine, virtual
from bgstream.doctor.finding import Finding
from tests.cli.command import assert_refused, inside

RELEASE = "6.1.0-test"
OURS = Loopback("/dev/video10", "bgstream", True, False)
MODES = (
    *(Mode("yuyv422", (480, 640), Fraction(rate)) for rate in (30, 15)),
    *(Mode("yuyv422", (360, 640), Fraction(rate)) for rate in (15, 30)),
    Mode("yuyv422", (720, 1280), Fraction(10)),
    *(Mode("mjpeg", (720, 1280), Fraction(rate)) for rate in (30, 25, 20, 15, 10, 5)),
    Mode("mjpeg", (1080, 1920), Fraction(30000, 1001)),
)
WEBCAM = Camera("/dev/video0", "Integrated Camera", "v4l2", MODES, "uvcvideo")


def write(path: Path, content: str | bytes = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def loaded(root: Path, version: str = "0.15.4", numbers: str = "10,-1", flags: str = "Y,N") -> None:
    """The module's files as the kernel shows them."""
    folder = root / "sys/module/v4l2loopback"
    write(folder / "version", f"{version}\n")
    write(folder / "parameters/video_nr", f"{numbers}\n")
    write(folder / "parameters/exclusive_caps", f"{flags}\n")


def named(found: list[Finding], topic: str, name: str = "") -> Finding:
    (one,) = (finding for finding in found if finding.topic == topic and name in ("", finding.name))
    return one


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Holder]]:
    """Who holds what, by path; may be filled. Every device may be opened."""
    by: dict[str, list[Holder]] = {}
    for module in (camera, virtual):
        monkeypatch.setattr(module, "holders", lambda path: by.get(path, []))
    monkeypatch.setattr("os.access", lambda *_: True)
    return by


def test_modes_are_told_compactly() -> None:
    assert camera.compact(MODES) == [
        ("yuyv422", "640×360, 640×480 at 15, 30 fps; 1280×720 at 10 fps"),
        ("mjpeg", "1280×720 at 5 to 30 fps; 1920×1080 at 29.97 fps"),
    ]
    alike = [Mode(pixel, (720, 1280), Fraction(30)) for pixel in ("nv12", "yuv420p")]
    assert camera.compact(alike) == [("yuv420p, nv12", "1280×720 at 30 fps")]
    assert camera.compact([]) == []


def test_a_camera_and_what_would_be_taken_of_it(held: dict[str, list[Holder]]) -> None:
    found = list(camera.real([WEBCAM], [], deep=True))
    assert {finding.state for finding in found} == {"ok"}
    assert found[-1].detail == "bgstream cam takes 1280×720 at 30 fps (mjpeg)"
    assert len(list(camera.real([WEBCAM], [], deep=False))) == 1


def test_a_busy_camera_names_who_holds_it_and_how_to_end_that(held: dict[str, list[Holder]]) -> None:
    held["/dev/video0"] = [Holder(41, "zoom"), Holder(42, "chromium")]
    finding = named(list(camera.real([WEBCAM], [], deep=False)), "camera")
    assert (finding.state, finding.fix) == ("absent", "end that program: kill 41 42")
    assert "zoom (41), chromium (42)" in finding.detail


def test_bgstream_itself_is_no_trouble(held: dict[str, list[Holder]]) -> None:
    held["/dev/video0"] = [Holder(41, "bgstream")]
    finding = named(list(camera.real([WEBCAM], [], deep=False)), "camera")
    assert (finding.state, finding.detail) == ("ok", "Integrated Camera: used by bgstream")


def test_a_camera_that_may_not_be_opened(held: dict[str, list[Holder]]) -> None:
    finding = named(list(camera.real([], ["/dev/video2"], deep=True)), "camera")
    assert (finding.name, finding.state, finding.fix) == ("/dev/video2", "problem", GROUP)
    assert "usermod -aG video $USER" in finding.fix


def test_no_camera_and_one_without_modes(held: dict[str, list[Holder]]) -> None:
    assert named(list(camera.real([], [], deep=True)), "camera").state == "absent"
    assert named(list(camera.real([Camera("/dev/video0", "x", "v4l2", (), "odd")], [], deep=True)), "modes").fix
    silent = Camera("video=x", "x", "dshow", (), "")
    assert named(list(camera.real([silent], [], deep=True)), "modes").state == "ok"


@pytest.mark.parametrize(("deep", "state"), [(True, "problem"), (False, "absent")])
def test_no_webcam_is_a_problem_only_where_calls_are_asked_about(tmp_path: Path, deep: bool, state: str) -> None:
    finding = named(list(virtual.webcams([], deep, tmp_path)), "virtual")
    assert (finding.state, finding.fix) == (state, INSTALL)


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("", INSTALL),
        (f"lib/modules/{RELEASE}/updates/dkms/v4l2loopback.ko.xz", LOAD),
        ("lib/modules/another/updates/dkms/v4l2loopback.ko", INSTALL),
        ("usr/src/v4l2loopback-0.12.7/dkms.conf", f"{virtual.HEADERS} && {LOAD}"),
        ("sys/module/v4l2loopback/version", RELOAD),
    ],
)
def test_the_command_that_makes_a_webcam(tmp_path: Path, path: str, fix: str) -> None:
    if path:
        write(tmp_path / path)
    assert virtual.remedy(tmp_path, RELEASE) == fix


def test_a_good_webcam(held: dict[str, list[Holder]], tmp_path: Path) -> None:
    loaded(tmp_path)
    (finding,) = virtual.webcams([OURS], True, tmp_path)
    assert finding.state == "ok"
    assert "exclusive_caps=1" in finding.detail


def test_a_webcam_without_exclusive_caps(held: dict[str, list[Holder]], tmp_path: Path) -> None:
    without = Loopback("/dev/video10", "bgstream", False, False)
    assert named(list(virtual.webcams([without], True, tmp_path)), "virtual").fix == RELOAD
    loaded(tmp_path, numbers="4,10,-1", flags="Y,N,N")
    finding = named(list(virtual.webcams([OURS], True, tmp_path)), "virtual")
    assert (finding.state, finding.fix) == ("problem", RELOAD)


@pytest.mark.parametrize(
    ("number", "numbers", "flags", "own", "expected"),
    [
        (10, "10,-1", "Y,N", None, True),
        (11, "10,11", "Y,N", True, False),
        (11, "10,11", "1,1", None, True),
        (3, "-1,-1", "Y,N", False, False),  # chosen by the kernel: by what the device says
        (12, "10,11", "Y,Y", None, None),
    ],
)
def test_exclusive_caps_by_the_module(
    tmp_path: Path, number: int, numbers: str, flags: str, own: bool | None, expected: bool | None
) -> None:
    loaded(tmp_path, numbers=numbers, flags=flags)
    assert virtual.exclusive(Loopback(f"/dev/video{number}", "x", own, False), tmp_path) is expected


def test_a_webcam_of_another_name_and_one_that_may_not_be_opened(held: dict[str, list[Holder]], tmp_path: Path) -> None:
    found = list(virtual.webcams([Loopback("/dev/video4", "Dummy", True, False)], True, tmp_path))
    assert "pick 'Dummy'" in named(found, "virtual", "label").detail
    closed = Loopback("/dev/video10", "bgstream", None, False)
    assert named(list(virtual.webcams([closed], True, tmp_path)), "virtual").fix == GROUP


def test_who_sends_or_looks(held: dict[str, list[Holder]], tmp_path: Path) -> None:
    held["/dev/video10"] = [Holder(7, "bgstream"), Holder(9, "obs")]
    sent = Loopback("/dev/video10", "bgstream", True, True)
    assert "open in obs (9)" in named(list(virtual.webcams([sent], True, tmp_path)), "virtual").detail


@pytest.mark.parametrize(
    ("version", "state", "words"),
    [
        ("0.12.5", "problem", "older than 0.12.7"),
        ("0.12.7", "ok", "inotify"),
        ("0.13.2", "ok", "tells when somebody watches"),
        ("0.15.4", "ok", "tells when somebody watches"),
    ],
)
def test_the_module_s_version(tmp_path: Path, version: str, state: str, words: str) -> None:
    loaded(tmp_path, version)
    finding = named(list(virtual.module(True, False, tmp_path)), "virtual", "v4l2loopback")
    assert finding.state == state
    assert words in finding.detail
    assert bool(finding.fix) == (state == "problem")


def test_loading_at_start(tmp_path: Path) -> None:
    loaded(tmp_path)
    finding = named(list(virtual.module(True, True, tmp_path)), "virtual", "at start")
    assert (finding.state, finding.fix) == ("absent", virtual.KEEP)
    write(tmp_path / "etc/modules-load.d/v4l2loopback.conf", "v4l2loopback\n")
    assert [found.name for found in virtual.module(True, True, tmp_path)] == ["v4l2loopback"]


@pytest.mark.parametrize(("value", "on"), [(b"\x06\0\0\0\x01", True), (b"\x06\0\0\0\x00", False)])
def test_secure_boot(tmp_path: Path, value: bytes, on: bool) -> None:
    write(tmp_path / virtual.SECURE_BOOT, value)
    found = list(virtual.module(False, True, tmp_path))
    assert [finding.fix for finding in found] == [virtual.KEY] * on
    assert list(virtual.module(True, True, tmp_path))[-1].name == "at start"  # it has devices: the key is known


def test_obs_elsewhere(tmp_path: Path) -> None:
    for system in ("win32", "darwin"):
        finding = virtual.elsewhere(system, True, tmp_path, lambda _: False)
        assert (finding.state, finding.fix) == ("problem", OBS)
        assert virtual.elsewhere(system, False, tmp_path, lambda _: False).state == "absent"
    assert virtual.elsewhere("win32", True, tmp_path, lambda name: name == virtual.CLASS).state == "ok"
    (tmp_path / virtual.BUNDLES[0]).mkdir(parents=True)
    assert virtual.elsewhere("darwin", True, tmp_path).state == "ok"


def test_confined_browsers(tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    assert list(browsers.confined(root, home)) == []
    (root / "snap/firefox").mkdir(parents=True)
    (home / ".local/share/flatpak/app/com.google.Chrome").mkdir(parents=True)
    found = {finding.name: finding.fix for finding in browsers.confined(root, home)}
    assert found == {
        "firefox": "sudo snap connect firefox:camera",
        "chrome": "flatpak override --user --device=all com.google.Chrome",
    }


def test_in_depth_it_is_about_cameras_alone_and_says_how_to_use_them() -> None:
    found = list(examine("camera"))
    assert {finding.topic for finding in found} <= {"camera", "modes", "virtual", "browser", "call"}
    assert "pick 'bgstream'" in found[-1].detail
    for finding in found:
        assert finding.fix or finding.state == "ok"


def test_an_unknown_topic(capfd: pytest.CaptureFixture[str]) -> None:
    done = inside(capfd, "doctor", "camra")
    assert_refused(done, 2)
    assert "'camera'" in done.err
