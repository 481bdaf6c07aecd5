"""How well and how fast (CPU time) curves are cut into segments: synthetic curves with known changepoints.

Run as `python -m benchmarks.segmentation [--seeds 100-108] [--kinds]`; tune on other seeds than you quote.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from loganalyzer.signal.segment import segment
from loganalyzer.signal.synthetic import NAMES, SyntheticCurve, curve

TOLERANCE = 0.02
FAMILIES = ("healthy", "healthy-change", "pathology")
BARS = {"healthy": (0.05, None), "healthy-change": (None, 0.85), "pathology": (0.15, 0.93)}


@dataclass
class Score:
    """Counts over several runs."""

    runs: int = 0
    true: int = 0
    hits: int = 0
    false: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.runs += other.runs
        self.true += other.true
        self.hits += other.hits
        self.false += other.false
        self.milliseconds += other.milliseconds

    def line(self) -> str:
        hit = f"{self.hits / self.true:6.3f}" if self.true else "     -"
        return f"{self.runs:5d} {hit} {self.false / self.runs:9.3f} {np.median(self.milliseconds):8.2f}"


def match(true: tuple[int, ...], found: list[int], n: int) -> tuple[int, int]:
    """True changepoints met within 2 % of the length, each by one of its own, and those left over."""
    left, hits = list(found), 0
    for place in true:
        near = [other for other in left if abs(other - place) <= max(1.0, TOLERANCE * n)]
        if near:
            left.remove(min(near, key=lambda other: abs(other - place)))
            hits += 1
    return hits, len(left)


def judge(drawn: SyntheticCurve) -> Score:
    start = time.process_time()
    result = segment(drawn.value, better=drawn.better)
    elapsed = 1000.0 * (time.process_time() - start)
    found = [part.start for part in result.segments if part.change != "start"]
    hits, false = match(drawn.changepoints, found, drawn.value.size)
    return Score(1, len(drawn.changepoints), hits, false, [elapsed])


def accuracy(n: int, seeds: range, *, show_kinds: bool) -> None:
    families: dict[str, Score] = defaultdict(Score)
    kinds: dict[str, Score] = defaultdict(Score)
    for name in NAMES:
        for seed in seeds:
            drawn = curve(name, n, seed)
            score = judge(drawn)
            families[drawn.family].add(score)
            kinds[f"  {drawn.family}/{name}"].add(score)
    print(f"\nn = {n:,}, seeds {seeds.start}-{seeds.stop - 1}\n{'':34s} runs    hit false/run       ms")
    for family in FAMILIES:
        print(f"{family:34s}{families[family].line()}")
        for name in sorted(kinds) if show_kinds else ():
            if name.startswith(f"  {family}/"):
                print(f"{name:34s}{kinds[name].line()}")
    if n == 1000:
        print(f"bars at this length (false/run, hit): {BARS}")


def speed() -> None:
    names = ("exponential_noisy", "lr_drop", "lr_drops", "epoch_sawtooth", "spikes_many", "oscillation_onset")
    print("\nms of CPU, best of several\n" + " " * 10 + "".join(f"{name:>19s}" for name in names))
    for n in (60, 200, 1_000, 10_000, 100_000):
        best = []
        for name in names:
            drawn = curve(name, n, 1)
            runs = [judge(drawn).milliseconds[0] for _ in range(max(5, min(50, 200_000 // n)))]
            best.append(min(runs))
        print(f"{n:10,}" + "".join(f"{value:19.2f}" for value in best))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="100-108", help="first-last, the last not included")
    parser.add_argument("--kinds", action="store_true", help="one line a kind of curve")
    arguments = parser.parse_args()
    first, last = (int(part) for part in arguments.seeds.split("-"))
    for n, share in ((60, 1), (200, 1), (1_000, 1), (10_000, 2)):
        accuracy(n, range(first, max(first + 1, first + (last - first) // share)), show_kinds=arguments.kinds)
    speed()


if __name__ == "__main__":
    main()
