# SPDX-License-Identifier: BSD-2-Clause
# The kernel's core as programs of the host.

# ---- host ----
# The kernel's core as a program, with 64-bit and with 32-bit words; what other folders build from its parts.
HOST_DIRS := kernel/core kernel/mem kernel/boot kernel/sys kernel/lib kernel/kdb kernel/kdb/arch/host \
	kernel/arch/host tests/core/host
HOST_TESTS := $(wildcard tests/core/host/*/test_*.c)
HARNESS  := $(addprefix tests/lib/harness/,harness.c main.c)
HOST_SRC := $(filter-out $(KTWIN),$(wildcard $(HOST_DIRS:%=%/*.c))) $(call generic,host host/ptes) $(HARNESS)
HOST_SRC += $(HOST_TESTS)
# The host machine of 64 bits has ranges of PTEs of its own, that of 32 bits those of kernel/arch/generic.
HOST_PTES := -Ikernel/arch/host/ptes/include
HOST_INC := -Iabi -Iabi/arch/host -Ikernel -Ikernel/arch/host/include $(HOST_PTES)
HOST_INC += -Ikernel/arch/generic/include -Itests/core/host -Itests/lib/harness
# The fast path of x86_64 is part of the host programs of 64 bits, that of ia32 of one of 32: fast.o. It wants
# data at low addresses.
fast_src  = $(wildcard kernel/arch/$(1)/fast*.S) kernel/arch/host/$(1)/enter.S
HOST_64  := kernel/arch/host/x86_64/enter.c $(addprefix kernel/arch/host/ptes/,kept.c ptes.c)
HOST_32  := $(addprefix kernel/arch/,host/by_c/enter.c host/by_c/kept.c generic/kept.c generic/ptes.c)
HOST_CFL := -std=gnu11 -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFL += -fno-pie -fno-builtin -DPECAN_DEBUG $(WARN) -MMD -MP $(HOST_INC)
PLAIN_CFL = $(filter-out -fsan% -fno-san%,$(HOST_CFL))

# Folder, names of the variables with compiler and flags, machine, bits.
define fast
$(O)/$(1)/gen/offsets.h: kernel/arch/host/$(4)/offsets_machine.c $(O)/settings
	$$(call offsets,$$($(2)) -m$(5) $$(filter-out -fsan% -M%,$$($(3))))

$(O)/$(1)/%.S.o: %.S $(O)/$(1)/gen/offsets.h
	$$(call say,HOSTCC,$(5) $$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$($(2)) -m$(5) $$($(3)) -Ikernel/arch/host/$(4)/include -I$(O)/$(1)/gen -c -o $$@ $$<

$(O)/$(1)/fast.o: $(patsubst %,$(O)/$(1)/%.o,$(call fast_src,$(4)))
	$$(Q)$$($(2)) -m$(5) -nostdlib -r -o $$@ $$^
endef

# Name, compiler, name of the variable with its flags, options of the linker, sources, what is made first.
define host
$(O)/host$(1)/%.c.o: %.c $(O)/settings | $(6)
	$$(call say,HOSTCC,$(1) $$<)
	$$(Q)mkdir -p $$(@D) && $(2) $$($(3)) -c -o $$@ $$<

$(O)/host-test-$(1): $(5:%=$(O)/host$(1)/%.o)
	$$(call say,HOSTLD,$$@)
	$$(Q)$(2) $(4) -o $$@ $$^
endef
SANITIZED := -no-pie -fsanitize=address,undefined
# Of programs of 32 bits. Where qemu-i386 executes them (tools/deps), AddressSanitizer takes half as long
# again, and has no shadow of the highest GiB.
CHECKED_32 := $(if $(wildcard /proc/sys/fs/binfmt_misc/pecan-i386),,-fsanitize=address) -fsanitize=undefined
SANITIZED_32 := -no-pie $(CHECKED_32)
HOST32_CFL = $(filter-out $(HOST_PTES) -fsanitize=%,$(HOST_CFL)) $(CHECKED_32)
# What only looks at the core after each entry, and page tables and TLB of the host machine, takes most of the
# time: without sanitizers it takes a part.
HOST_FAST := mem/mapcheck core/check core/thread_check $(addprefix arch/host/,ptab ptes/kept ptes/ptes tlb)
UNCHECKED := -O2 -fno-sanitize=all
$(HOST_FAST:%=$(O)/host64/kernel/%.c.o): HOST_CFL += $(UNCHECKED)
$(HOST_FAST:%=$(O)/host32/kernel/%.c.o): HOST32_CFL += $(UNCHECKED)
$(eval $(call host,64,$(HOSTCC) -m64,HOST_CFL,$(SANITIZED),$(HOST_SRC) $(HOST_64)))
$(eval $(call host,32,$(HOSTCC) -m32,HOST32_CFL,$(SANITIZED_32),$(HOST_SRC) $(HOST_32)))
$(eval $(call fast,host64,HOSTCC,HOST_CFL,x86_64,64))
$(O)/host-test-64: $(O)/host64/fast.o
portable: $(filter $(O)/host64/kernel/%,$(HOST_SRC:%=$(O)/host64/%.o))

# Three message registers in registers instead of eight; and the same big-endian, by qemu-ppc and without
# sanitizers. Which of the tests run, and which source is left out: groups.txt.
MR3_SRC := $(filter-out $(shell sed -n 's/^without /%\//p' tests/core/host/groups.txt),$(HOST_SRC)) $(HOST_32)
MR3_CFL := $(HOST32_CFL) -DHOST_REG_MRS=3
PPC_CFL := $(filter-out -O1 -fsan% -fno-san%,$(MR3_CFL)) -O2
$(eval $(call host,32-mr3,$(HOSTCC) -m32,MR3_CFL,$(SANITIZED_32),$(MR3_SRC)))
$(eval $(call host,ppc,powerpc-linux-gnu-gcc,PPC_CFL,-static,$(MR3_SRC),deps-test))
.PHONY: test-big-endian
test-big-endian: $(O)/host-test-32 $(foreach t,host-test fuzz-replay model,$(O)/$(t)-32-mr3 $(O)/$(t)-ppc)
test-big-endian: ## Host tests, fuzzer's corpus and model with other words and registers
	@setarch -R tests/core/host/groups --all

# ---- fuzz ----
# Plays of system calls made of bytes (tests/core/fuzz): as a fuzzer, and to play files again.
FUZZ_CC  := clang
FUZZ_SRC := $(filter-out tests/%,$(HOST_SRC)) $(HOST_64)
FUZZ_SRC += $(addprefix tests/core/host/,world.c user.c) $(wildcard tests/core/fuzz/*.c)
FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
# What only looks, and what each play begins with, is not watched: that makes it several times as fast.
FUZZ_FAST := $(HOST_FAST) lib/str
$(FUZZ_FAST:%=$(O)/fuzzobj/kernel/%.c.o): FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) $(UNCHECKED)
$(O)/fuzzobj/kernel/mem/kmem.c.o $(O)/fuzzobj/tests/core/fuzz/fuzz.c.o: FUZZ_CFL += -fno-sanitize=address
PLAY_SRC := $(filter-out $(addprefix tests/core/fuzz/,fuzz.c mutate.c),$(FUZZ_SRC))
PLAY_SRC += tests/core/fuzz/replay/main.c
TIME     ?= 60

$(eval $(call fast,fuzzobj,FUZZ_CC,FUZZ_CFL,x86_64,64))

# Long operations of the fuzzer's kernel are cut into smaller steps: more happens between two of them.
$(O)/fuzzobj/gen/offsets.h: $(O)/fuzzobj/include/mem/config.h
$(O)/fuzzobj/include/mem/config.h: kernel/mem/config.h
	$(Q)mkdir -p $(@D) && sed '/CFG_STEP/s/4/2/; /CFG_WORK/s/ARCH_WORK/7/' $< >$@

$(O)/fuzzobj/%.c.o: %.c $(O)/settings $(O)/fuzzobj/include/mem/config.h | deps-fuzz
	$(call say,FUZZCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(FUZZ_CFL) -c -o $@ $<

$(O)/fuzz/fuzz: $(FUZZ_SRC:%=$(O)/fuzzobj/%.o) $(O)/fuzzobj/fast.o | tests/core/fuzz/wrap
	$(call say,FUZZLD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -no-pie -fsanitize=fuzzer,address,undefined @tests/core/fuzz/wrap -o $@ $^

$(O)/fuzz-replay: $(PLAY_SRC:%=$(O)/host64/%.o) $(O)/host64/fast.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

# Name of the machine, compiler, options of the linker.
define replay
$(O)/fuzz-replay-$(1): $(patsubst %,$(O)/host$(1)/%.o,$(filter-out $(HOST_64),$(PLAY_SRC)) $(HOST_32))
$(O)/fuzz-replay-$(1): $(O)/host$(1)/tests/lib/parsers/campaign.c.o
	$$(call say,HOSTLD,$$@)
	$$(Q)$(2) $(3) -o $$@ $$^
endef
$(eval $(call replay,32-mr3,$(HOSTCC) -m32,$(SANITIZED_32)))
$(eval $(call replay,ppc,powerpc-linux-gnu-gcc,-static))

fuzz: $(O)/fuzz/fuzz | deps-fuzz ## Fuzz the kernel's core for TIME=60 seconds; findings: build/fuzz/
	@tests/core/fuzz/run $(TIME)

# Words that another thread rewrites as soon as the kernel has read them.
WORDS_SRC := $(filter-out tests/core/fuzz/replay/%,$(PLAY_SRC)) $(wildcard tests/core/fuzz/words/*.c)
$(O)/words: $(WORDS_SRC:%=$(O)/host64/%.o) $(O)/host64/tests/lib/parsers/campaign.c.o $(O)/host64/fast.o
$(O)/words: tests/core/fuzz/words/wrap
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined @tests/core/fuzz/words/wrap -o $@ $(filter %.o,$^)

# ---- coverage ----
# What tests reach of the kernel and of user level, on the host and in the guest: docs/testing.md.
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

$(O)/cov/executed.so: tests/core/coverage/executed.c bench/scope/qplugin.h $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $<

coverage: $(O)/cov/host-test $(O)/cov/fuzz-replay $(O)/cov/posix-test $(O)/cov/executed.so
coverage: $(addprefix $(O)/,pecan.iso ports.tar tests/boot.tar) $(GUESTS)
coverage: | deps-fuzz deps-test ## Lines that tests reach: host, guest
	@tests/core/coverage/run

# ---- model, mutants ----
# The core against a model of it, in lock step (docs/model.md): many steps, so without sanitizers.
MODEL_SRC := $(filter-out tests/core/fuzz/% $(HOST_64),$(FUZZ_SRC)) $(wildcard tests/core/model/*.c)
$(O)/model-64: $(O)/host64/fast.o
MODEL_HDR := $(shell find abi kernel tests/core/host tests/core/model tests/lib/harness -name '*.h')
MODEL_CFL = $(filter-out -O1 -M%,$(PLAIN_CFL)) -O2 -Wl,--wrap=kernel_check
MODEL_CC_64     := $(HOSTCC) -m64 -no-pie $(HOST_PTES)
MODEL_CC_32     := $(HOSTCC) -m32 -no-pie
MODEL_CC_32-mr3 := $(MODEL_CC_32) -DHOST_REG_MRS=3
MODEL_CC_ppc    := powerpc-linux-gnu-gcc -static -DHOST_REG_MRS=3
$(O)/model-ppc: | deps-test
$(O)/model-%: $(MODEL_SRC) $(HOST_64) $(HOST_32) $(MODEL_HDR) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)$(MODEL_CC_$*) $(filter-out $(HOST_PTES),$(MODEL_CFL)) -o $@ \
		$(MODEL_SRC) $(or $(HOST_$*),$(HOST_32)) $(filter %.o,$^)
model: $(O)/model-64 ## Play the kernel's core against a model of it for about TIME=60 seconds
	@setarch -R nice $(O)/model-64 -t $(TIME)

# N one-line mutants of kernel and user level, drawn with SEED, against the tests that reach them.
.PHONY: mutants
N    ?= 20
SEED ?= 1

mutants: | deps-test deps-fuzz ## Does a test fail for each of N=20 changed lines, drawn with SEED=1?
	@tests/core/mutants/run $(N) $(SEED)
