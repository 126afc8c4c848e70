# make demo: a project from nothing to real metrics. make test: everything CI checks.
# make docs: the site, in docs/_build. make campaigns: races, kills and flipped bytes, all of them.
# Nothing else is needed than Python 3.11 or later, git and make.

PYTHON ?= python3
BIN := .venv/bin
UV := env -u VIRTUAL_ENV -u PYTHONDONTWRITEBYTECODE PATH="$(CURDIR)/$(BIN):$$PATH" uv

.PHONY: demo test docs campaigns year lint style install

demo: install
	rm -rf demo/late-flights demo/late-flights-storage
	$(UV) run -q cookiecutter . --no-input --output-dir demo
	cd demo/late-flights && $(UV) run dvc repro
	cd demo/late-flights && $(UV) run dvc metrics show
	@echo
	@echo "The project is in demo/late-flights: metrics with intervals in reports/metrics.json, the"
	@echo "model in models/, its loop in README.md. Next:"
	@echo
	@echo "    cd demo/late-flights && $$(command -v uv || echo ../../$(BIN)/uv) run dvc exp run -S model=linear"

test: style
	$(UV) run pytest -n 3 --maxschedchunk 1

docs: install
	@echo "building the site: some minutes"
	$(UV) run sphinx-build --quiet --fail-on-warning --keep-going docs docs/_build
	@echo docs/_build/index.html

campaigns: install
	CAMPAIGN=whole $(UV) run pytest -n 2 --dist worksteal tests/campaigns \
		tests/project/test_configs.py tests/project/test_each_task.py

year: install
	rm -rf demo/year
	$(UV) run python tests/campaigns/year.py demo/year

lint: style
	$(UV) run mypy

style: install
	$(UV) run ruff check --config pyproject.toml .
	$(UV) run ruff format --config pyproject.toml --check .

install: $(BIN)/uv
	$(UV) sync -q

$(BIN)/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check uv
