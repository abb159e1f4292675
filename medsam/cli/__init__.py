"""The command line, one module a command. It sits on top of every room but the window's."""
