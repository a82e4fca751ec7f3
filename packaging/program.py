"""The program without Python: what is called with nothing, as by a double click, opens the local page."""

from __future__ import annotations

import multiprocessing
import sys

from careplan_csv.cli import main

if __name__ == "__main__":
    # Worker processes of a frozen program begin here too.
    multiprocessing.freeze_support()
    if len(sys.argv) == 1:
        sys.argv.append("serve")
    main()
