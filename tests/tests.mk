# SPDX-License-Identifier: BSD-2-Clause
# Tests and figures: included by the Makefile. What one folder of tests needs is in its rules.mk; those that
# come first have what the others use at once.

test-browser: | deps-browser ## The page of the running system, in a Chromium
	+@tests/system/net/chromium

test: | deps-test ## Everything that can be tested; ends with "N passed, N failed"
	@tools/test

house: portable ## How large and how tangled the kernel is: name, value, limit
	@tools/house

check-style: portable ## Directions of includes and calls, style limits; self-tests first
	@cd tools && for t in includes symbols style; do ./check-$$t --self-test && ./check-$$t || exit 1; done

FIRST_RULES := $(addsuffix /rules.mk,tests/core/host tests/core/fuzz tests/core/coverage)
include $(FIRST_RULES)

# A program of user level on the host, NAME-test, and cov/NAME-test for the lines that it reaches (make
# coverage). Arguments: NAME, the variable of its compiler's flags, its sources, options for the linker.
define hosted
$(O)/$(1)host/obj/%.o: % $(O)/settings | $(STUBS)
	$$(call say,HOSTCC,$$<)
	$$(Q)mkdir -p $$(@D) && $$(HOSTCC) $$($(2)) -c -o $$@ $$<

$(O)/$(1)-test: $(3:%=$(O)/$(1)host/obj/%.o)
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -no-pie -fsanitize=address,undefined -o $$@ $$^ $(4)

$(O)/$(1)host/cov/%.o: % $(O)/settings | $(STUBS) deps-fuzz
	$$(call say,COVCC,$$<)
	$$(Q)mkdir -p $$(@D) && $$(FUZZ_CC) $$(filter-out -fsan% -fno-san%,$$($(2))) $$(PTEST_COV) -c -o $$@ $$<

$(O)/cov/$(1)-test: $(3:%=$(O)/$(1)host/cov/%.o)
	$$(call say,COVLD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(FUZZ_CC) -no-pie -fprofile-instr-generate -o $$@ $$^ $(4)

coverage: $(O)/cov/$(1)-test
endef

host-tests: $(addprefix $(O)/,host-test-64 host-test-32 fuzz-replay)
host-tests: $(addprefix $(O)/,user-test posix-test root-test drivers-test tmp-test shell-test lib-test)
guest-tests: $(GUESTS)

matrix: | deps-test ## Guest tests at every optimisation level, by both compilers; writes docs/matrix.md
	@tools/matrix

host-test: | deps-test ## The kernel's core as a program, under ASan and UBSan, 64 and 32 bit
model-test: | deps-test ## The kernel's core against a model of it
libl4-test: | deps-test ## The library and its headers
guest-test: | deps-test ## The kernel's interface as user code sees it, under QEMU
boot-test: | deps-test ## Ways to boot, CPUs, bad boot inputs
machine-test: | deps-test ## Page tables, NMI, other CPUs, Bochs
screen-test: | deps-test ## The shell, typed at over the serial line
tour-test: | deps-test ## The scripted tour
host-test model-test libl4-test guest-test boot-test machine-test screen-test tour-test:
	@tools/test $(@:-test=)

# ---- figures ----

SCOPE_CFL := -D_GNU_SOURCE -O2 -g $(WARN) -fPIC -shared -fvisibility=hidden
$(O)/bench/scope.so: $(wildcard bench/scope/*.[ch]) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $(wildcard bench/scope/*.c) -ldl

LONGEST_SRC := bench/longest/longest.c bench/scope/insn.c
$(O)/bench/longest.so: $(LONGEST_SRC) $(wildcard bench/scope/*.h) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $(LONGEST_SRC)

# The limit only goes down (docs/guest-tests.md, interrupts off).
longest: $(O)/bench/longest.so $(O)/bench/search guest-tests ## The longest stretch with interrupts off
	@tools/longest --limit 3400 --limit-scripts 4500

# The limits only go down. Known to be above: docs/latency.md, figures.
LATENCY := $(O)/pecan $(O)/sigma0 $(O)/bench/latency $(O)/bench/longest.so
latency: $(LATENCY) | deps-tour ## How late interrupts and their handlers are in long operations
	@tools/latency --limit 3000 --known timeouts=3000 --known lost=3000

BENCH := $(O)/pecan $(O)/sigma0 $(O)/root $(O)/bench/guest $(O)/bench/faults $(O)/bench/scope.so
bench: ## Count instructions of the kernel's operations; build/bench/figures.tsv, .html
bench-accept: ## The same, and agree to the figures: bench/accepted
$(eval $(call program,$(O)/bench/idle,bench/idle,$(PROGRAM_BASE)))
bench-build: $(BENCH) $(LATENCY) $(O)/bench/idle
bench bench-check bench-accept: $(BENCH) | deps-tour
	@bench/pf_root
	@bench/walks $(patsubst bench-%,--%,$(@:bench=))
	@bench/run $(patsubst bench-%,--%,$(@:bench=))

scope-test: $(O)/bench/scope.so | deps-test ## The counting plugin against counts known by hand
	@bench/scope/selftest/run

