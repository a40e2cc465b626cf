"""`python -m gomaplint`."""

import sys

from gomaplint.cli import main

if __name__ == "__main__":
    sys.exit(main())
