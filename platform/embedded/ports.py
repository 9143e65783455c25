"""Which ports are free, and the message when one is not."""

from __future__ import annotations

import errno
import random
import socket

from embedded.errors import PortTaken, StartupProblem

LOOPBACK = "127.0.0.1"
# Below the range that Linux hands to outgoing connections (32768 and up), so that no client socket sits on it.
SERVER_PORTS = range(20_000, 32_000)


def is_port_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on `host`:`port` now (a port in TIME_WAIT counts as free, as for the servers)."""
    # A browser may take `localhost` for ::1, where another program would answer in our place.
    if host == LOOPBACK and socket.has_ipv6 and not _can_listen(socket.AF_INET6, "::1", port):
        return False
    return _can_listen(socket.AF_INET, host, port)


def _can_listen(family: socket.AddressFamily, host: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((host, port))
        except PermissionError as refusal:
            raise StartupProblem(
                f"Port {port} needs more rights than you have. Choose one above 1023: PORT=8010 make run"
            ) from refusal
        except OSError as refusal:
            if refusal.errno == errno.EADDRINUSE:
                return False
            # No IPv6 on this machine: nobody can sit there either.
            if family == socket.AF_INET6:
                return True
            raise
    return True


def require_free_ports(wanted: dict[str, int], *, base_port: int, command: str = "make run") -> None:
    """Refuse with one message that lists every taken port and a base port that would work.

    `wanted` maps what a port is for to its number; all are derived from `base_port` by fixed distances.
    Raises PortTaken.
    """
    taken = {purpose: port for purpose, port in wanted.items() if not is_port_free(port)}
    if not taken:
        return
    distances = [port - base_port for port in wanted.values()]
    suggestion = next(
        (
            candidate
            for candidate in range(base_port + 10, min(base_port + 2000, 65_000), 10)
            if all(is_port_free(candidate + distance) for distance in distances)
        ),
        None,
    )
    listed = "\n".join(f"  {port} ({purpose})" for purpose, port in taken.items())
    remedy = f"Stop it, or move everything: PORT={suggestion} {command}" if suggestion else "Stop it and try again."
    raise PortTaken(f"Another program already listens on:\n{listed}\n{remedy}")


def choose_free_port(*, distances: tuple[int, ...] = (0,)) -> int:
    """A port that was free a moment ago, and so were those at the given distances from it.

    Whoever starts a server on it tries again when it lost the race.
    """
    for port in random.sample(SERVER_PORTS, k=200):
        if all(is_port_free(port + distance) for distance in distances):
            return port
    raise StartupProblem("No free port between 20000 and 32000 was found; stop some servers and try again.")
