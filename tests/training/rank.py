"""One of torchrun's processes, told to train several times: to start it takes longest.

torchrun … -m tests.training.rank '[["train", …], ["train", …]]'
"""

import functools
import json
import runpy
import sys

from dpn.training import parallel

if __name__ == "__main__":
    # They stay together in between: who is quick to join again would meet addresses of before.
    parallel.join, parallel.leave = functools.cache(parallel.join), lambda: None
    *first, last = json.loads(sys.argv[1])
    from dpn.__main__ import main

    for arguments in first:
        if code := main(arguments):
            sys.exit(code)
    del sys.modules["dpn.__main__"]  # it is run once more, and ends as it does for a person
    sys.argv[1:] = last
    runpy.run_module("dpn", run_name="__main__")
