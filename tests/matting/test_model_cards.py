"""Cards: what --model accepts, and what it refuses."""

from pathlib import Path

import pytest

from bgstream.errors import ConfigError, ModelError
from bgstream.matting.cards import find_card, read_card, shipped
from tests.matting.tiny_networks import write_brightness, write_card


def test_shipped_cards_load_and_are_checked() -> None:
    cards = shipped()
    assert set(cards) == {"selfie", "selfie-landscape", "u2netp"}
    for card in cards.values():
        assert len(card.sha256) == 64
        assert card.licence == "Apache-2.0"
        assert len(card.load()) > 100_000


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match="selfy") as caught:
        find_card("selfy")
    assert "'selfie'" in caught.value.hint


@pytest.mark.parametrize("name", ["missing.onnx", "missing.toml"])
def test_missing_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="no such model file"):
        find_card(str(tmp_path / name))


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx")
    card = read_card(write_card(network))
    assert card.load() == network.read_bytes()
    network.write_bytes(network.read_bytes() + b"\0")
    with pytest.raises(ModelError, match="sha256"):
        card.load()


def test_card_beside_the_network_is_used(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    assert find_card(str(network)).name == "tiny"
    assert find_card(str(network.with_suffix(".toml"))).title == "brightness"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('licence = "CC0-1.0"', 'license = "CC0-1.0"', "unknown key 'license'"),
        ("[output]", "[outputs]", "missing or wrong"),
        ('layout = "nchw"', 'layout = "chwn"', "layout"),
        ('activation = "none"', 'activation = "minmax"', "'minmax', known: none, sigmoid"),
        ('title = "brightness"', 'title = "brightness"\nsubject = "cat"', "'cat'"),
        ("[input]", "[input]\nshort = 3", "free"),
        ("[input]", '[input]\nfit = "free"', "instead of 'size'"),
        ("[input]", '[input]\nfit = "crop"', "'crop', known: stretch, pad, free"),
        ("[output]", "[output]\nbeta = 1", "unknown key 'beta'"),
        ("[output]", '[[state]]\ninput = "a"\nouput = "b"\n[output]', "unknown key 'ouput'"),
        ("[output]", '[[state]]\ninput = "a"\n[output]', "'output'"),
        ("[output]", '[[constant]]\ninput = "a"\n[output]', "'value' or 'table'"),
        ("[output]", '[[constant]]\ninput = "a"\ntable = [[9, 1.0], [8, 2.0]]\n[output]', "rise"),
        ("[output]", '[download]\nurl = "x"\n[output]', "unknown key 'url'"),
        ("[output]", '[download]\nurls = []\nmd5 = "1"\nsha256 = "2"\n[output]', "checksum"),
        ("size = [24, 32]", "size = [24]", "missing or wrong"),
        ("mean = [0.0, 0.0, 0.0]", "mean = [0.0]", "missing or wrong"),
        ('name = "tiny"', "name = tiny", "card net.toml"),
    ],
)
def test_wrong_card_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    card = write_card(write_brightness(tmp_path / "net.onnx"))
    text = card.read_text()
    assert old in text
    card.write_text(text.replace(old, new))
    with pytest.raises(ModelError, match=said) as caught:
        read_card(card)
    assert caught.value.hint


@pytest.mark.parametrize("file", ["../net.onnx", "/etc/net.onnx", "a/net.onnx", ".."])
def test_a_download_stays_in_its_folder(tmp_path: Path, file: str) -> None:
    card = write_card(write_brightness(tmp_path / "net.onnx"))
    text = card.read_text().replace('"net.onnx"', f'"{file}"')
    card.write_text(f"{text}\n[download]\nurls = []\n")
    with pytest.raises(ModelError, match="'file'"):
        read_card(card)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("logits", [False, True])
def test_network_without_card_is_inspected(tmp_path: Path, last: bool, logits: bool) -> None:
    card = find_card(str(write_brightness(tmp_path / "bare.onnx", logits, last)))
    assert (card.size, card.channels_last, card.sigmoid) == ((24, 32), last, True if logits else card.sigmoid)
    assert (card.input_name, card.alpha_name) == ("picture", "mask")
    assert card.sigmoid is logits


def test_free_sizes_get_a_default(tmp_path: Path) -> None:
    assert find_card(str(write_brightness(tmp_path / "free.onnx", size=None))).size == (320, 320)


def test_a_file_that_is_no_network(tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_text("not a network")
    with pytest.raises(ModelError, match="cannot be loaded"):
        find_card(str(path))
