# serve.py - the side of a benchmark's peer that tests/bench/run talks to
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
import sys
import time


def serve(call):
    """Answers each line `block N` with the nanoseconds of N calls, call (0), call (1), ... going on from block to block."""
    print('ready', flush=True)
    i = 0
    for line in sys.stdin:
        times = []
        for _ in range(int(line.split()[1])):
            start = time.perf_counter_ns()
            call(i)
            times.append(time.perf_counter_ns() - start)
            i += 1
        print(*times, flush=True)
