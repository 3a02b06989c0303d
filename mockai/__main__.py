"""`python -m mockai`: the command line."""

from mockai.cli import main

if __name__ == "__main__":
    main()
