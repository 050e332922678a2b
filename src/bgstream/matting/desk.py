"""Asking a large network beside everything else: several frames at a time, each in its own thread, or in batches."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from bgstream.matting.look import Float, Look
from bgstream.matting.segmenter import Segmenter

Question = tuple[Float, Future[Float]]


class Desk:
    """Takes questions in order of time and answers each when it can.

    On a processor one thread a question is quicker than several threads that share one, and as quick as they are even
    where the answer is waited for, since there is always a next frame to be asked about. On a GPU frames are gathered.

    Args:
        network: asked; not a recurrent one.
        threads: questions that are worked on at a time.
        batch: frames that are asked about at once; 1 for none.

    Attributes:
        batch: see above.
        seconds: spent by the network so far, all threads together.
    """

    def __init__(self, network: Segmenter, threads: int, batch: int = 1) -> None:
        self._network, self.batch, self.seconds = network, batch, 0.0
        self._pool = ThreadPoolExecutor(threads, "bgstream-network")
        self._eyes: SimpleQueue[Segmenter] = SimpleQueue()
        for _ in range(threads):
            self._eyes.put(network.twin())
        self._gathered: list[Question] = []

    def ask(self, look: Look) -> Future[Float]:
        """Raw alpha of a look's frame, in due time.

        Raises:
            ModelError: from the future's ``result``: the network fails, or answers with something that is no mask.
        """
        if self.batch == 1:
            return self._pool.submit(self._answer, look)
        self._network.see(look.frame)
        answer: Future[Float] = Future()
        self._gathered.append((self._network.tensor(look.gain), answer))
        if len(self._gathered) >= self.batch:
            self.flush()
        return answer

    def flush(self) -> None:
        """Begin with what has been gathered for a batch."""
        if self._gathered:
            self._pool.submit(self._answer_all, self._gathered)
            self._gathered = []

    def _answer(self, look: Look) -> Float:
        eyes = self._eyes.get()
        began = time.perf_counter()
        try:
            eyes.see(look.frame)
            return eyes.answer(look.gain)
        finally:
            self.seconds += time.perf_counter() - began
            self._eyes.put(eyes)

    def _answer_all(self, questions: Sequence[Question]) -> None:
        began = time.perf_counter()
        try:
            answers = self._network.ask([tensor for tensor, _ in questions])
        except BaseException as error:  # handed on, and raised where the answer is wanted
            for _, answer in questions:
                answer.set_exception(error)
            return
        self.seconds += time.perf_counter() - began
        for (_, answer), raw in zip(questions, answers, strict=True):
            answer.set_result(raw)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget what nobody waits for any more; no thread is left when this returns."""
        self._pool.shutdown(wait=True, cancel_futures=True)
