"""`python -m gomaplint`."""

import os
import sys

if __name__ == "__main__":
    # Python puts the current folder first on the path, and this is mostly the folder to be checked: no code of it runs.
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if not getattr(sys.flags, "safe_path", False) and sys.path[0] == os.getcwd() != here:
        del sys.path[0]

    from gomaplint.cli import run

    run()
