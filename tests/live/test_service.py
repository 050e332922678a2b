"""The systemd unit: what it says, that systemd reads the words back as they were, and that nothing happens unasked."""

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bgstream.errors import ConfigError, SinkError
from bgstream.live import service
from bgstream.live.service import NAME, install, place, program, quoted, unit
from tests.conftest import need


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of our own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in service.KEPT:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def entries(text: str) -> dict[str, str]:
    """Assignments by key; the last one of each."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def command(*argv: str) -> str:
    return entries(unit(argv))["ExecStart"]


def as_read(line: str) -> list[str]:
    """Words as systemd takes a command line apart: like a shell, without its variables and comments."""
    words = shlex.split(line, posix=True)
    return [word.replace("$$", "$").replace("%%", "%") for word in words]


def test_it_runs_this_installation_with_the_same_flags() -> None:
    words = command("-b", "blur", "--mirror", "--install-service").split()
    assert Path(words[0]).is_absolute()
    assert words[-4:] == ["cam", "-b", "blur", "--mirror"]
    done = subprocess.run([*program(), "--help"], capture_output=True, text=True, check=True)
    assert "bgstream" in done.stdout


def test_without_the_script_it_is_the_interpreter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    assert program() == [sys.executable, "-m", "bgstream"]


@pytest.mark.parametrize(
    "word", ["my beach.jpg", 'a "quoted" one', "back\\slash", "100%", "%h", "$HOME", "it's", ";", "", "#00ff00", "ü ß"]
)
def test_words_come_back_as_they_were(word: str) -> None:
    line = command("-b", word)
    assert as_read(line)[-2:] == ["-b", word]
    assert "$H" not in line.replace("$$", "")
    assert "%" not in line.replace("%%", "")


def test_line_breaks_do_not_end_the_line() -> None:
    assert quoted("a\nExecStartPre=/bin/evil") == '"a\\nExecStartPre=/bin/evil"'
    assert len(unit(["-b", "a\nb"]).splitlines()) == len(unit(["-b", "a"]).splitlines())


def test_answers_for_the_installation_are_not_handed_on_but_a_recording_is_replaced() -> None:
    assert command("-y", "--install-service").endswith(" cam")
    assert command("-y", "--record", "out.webm").endswith(" cam -y --record out.webm")
    assert command("--overwrite", "--record=out.webm").endswith(" cam --overwrite --record=out.webm")


@pytest.mark.parametrize("flag", ["--preview", "--preview=8080"])
def test_the_network_is_open_to_it_only_for_the_preview(flag: str) -> None:
    assert entries(unit(["--mirror"]))["RestrictAddressFamilies"] == "AF_UNIX"
    assert entries(unit([flag]))["RestrictAddressFamilies"] == "AF_UNIX AF_INET AF_INET6"


def test_what_would_keep_it_from_working_is_not_asked_for() -> None:
    said = entries(unit([]))
    assert said["NoNewPrivileges"] == "yes"
    assert said["Restart"] == "on-failure"
    # Devices hidden, mounts that a user's systemd may not make, and memory that Numba cannot write code to.
    assert not {"PrivateDevices", "PrivateTmp", "PrivateNetwork", "ProtectSystem", "ProtectHome"} & set(said)
    assert "MemoryDenyWriteExecute" not in said


def test_relative_paths_and_the_environment_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "100% mine"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BGSTREAM_CACHE", "/some where/$x")
    said = entries(unit([]))
    assert said["WorkingDirectory"] == str(folder).replace("%", "%%")
    assert said["Environment"] == '"BGSTREAM_CACHE=/some where/$x"'


def test_systemd_finds_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analyse = need("systemd-analyze")
    path = tmp_path / NAME
    path.write_text(unit(["-b", "my beach $HOME 100%.jpg", "--preview", "--picture", 'a"b\\c', ";", ""]))
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [analyse, "verify", "--user", path], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_shown_asked_about_written_whole_and_explained(home: Path) -> None:
    told, asked = list[str](), list[str]()

    def answer(question: str) -> str:
        asked.append(question)
        assert not place().exists()
        return "y"

    path = install(["--mirror"], ask=answer, tell=told.append)
    assert path == home / ".config/systemd/user" / NAME
    assert path.read_text() == unit(["--mirror"])
    assert unit(["--mirror"]) in told[0]
    assert len(asked) == 1
    for words in ("enable --now", "disable --now", f"rm {path}"):
        assert words in told[-1]
    assert [entry.name for entry in path.parent.iterdir()] == [NAME]


@pytest.mark.parametrize("answer", ["", "n", "no", "maybe"])
def test_anything_but_yes_writes_nothing(answer: str) -> None:
    assert install([], ask=lambda _: answer, tell=lambda _: None) is None
    assert not place().parent.exists()


def test_another_unit_that_is_there_is_mentioned() -> None:
    asked = list[str]()

    def refuse(question: str) -> str:
        asked.append(question)
        return "n"

    install(["--mirror"], yes=True, tell=lambda _: None)
    assert install([], ask=refuse, tell=lambda _: None) is None
    assert "replace" in asked[0]
    assert place().read_text() == unit(["--mirror"])
    assert install([], yes=True, tell=lambda _: None) == place()
    assert place().read_text() == unit([])


def test_where_nobody_can_be_asked_yes_must_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    told = list[str]()
    with pytest.raises(ConfigError) as caught:
        install([], tell=told.append)
    assert "-y" in caught.value.hint
    assert unit([]) in told[0]
    assert not place().exists()


def test_the_user_s_own_place_for_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    assert install([], yes=True, tell=lambda _: None) == tmp_path / "settings/systemd/user" / NAME
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")  # the specification says: to be ignored
    assert place() == tmp_path / ".config/systemd/user" / NAME


def test_a_folder_that_cannot_be_made(home: Path) -> None:
    (home / ".config").write_text("a file")
    with pytest.raises(SinkError, match="cannot write"):
        install([], yes=True, tell=lambda _: None)


def test_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(ConfigError, match="systemd"):
        install([], yes=True, tell=lambda _: None)
