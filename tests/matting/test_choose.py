"""Which network a clip gets: by made-up answers for the rule, by the shipped clips for the whole."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.matting.choose import choose_model, weigh
from bgstream.matting.session import Device
from bgstream.protocols import Wants
from bgstream.sources import open_source
from tests.matting.tiny_networks import disc

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Float = NDArray[np.float32]


def answer(column: float, radius: float = 60, size: tuple[int, int] = (256, 256), vague: float = 0.0) -> Float:
    """A disc as a network would answer; ``vague`` pixels around it are undecided."""
    sure = disc(size, (128 * size[0] / 256, column * size[1] / 256), radius * size[0] / 256)
    wide = disc(size, (128 * size[0] / 256, column * size[1] / 256), (radius + vague) * size[0] / 256)
    return np.where(sure, 0.95, np.where(wide, 0.4, 0.02)).astype(np.float32)


def test_person_confirmed_by_the_general_network() -> None:
    witness = weigh([(answer(128, size=(320, 320)), answer(128), answer(128))] * 4, 1.0)
    assert witness.person
    assert witness.precision > 0.95


def test_clutter_in_the_general_answer_does_not_matter() -> None:
    general = np.maximum(answer(90), answer(220, 40))
    witness = weigh([(general, answer(90), answer(90))] * 4, 1.0)
    assert witness.person
    assert witness.agreement < 0.8


def test_what_the_general_network_denies_is_no_person() -> None:
    witness = weigh([(answer(60), answer(190), answer(190))] * 4, 1.0)
    assert not witness.person


def test_twins_outweigh_a_general_network_that_sees_a_part() -> None:
    witness = weigh([(answer(128, 52), answer(128), answer(128))] * 4, 1.0)
    assert witness.precision < 0.8
    assert witness.person


def test_vague_answers_are_no_person() -> None:
    witness = weigh([(answer(128), answer(128, vague=60), answer(128))] * 4, 1.0)
    assert not witness.person


def test_somebody_in_few_frames_only() -> None:
    seen = [(answer(128), answer(128), answer(128))]
    assert [weigh(seen, share).person for share in (1 / 6, 3 / 6)] == [False, True]


def test_the_better_of_the_person_networks_is_taken() -> None:
    close = weigh([(answer(128), answer(128, 70), answer(128, 62))] * 4, 1.0)
    assert close.best == "selfie-landscape"
    wrong = weigh([(answer(128), answer(128, 62), answer(200, 90))] * 4, 1.0)
    assert wrong.best == "selfie"


@pytest.mark.parametrize(("clip", "person"), [("astronaut.mp4", True), ("mug.mp4", False)])
def test_shipped_clips(clip: str, person: bool) -> None:
    choice = choose_model(Device("cpu"), open_source(EXAMPLES / clip, Wants()))
    assert (choice.card.subject == "person") is person
    assert bool(choice.notes) is not person


def test_a_picture_gets_the_general_network(tmp_path: Path) -> None:
    picture = tmp_path / "grey.png"
    Image.new("RGB", (64, 48), (90, 90, 90)).save(picture)
    choice = choose_model(Device("cpu"), open_source(picture, Wants()))
    assert (choice.card.name, choice.notes) == ("u2netp", ())
