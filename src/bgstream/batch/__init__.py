"""Many inputs, one after the other: files, folders, patterns."""

from bgstream.batch.inputs import Input, find_inputs, is_many
from bgstream.batch.outcome import Outcome, as_document, tally
from bgstream.batch.plan import Planned, plan
from bgstream.batch.running import run_many

__all__ = ["Input", "Outcome", "Planned", "as_document", "find_inputs", "is_many", "plan", "run_many", "tally"]
