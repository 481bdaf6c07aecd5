"""Folders of YAML to a Rulebook, with all errors of all files at once.

A folder holds `<family>/<name>.yaml`, one rule each, `remedies/<id>.yaml`, one remedy each, and
`profiles/<name>.yaml`, one set of other thresholds each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from loganalyzer.errors import RulebookError, RuleError
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.rule import Profile, Rule, Rulebook
from loganalyzer.rulebook.inline import shown
from loganalyzer.rulebook.locate import MAX_BYTES, Document, MappingNode, Node, Position, ScalarNode, compose
from loganalyzer.rulebook.profiles import (
    AS_WRITTEN,
    DEFAULT,
    PROFILES,
    SCHEMA,
    LocatedProfile,
    check_profiles,
    under_profile,
)
from loganalyzer.rulebook.schema import maker

REMEDIES = "remedies"
RULE = ("loganalyzer.rule/1", Rule)
OTHERS: Mapping[str, tuple[str, type]] = {
    REMEDIES: ("loganalyzer.remedy/1", Remedy),
    PROFILES: (SCHEMA, Profile),
}
_TESTS = b"\ntests:"

Key = tuple[Literal["rule", "remedy"], str]


@dataclass(frozen=True, slots=True)
class LoadedRulebook:
    """A rulebook and the files it was read from, by ("rule", name) and ("remedy", id).

    `drafts` are those in which a stand-in takes the place of something wrong; `whole` says that no file is
    missing because nothing could be made of it.
    """

    rulebook: Rulebook
    documents: Mapping[Key, Document]
    drafts: frozenset[Key] = frozenset()
    whole: bool = True


class _Item(NamedTuple):
    content: Rule | Remedy | Profile
    document: Document
    is_draft: bool = False

    @property
    def key(self) -> Key:
        content = self.content
        return ("remedy", content.id) if isinstance(content, Remedy) else ("rule", content.name)


def default_directory() -> Path:
    """The rules that come with the package: inside it when installed, beside it in a source tree."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def load_rulebook(directories: Sequence[Path], profile: str = DEFAULT, *, tests: bool = True) -> Rulebook:
    """The rules and remedies of the folders; a later folder adds to and overrides the ones before it.

    Rules override by `name`, remedies by `id`. The thresholds are those of the `profile`, where a folder has
    one of that name. To judge runs nobody needs the `tests` of the package's own rules: they are a third of
    the files, and the last part of each.

    Raises:
        RulebookError: a folder or a file is not as it should be; it holds everything that is wrong.
    """
    return load_located(directories, profile, tests=tests).rulebook


def load_located(
    directories: Sequence[Path], profile: str = AS_WRITTEN, *, tests: bool = True
) -> LoadedRulebook:
    """As `load_rulebook`, and the files as well, so that errors found later can be located.

    Raises:
        RulebookError: a folder or a file is not as it should be; it holds everything that is wrong.
    """
    loaded, errors = load_sound(directories, profile, tests=tests)
    if errors:
        raise RulebookError(errors)
    return loaded


def load_sound(
    directories: Sequence[Path], profile: str = AS_WRITTEN, *, tests: bool = True
) -> tuple[LoadedRulebook, tuple[RuleError, ...]]:
    """As `load_located` of whatever something can be made of, and all that is wrong with it."""
    errors: list[RuleError] = []
    read = _read_all(directories, errors, tests=tests)
    contents = [item.content for item in read.items.values()]
    rules = sorted((c for c in contents if isinstance(c, Rule)), key=lambda rule: (rule.id, rule.name))
    remedies = sorted((c for c in contents if isinstance(c, Remedy)), key=lambda remedy: remedy.id)
    if read.whole:
        errors += check_profiles(read.profiles, {rule.name: rule for rule in rules})
    chosen = tuple(rules) if errors else under_profile(rules, read.profiles, profile)
    digest = sha256(f"{read.digest}\0{profile}".encode()).hexdigest()
    book = Rulebook(chosen, {remedy.id: remedy for remedy in remedies}, digest, profile)
    documents = {key: read.items[key].document for key in sorted(read.items)}
    drafts = frozenset(key for key, item in read.items.items() if item.is_draft)
    return LoadedRulebook(book, documents, drafts, read.whole), tuple(
        sorted(errors, key=lambda e: (e.path, e.line, e.column, e.text))
    )


