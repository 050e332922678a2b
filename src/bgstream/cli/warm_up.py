"""``bgstream warm-up``."""

import time

from bgstream.cli.parser import Parser


def run(words: list[str]) -> int:
    """Compile all kernels into the cache."""
    Parser(prog="bgstream warm-up", description="Compile the kernels now instead of on the first run.").parse(words)
    from bgstream.matting.tiers import tiers
    from bgstream.progress import Lines
    from bgstream.warmup import compile_kernels

    began = time.perf_counter()
    compile_kernels(Lines(), tiers().values(), deep=True)
    print(f"kernels are ready ({time.perf_counter() - began:.1f} s)")
    return 0
