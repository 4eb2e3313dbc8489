# Two commands are enough: make reports, make test. Each does all of its own set-up, once.
PYTHON ?= python3
PYTEST_ARGS ?=
ARGS ?=

BIN := .venv/bin
# Read by every install below, so that a new pin is installed by the next command, whichever it is.
PINS := pyproject.toml requirements.lock
UV := uv==0.13.9

NOTEBOOKS := $(wildcard notebooks/*.ipynb)
TOUR := notebooks/00_tour.ipynb
BENCHES := bench-reader bench-audit bench-statistics bench-batch

.PHONY: help reports test lab setup lock clean $(BENCHES)

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1#/p' $(MAKEFILE_LIST) | awk -F '#' '{ printf "make %-10s %s\n", $$1, $$2 }'
	@echo "make bench-{reader,audit,statistics,batch}  measure, and print the figures"

reports: setup  ## write one page per district and an index into reports_out/, and open the index
	$(BIN)/disclosure render --all $(ARGS)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	  $(BIN)/python -c "import pathlib, webbrowser; webbrowser.open(pathlib.Path('reports_out/index.html').resolve().as_uri())" || true; \
	fi

# The tour keeps its outputs, and they are compared; the other notebooks keep none, and have to run.
test: setup  ## run every test, and every notebook
	$(BIN)/python -m pytest --rootdir=. -n auto --dist loadfile $(PYTEST_ARGS)
	$(BIN)/python -m pytest --nbval --nbval-current-env $(TOUR)
	$(BIN)/python -m pytest -n auto --dist loadfile --nbval-lax --nbval-current-env $(filter-out $(TOUR),$(NOTEBOOKS))

lab: setup  ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/$(TOUR) $(ARGS)

setup: .venv/.installed  ## create .venv with everything pinned

$(BENCHES): bench-%: .venv/.installed-bench
	$(BIN)/python -m benchmarks.$* $(ARGS)

lock: .venv/.installed  ## bring requirements.lock in line with pyproject.toml (ARGS=--upgrade: newest of the rest)
	@$(told_by_pip); $(BIN)/uv pip compile -q --universal --all-extras --no-emit-index-url --no-header --no-annotate \
	  $(ARGS) pyproject.toml -o requirements.lock

clean:  ## remove what the commands above have made: .venv, the pages in reports_out/, caches
	rm -rf .venv .pytest_cache .hypothesis build dist *.egg-info
	find reports_out -mindepth 1 ! -name README.md -prune -exec rm -rf {} +
	find disclosure tests benchmarks notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} + 2>/dev/null || true

# uv installs in seconds what takes pip half a minute, but reads no pip configuration. So it is told
# where pip looks; and where it cannot do the work, pip does.
told_by_pip = pip_setting() { \
    $(BIN)/python -m pip config list | sed -n "s/^[^=]*\.$$1='\(.*\)'$$/\1/p" | sed -e 's/\\n/ /g' -e 1q; }; \
  told() { [ -z "$$2" ] || export "$$1=$$2"; }; \
  told UV_DEFAULT_INDEX "$${UV_DEFAULT_INDEX:-$$(pip_setting index-url)}"; \
  told UV_INDEX "$${UV_INDEX:-$$(pip_setting extra-index-url)}"; \
  told UV_FIND_LINKS "$${UV_FIND_LINKS:-$$(pip_setting find-links | tr ' ' ',')}"; \
  told SSL_CERT_FILE "$${SSL_CERT_FILE:-$$(pip_setting cert)}"; \
  told UV_INDEX_STRATEGY "$${UV_INDEX_STRATEGY:-unsafe-best-match}"

# $(call install,EXTRA): the kit itself, editable, with what it needs and the extra's packages.
comma := ,
install = @echo "Installing into .venv: half a minute or so ..."; $(told_by_pip); \
  { $(BIN)/python -m pip install -q --disable-pip-version-check '$(UV)' && \
    $(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -c requirements.lock -e '.[$(1)]'; } || \
  { echo "uv could not install; trying pip, which takes longer ..."; \
    $(BIN)/python -m pip install -q -c requirements.lock -e '.[$(1)]'; }

.venv/.installed: $(BIN)/python $(PINS)
	$(call install,cluster$(comma)test)
	@touch $@

.venv/.installed-bench: .venv/.installed
	$(call install,bench)
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null || { \
	  echo "Python 3.11, 3.12, 3.13 or 3.14 is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1)."; \
	  echo "Install one and name it, for example: make PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv
