"""The loop: on demand, patient with cameras that fail, honest about it, and gone when it is told to."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bgstream.backdrops import Plain
from bgstream.errors import SinkError, SourceError
from bgstream.frame import Frame, Matted, Planes
from bgstream.live import session
from bgstream.live.always import Always
from bgstream.live.job import LiveSource
from bgstream.live.screen import FILL
from bgstream.live.wishes import Wishes
from tests.live.stage import Film, Stage, Wall

WISHES = Wishes(backdrop="navy")
pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Looked(Always):
    """Somebody looks when the test says so; ``script``: called at each wait that is more than a glance."""

    watched = False

    def __init__(self, script: Callable[["Looked"], None]) -> None:
        super().__init__()
        self.script, self.waits = script, 0

    def wait(self, seconds: float) -> bool:
        if seconds:
            self.waits += 1
            self.script(self)
        return self.watched


class Cameras:
    """Opens cameras, and knows of them all."""

    def __init__(self, film: list[Planes], before: Callable[[int], None] = lambda _: None) -> None:
        self._film, self._before, self.opened = film, before, list[Film]()

    def __call__(self) -> LiveSource:
        self.opened.append(Film(self._film, self._before))
        return self.opened[-1]

    @property
    def running(self) -> int:
        return sum(not camera.stopped for camera in self.opened)


def test_the_camera_runs_only_while_somebody_looks(film: list[Planes]) -> None:
    cameras = Cameras(film)
    seen: list[tuple[int, int, int]] = []

    def script(watch: Looked) -> None:
        seen.append((len(cameras.opened), cameras.running, wall.live))
        watch.watched = True
        if len(seen) == 4:
            stage.board.stop()

    def after(left: int) -> None:
        if wall.recent[-1] and wall.live % 25 == 0:
            watch.watched = False

    watch, wall = Looked(script), Wall(after)
    stage = Stage(cameras, wall, WISHES, watch)
    stage.run()
    assert stage.told == []
    assert [(opened, running) for opened, running, _ in seen] == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert [live for *_, live in seen] == [0, 25, 50, 75]
    assert stage.states == ["idle", *["starting", "live", "idle"] * 3, "off"]


def test_what_stands_in_the_buffers_while_nobody_looks_is_plain(film: list[Planes]) -> None:
    kinds: list[bool] = []

    def script(watch: Looked) -> None:
        kinds.extend([wall.recent[-FILL:] == [False] * FILL])
        watch.watched = True
        if len(kinds) == 3:
            stage.board.stop()

    def after(left: int) -> None:
        if wall.recent[-1] and wall.live % 10 == 0:
            watch.watched = False

    watch, wall = Looked(script), Wall(after)
    stage = Stage(Cameras(film), wall, WISHES, watch)
    stage.run()
    assert stage.told == []
    assert kinds == [True] * 3
    assert wall.recent[-FILL:] == [False] * FILL, "and at the end"


def test_idle_computes_nothing(film: list[Planes]) -> None:
    """One long wait, not many short ones; a frame that leaves is as rare."""
    watch = Looked(lambda watch: stage.board.stop() if watch.waits == 3 else None)
    wall = Wall()
    stage = Stage(Cameras(film), wall, WISHES, watch)
    stage.run()
    assert stage.told == []
    assert wall.count == 2 * FILL
    assert watch.waits == 3


def test_who_looks_on_counts_as_somebody(film: list[Planes]) -> None:
    """A page that is open makes the camera run although no program reads the output."""
    cameras = Cameras(film)
    got: list[tuple[int, Frame]] = []

    def look() -> None:
        number = 0
        while len(got) < 5:
            found = stage.board.look(number, 5)
            if found is not None:
                got.append(found)
                number = found[0]
        stage.board.stop()

    stage = Stage(cameras, Wall(), WISHES, Looked(lambda _: time.sleep(0.001)))
    viewer = threading.Thread(target=look)
    viewer.start()
    stage.run()
    viewer.join()
    assert len(cameras.opened) == 1
    numbers = [number for number, _ in got]
    assert numbers == sorted(set(numbers))


def test_a_camera_that_is_not_there_is_asked_for_again(film: list[Planes]) -> None:
    tries: list[float] = []

    def camera() -> LiveSource:
        tries.append(time.monotonic())
        if len(tries) < 4:
            raise SourceError("no camera here", "plug one in")
        return Film(film)

    wall = Wall(lambda _: stage.board.stop() if wall.live >= 5 else None)
    stage = Stage(camera, wall, WISHES)
    stage.run()
    assert len(tries) == 4
    assert stage.told == ["no camera here", "the camera is back"], "told once, however often it is tried"
    assert wall.plain >= 4


def test_a_camera_that_falls_silent_is_not_left_standing(film: list[Planes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "STALE", 0.05)
    monkeypatch.setattr(session, "TICK", 0.01)
    silent = threading.Event()

    def before(number: int) -> None:
        if number == 20:
            silent.wait(20)

    def after(_: int) -> None:
        if wall.live and wall.recent[-2:] == [False, False]:
            stage.board.stop()
            silent.set()

    wall = Wall(after)
    stage = Stage(Cameras(film, before), wall, WISHES)
    stage.run()
    assert stage.states == ["starting", "live", "starting", "off"]


def test_a_sink_that_has_gone_ends_it(film: list[Planes]) -> None:
    def after(left: int) -> None:
        if left == 10:
            raise SinkError("the output has gone", "plug it in again")

    stage = Stage(Cameras(film), Wall(after), WISHES)
    with pytest.raises(SinkError, match="gone"):
        stage.run()


def test_pause_by_signal_takes_effect_with_the_next_frame(film: list[Planes]) -> None:
    paused_at: list[int] = []

    def after(left: int) -> None:
        if wall.live == 20 and not paused_at:
            paused_at.append(left)
            stage.board.turn_pause()
        if paused_at and left >= paused_at[0] + 5:
            stage.board.stop()

    wall = Wall(after)
    stage = Stage(Cameras(film), wall, WISHES)
    stage.run()
    assert wall.live == 20
    assert stage.states[-2:] == ["paused", "off"]


def test_a_backdrop_is_closed_when_it_is_no_longer_shown(film: list[Planes]) -> None:
    closed: list[str] = []

    def after(left: int) -> None:
        if left == 10:
            behind = stage.board.scene.backdrop
            behind.close = lambda: closed.append("first")  # type: ignore[method-assign]
            stage.board.change({"backdrop": "red"})
        if left == 20:
            assert closed == ["first"]
            stage.board.stop()

    stage = Stage(Cameras(film), Wall(after), WISHES)
    stage.run()
    assert closed == ["first"]


def test_a_backdrop_that_breaks_is_replaced_by_a_plain_one(film: list[Planes]) -> None:
    class Torn(Plain):
        def behind(self, matted: Matted) -> Planes:
            if wall.live >= 10:
                raise SourceError("beach.mp4 is damaged from 0:10 on", "give another")
            return super().behind(matted)

    wall = Wall(lambda _: stage.board.stop() if wall.live >= 30 else None)
    stage = Stage(Cameras(film), wall, WISHES)
    stage.board._shown = replace(stage.board.scene, backdrop=Torn((0, 0, 128))), 0
    stage.run()
    assert stage.told == ["beach.mp4 is damaged from 0:10 on; a plain backdrop instead"]
    assert stage.states == ["starting", "live", "off"]
