# The two commands that matter: `make demo` shows what the program does, `make test` checks everything.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SOURCES = $(shell find loganalyzer rules -type f -not -name '*.pyc')
# The demo installs a copy, unless the tests have already installed this very folder.
DEMO = $(if $(wildcard $(VENV)/test.stamp),$(VENV)/test.stamp,$(VENV)/demo.stamp)
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test check docs schema golden gallery train flips fuzz clean

demo: $(DEMO)
	$(BIN)/loganalyzer scan sample_logs --fail-on never

test: $(VENV)/test.stamp $(VENV)/browser.stamp
	$(BIN)/python -m pytest
	$(MAKE) --no-print-directory check

check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/loganalyzer rules check
	$(BIN)/loganalyzer rules test

docs: $(VENV)/test.stamp
	$(BIN)/mkdocs build

schema: $(VENV)/test.stamp
	$(BIN)/python -c "from loganalyzer.report.json import schema; print(schema(), end='')" > docs/scan.schema.json
	$(BIN)/python -c "from loganalyzer.report.json import inspection_schema as schema; print(schema(), end='')" \
		> docs/inspect.schema.json
	$(BIN)/python -c "from loganalyzer.rulebook.editor import rule_schema; print(rule_schema(), end='')" > docs/rule.schema.json
	$(BIN)/python -c "from loganalyzer.report.json import comparison_schema as schema; print(schema(), end='')" \
		> docs/compare.schema.json
	$(BIN)/python -c "from loganalyzer.report.json import archive_schema as schema; print(schema(), end='')" \
		> docs/audit.schema.json

# What every renderer makes of kept diagnoses, after a change that is meant to show.
golden: $(VENV)/test.stamp
	$(BIN)/python tests/report/golden_files.py

# The pictures of docs/gallery.md and README.md, from real output on sample_logs/; needs a Chromium.
gallery: $(VENV)/browser.stamp
	$(BIN)/python -m benchmarks.gallery

# The classifier's arrays from its table; the same table gives the same bytes. See benchmarks/classifier.
train: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks.classifier train

# Every single bit of a small event file wrong, once; the tests do it for one bit of each byte.
flips: $(VENV)/test.stamp
	$(BIN)/python tests/reliability/every_flip.py

# Each reader in turn, for so many seconds; `make fuzz SECONDS=600` before a release.
SECONDS = 60
FUZZ_VENV = .fuzz-venv

fuzz: $(FUZZ_VENV)/fuzz.stamp
	$(FUZZ_VENV)/bin/python tests/fuzz/fuzz.py all --seconds $(SECONDS)

$(FUZZ_VENV)/fuzz.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(FUZZ_VENV)
	$(FUZZ_VENV)/bin/python -m pip --disable-pip-version-check install --quiet -c constraints.txt -e . atheris
	touch $@

clean:
	rm -rf $(VENV) $(FUZZ_VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "$(PYTHON) is missing or older than Python 3.11; name another: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# A stamp says that what is installed was made of the files it depends on.
$(VENV)/demo.stamp: pyproject.toml constraints.txt $(SOURCES) | $(VENV)/bin/python
	$(PIP) -c constraints.txt .
	touch $@

# Pages are tried in a Chromium, which is taken from Debian where we may; without one these tests stand aside.
CHROMIUM = command -v chromium || command -v chromium-browser || command -v google-chrome

$(VENV)/browser.stamp: pyproject.toml constraints.txt | $(VENV)/test.stamp
	@{ $(CHROMIUM); } >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null || \
		{ apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } >/dev/null 2>&1 || true
	@if { $(CHROMIUM); } >/dev/null; then $(PIP) -c constraints.txt -e '.[browser]'; \
		else echo "no Chromium here: what is tested in a browser is left out" >&2; fi
	touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -c constraints.txt -e '.[docs,test]'
	touch $@
