"""``python -m bgstream``."""

import sys

from bgstream.cli import main

sys.exit(main())
