"""`python -m gomaplint`."""

from gomaplint.cli import run

if __name__ == "__main__":
    run()
