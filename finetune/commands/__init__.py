"""The command line, a module a command: each has ``add(commands)`` and is imported without torch."""
