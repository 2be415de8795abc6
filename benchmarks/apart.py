"""python -m benchmarks.apart MODULE FUNCTION ARGUMENT...: call it, print what it returns as JSON.

Ends with status 3 when what it would have measured is wrong; then says what.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

from benchmarks.measure import WRONG, WrongAnswerError

if __name__ == "__main__":
    module, function, *arguments = sys.argv[1:]
    try:
        found = getattr(import_module(module), function)(*arguments)
    except WrongAnswerError as error:
        print(error)
        sys.exit(WRONG)
    print(json.dumps(found))
