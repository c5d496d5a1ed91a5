"""Send every surface what strangers may send: ``python -m tests.benchmarks.damage.fuzz``.

Each surface has a process of its own, so that its peak of memory is its own. A case is refused with
a sentence (a DPNError), or accepted; whatever else escapes is a crash and is printed with its case.
"""

import argparse
import collections
import contextlib
import faulthandler
import json
import resource
import signal
import subprocess
import sys
import time
import traceback

#: Seconds of computing after which a case hangs, and seconds until it is cut short.
SLOW, STUCK = 2.0, 20
#: Bytes of memory that a case may take, with Python, numpy and torch.
MEMORY = 1.5 * 2**30


class Stuck(BaseException):
    """A case did not end."""


def fuzz(surface: str, cases: int, seed: int) -> dict:
    """Run so many cases of a surface in this process; return what came of them."""
    import hypothesis

    from dpn.errors import DPNError
    from tests.hostile.cases import SURFACES, bombs, canvas, good, name

    good()  # what is imported and made is no case's time
    if surface == "image bombs":
        bombs()
    with contextlib.suppress(DPNError):
        name("a")
    with contextlib.suppress(DPNError):
        canvas({"objects": []}, "", 0)
    drawn, call, _ = SURFACES[surface]
    count: collections.Counter = collections.Counter()
    crashes, slowest = {}, (0.0, "")

    def stop(*_):
        raise Stuck

    signal.signal(signal.SIGALRM, stop)

    def one(case):
        nonlocal slowest
        count["cases"] += 1
        began = time.process_time()
        signal.alarm(STUCK)
        try:
            call(*case)
            count["accepted"] += 1
        except DPNError as error:
            count["refused" if str(error).strip() else "crashes"] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            count["crashes"] += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            words = f"{type(error).__name__}: {error} at {where.filename}:{where.lineno}"[:300]
            crashes.setdefault(words, repr(case)[:600])
        finally:
            signal.alarm(0)
        took = time.process_time() - began
        count["slow"] += took > SLOW
        if took > slowest[0]:
            slowest = (took, repr(case)[:300])

    round_ = 0
    while count["cases"] < cases:  # Hypothesis ends a round early when it has seen all there is
        settings = hypothesis.settings(
            max_examples=cases - count["cases"],
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.seed(seed + round_)(settings(hypothesis.given(drawn)(one)))()
        round_ += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {**count, "slowest": slowest, "peak": peak, "found": crashes}


def main() -> int:
    """Print a table, one row a surface; return 1 if anything crashed, hung or took too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--surface", help="only this one, in this process; prints JSON")
    options = parser.parse_args()
    if options.surface:
        faulthandler.enable()
        print(json.dumps(fuzz(options.surface, options.cases, options.seed)))
        return 0
    from tests.hostile.cases import SURFACES

    print("| surface | cases | refused with a sentence | accepted | slowest | peak memory |")
    print("|---|---|---|---|---|---|")
    bad, total, began = [], 0, time.monotonic()
    for surface, (_, _, share) in SURFACES.items():
        arguments = ["--cases", str(round(share * options.cases)), "--seed", str(options.seed)]
        module = "tests.benchmarks.damage.fuzz"
        command = [sys.executable, "-m", module, "--surface", surface, *arguments]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if ended.returncode:  # killed, or its interpreter died
            bad.append(f"{surface}: the process ended with {ended.returncode}")
            continue
        found = json.loads(ended.stdout.splitlines()[-1])
        total += found["cases"]
        print(
            f"| {surface} | {found['cases']:,} | {found.get('refused', 0):,} | "
            f"{found.get('accepted', 0):,} | {1000 * found['slowest'][0]:,.0f} ms | "
            f"{found['peak'] / 2**20:,.0f} MiB |",
            flush=True,
        )
        bad += [f"{surface}: {words}\n    {case}" for words, case in found["found"].items()]
        if found.get("slow"):
            bad.append(f"{surface}: {found['slow']} over {SLOW:g} s, such as {found['slowest']}")
        if found["peak"] > MEMORY:
            bad.append(f"{surface}: {found['peak'] / 2**30:.1f} GiB")
    minutes = (time.monotonic() - began) / 60
    print(f"\n{total:,} cases in {minutes:.1f} min; {len(bad)} kinds of crash, hang or excess.")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
