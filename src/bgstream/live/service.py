"""A systemd user unit that keeps ``bgstream cam`` ready: shown first, and never switched on by us."""

import os
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

from bgstream.errors import ConfigError, SinkError
from bgstream.partial import write_whole

NAME = "bgstream-cam.service"
ALONE = frozenset({"--install-service"})
YES = frozenset({"-y", "--overwrite"})
KEPT = ("BGSTREAM_CACHE", "BGSTREAM_MODELS", "NUMBA_CACHE_DIR", "CUDA_VISIBLE_DEVICES")  # that change what it does
# Only what a user's own systemd can do everywhere. What needs mounts of its own (ProtectSystem, ProtectHome,
# PrivateTmp, PrivateNetwork) needs user namespaces there: some distributions switch them off, and the service would not
# start (226/NAMESPACE); older versions ignore it. PrivateDevices would hide the cameras, MemoryDenyWriteExecute keeps
# Numba from compiling.
UNIT = """\
# Written by bgstream cam --install-service.
[Unit]
Description=Camera without what is behind you (bgstream)
After=graphical-session.target pipewire.service
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
ExecStart={command}
WorkingDirectory={folder}
{environment}Restart=on-failure
RestartSec=5
# A wrong flag or setting does not become right by trying again.
RestartPreventExitStatus=2
TimeoutStopSec=10
MemoryMax=4G
UMask=0077
NoNewPrivileges=yes
RestrictAddressFamilies={families}
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
"""
AFTER = """\
switch it on:   systemctl --user daemon-reload && systemctl --user enable --now {name}
how it goes:    systemctl --user status {name}; journalctl --user -u {name}
switch it off:  systemctl --user disable --now {name}
remove it:      systemctl --user disable --now {name}; rm {path} && systemctl --user daemon-reload"""


def unit(argv: Sequence[str]) -> str:
    """The unit's text.

    Args:
        argv: words behind ``bgstream cam``; ``--install-service`` is left out, and ``-y``, which answers for it, too
            unless there is a recording to be replaced at each start. Relative paths hold, since the unit works in the
            present folder.
    """
    flags = {word.partition("=")[0] for word in argv}
    gone = ALONE if "--record" in flags else ALONE | YES
    words = [*program(), "cam", *(word for word in argv if word not in gone)]
    families = "AF_UNIX AF_INET AF_INET6" if "--preview" in flags else "AF_UNIX"
    environment = [f"Environment={quoted(f'{name}={os.environ[name]}')}\n" for name in KEPT if os.environ.get(name)]
    return UNIT.format(
        command=" ".join([quoted(words[0]), *(quoted(word).replace("$", "$$") for word in words[1:])]),
        folder=str(Path.cwd()).replace("%", "%%"),
        environment="".join(environment),
        families=families,
    )


def program() -> list[str]:
    """The command that runs this very installation, as an absolute path."""
    script = Path(sysconfig.get_path("scripts")) / "bgstream"
    return [str(script)] if os.access(script, os.X_OK) else [sys.executable, "-m", "bgstream"]


def quoted(word: str) -> str:
    """A word as systemd reads it back (systemd.syntax, systemd.unit: specifiers); bare where nothing is special.

    In command lines ``$`` has a meaning, too.
    """
    text = word.replace("%", "%%")
    if text and all(letter.isalnum() or letter in "-_./=+,:@%$#~^" for letter in text) and text[0] != "#":
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def place() -> Path:
    """Where user units lie."""
    said = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(said) if said.startswith("/") else Path.home() / ".config"
    return folder / "systemd" / "user" / NAME


def install(
    argv: Sequence[str],
    yes: bool = False,
    ask: Callable[[str], str] | None = None,
    tell: Callable[[str], None] = print,
) -> Path | None:
    """Show the unit, ask, write it, and say how it is switched on, off and removed; nothing is started.

    Args:
        argv: words behind ``bgstream cam``.
        yes: write without asking.
        ask: puts a question and gives the answer; by default on the terminal.
        tell: shows text.

    Returns:
        Where it was written; None where the answer was no.

    Raises:
        ConfigError: there is no systemd, or nobody who can be asked.
        SinkError: the file cannot be written.
    """
    if not sys.platform.startswith("linux"):
        raise ConfigError(
            f"there are no systemd services on {sys.platform}", "let the system start bgstream cam at login"
        )
    text, path = unit(argv), place()
    tell(f"{path}:\n\n{text}")
    if ask is None and not yes:
        if not sys.stdin.isatty():
            raise ConfigError("nobody can be asked whether to write this", "add -y to write it without asking")
        ask = input
    old = path.read_text() if path.is_file() else ""
    question = "write it? [y/N] " if old in ("", text) else "replace the one that is there? [y/N] "
    if not yes and ask is not None and ask(question).strip().lower() not in ("y", "yes"):
        tell("nothing was written")
        return None
    _write(path, text)
    tell(f"written: {path}\n{AFTER.format(name=NAME, path=path)}")
    return path


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as error:
        raise SinkError(f"cannot write {path}: {error.strerror}", "check the folder's permissions") from None
