"""Programs that come from the operating system: found, or installed with apt where that is allowed."""

import os
import shutil
import subprocess

import setup

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _privilege() -> list[str] | None:
    """What to put before apt-get, or None when we may not install."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def install(package: str) -> bool:
    """Try to install a Debian package. False when it could not be done; apt's own last words are printed."""
    before = _privilege()
    if before is None:
        return False
    setup.say(f"Installerar {package} …")
    apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    fetch = [*apt, "install", "--no-install-recommends", package]
    done = subprocess.run(fetch, capture_output=True, text=True)
    if done.returncode != 0:
        # The package lists are empty or old on a fresh machine.
        subprocess.run([*apt, "update"], capture_output=True)
        done = subprocess.run(fetch, capture_output=True, text=True)
    if done.returncode != 0:
        setup.say(*(done.stdout + done.stderr).strip().splitlines()[-5:])
    return done.returncode == 0


def _browser() -> str | None:
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    return None


def pgbouncer() -> str:
    """Path to pgbouncer, which the tests put between Hjulet and PostgreSQL; installed when missing."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"
    if not shutil.which("pgbouncer", path=path):
        install("pgbouncer")
    found = shutil.which("pgbouncer", path=path)
    if found is None:
        raise setup.Stop(
            "pgbouncer saknas och gick inte att installera. Installera det (Debian: apt install pgbouncer) och kör igen.",
            "pgbouncer is missing and could not be installed. Install it (Debian: apt install pgbouncer) and run again.",
        )
    return found


def chromium() -> str:
    """Path to a Chromium that starts; installed when missing."""
    found = _browser()
    if found is None:
        install("chromium")
        found = _browser()
    if found is None:
        raise setup.Stop(
            "Chromium saknas och gick inte att installera. Installera det (Debian: apt install chromium) och kör igen.",
            "Chromium is missing and could not be installed. Install it (Debian: apt install chromium) and run again.",
        )
    return found
