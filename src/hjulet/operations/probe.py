"""`python -m hjulet.operations.probe [/readyz]`: asks this machine's own server how it is, by the name it answers to.

Exit code 0 when it says 200, else 1 with what it said. For a container's health check; needs no Django.
"""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


def main(path: str) -> int:
    port = int(os.environ.get("HJULET_BIND", "127.0.0.1:8000").rpartition(":")[2])
    name = urlsplit(os.environ.get("HJULET_BASE_URL", "http://127.0.0.1:8000")).netloc
    server = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        server.request("GET", path, headers={"Host": name})
        answer = server.getresponse()
        said = answer.read(2000).decode(errors="replace")
    except (OSError, HTTPException) as problem:
        print(type(problem).__name__, file=sys.stderr)
        return 1
    finally:
        server.close()
    print(said, end="")
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "/healthz"))
