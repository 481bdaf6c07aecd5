"""The files of a run, read and put together."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from loganalyzer.errors import ReadError
from loganalyzer.model.run import Histograms, Hyperparameter, ReadProblem, Run, Series, Source
from loganalyzer.readers.csv_names import SPLIT_WORDS
from loganalyzer.readers.formats import SUFFIXES
from loganalyzer.readers.joining.parts import Part, drop_copies, part_of
from loganalyzer.readers.joining.sessions import Chain, chains_of, sessions_of
from loganalyzer.readers.joining.stacked import blocks_of
from loganalyzer.readers.limits import DEFAULTS, Limits, applied, current
from loganalyzer.readers.opening import NOTHING_READY, OpenedFile, open_file, settings_beside
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.sidecars import settings_in_names, settings_of
from loganalyzer.readers.stitch import join_histograms
from loganalyzer.readers.trees.folders import stamp_of
from loganalyzer.readers.trees.names import EVENTS, TRAINER_STATE, name_of, shown, suffix_of
from loganalyzer.readers.walk import RunFiles, find_runs

_WORD = re.compile(r"[^A-Za-z]+")


def read_run(path: Path | str) -> Run:
    """The run at a path, a directory or a file; the first one by name if there are several.

    Raises:
        ReadError: there is nothing at the path, or no log below it.
    """
    root = Path(path)
    found = find_runs(root)
    if not found:
        raise ReadError(f"{root}: expected an event file or a training history below this folder, found none")
    return read_runs(found[0])[0]


def read_runs(
    found: RunFiles, limits: Limits = DEFAULTS, ready: Mapping[tuple[Path, Path], Reading] = NOTHING_READY
) -> tuple[Run, ...]:
    """The runs that the files of one place hold, in time order: one, or more where a folder was reused.

    The runs of a store come by name. Input that cannot be read is data: it comes back as a run without series
    that says why in `problems`. `ready` are readings of files by root and path, if they were read before.
    """
    with applied(limits):
        files = [open_file(found.root, path, ready) for path in found.files]
        settings, problems = settings_of(found.settings, found.root)
        found = replace(found, problems=found.problems + problems)
        known = settings_in_names(_names(found)) | settings
        if any(file.is_store for file in files):
            return tuple(_stored(found, files, known))
        chains = _chains(_parts(found, files))
        beside, failed = settings_beside(files)
        found = replace(found, problems=found.problems + failed)
        return tuple(_run(found, chains, index, known, beside) for index in range(len(chains)))


def _names(found: RunFiles) -> list[str]:
    """The names of the folders that a run lies in, from the root on, and its own without a suffix."""
    *folders, own = [name_of(found.root), *found.name.split("/")]
    return [*folders, own.removesuffix(suffix_of(own)) if suffix_of(own) in SUFFIXES else own]


def _stored(
    found: RunFiles, files: Sequence[OpenedFile], known: Mapping[str, Hyperparameter]
) -> Iterator[Run]:
    """The runs of a store, each named by its path and its name in the store."""
    runs = [run for file in files for run in file.runs]
    for index, (name, reading) in enumerate(runs):
        inner = f"{found.name}/{shown(name)}" if name else found.name
        one = replace(found, name=inner, problems=() if index else found.problems)
        yield _run(one, _chains([part_of(reading, "", 0.0)]), 0, known, {})


def _chains(parts: Sequence[Part]) -> list[Chain]:
    """The files of one place joined to runs: event files, or else the files of a format of one curve each."""
    timed = [part for part in parts if part.curves and part.reading.source.format == EVENTS]
    timed = timed or [part for part in parts if part.curves and part.is_piece]
    if not timed and len(parts) == 1:
        return [_lone(part_of(block, "", 0.0)) for block in blocks_of(parts[0].reading)]
    kept, copies = drop_copies(timed)
    chains = chains_of(sessions_of(kept)) or [Chain()]
    placed = set(timed)
    for part in parts:
        if part not in placed:
            _add(chains, part)
    for part, original in copies:
        chain = next(chain for chain in chains if original in chain.parts)
        chain.copies.append(part)
        # What one run has in many files it may have in several: each checkpoint repeats all before it.
        if not part.is_piece:
            chain.problems += [_copy(part, original), _copied(part, original)]
    return chains


def _lone(part: Part) -> Chain:
    chain = Chain()
    _add([chain], part)
    return chain


def _parts(found: RunFiles, files: Sequence[OpenedFile]) -> list[Part]:
    base = _base(found)
    alone = _own_prefix(base, [(file.path, file.reading) for file in files])
    parts = []
    for file in files:
        below = file.path.parent.relative_to(base).as_posix()
        prefix = alone if below == "." else f"{shown(below)}/"
        stamp = stamp_of(file.path.name)
        is_table = file.reading.source.format != EVENTS
        start = float(stamp.time) if stamp else 0.0
        parts.append(part_of(file.reading, "" if is_table else prefix, start, is_piece=file.base is not None))
    return parts


def _base(found: RunFiles) -> Path:
    folders = [path.parent for path in found.files]
    return Path(os.path.commonpath(folders)) if folders else found.root


def _own_prefix(base: Path, readings: Sequence[tuple[Path, Reading]]) -> str:
    """The name of a lone `train` or `test` folder, unless its tags name splits themselves."""
    name = name_of(base)
    if name not in SPLIT_WORDS or any(path.parent != base for path, _ in readings):
        return ""
    tags = (column.tag for _, reading in readings for column in reading.columns)
    named = any(not SPLIT_WORDS.isdisjoint(_WORD.split(tag.lower())) for tag in tags)
    return "" if named else f"{name}/"


def _add(chains: Sequence[Chain], part: Part) -> None:
    """Add what has no times: a table to the last run here, an event file without points to the nearest."""
    if part.curves:
        chains[-1].add_table(part)
    else:
        min(chains, key=lambda chain: chain.distance(part.start)).append([part])


def _copy(part: Part, original: Part) -> ReadProblem:
    say = f"{part.path}: every point is in {original.path} as well: a copy, read once; remove one of the two"
    return ReadProblem("duplicate", part.path, say, lost=part.size)


def _copied(part: Part, original: Part) -> ReadProblem:
    say = f"{part.path}: covers the same steps as {original.path}: this folder was written more than once; "
    return ReadProblem("restarted", part.path, say + "give each run a folder of its own")


def _run(
    found: RunFiles,
    chains: Sequence[Chain],
    index: int,
    known: Mapping[str, Hyperparameter],
    beside: Mapping[str, Hyperparameter],
) -> Run:
    chain = chains[index]
    name = _name(found, chain, index)
    parts = [*chain.parts, *chain.copies]
    sources = tuple(sorted((part.reading.source for part in parts), key=lambda source: source.path))
    problems = list(found.problems) if not index else []
    problems += [problem for part in parts for problem in (*part.reading.problems, *part.problems)]
    problems += chain.problems
    if len(chains) > 1:
        problems.append(_separate(found.name, chains, index))
    histograms = _histograms(chain)
    tags, refused = _tags(name, chain)
    problems += refused
    if not chain.curves and not histograms and not problems:
        say = f"{name}: expected scalar points, found none in {len(sources)} files; the run logged nothing"
        problems.append(ReadProblem("empty", name, say))
    return Run(
        run_id=_run_id(name, sources),
        name=name,
        framework=next((part.reading.framework for part in chain.parts if part.reading.framework), ""),
        sources=sources,
        series=tuple(_series(chain, tag) for tag in tags),
        histograms=histograms,
        hparams=dict(sorted({**known, **_hparams(chain), **beside}.items())),
        problems=tuple(sorted(problems, key=lambda one: (one.path, one.offset or 0, one.kind, one.text))),
    )


def _name(found: RunFiles, chain: Chain, index: int) -> str:
    """The place of a run and its number there; of checkpoints the path of the last, which holds them all."""
    if chain.parts and all(PurePath(part.path).name == TRAINER_STATE for part in chain.parts):
        return max(chain.parts, key=lambda part: (part.size, part.path)).path
    return f"{found.name}#{index + 1}" if index else found.name


def _separate(name: str, chains: Sequence[Chain], index: int) -> ReadProblem:
    chain = chains[index]
    first = min((part.path for part in chain.parts if part.curves), default=name)
    if len({part.path for one in chains for part in one.parts}) == 1:
        say = f"{first}: expected one history, found {len(chains)} one behind another, each from its first "
        say += f"step on; judged as separate runs, this one as number {index + 1}; give each its own file"
        return ReadProblem("restarted", first, say)
    say = (
        f"{first}: {len(chains)} files or sets of files in {name} cover the same steps from the start on and "
    )
    say += f"are judged as separate runs, this one as number {index + 1}; give each run a folder of its own"
    return ReadProblem("restarted", first, say)


def _tags(name: str, chain: Chain) -> tuple[list[str], list[ReadProblem]]:
    """The tags of a run in order, as many as the limits allow."""
    tags, most = sorted(chain.curves), current().tags
    if len(tags) <= most:
        return tags, []
    lost = sum(int(chain.curves[tag].step.size) for tag in tags[most:])
    say = (
        f"{name}: expected at most {most} tags in a run, found {len(tags)}; those behind {tags[most - 1]!r} "
    )
    say += "by name are left out; log fewer tags, or raise --max-tags"
    return tags[:most], [ReadProblem("over_limit", name, say, lost=lost)]


def _series(chain: Chain, tag: str) -> Series:
    piece, superseded = chain.curves[tag], chain.superseded.get(tag, 0)
    return Series(tag, piece.step, piece.value, piece.wall_time, chain.axes[tag], superseded)


def _histograms(chain: Chain) -> tuple[Histograms, ...]:
    by_tag: dict[str, list[Histograms]] = {}
    for part in chain.parts:
        for histograms in part.reading.histograms:
            by_tag.setdefault(part.prefix + histograms.tag, []).append(histograms)
    return tuple(join_histograms(tag, by_tag[tag]) for tag in sorted(by_tag))


def _hparams(chain: Chain) -> dict[str, Hyperparameter]:
    return {name: value for part in chain.parts for name, value in part.reading.hparams.items()}


def _run_id(name: str, sources: Sequence[Source]) -> str:
    text = "\0".join([name, *(f"{source.format}:{source.path}" for source in sources)])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
