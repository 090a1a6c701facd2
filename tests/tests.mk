# SPDX-License-Identifier: BSD-2-Clause
# Tests and figures: included by the Makefile.

test-browser: | deps-browser ## The page of the running system, in a Chromium
	+@tests/net/chromium

test: | deps-test ## Everything that can be tested; ends with "N passed, N failed"
	@tools/test

house: portable ## How large and how tangled the kernel is: name, value, limit
	@tools/house

check-style: portable ## Directions of includes and calls, style limits; self-tests first
	@cd tools && for t in includes symbols style; do ./check-$$t --self-test && ./check-$$t || exit 1; done

HOST_DIRS := kernel/core kernel/mem kernel/boot kernel/sys kernel/lib kernel/kdb kernel/kdb/arch/host \
	kernel/arch/host tests/host
HOST_SRC := $(filter-out $(KTWIN),$(wildcard $(HOST_DIRS:%=%/*.c)))
HOST_INC := -Iabi -Iabi/arch/host -Ikernel -Ikernel/arch/host/include -Itests/host
# The fast path of x86_64 is part of the host programs of 64 bits: fast.o. It wants data at low addresses.
FAST_SRC := $(wildcard kernel/arch/x86_64/fast*.S) kernel/arch/host/x86_64/enter.S
HOST_64  := kernel/arch/host/x86_64/enter.c
HOST_32  := kernel/arch/host/by_c/enter.c
HOST_CFL := -std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFL += -fno-pie -fno-builtin -DPECAN_DEBUG $(WARN) -MMD -MP $(HOST_INC)
PLAIN_CFL = $(filter-out -fsan% -fno-san%,$(HOST_CFL))

# Folder, and names of the variables with compiler and flags.
define fast
$(O)/$(1)/gen/offsets.h: kernel/arch/host/x86_64/offsets_machine.c $(O)/settings
	$$(call offsets,$$($(2)) -m64 $$(filter-out -fsan% -M%,$$($(3))))

$(O)/$(1)/%.S.o: %.S $(O)/$(1)/gen/offsets.h
	$$(call say,HOSTCC,64 $$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$($(2)) -m64 $$($(3)) -Ikernel/arch/host/x86_64/include -I$(O)/$(1)/gen -c -o $$@ $$<

$(O)/$(1)/fast.o: $(FAST_SRC:%=$(O)/$(1)/%.o)
	$$(Q)$$($(2)) -m64 -nostdlib -r -o $$@ $$^
endef

define host
$(O)/host$(1)/%.c.o: %.c $(O)/settings
	$$(call say,HOSTCC,$(1) $$<)
	$$(Q)mkdir -p $$(@D) && $$(HOSTCC) -m$(1) $$(HOST_CFL) -c -o $$@ $$<

$(O)/host-test-$(1): $$(patsubst %,$(O)/host$(1)/%.o,$$(HOST_SRC) $$(HOST_$(1)))
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -m$(1) -no-pie -fsanitize=address,undefined -o $$@ $$^
endef
$(foreach w,64 32,$(eval $(call host,$(w))))
$(eval $(call fast,host64,HOSTCC,HOST_CFL))
$(eval $(call fast,fuzzobj,FUZZ_CC,FUZZ_CFL))
$(O)/host-test-64: $(O)/host64/fast.o
portable: $(filter $(O)/host64/kernel/%,$(HOST_SRC:%=$(O)/host64/%.o))

# Plays of system calls made of bytes (tests/fuzz): as a fuzzer, and to play files again.
FUZZ_CC  := clang
FUZZ_SRC := $(filter-out tests/host/%,$(HOST_SRC)) $(HOST_64) tests/host/world.c tests/host/user.c
FUZZ_SRC += $(wildcard tests/fuzz/*.c)
FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
# What only looks, and what each play begins with, is not watched: that makes it several times as fast.
FUZZ_FAST := mem/mapcheck core/check core/thread_check lib/str arch/host/ptab arch/host/tlb
$(FUZZ_FAST:%=$(O)/fuzzobj/kernel/%.c.o): FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fno-sanitize=all
$(O)/fuzzobj/kernel/mem/kmem.c.o $(O)/fuzzobj/tests/fuzz/fuzz.c.o: FUZZ_CFL += -fno-sanitize=address
PLAY_SRC := $(filter-out tests/fuzz/fuzz.c tests/fuzz/mutate.c,$(FUZZ_SRC)) tests/fuzz/replay/main.c
TIME     ?= 60

# Long operations of the fuzzer's kernel are cut into smaller steps: more happens between two of them.
$(O)/fuzzobj/gen/offsets.h: $(O)/fuzzobj/include/mem/config.h
$(O)/fuzzobj/include/mem/config.h: kernel/mem/config.h
	$(Q)mkdir -p $(@D) && sed '/CFG_STEP/s/4/2/; /CFG_WORK/s/ARCH_WORK/7/' $< >$@

$(O)/fuzzobj/%.c.o: %.c $(O)/settings $(O)/fuzzobj/include/mem/config.h | deps-fuzz
	$(call say,FUZZCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(FUZZ_CFL) -c -o $@ $<

$(O)/fuzz/fuzz: $(FUZZ_SRC:%=$(O)/fuzzobj/%.o) $(O)/fuzzobj/fast.o | tests/fuzz/wrap
	$(call say,FUZZLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fsanitize=fuzzer,address,undefined @tests/fuzz/wrap -o $@ $^

$(O)/fuzz-replay: $(PLAY_SRC:%=$(O)/host64/%.o) $(O)/host64/fast.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

fuzz: $(O)/fuzz/fuzz | deps-fuzz ## Fuzz the kernel's core for TIME=60 seconds; findings: build/fuzz/
	@tests/fuzz/run $(TIME)

offset-mutants: $(O)/host-test-64 ## A wrong displacement in the fast path is noticed by a host test
	@tests/offsets/run
# The core against a model of it, in lock step (docs/model.md): many steps, so without sanitizers.
MODEL_SRC := $(filter-out tests/fuzz/% $(HOST_64),$(FUZZ_SRC)) $(wildcard tests/model/*.c)
$(O)/model-64: $(O)/host64/fast.o
MODEL_HDR := $(shell find abi kernel tests/host tests/model -name '*.h')
$(O)/model-%: $(MODEL_SRC) $(HOST_64) $(HOST_32) $(MODEL_HDR) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -m$* $(filter-out -O1 -M%,$(PLAIN_CFL)) -O2 -no-pie -Wl,--wrap=kernel_check -o $@ \
		$(MODEL_SRC) $(HOST_$*) $(filter %.o,$^)
model: $(O)/model-64 ## Play the kernel's core against a model of it for about TIME=60 seconds
	@setarch -R nice $(O)/model-64 -t $(TIME)
COV_CFL  := $(PLAIN_CFL) -fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation

$(O)/covobj/%.c.o: %.c $(O)/settings | deps-fuzz
	$(call say,COVCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(COV_CFL) -c -o $@ $<

$(O)/cov/host-test: $(patsubst %,$(O)/covobj/%.o,$(HOST_SRC) $(HOST_64))
$(O)/cov/fuzz-replay: $(PLAY_SRC:%=$(O)/covobj/%.o)
$(O)/cov/host-test $(O)/cov/fuzz-replay: $(O)/host64/fast.o
	$(call say,COVLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fprofile-instr-generate -o $@ $^

# cov_test(name, sources, flags, other objects, what must be there first): a test of user level likewise. The
# other objects may have been compiled with sanitizers.
define cov_test
$(O)/covobj/$(1)/%.c.o: %.c $(O)/settings | $(STUBS) deps-fuzz $(5)
	$$(call say,COVCC,$(1) $$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(FUZZ_CC) $$(filter-out -fsan% -fno-san%,$$(UTEST_CFL)) $$(PTEST_COV) $(3) -c -o $$@ $$<

$(O)/cov/$(1): $(patsubst %,$(O)/covobj/$(1)/%.o,$(2)) $(4)
	$$(call say,COVLD,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(FUZZ_CC) -no-pie -fsanitize=address,undefined -fprofile-instr-generate -o $$@ $$^

coverage: $(O)/cov/$(1)
endef

# The network server's sockets and lwIP against malformed packets. lwIP reads headers at any address.
NET_TEST := $(addprefix tests/net/host/,cases.c clients.c heap.c hosts.c main.c packet.c)
NET_TEST += $(addprefix user/servers/net/,client.c socket.c stream.c datagram.c checksum.c host.c)
NET_TEST += user/lib/pecan/places.c
LWIP_CFL := $(filter-out $(WARN) -M% -I%,$(HOST_CFL)) -fno-sanitize=alignment -w
$(eval $(call lwip_object,host,$(HOSTCC) $(LWIP_CFL)))
$(NET_TEST:%=$(O)/userobj/%.o): UTEST_CFL += $(LWIP_INC) -fno-sanitize=alignment
$(NET_TEST:%=$(O)/userobj/%.o): | $(LWIP)/src/include/lwip/init.h
$(eval $(call cov_test,net-test,$(NET_TEST),$(LWIP_INC),$(LWIP)/host.o,$(LWIP)/src/include/lwip/init.h))
$(O)/net-test: $(NET_TEST:%=$(O)/userobj/%.o) $(LWIP)/host.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

host-tests: $(O)/host-test-64 $(O)/host-test-32 $(O)/user-test $(O)/posix-test $(O)/root-test $(O)/fuzz-replay
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
	@tools/longest --limit 4700 --limit-scripts 6100

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
	@bench/run $(patsubst bench-%,--%,$(@:bench=))
	@bench/pf_root

scope-test: $(O)/bench/scope.so | deps-test ## The counting plugin against counts known by hand
	@bench/scope/selftest/run

