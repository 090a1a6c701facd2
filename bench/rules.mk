# SPDX-License-Identifier: BSD-2-Clause
# What counts instructions: bench/METHOD.md.
# What knows the machine's instructions is in bench/scope/arch.
INSN      := bench/scope/arch/$(FAMILY)
$(O)/obj/bench/%: UFLAGS += -Ibench/arch/$(ARCH) -Ibench/arch/$(FAMILY) -I$(INSN)
$(O)/obj/bench/latency/%: UFLAGS += -Itests/guest/arch/$(FAMILY)
# BENCH_BASE: for a machine where that much does not fit at ROOT_BASE.
$(eval $(call program,$(O)/bench/guest,bench/guest,$(or $(BENCH_BASE),$(ROOT_BASE))))
$(eval $(call program,$(O)/bench/latency,bench/latency,$(or $(BENCH_BASE),$(ROOT_BASE))))
$(eval $(call program,$(O)/bench/search,bench/search,$(or $(BENCH_BASE),$(ROOT_BASE))))
$(eval $(call program,$(O)/bench/idle,bench/idle,$(PROGRAM_BASE)))
# The programs of bench/pf_root and bench/child_space.
$(foreach p,faults children,$(eval $(call program,$(O)/bench/$(p),bench/$(p),$(PROGRAM_BASE))))
$(O)/bench/latency $(O)/bench/search: $(call objects,$(addprefix bench/guest/,world.c crowd.c say.c memory.c))

SCOPE_CFL := -D_GNU_SOURCE -O2 -g $(WARN) -fPIC -shared -fvisibility=hidden -I$(INSN) -Ibench/scope
SCOPE_CFL += -DKERNEL_BASE=$(KERNEL_BASE)ull -DQEMU_TARGET='"$(QEMU_TARGET)"'
SCOPE_HDR := $(wildcard bench/scope/*.h $(INSN)/*.h)
SCOPE_SRC := $(wildcard bench/scope/*.c $(INSN)/*.c)
$(O)/bench/scope.so: $(SCOPE_SRC) $(SCOPE_HDR) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $(SCOPE_SRC) -ldl

LONGEST_SRC := bench/longest/longest.c bench/scope/real.c $(INSN)/insn.c
$(O)/bench/longest.so: $(LONGEST_SRC) $(SCOPE_HDR) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $(LONGEST_SRC)

# The limits, of tools/limits, only go down (docs/guest-tests.md, interrupts off).
longest: $(addprefix $(O)/,pecan sigma0 tests/guest bench/search bench/longest.so) ## Longest, interrupts off
	@tools/longest --limit listed --limit-privileged listed --limit-scripts listed \
		$(if $(SEED),--seed $(SEED))

# The limits only go down. Known to be above: docs/latency.md, figures.
LATENCY := $(O)/pecan $(O)/sigma0 $(O)/bench/latency $(O)/bench/longest.so
latency: $(LATENCY) | deps-tour ## How late interrupts and their handlers are in long operations
	@tools/latency --limit listed --known timeouts=3000 --known lost=3000

BENCH := $(O)/pecan $(O)/sigma0 $(O)/root $(O)/bench/guest $(O)/bench/faults $(O)/bench/children \
	$(O)/bench/scope.so
bench: ## Count instructions of the kernel's operations; build/bench/figures.tsv, .html
bench-check: ## The same, and fail where figures are not those that are accepted
bench-accept: ## The same, and agree to the figures: accepted in bench/arch
# Where a machine has a timer for bench/latency.
bench-build: $(BENCH) $(if $(wildcard bench/latency/arch/$(ARCH)),$(LATENCY)) $(O)/bench/idle
# Each part, also if one before it has failed: it says so itself.
bench bench-check bench-accept: $(BENCH) | deps-tour
	@for part in pf_root child_space walks run; do \
		bench/$$part $(patsubst bench-%,--%,$(@:bench=)) || failed=1; done; [ -z "$$failed" ]

scope-test: $(O)/bench/scope.so | deps-test ## The counting plugin against counts known by hand
	@bench/scope/selftest/run
