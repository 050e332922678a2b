"""``bgstream models remove``."""

from bgstream.errors import ModelError
from bgstream.library.download import Download
from bgstream.library.lock import alone
from bgstream.library.part import Part
from bgstream.library.places import models_folder, own_path, record_path


def remove(download: Download) -> bool:
    """Delete what was pulled of a model; rembg's files are not ours to delete.

    Where nobody publishes a checksum, the record of the file's own stays, so that a changed file is noticed
    when the model is pulled again.

    Returns:
        Whether there was anything.

    Raises:
        ModelError: it is being pulled, or cannot be deleted.
    """
    target, part = own_path(download), Part(own_path(download))
    there = target.exists() or part.path.exists() or record_path(download).exists()
    if not there:
        return False
    try:
        with alone(models_folder() / f".{download.file}.lock"):
            target.unlink(missing_ok=True)
            part.discard()
            if download.checksum:
                record_path(download).unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(f"cannot delete {target}: {error}", "delete it by hand") from None
    return True
