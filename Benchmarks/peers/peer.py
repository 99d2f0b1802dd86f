"""What the peers share: requests as lines of JSON on the standard input, an answer to each on the
standard output. Benchmarks/Program/Peer.swift describes them."""

import argparse
import json
import sys
import time

parser = argparse.ArgumentParser(description="Does the works of the benchmark on request.")
parser.add_argument(
    "--precision", choices=("float32", "tf32", "bf16"), default="float32",
    help="to what products and convolutions may round what they multiply")
parser.add_argument("--first-step", metavar="WORK", help="make one step of it and nothing else")
arguments = parser.parse_args()


def serve(details, works, synchronize=lambda: None, peak_bytes=None):
    """Answers requests until the input ends; called with `--first-step WORK`, makes one step instead
    and says so in a line.

    `works` maps the name of a work to a function that prepares it and returns one repetition;
    `synchronize` waits for what repetitions have started. `peak_bytes` takes such a function and gives
    the most bytes of tensors in a repetition.
    """
    # What libraries print must not mix with the answers.
    answers = sys.stdout
    sys.stdout = sys.stderr
    prepared = {}

    def answer(value):
        print(json.dumps(value), file=answers, flush=True)

    if arguments.first_step:
        works[arguments.first_step]()()
        synchronize()
        answer({"able": True})
        return
    answer({"details": details})
    for line in sys.stdin:
        request = json.loads(line)
        command, work = request["command"], request["work"]
        if command == "prepare":
            if work in works:
                prepared[work] = works[work]()
                for _ in range(3):
                    prepared[work]()
                synchronize()
            answer({"able": work in works})
        elif command == "knows":
            answer({"able": work in works})
        elif command == "time":
            answer({"seconds": timed(prepared[work], request["seconds"], synchronize)})
        elif command == "memory":
            known = peak_bytes and work in works
            answer({"peakBytes": peak_bytes(works[work])} if known else {})
        elif command == "finish":
            prepared.pop(work, None)
            answer({})
        else:
            answer({"error": f"unknown command {command}"})


def timed(step, seconds, synchronize):
    """The seconds of a repetition, of as many as take about so long."""
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            step()
        synchronize()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds / 2:
            return elapsed / count
        count = max(count + 1, int(count * seconds / max(elapsed, seconds / 20)))
