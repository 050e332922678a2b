"""Settings are layered, and what is wrong is refused with the nearest right word."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bgstream.errors import ConfigError
from bgstream.settings import Settings, SettingsDict


def test_layers(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text('model = "selfie"\nchoke = 2\nsmooth = false\n')
    settings = Settings.layered(file, {"choke": 1.5})
    assert (settings.model, settings.choke, settings.smooth, settings.refine) == ("selfie", 1.5, False, True)


def test_keywords_of_remove_are_the_settings() -> None:
    assert set(SettingsDict.__annotations__) == {entry.name for entry in fields(Settings)}


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        ({"modle": "x"}, "unknown setting 'modle'", "'model'"),
        ({"choke": "3"}, "choke must be a number", ""),
        ({"choke": True}, "choke must be a number", ""),
        ({"refine": 1}, "refine must be true or false", ""),
        ({"backdrop": 3}, "backdrop must be text", ""),
        ({"choke": 1e9}, "out of range", "-100 to 100"),
        ({"feather": -1}, "out of range", "0 to 100"),
        ({"fps_budget": -1}, "out of range", "0 to 1000"),
        ({"feather": float("nan")}, "out of range", "0 to 100"),
        ({"matte": True, "backdrop": "red"}, "a matte has no backdrop", "leave out"),
    ],
)
def test_refused(words: dict[str, Any], said: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        Settings.layered(None, words)
    assert hint in caught.value.hint


def test_settings_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read settings"):
        Settings.layered(tmp_path / "none.toml", {})
    broken = tmp_path / "broken.toml"
    broken.write_text("model = selfie")
    with pytest.raises(ConfigError, match="is no TOML"):
        Settings.layered(broken, {})
