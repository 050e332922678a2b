"""The guest itself."""

import pytest

from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm


def test_the_guest_has_a_camera_and_two_virtual_webcams(guest: Guest) -> None:
    devices = guest("hello.py")
    assert devices["video0"].startswith("vivid")
    assert (devices["video10"], devices["video11"]) == ("bgstream", "fed camera")


def test_a_script_that_fails_fails_the_test_and_shows_what_it_said(guest: Guest) -> None:
    with pytest.raises(pytest.fail.Exception, match="ended with 3"):
        guest("exits.py", "3")
