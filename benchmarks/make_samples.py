"""Make the runs of `sample_logs/`: small networks, really trained and logged by the real writers.

Needs torch, tensorflow (or tensorflow-cpu), tensorboard and scikit-learn:

    python benchmarks/make_samples.py [--only NAME] sample_logs

Seeds are fixed, so a run made again has the same curve (time stamps and file names differ). Each run has a
process of its own, as real runs have; some of them kill it.
"""

import argparse
import multiprocessing
import sys
from pathlib import Path

from samples.recipe import Recipe, empty_folder, neutral_names, write_truth
from samples.recipes import RECIPES


def main() -> int:
    """Make the runs that were asked for; 1 when one of them did not end as it should."""
    parser = argparse.ArgumentParser(description="Make the runs of sample_logs/.")
    parser.add_argument(
        "--only", action="append", metavar="NAME", choices=[recipe.name for recipe in RECIPES]
    )
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    chosen = [recipe for recipe in RECIPES if not options.only or recipe.name in options.only]
    failed = [recipe.name for recipe in chosen if not make(recipe, options.out)]
    if failed:
        print(f"not made: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def make(recipe: Recipe, root: Path) -> bool:
    """Make one run below `root`; False when its process did not end as the recipe says."""
    folder = recipe.folder(root)
    empty_folder(folder)
    process = multiprocessing.get_context("spawn").Process(target=_train, args=(recipe, folder))
    process.start()
    process.join()
    neutral_names(folder)
    write_truth(recipe, folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{recipe.kind}/{recipe.name}: {size} bytes", flush=True)
    return (process.exitcode != 0) == recipe.dies


def _train(recipe: Recipe, folder: Path) -> None:
    import keras
    import torch

    keras.utils.set_random_seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    recipe.make(folder, recipe.seed)


if __name__ == "__main__":
    sys.exit(main())
