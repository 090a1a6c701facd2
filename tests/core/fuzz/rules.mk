# SPDX-License-Identifier: BSD-2-Clause
# Plays of system calls made of bytes (tests/core/fuzz): as a fuzzer, and to play files again.
FUZZ_CC  := clang
FUZZ_SRC := $(filter-out tests/core/host/%,$(HOST_SRC)) $(HOST_64)
FUZZ_SRC += $(addprefix tests/core/host/,world.c user.c) $(wildcard tests/core/fuzz/*.c)
FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
# What only looks, and what each play begins with, is not watched: that makes it several times as fast.
FUZZ_FAST := mem/mapcheck core/check core/thread_check lib/str arch/host/ptab arch/host/tlb
$(FUZZ_FAST:%=$(O)/fuzzobj/kernel/%.c.o): FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fno-sanitize=all
$(O)/fuzzobj/kernel/mem/kmem.c.o $(O)/fuzzobj/tests/core/fuzz/fuzz.c.o: FUZZ_CFL += -fno-sanitize=address
PLAY_SRC := $(filter-out $(addprefix tests/core/fuzz/,fuzz.c mutate.c),$(FUZZ_SRC))
PLAY_SRC += tests/core/fuzz/replay/main.c
TIME     ?= 60

$(eval $(call fast,fuzzobj,FUZZ_CC,FUZZ_CFL))

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

fuzz: $(O)/fuzz/fuzz | deps-fuzz ## Fuzz the kernel's core for TIME=60 seconds; findings: build/fuzz/
	@tests/core/fuzz/run $(TIME)
