"""GANs and games."""

from collections.abc import Callable, Mapping

from benchmarks.trainings.view import Verdict, View

GAN: Mapping[str, Callable[[View], Verdict]] = {}
GAME: Mapping[str, Callable[[View], Verdict]] = {}
