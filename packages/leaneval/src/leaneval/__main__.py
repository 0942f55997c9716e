"""`python -m leaneval` is the `leaneval` command."""

from leaneval.cli import main

if __name__ == "__main__":
    main()
