"""One JSON document to tables: lists of numbers, lists of records, and the settings around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from loganalyzer.model.run import Hyperparameter, ProblemKind
from loganalyzer.readers.csv_cells import number
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import current, is_too_long
from loganalyzer.readers.records.clock import is_counter
from loganalyzer.readers.records.cursor import QUOTES, Broken, Cursor, Cut, OverLimit, unquoted
from loganalyzer.readers.records.salvage import whole_records
from loganalyzer.readers.records.table import MAX_TAGS, Room, Table
from loganalyzer.readers.records.values import add_hparam, decode, leaves

# Entries without a number in one document, and characters looked through for records behind damage.
MAX_EMPTY = 1_000_000
MAX_LOOKED = 4 * 1024 * 1024
_MAX_INDEX = 10
# Names that say only that a history follows: what is below them needs no folder.
_HOLDERS = frozenset({"history", "log_history"})
# What a trainer keeps for itself to go on after a stop: no setting and no measurement.
_BOOKKEEPING = frozenset({"stateful_callbacks"})
_SWITCHES = {"true": True, "false": False}


@dataclass(slots=True)
class Document:
    """What a document holds, by the names of the objects above it joined with `/`, "" at the top.

    `lists` are the lists of numbers of one object side by side, `rows` the records of one list below one
    another; `sizes` counts the members of each object that may be curves. `names` are the outermost ones,
    `beyond` counts what found no room, `stray` entries of lists of records that were none, the first of them
    in `stray_line`. Behind damage at most `most_looked` characters are looked through for records.
    """

    problems: Problems
    lists: dict[str, Table] = field(default_factory=dict)
    rows: dict[str, Table] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    hparams: dict[str, Hyperparameter] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    beyond: Table = field(default_factory=lambda: Table(room=Room(0)))
    is_cut: bool = False
    stray: int = 0
    stray_line: int = 0
    most_looked: int = MAX_LOOKED
    _empty: int = 0
    _room: Room = field(default_factory=Room)
    _bases: dict[str, int] = field(default_factory=dict)
    _looked: int = 0

    def read(self, cursor: Cursor) -> None:
        """Take the value at the cursor; its lists go on where those of a document before it ended.

        Raises:
            Cut, Broken, OverLimit: the document is not whole; what was read until then is kept.
        """
        self._bases = {prefix: table.n_rows for prefix, table in self.lists.items()}
        mark = cursor.peek()
        if mark == "{":
            self._object(cursor, "", 1)
        elif mark == "[":
            self._list(cursor, "", "")
        elif mark in QUOTES:
            self.read(Cursor([unquoted(cursor.value())]))
        else:
            raise Broken

    def _object(self, cursor: Cursor, prefix: str, depth: int) -> None:
        self._count_empty()
        for name, mark in cursor.members():
            if depth == 1 and len(self.names) < MAX_TAGS:
                self.names.add(name)
            self._count(prefix, name, mark)
            if name in _BOOKKEEPING:
                cursor.value()
            elif name.isdecimal() and len(name) < _MAX_INDEX and mark != "[":
                self._numbered(cursor, prefix, int(name), mark, depth)
            else:
                self._member(cursor, prefix, name, mark, depth)

    def _count(self, prefix: str, name: str, mark: str) -> None:
        if mark != "{" and not is_counter(name) and (prefix in self.sizes or len(self.sizes) < MAX_TAGS):
            self.sizes[prefix] = self.sizes.get(prefix, 0) + 1

    def _member(self, cursor: Cursor, prefix: str, name: str, mark: str, depth: int) -> None:
        if mark == "[":
            self._list(cursor, prefix, name)
        elif mark != "{":
            add_hparam(self.hparams, prefix + name, _scalar(cursor.value()))
        elif depth < current().json_depth:
            self._object(cursor, prefix if name in _HOLDERS else f"{prefix}{name}/", depth + 1)
        else:
            say = f"expected at most {current().json_depth} objects in one another, found more; left out; "
            say += "raise --max-json-depth"
            self.note("over_limit", cursor.line, say)
            cursor.value()

    def _numbered(self, cursor: Cursor, prefix: str, at: int, mark: str, depth: int) -> None:
        """A member with a number for a name: pandas writes cells of a column or rows of a table like that."""
        if mark == "{":
            self._record(cursor, prefix, at, depth)
            return
        outer, _, name = prefix[:-1].rpartition("/")
        value = _scalar(cursor.value())
        if name:
            table = self._table(self.lists, f"{outer}/" if outer else "")
            table.add_in_order(name, at, value, cursor.line)
            table.n_rows = max(table.n_rows, at + 1)

    def _list(self, cursor: Cursor, prefix: str, name: str) -> None:
        """A list of numbers, or of records; what is neither is left out."""
        below = prefix if name in _HOLDERS or not name else f"{prefix}{name}/"
        row = self._bases.get(prefix, 0)
        kind = ""
        for mark in cursor.elements():
            kind = kind or mark
            if mark == "{":
                self._record(cursor, below)
            elif mark in ":}" or kind == "{" or not name:
                self._stray(cursor, mark)
            else:
                table = self._table(self.lists, prefix)
                row += self._numbers(cursor, table, name, row)
                table.n_rows = max(table.n_rows, row)

    def _numbers(self, cursor: Cursor, table: Table, name: str, row: int) -> int:
        """Take a run of numbers, or one element that is something else; how many elements were taken."""
        words = cursor.words() or [cursor.value()]
        if words[0].startswith("["):
            self._count_empty()
        try:
            table.extend(name, row, [_plain_number(word) for word in words])
        except ValueError:
            for at, word in enumerate(words, row):
                table.add(name, at, _scalar(word.strip()), cursor.line)
        return len(words)

    def _stray(self, cursor: Cursor, mark: str) -> None:
        """Step over an element that has no place in its list."""
        self.stray_line = self.stray_line or cursor.line
        self.stray += 1
        self._count_empty()
        if mark in ":}":
            cursor.expect(mark)
        else:
            cursor.value()

    def _count_empty(self) -> None:
        """Count what holds no number by itself: a history has few of these, many are not worth the time."""
        self._empty += 1
        if self._empty > MAX_EMPTY:
            raise OverLimit(f"at most {MAX_EMPTY} entries without numbers, found more")

    def _table(self, tables: dict[str, Table], prefix: str) -> Table:
        """The table of these names; beyond `MAX_TAGS` of them, one that takes nothing."""
        if prefix not in tables:
            if len(tables) >= MAX_TAGS:
                return self.beyond
            tables[prefix] = Table(room=self._room)
        return tables[prefix]

    def _record(self, cursor: Cursor, prefix: str, at: int | None = None, depth: int = 1) -> None:
        """One record; after one that is damaged, the next one behind its start that is like those before."""
        table = self._table(self.rows, prefix)
        line = cursor.line
        try:
            text = cursor.value()
        except (Cut, Broken, OverLimit):
            text = self._next_record(cursor, table)
            say = (
                "expected a whole record, found a damaged one; it was left out, and reading went on in line "
            )
            self.note("corrupt_data", line, f"{say}{cursor.line}")
            line = cursor.line
        try:
            record = decode(text)
        except ValueError:
            self._salvage(text, table, line)
            return
        if at is not None and any(isinstance(value, list) for _, value in leaves(record)):
            self._member(Cursor([text], line), prefix, str(at), "{", depth)
        else:
            is_counted = at is None or any(map(is_counter, record))
            table.add_record(record if is_counted else {"index": float(at or 0), **record}, line)

    def _salvage(self, text: str, table: Table, line: int) -> None:
        """Take the whole records of a text that is none: a lost quote hides all up to the next lost one."""
        kept = 0
        for record, at, _ in whole_records(text, table):
            table.add_record(record, line + text.count("\n", 0, at))
            kept += 1
        say = "expected a record of names and values, found something else; it was left out"
        say += f", and {kept} records behind it were read that it hid" if kept else ""
        self.note("corrupt_data", line, say)

    def note(self, kind: ProblemKind, line: int, say: str, lost: int = 1) -> None:
        """Add a problem with the place in the file before it."""
        self.problems.add(kind, line, f"{self.problems.path}:{line}: {say}", lost=lost)

    def _next_record(self, cursor: Cursor, table: Table) -> str:
        """The text of the next record in reach that has the names of the table.

        Raises:
            Cut: there is none.
        """
        text = ""
        before = cursor.looked
        while self._looked + cursor.looked - before < self.most_looked and cursor.next_object():
            try:
                text = cursor.value()
                record = decode(text)
            except ValueError:
                cursor.back(len(text))
            except (Cut, Broken, OverLimit):
                continue
            else:
                if table.is_like(record):
                    break
            text = ""
        self._looked += cursor.looked - before
        if not text:
            raise Cut
        return text


def _plain_number(text: str) -> float:
    """The number that stands here in digits.

    Raises:
        ValueError: it is something else.
    """
    if is_too_long(text) or "_" in text:
        raise ValueError(text)
    return float(text)


def _scalar(text: str) -> Hyperparameter | None:
    """The number, text or switch that stands here; None for a missing one."""
    if text[0] in QUOTES:
        return unquoted(text)
    if is_too_long(text):
        return text
    try:
        return number(text)
    except ValueError:
        return _SWITCHES.get(text.lower(), text)
