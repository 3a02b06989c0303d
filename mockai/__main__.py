"""`python -m mockai`: the command line."""

from mockai.cli import main

main()
