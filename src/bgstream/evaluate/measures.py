"""Every figure as data: its key, unit, direction, definition and source. Tables, reports and help read it here."""

from dataclasses import dataclass

Values = dict[str, float | None]  # a figure by its key; None: not defined for this frame or clip


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes:
        key: its name in tables and JSON.
        label: its short name, for heads of columns.
        title: its name in words.
        unit: what one is; "×1000" means that the plain value is multiplied by 1000.
        better: +1 higher is better, -1 lower is better, 0 neither.
        says: the definition, one line.
        source: the paper it comes from, empty where it is common knowledge.
    """

    key: str
    label: str
    title: str
    unit: str
    better: int
    says: str
    source: str = ""

    @property
    def arrow(self) -> str:
        """Which way is better."""
        return {1: "↑", -1: "↓", 0: ""}[self.better]


RHEMANN = "Rhemann et al., A perceptually motivated online benchmark for image matting, CVPR 2009"
PERAZZI = "after Perazzi et al., A benchmark dataset … for video object segmentation, CVPR 2016"
EROFEEV = "Erofeev et al., Perceptually motivated benchmark for video matting, BMVC 2015"

TRUTH = (
    Measure("iou", "IoU", "IoU", "0..1", 1, "intersection over union of alpha ≥ 0.5; empty truth: 1 − share marked"),
    Measure("dice", "Dice", "Dice", "0..1", 1, "twice the intersection over the sum of both areas; empty truth as IoU"),
    Measure("acc", "acc", "pixel accuracy", "0..1", 1, "share of pixels on the right side of 0.5"),
    Measure("mad", "MAD", "MAD", "×1000", -1, "mean absolute difference of alpha over all pixels"),
    Measure("mse", "MSE", "MSE", "×1000", -1, "mean squared difference of alpha over all pixels"),
    Measure("sad", "SAD", "SAD", "÷1000", -1, "sum of absolute differences of one frame"),
    Measure(
        "grad", "Grad", "gradient error", "×1000", -1, "mean squared difference of gradient magnitude, σ = 1.4", RHEMANN
    ),
    Measure(
        "conn", "Conn", "connectivity error", "÷1000", -1, "sum of differences in how far pixels hang together", RHEMANN
    ),
    Measure("eiou", "edge IoU", "edge-band IoU", "0..1", 1, "IoU within 10 px (at 480 rows) of the truth's boundary"),
    Measure(
        "bf", "bound. F", "boundary F", "0..1", 1, "boundaries matched within 0.8 % of the diagonal, F-measure", PERAZZI
    ),
    Measure(
        "dtssd", "dtSSD", "dtSSD", "×100", -1, "root mean square of the error in alpha's change between frames", EROFEEV
    ),
    Measure(
        "flick", "flicker", "flicker", "×1000", -1, "mean change of alpha where the truth is solid and stands still"
    ),
    Measure("empty", "empty", "empty frames", "0..1", -1, "mean alpha of frames in which the truth holds nothing"),
)
BLIND = (
    Measure(
        "flick",
        "flicker",
        "flicker",
        "×1000",
        -1,
        "mean change of alpha where the source stands still (or far from edges)",
    ),
    Measure(
        "undecided",
        "undecided",
        "undecided share",
        "0..1",
        -1,
        "pixels with 0.1 < alpha < 0.9, as a share of those above 0.1",
    ),
    Measure("agree", "agreement", "agreement", "0..1", 1, "IoU of alpha ≥ 0.5 with the frame before"),
    Measure("presence", "presence", "presence", "0..1", 0, "mean alpha: how much of the picture is subject"),
)


def keys(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """The keys, in the order of tables."""
    return tuple(measure.key for measure in measures)


def mean(values: "list[float | None]") -> float | None:
    """The mean of those that are defined; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
