# The front door: every target is a line or two that calls Meson, ninja or the grader (ipclab).
# `make` alone says what there is.

BUILD  := build
IPCLAB := $(BUILD)/grader/ipclab
NINJA  := ninja -C $(BUILD)
TREE   := $(if $(SOLUTIONS),solutions,labs)

GRADE_OPTIONS := --tree "$(if $(SUBMISSION),$(SUBMISSION),$(TREE))" \
  $(if $(LAB),--lab "$(LAB)") $(if $(CHECK),--check "$(CHECK)") $(if $(JSON),--json "$(JSON)") \
  $(if $(ISOLATION),--isolation "$(ISOLATION)") $(if $(SEED),--seed "$(SEED)")

DAMAGED := { echo 'The build folder "$(BUILD)" cannot be used (see above). `make clean` removes it, and the next' \
  '`make grade` makes a new one. `docker/install-packages --check` says whether a package is missing.' >&2; exit 3; }

# A build folder that came along with a copied or moved checkout would build and grade the other one.
ifneq ($(shell cat $(BUILD)/made-in 2>/dev/null),$(CURDIR))
  $(shell rm -rf $(BUILD))
endif

.DEFAULT_GOAL := help
.PHONY: help grade trace hint shell list status test bench lint format clean ready

help:
	@sed -n 's/^#: //p' Makefile

#: make grade                    grade labs/: installs what is missing, builds, checks, explains
#: make grade LAB=1              one lab
#: make grade LAB=1 CHECK=create one check
#: make grade SOLUTIONS=1        solutions/ in place of labs/
#: make grade SUBMISSION=DIR     another folder with one folder a lab
#:                               JSON=FILE writes the result, too; SEED=N draws the same values again
#:                               ISOLATION=namespaces|uid|shared asks for one level
grade: ready
	@$(IPCLAB) grade $(GRADE_OPTIONS)

#: make trace LAB=1 CHECK=create what the recorder saw of one check, whether it passes or not
trace: ready
	@$(IPCLAB) trace $(GRADE_OPTIONS)

#: make hint LAB=1 CHECK=create  a hint, and with STEP=2 and STEP=3 more of it
hint: ready
	@$(IPCLAB) hint $(if $(LAB),--lab "$(LAB)") --check "$(CHECK)" --step "$(or $(STEP),1)"

#: make shell LAB=1              your functions at a prompt, to try them by hand
shell: ready
	@$(IPCLAB) shell --lab "$(or $(LAB),1)" --tree "$(TREE)"

#: make list                     the labs and their checks
list: ready
	@$(IPCLAB) list

#: make status                   how student code is kept apart on this machine
status: ready
	@$(IPCLAB) status

#: make test                     prove the course and the grader to themselves
test: ready
	@echo 'Building the tests of the grader ...'
	@$(NINJA) grader/tests/unit grader/tests/gate >$(BUILD)/ninja.log || { cat $(BUILD)/ninja.log; $(DAMAGED); }
	@grader/tests/run-tests $(BUILD)

#: make bench                    measure, and print as ratios
bench: ready
	@grader/tests/bench $(BUILD)

#: make lint                     clang-format and clang-tidy over all sources
lint: ready
	@docker/install-packages lint
	@grader/tests/lint $(BUILD)

#: make format                   lay the sources out as .clang-format says
format:
	@docker/install-packages lint
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

#: make clean                    remove the build folder
clean:
	@rm -rf $(BUILD)

# Installs and configures once; afterwards one call of ninja, which has nothing to do. Two of these in
# one checkout take turns, by a lock on this file.
ready:
	@[ -w . ] || { echo 'This folder cannot be written in. Clone the repository to a place of your own.' >&2; exit 3; }
	@[ -e $(BUILD)/build.ninja ] || docker/install-packages
	@flock Makefile $(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@flock Makefile $(NINJA) grader/ipclab given >$(BUILD)/ninja.log || { cat $(BUILD)/ninja.log; $(DAMAGED); }

$(BUILD)/build.ninja:
	@echo 'Building the grader, once ...'
	@mkdir -p $(BUILD)
	@meson setup $(BUILD) >$(BUILD)/setup.log 2>&1 || { cat $(BUILD)/setup.log; $(DAMAGED); }
	@pwd >$(BUILD)/made-in
