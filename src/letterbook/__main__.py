"""``python -m letterbook``."""

import sys

from letterbook.cli import main

sys.exit(main())
