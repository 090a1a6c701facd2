# SPDX-License-Identifier: BSD-2-Clause
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
