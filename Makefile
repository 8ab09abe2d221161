# Two commands on a fresh Debian or Ubuntu machine with Python 3.11 or newer, venv and make:
#   make serve   make test

PYTHON ?= python3
BIN = .venv/bin
INSTALLED = .venv/.installed
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help serve test install lint format messages bench

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

serve: install ## install, build the demo county if there is none, serve http://127.0.0.1:8000 with its worker
	@test -e instance/demo.db || $(BIN)/portal demo
	PORTAL_DATABASE_URL=sqlite:///$(CURDIR)/instance/demo.db $(BIN)/portal serve

test: install ## install what tests need (Chromium, a Chinese font, poppler) and run everything
	@which chromium pdftotext > /dev/null && fc-list | grep -q "Noto Sans CJK" || { \
	  $(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y chromium fonts-noto-cjk poppler-utils; }
	$(BIN)/pytest -n 2

install: $(INSTALLED) ## make the environment alone: packages, fonts, catalogue

$(INSTALLED): setup.cfg pyproject.toml constraints.txt portal/translations/zh/LC_MESSAGES/messages.po
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test]" --constraint constraints.txt
	$(BIN)/pybabel --quiet compile --directory portal/translations
	$(BIN)/python -m portal.notices.fonts instance/fonts
	touch $@

lint: install ## look for faults without running anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## lay the code out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: install ## collect the texts of code and templates into the catalogue; then translate what is empty
	$(BIN)/pybabel extract --mapping pyproject.toml --keywords "_ _l N_" --no-location --sort-output \
	  --output .venv/messages.pot .
	$(BIN)/pybabel update --domain messages --no-fuzzy-matching --no-wrap --ignore-obsolete \
	  --input-file .venv/messages.pot --output-dir portal/translations
	$(BIN)/pybabel compile --directory portal/translations

bench: install ## measure everything in docs/performance.md (needs nginx and wrk)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[bench]" --constraint constraints.txt
	$(BIN)/python -m tests.bench.run