class _Read(NamedTuple):
    """What the files of all folders hold; `whole` says that something could be made of each."""

    items: Mapping[Key, _Item]
    profiles: tuple[LocatedProfile, ...]
    digest: str
    whole: bool


def _read_all(directories: Sequence[Path], errors: list[RuleError], *, tests: bool) -> _Read:
    whole = True
    digest = sha256()
    items: dict[Key, _Item] = {}
    profiles: list[LocatedProfile] = []
    for directory in directories:
        fresh: dict[Key, _Item] = {}
        is_lean = not tests and directory == default_directory()
        for path in _files(directory, errors):
            relative = path.relative_to(directory).as_posix()
            data = _read(path, errors)
            if data is not None:
                digest.update(f"{relative}\0{len(data)}\0".encode(errors="surrogateescape") + data)
                data = data.partition(_TESTS)[0] if is_lean else data
            item = None if data is None else _item(path, data, errors)
            if item is None:
                whole = False
            elif isinstance(item.content, Profile):
                profiles.append(LocatedProfile(item.content, item.document))
            else:
                _put(item, fresh, errors)
        items.update(fresh)
    return _Read(items, tuple(profiles), digest.hexdigest(), whole)


def _files(directory: Path, errors: list[RuleError]) -> list[Path]:
    """The rule and remedy files of a folder, sorted; YAML that lies elsewhere in it is an error."""
    found: list[Path] = []
    others: list[Path] = []
    for family in _entries(directory, errors):
        if not family.is_dir():
            others.append(family)
            continue
        for path in _entries(family, errors):
            (found if path.suffix == ".yaml" and path.is_file() else others).append(path)
    for path in others:
        if path.is_dir() or (path.suffix.lower() in (".yaml", ".yml") and path.is_file()):
            text = f"expected <family>/<name>.yaml or {REMEDIES}/<id>.yaml in {directory}; move or rename it"
            errors.append(RuleError(str(path), 1, 1, text))
    if not found and not errors:
        text = "no rules here; expected <family>/<name>.yaml files"
        errors.append(RuleError(str(directory), 1, 1, text))
    return found


def _entries(folder: Path, errors: list[RuleError]) -> list[Path]:
    """What a folder holds but hidden files, sorted."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        errors.append(RuleError(str(folder), 1, 1, f"cannot be listed: {error.strerror}"))
        return []


def _read(path: Path, errors: list[RuleError]) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        errors.append(RuleError(str(path), 1, 1, f"cannot be read: {error.strerror}"))
        return None


def _item(path: Path, data: bytes, errors: list[RuleError]) -> _Item | None:
    def complain(place: Position | Node, text: str) -> None:
        errors.append(RuleError(str(path), place.line, place.column, text))

    before = len(errors)
    root = compose(data, complain)
    if root is None:
        return None
    wanted, kind = OTHERS.get(path.parent.name, RULE)
    entry = root.entries.get("schema") if isinstance(root, MappingNode) else None
    if entry and isinstance(entry.value, ScalarNode) and entry.value.text != wanted:
        complain(entry.value, f"expected the schema {wanted}, found {shown(entry.value.text)}")
        return None
    content = maker(kind)(root, complain)
    return None if content is None else _Item(content, Document(str(path), root), len(errors) > before)


def _put(item: _Item, fresh: dict[Key, _Item], errors: list[RuleError]) -> None:
    """Add one item of a folder, in which its name must be its own."""
    other = fresh.setdefault(item.key, item)
    if other is not item:
        kind, name = item.key
        field = "name" if kind == "rule" else "id"
        text = f"the {field} {shown(name)} is that of {other.document.path} too; rename one"
        errors.append(item.document.error((field,), text))
