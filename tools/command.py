"""What ./hjulet does. Runs in .venv; needs only the standard library to begin with."""

import os
import subprocess
import sys

import bench
import checks
import serve
import setup
import testrun

USAGE = """Hjulet, ledningssystem för systematiskt kvalitetsarbete

  ./hjulet run [--port 8000] [--setup NAMN] [--empty]   förbered och starta
  ./hjulet test [fast|e2e|scale|all] [-- PYTEST …]      kör testerna (utan ord: alla utom scale)
  ./hjulet check                                        granska kod, översättningar och migreringar
  ./hjulet bench [--rows N] [--database URL]            mät svarstider på påhittade ärenden
  ./hjulet prepare                                      hämta det som behövs på en server, starta inget
  ./hjulet manage KOMMANDO …                            Djangos och Hjulets egna kommandon
"""


def manage(arguments: list[str]) -> int:
    """One Django command, with the same local defaults as 'run' so that both see the same installation."""
    setup.python_packages(dev=False)
    setup.folders()
    setup.catalogues()
    environment = setup.django_environment(setup.local_defaults(dict(os.environ)))
    return subprocess.call([sys.executable, "-m", "django", *arguments], env=environment)


def prepare(arguments: list[str]) -> int:
    """Everything that a server needs to run from this folder, so that its own user need not write here."""
    if arguments:
        raise setup.Stop("Skriv så här: ./hjulet prepare")
    setup.python_packages(dev=False)
    trouble = setup.browser_assets(dev=False)
    if trouble:
        raise setup.Stop(
            f"{trouble}\nTypsnittet gick inte att hämta. Kontrollera nätet (spegel: npm_config_registry) och kör igen.",
            "Could not fetch the font. Check the network (mirror: npm_config_registry) and run again.",
        )
    setup.catalogues()
    setup.compile_code()
    print("Klart.")
    return 0


def main() -> int:
    """Hand over to the named command; its exit code is ours."""
    commands = {
        "run": serve.main,
        "test": testrun.main,
        "check": checks.main,
        "bench": bench.main,
        "prepare": prepare,
        "manage": manage,
    }
    name, *arguments = sys.argv[1:] or ["--help"]
    if name in {"-h", "--help", "help"}:
        sys.stdout.write(USAGE)
        return 0
    if name not in commands:
        sys.stderr.write(f"Hjulet har inget kommando som heter {name}.\n\n{USAGE}")
        return 2
    try:
        return commands[name](arguments)
    except setup.Stop as stop:
        setup.say(*stop.args)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
