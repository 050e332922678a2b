"""Where networks run, which are there, and what was prepared for them."""

from collections.abc import Iterator
from pathlib import Path

from bgstream.doctor.finding import Finding
from bgstream.errors import BgstreamError


def devices() -> Iterator[Finding]:
    """Execution providers, tried."""
    from bgstream.matting.session import FIXES, PROVIDERS, find_device, nvidia_present, obstacle

    for name in PROVIDERS:
        reason = obstacle(name)
        wasted = bool(reason) and name == "cuda" and nvidia_present()
        state = "ok" if not reason else ("problem" if wasted else "absent")
        yield Finding("device", name, state, reason or "can be used", FIXES[name] if reason else "")
    yield Finding("device", "auto", "ok", f"takes {find_device('auto').name}")


def models() -> Iterator[Finding]:
    """The networks that are shipped, their checksums compared."""
    from bgstream.matting.cards import shipped

    for card in shipped().values():
        try:
            card.load()
        except BgstreamError as error:
            yield Finding("model", card.name, "problem", str(error), error.hint)
        else:
            yield Finding("model", card.name, "ok", f"{card.title}, checksum right")


def cache() -> Finding:
    """Where Numba keeps compiled kernels, tried as Numba itself would."""
    import bgstream_kernels.composite as kernels
    from numba.core.caching import FunctionCache

    try:
        path = FunctionCache(kernels._blend.py_func).cache_path  # type: ignore[attr-defined, no-untyped-call]
    except RuntimeError as error:
        return Finding(
            "cache",
            "kernels",
            "problem",
            str(error),
            "set NUMBA_CACHE_DIR to a folder that may be written to",
        )
    stored = len(list(Path(path).glob("*.nbc"))) if Path(path).is_dir() else 0
    if not stored:
        return Finding(
            "cache", "kernels", "absent", f"empty: {path}", "run bgstream warm-up, or let the first run do it"
        )
    return Finding("cache", "kernels", "ok", f"{stored} compiled kernels in {path}")


def tuning() -> Finding:
    """Whether session options were measured on this machine for the networks that are shipped."""
    from bgstream.matting.cached import Sessions
    from bgstream.matting.cards import shipped

    sessions = Sessions()
    if sessions.note:
        return Finding("tuning", "sessions", "problem", sessions.note, "bgstream tune --forget")
    choices = {card.name: sessions.find(card.load(), card.size, "cpu") for card in shipped().values()}
    measured = [f"{name}: {choice}" for name, choice in choices.items() if choice is not None]
    if not measured:
        return Finding("tuning", "sessions", "absent", "nothing was measured here: the usual options", "bgstream tune")
    return Finding("tuning", "sessions", "ok", f"measured here: {'; '.join(measured)}")
