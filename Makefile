# run: open the program (without a display: segment the sample and picture the window)
# test, bench, lint: what they say. All of them make .venv first, once.

VENV ?= .venv
# More words for pip, as to take another build of torch: make run PIP_ARGS="..."
PIP_ARGS ?=
# Names the interpreter; otherwise the first suitable one is taken.
PYTHON ?=

ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python.exe
else
PY := $(VENV)/bin/python
endif

CANDIDATES := $(PYTHON) python3 python3.12 python3.11 python3.10 python3.13
PIP := $(PY) -m pip install --quiet --disable-pip-version-check $(PIP_ARGS)
STAMP := $(VENV)/.stamp

# What Qt's window needs of a Debian or Ubuntu system.
QT_PACKAGES := libglib2.0-0 libdbus-1-3 libegl1 libgl1 libgl1-mesa-dri libfontconfig1 fontconfig fonts-dejavu-core \
	libxcb-icccm4 libxcb-keysyms1 libxcb-xinerama0 libxcb-image0 libxcb-render-util0 libxcb-shape0 \
	libxcb-xkb1 libxcb-randr0 libxkbcommon-x11-0

.DEFAULT_GOAL := help
.PHONY: help run test bench lint translations clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

help:
	@echo "make run    open the program on the sample scan; without a display, write out/window.png"
	@echo "make test   run the tests"
	@echo "make bench  measure everything, print one table of ratios and write it to out/bench.md"
	@echo "make lint   ruff and mypy"
	@echo "make translations  gather the window's words and compile what is translated (needs Qt's lrelease)"
	@echo "make clean  remove $(VENV) and out"

run: $(STAMP)-run $(STAMP)-system
	@$(PY) -m medsam.cli.demo

test: $(STAMP)-test $(STAMP)-system
	@QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=$${OMP_NUM_THREADS:-1} $(PY) -m pytest $(PYTEST_ARGS)

# make bench BENCH_ARGS=--quick: fewer samples; BENCH_ARGS="encoder scroll": only these
bench: $(STAMP)-bench $(STAMP)-system
	@$(PY) -m benchmarks $(BENCH_ARGS)

lint: $(STAMP)-dev
	@$(PY) -m ruff check .
	@$(PY) -m mypy medsam pretrain finetune gui.py

# pylupdate5 keeps what is translated and marks what is new; lrelease compiles it for the window.
TRANSLATIONS := medsam/ui/translations
LRELEASE ?= $(shell command -v lrelease || command -v lrelease-qt5 || echo /usr/lib/qt5/bin/lrelease)

# First the sentences of the parts below the window are gathered.
translations: $(STAMP)-run
	@$(PY) -m tests.ui.domain_scan
	@$(dir $(PY))pylupdate5 -noobsolete $$(find medsam/ui -name '*.py' | LC_ALL=C sort) \
	  -ts $(wildcard $(TRANSLATIONS)/*.ts)
	@$(LRELEASE) -version >/dev/null 2>&1 || \
	  { echo "Qt's lrelease is missing (Debian, Ubuntu: apt-get install qttools5-dev-tools)." >&2; exit 1; }
	@$(LRELEASE) $(wildcard $(TRANSLATIONS)/*.ts)
	@! grep -n 'type="unfinished"' $(wildcard $(TRANSLATIONS)/*.ts) || \
	  { echo "The lines above are not translated yet." >&2; exit 1; }

clean:
	rm -rf $(VENV) out

# --- the environment --------------------------------------------------------

$(STAMP)-venv:
	@for p in $(CANDIDATES); do \
	  if $$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then found=$$p; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.10 to 3.13 is needed and was not found. Install it (Debian, Ubuntu: apt-get install python3 python3-venv)," >&2; \
	  echo "or name one: make run PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$(PY)" -m pip --version >/dev/null 2>&1; then \
	  $$found -c 'import ensurepip, venv' >/dev/null 2>&1 || $(call apt,$$($$found -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')) || \
	    { echo "Python's venv is missing. Install the package python3-venv, then repeat." >&2; exit 1; }; \
	  echo "Making $(VENV) with $$($$found --version)"; \
	  $$found -m venv "$(VENV)"; \
	fi; \
	touch $@

$(STAMP)-run: setup.py | $(STAMP)-venv
	@echo "Installing what the program needs (once; torch is large)"
	@$(PIP) -e .
	@touch $@

$(STAMP)-test: setup.py | $(STAMP)-venv
	@echo "Installing what the program and its tests need (once; torch is large)"
	@$(PIP) -e ".[finetune,test]"
	@touch $@ $(STAMP)-run

# The rivals that figures are compared with, and the training that some questions are about.
$(STAMP)-bench: setup.py | $(STAMP)-venv
	@echo "Installing what the program and its measurements need (once; torch is large)"
	@$(PIP) -e ".[finetune,test,bench]"
	@touch $@ $(STAMP)-run $(STAMP)-test

$(STAMP)-dev: setup.py | $(STAMP)-venv
	@$(PIP) -e ".[finetune,test,dev]"
	@touch $@ $(STAMP)-run $(STAMP)-test

# --- the system's libraries -------------------------------------------------

# The loader itself says what Qt lacks; only then is anything installed.
QT_LACKS = for so in $(VENV)/lib/python3*/site-packages/PyQt5/Qt5/plugins/platforms/libqxcb.so \
	$(VENV)/lib/python3*/site-packages/PyQt5/Qt5/plugins/platforms/libqoffscreen.so; do \
	ldd $$so 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p'; done | sort -u
NO_FONT = [ -z "$$(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null)" ]

$(STAMP)-system: $(STAMP)-venv | $(STAMP)-run
	@if [ "$$(uname -s)" = Linux ]; then \
	  lacks=$$($(QT_LACKS)); \
	  if [ -n "$$lacks" ] || $(NO_FONT); then \
	    $(call apt,$(QT_PACKAGES)) || true; \
	    lacks=$$($(QT_LACKS)); \
	    if [ -n "$$lacks" ]; then \
	      echo "Qt lacks these libraries of the system:" $$lacks >&2; \
	      echo "On Debian or Ubuntu: sudo apt-get install $(strip $(QT_PACKAGES))" >&2; \
	      exit 1; \
	    fi; \
	  fi; \
	fi
	@touch $@

# apt-get install of $(1) where we may; fails quietly where we may not.
define apt
{ command -v apt-get >/dev/null && { \
    if [ "$$(id -u)" = 0 ]; then as=""; else as="sudo -n"; $$as true 2>/dev/null; fi && \
    echo "Installing packages of the system:" $(1) && \
    { $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null 2>&1 || \
      { $$as apt-get update -qq >/dev/null 2>&1 && \
        $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; }; }; }; }
endef
