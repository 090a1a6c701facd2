# SPDX-License-Identifier: BSD-2-Clause
# Tests and figures: included by the Makefile.

test: | deps-test ## Everything that can be tested; ends with "N passed, N failed"
	@tools/test

house: portable ## How large and how tangled the kernel is: name, value, limit
	@tools/house

check-style: portable ## Directions of includes and calls, style limits; self-tests first
	@cd tools && for t in includes symbols style; do ./check-$$t --self-test && ./check-$$t || exit 1; done

HOST_DIRS := kernel/core kernel/mem kernel/boot kernel/sys kernel/lib kernel/arch/host tests/host
HOST_SRC := $(filter-out $(KTWIN),$(wildcard $(HOST_DIRS:%=%/*.c)))
HOST_INC := -Iabi -Iabi/arch/host -Ikernel -Ikernel/arch/host/include -Itests/host
HOST_CFL := -std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFL += -fno-builtin -DPECAN_DEBUG $(WARN) -MMD -MP $(HOST_INC)
PLAIN_CFL = $(filter-out -fsan% -fno-san%,$(HOST_CFL))

define host
$(O)/host$(1)/%.c.o: %.c $(O)/settings
	$$(call say,HOSTCC,$(1) $$<)
	$$(Q)mkdir -p $$(@D) && $$(HOSTCC) -m$(1) $$(HOST_CFL) -c -o $$@ $$<

$(O)/host-test-$(1): $$(HOST_SRC:%=$(O)/host$(1)/%.o)
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -m$(1) -fsanitize=address,undefined -o $$@ $$^
endef
$(foreach w,64 32,$(eval $(call host,$(w))))
portable: $(filter $(O)/host64/kernel/%,$(HOST_SRC:%=$(O)/host64/%.o))

# Plays of system calls made of bytes (tests/fuzz): as a fuzzer, and to play files again.
FUZZ_CC  := clang
FUZZ_SRC := $(filter-out tests/host/%,$(HOST_SRC)) tests/host/world.c tests/host/user.c
FUZZ_SRC += $(wildcard tests/fuzz/*.c)
FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
# What only looks, and what each play begins with, is not watched: that makes it several times as fast.
FUZZ_FAST := mem/mapcheck core/check core/threadcheck lib/str arch/host/ptab arch/host/tlb
$(FUZZ_FAST:%=$(O)/fuzzobj/kernel/%.c.o): FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fno-sanitize=all
$(O)/fuzzobj/kernel/mem/kmem.c.o $(O)/fuzzobj/tests/fuzz/fuzz.c.o: FUZZ_CFL += -fno-sanitize=address
PLAY_SRC := $(filter-out tests/fuzz/fuzz.c tests/fuzz/mutate.c,$(FUZZ_SRC)) tests/fuzz/replay/main.c
TIME     ?= 60

# Long operations of the fuzzer's kernel are cut into smaller steps: more happens between two of them.
$(O)/fuzzobj/include/mem/config.h: kernel/mem/config.h
	$(Q)mkdir -p $(@D) && sed '/CFG_STEP/s/4/2/; /CFG_WORK/s/ARCH_WORK/7/' $< >$@

$(O)/fuzzobj/%.c.o: %.c $(O)/settings $(O)/fuzzobj/include/mem/config.h | deps-fuzz
	$(call say,FUZZCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(FUZZ_CFL) -c -o $@ $<

$(O)/fuzz/fuzz: $(FUZZ_SRC:%=$(O)/fuzzobj/%.o) | tests/fuzz/wrap
	$(call say,FUZZLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -fsanitize=fuzzer,address,undefined @tests/fuzz/wrap -o $@ $^

$(O)/fuzz-replay: $(PLAY_SRC:%=$(O)/host64/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -fsanitize=address,undefined -o $@ $^

fuzz: $(O)/fuzz/fuzz | deps-fuzz ## Fuzz the kernel's core for TIME=60 seconds; findings: build/fuzz/
	@tests/fuzz/run $(TIME)
# The core against a model of it, in lock step (docs/model.md): many steps, so without sanitizers.
MODEL_SRC := $(filter-out tests/fuzz/%,$(FUZZ_SRC)) $(wildcard tests/model/*.c)
$(O)/model-%: $(MODEL_SRC) $(shell find abi kernel tests/host tests/model -name '*.h') $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -m$* $(filter-out -O1 -M%,$(PLAIN_CFL)) -O2 -Wl,--wrap=kernel_check -o $@ $(MODEL_SRC)
model: $(O)/model-64 ## Play the kernel's core against a model of it for about TIME=60 seconds
	@setarch -R nice $(O)/model-64 -t $(TIME)
COV_CFL  := $(PLAIN_CFL) -fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation

$(O)/covobj/%.c.o: %.c $(O)/settings | deps-fuzz
	$(call say,COVCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(COV_CFL) -c -o $@ $<

$(O)/cov/host-test: $(HOST_SRC:%=$(O)/covobj/%.o)
$(O)/cov/fuzz-replay: $(PLAY_SRC:%=$(O)/covobj/%.o)
$(O)/cov/host-test $(O)/cov/fuzz-replay:
	$(call say,COVLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -fprofile-instr-generate -o $@ $^

coverage: $(O)/cov/host-test $(O)/cov/fuzz-replay | deps-fuzz ## Lines and branches that tests reach
	@tools/coverage

# The parts of programs that do not call the kernel, with their tests, as one more host program.
UTEST_SRC := $(wildcard tests/user/*.c) $(addsuffix .c,$(addprefix user/sigma0/,regions owners policy) \
	$(addprefix user/root/,elf pool vtab tar config stack) user/servers/names/table \
	$(addprefix user/drivers/console/,line history screen font owner))
UTEST_CFL := $(filter-out -Iabi/arch/host -Ikernel% -Itests/host,$(HOST_CFL)) -Iabi/arch/$(ARCH) -Iuser
UTEST_CFL += -Iuser/lib/l4/include

$(O)/userobj/%.c.o: %.c $(O)/settings
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(UTEST_CFL) -c -o $@ $<

$(O)/user-test: $(UTEST_SRC:%=$(O)/userobj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -fsanitize=address,undefined -o $@ $^

host-tests: $(O)/host-test-64 $(O)/host-test-32 $(O)/user-test $(O)/fuzz-replay
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
longest: $(O)/bench/longest.so guest-tests ## The longest stretch with interrupts off over the guest tests
	@tools/longest --limit 4700

BENCH := $(O)/pecan $(O)/sigma0 $(O)/bench/guest $(O)/bench/scope.so
bench: ## Count instructions of the kernel's operations; build/bench/figures.tsv, .html
bench-accept: ## The same, and agree to the figures: bench/accepted
bench-build: $(BENCH)
bench bench-check bench-accept: $(BENCH) | deps-tour
	@bench/run $(patsubst bench-%,--%,$(@:bench=))

scope-test: $(O)/bench/scope.so | deps-test ## The counting plugin against counts known by hand
	@bench/scope/selftest/run

