"""Hyper-parameters that lie beside a log: settings files that trainers write, and names of folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from loganalyzer.model.run import Hyperparameter, ReadProblem
from loganalyzer.readers.limits import current
from loganalyzer.readers.stores.files import start_of
from loganalyzer.readers.stores.plain_yaml import from_yaml
from loganalyzer.readers.stores.settings import MAX_SETTINGS, excess, flatten, number_of, refused, typed

NAMES = frozenset({"hparams.yaml", "args.yaml", "opt.yaml", "hyp.yaml", "config.yaml"})
"""Lightning's, ultralytics' of today and before, and that of Weights & Biases."""

_CONFIG = "config.yaml"
_KEY = re.compile(r"[A-Za-z][\w.]*")
_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBER_AND_KEY = re.compile(rf"({_NUMBER}|[Tt]rue|[Ff]alse)[-_ ]+([A-Za-z][\w.]*)")
_NUMBER_AND_MORE = re.compile(rf"({_NUMBER})[_ ].+")
_KNOWN = (
    *("learning_rate", "batch_size", "weight_decay", "hidden_size", "num_layers", "n_layers", "momentum"),
    *("dropout", "epochs", "hidden", "layers", "depth", "width", "gamma", "alpha", "beta"),
    *("seed", "lr", "bs", "wd", "dim"),
)
# Numbers stand behind many names (`version_0`, `fold2`): without a sign only those of settings count.
_BARE = re.compile(rf"(?:^|(?<=[-_,. ]))({'|'.join(_KNOWN)})[-_]?({_NUMBER})(?=$|[-_, ])", re.IGNORECASE)


def settings_of(
    paths: Iterable[Path], root: Path
) -> tuple[dict[str, Hyperparameter], tuple[ReadProblem, ...]]:
    """All settings in some files, nested names joined with `/`, and what could not be read of them.

    Of a `config.yaml` only what Weights & Biases writes counts: a description beside each value.
    """
    found: dict[str, Hyperparameter] = {}
    problems: list[ReadProblem] = []
    for path in paths:
        try:
            tree = from_yaml(start_of(path, current().yaml_bytes + 1))
        except OSError as error:
            problems.append(_unread(path, root, error))
            continue
        except ValueError as error:
            problems.append(_refused(path, root, str(error).partition("\n")[0]))
            continue
        tree = _values(tree) if path.name == _CONFIG else tree
        found |= flatten(tree)
        lost = excess(tree) + max(0, len(found) - MAX_SETTINGS)
        if lost:
            found = dict(list(found.items())[:MAX_SETTINGS])
            problems.append(refused(_name(path, root), lost))
    return found, tuple(problems)


def _values(tree: object) -> object:
    """The values of a W&B configuration; nothing of any other table."""
    if not isinstance(tree, dict):
        return {}
    return {
        key: entry["value"]
        for key, entry in tree.items()
        if isinstance(entry, dict) and "value" in entry and not key.startswith("_")
    }


def _unread(path: Path, root: Path, error: OSError) -> ReadProblem:
    name = _name(path, root)
    why = "it is a link" if path.is_symlink() else error.strerror
    say = f"{name}: expected a file of hyper-parameters that can be read, found that it cannot ({why}); they "
    return ReadProblem("skipped", name, f"{say}are left out, which does not touch the curves; see to it")


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _refused(path: Path, root: Path, why: str) -> ReadProblem:
    name = _name(path, root)
    say = f"{name}: expected hyper-parameters in YAML, found something else ({why}); they are left out"
    return ReadProblem("skipped", name, f"{say}, which does not touch the curves; check the file")


def settings_in_names(names: Iterable[str]) -> dict[str, Hyperparameter]:
    """Hyper-parameters that folders are named for: `lr=0.1_bs=32`, `lr_0.1-bs_32`, `seed3`."""
    found: dict[str, Hyperparameter] = {}
    for name in names:
        found |= dict(_known_pairs(name)) | dict(_pairs(name) if "=" in name else ())
    return found


def _known_pairs(name: str) -> Iterator[tuple[str, Hyperparameter]]:
    for key, text in _BARE.findall(name):
        value = number_of(text)
        if value is not None:
            yield key, value


def _pairs(name: str) -> Iterator[tuple[str, Hyperparameter]]:
    """Pairs of a name such as `exp_lr=0.1,opt=adam`; what stands between two signs is a value and a key."""
    first, *rest = name.split("=")
    key = _last_key(first)
    for at, text in enumerate(rest):
        value, following = (_first_number(text), "") if at == len(rest) - 1 else _parted(text)
        if _KEY.fullmatch(key) and value:
            yield key, typed(value)
        key = following


def _first_number(text: str) -> str:
    """The value of the last pair: `0.1` of `0.1_run2`, all of `adam`."""
    numbered = _NUMBER_AND_MORE.fullmatch(text)
    return numbered[1] if numbered else text


def _last_key(text: str) -> str:
    """The key before the first sign: without the words before it, if it is a well-known one."""
    text = re.split(r"[,;& -]", text)[-1]
    known = next((name for name in _KNOWN if text.lower() == name or text.lower().endswith(f"_{name}")), None)
    return text if known is None else text[-len(known) :]


def _parted(text: str) -> tuple[str, str]:
    """`0.1,momentum`, `0.1_batch_size`, `adam_lr` as a value and the key that follows."""
    for sign in ",;&":
        if sign in text:
            value, _, key = text.rpartition(sign)
            return value, key.strip()
    numbered = _NUMBER_AND_KEY.fullmatch(text)
    if numbered:
        return numbered[1], numbered[2]
    key = _last_key(text)
    if len(key) < len(text) and text[-len(key) - 1] in "-_ ":
        return text[: -len(key) - 1], key
    value, _, key = re.sub(r"[-_ ]", " ", text, count=1).partition(" ")
    return value, key
