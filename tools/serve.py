"""./hjulet run: prepare, then serve on 127.0.0.1 together with the scheduled work until told to stop."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

import setup

SETUPS = ("social-board", "stockholm", "ragunda", "ekero", "vetlanda")
BUILT = ("vetlanda",)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("porten ska vara mellan 1 och 65535")
    return port


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./hjulet run", description="Förbered och starta Hjulet på den egna datorn.")
    parser.add_argument("--port", type=_port, default=8000, help="port på 127.0.0.1 (8000)")
    parser.add_argument("--setup", choices=SETUPS, default="vetlanda", metavar="NAMN", help=", ".join(SETUPS))
    parser.add_argument("--empty", action="store_true", help="bara huvudman, rotenhet och demopersoner, inga ärenden")
    return parser.parse_args(arguments)


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _prepare(options: argparse.Namespace, environment: dict[str, str]) -> None:
    setup.python_packages(dev=False)
    if setup.browser_assets(dev=False):
        setup.say(
            "Typsnittet och textredigeraren gick inte att hämta. Hjulet startar ändå, utan dem. "
            "Kontrollera nätet (spegel: npm_config_registry). Nästa försök görs vid en start om minst en timme.",
            "The font and the editor could not be fetched; going on with system fonts and plain text boxes. "
            "Check the network (mirror: npm_config_registry).",
        )
    setup.catalogues()
    command = [sys.executable, setup.ROOT / "tools" / "database.py", "--setup", options.setup]
    if options.empty:
        command.append("--empty")
    if subprocess.call(command, env=environment) != 0:
        raise setup.Stop(
            "Databasen gick inte att förbereda, se ovan. Hjulet startar inte.",
            "The database could not be prepared, see above. Hjulet does not start.",
        )


def _die_with_parent() -> None:
    """On Linux: a killed parent must not leave a server that holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us only, and we stop the children in order.
    return subprocess.Popen(
        [sys.executable, *command], env=environment, cwd=setup.ROOT, start_new_session=True, preexec_fn=_die_with_parent
    )


def _server(port: int) -> list[str]:
    workers = "2" if (os.cpu_count() or 1) > 1 else "1"
    return [
        *("-m", "gunicorn", "--config", "python:hjulet.config.gunicorn", "hjulet.config.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--workers", workers, "--graceful-timeout", "5"),
    ]


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + 10
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> bool:
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def _serve(port: int, environment: dict[str, str]) -> int:
    children = [_start(_server(port), environment)]
    try:
        if not _wait_until_it_answers(children[0], port):
            setup.say("Servern startade inte, se ovan.", "The server did not start, see above.")
            return 1
        print(f"\nHjulet finns nu på {environment['HJULET_BASE_URL']}/\nAvsluta med Ctrl-C.", flush=True)
        children.append(_start(["-m", "django", "jobs"], environment))
        _watch(children, environment)
        setup.say("Servern har stannat, se ovan.", "The server has stopped, see above.")
        return 1
    except (KeyboardInterrupt, SystemExit):
        print("\nHjulet avslutas …", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _stop(children)


def _watch(children: list[subprocess.Popen[bytes]], environment: dict[str, str]) -> None:
    """Return when the server has ended. The scheduled work is started again when it ends."""
    again_at = 0.0
    while children[0].poll() is None:
        time.sleep(0.5)
        if children[1].poll() is not None and not again_at:
            setup.say("De schemalagda jobben stannade och startas igen om 30 sekunder.")
            again_at = time.monotonic() + 30
        if again_at and time.monotonic() >= again_at:
            children[1] = _start(["-m", "django", "jobs"], environment)
            again_at = 0.0


def _on_signal(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C or SIGTERM. 0: stopped on request, 1: could not start, 2: not built yet or wrong arguments."""
    options = _arguments(arguments)
    if options.setup not in BUILT:
        setup.say(
            f"Uppsättningen {options.setup} finns inte än. Den som finns är vetlanda.",
            f"The set-up {options.setup} is not built yet. The one that exists is vetlanda.",
        )
        return 2
    if not _port_is_free(options.port):
        raise setup.Stop(
            f"Port {options.port} är upptagen. Välj en annan: ./hjulet run --port {options.port % 65535 + 1}",
            f"Port {options.port} is taken. Choose another with --port.",
        )
    signal.signal(signal.SIGTERM, _on_signal)
    environment = setup.django_environment(setup.local_defaults(dict(os.environ), options.port))
    try:
        _prepare(options, environment)
    except SystemExit:
        return 0
    return _serve(options.port, environment)
