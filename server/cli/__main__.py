"""`python -m server.cli`: the command line without the installed script."""

from server.cli.program import main

main()
