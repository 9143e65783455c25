"""Failures that a person at the keyboard can mend; each message says what to do next."""


class StartupProblem(Exception):
    """Something outside the code stops the stack from starting.

    The message is printed as it is, without a traceback, so it names the remedy.
    """


class PortTaken(StartupProblem):
    """Another program listens on a port that the stack needs."""


class AlreadyRunning(StartupProblem):
    """A live process holds the lock of this data folder."""


class DataFolderUnusable(StartupProblem):
    """The data folder belongs to somebody else or cannot be reached."""


class ServerDidNotStart(StartupProblem):
    """PostgreSQL or Valkey ended or stayed silent while starting; the message ends with its last log lines."""
