from server.cli.program import main

main()
