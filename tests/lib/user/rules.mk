# SPDX-License-Identifier: BSD-2-Clause
# The parts of programs that do not call the kernel, with their tests, as one more host program.
RING_CODE := $(addprefix user/lib/pecan/,virtq exchange places) user/drivers/virtio-blk/client
UTEST_SRC := $(filter-out tests/lib/rings/main.c,$(wildcard tests/lib/user/*.c tests/lib/rings/*.c))
UTEST_SRC += $(addsuffix .c,\
	$(addprefix user/sigma0/,regions owners policy) $(addprefix user/root/,dma pool vtab frame share demand) \
	$(addprefix user/root/,kept tar config promise sections stack queue) \
	$(addprefix user/servers/,names/table \
	net/chacha $(addprefix status/,model drawing page http)) $(addprefix user/lib/pecan/,elf cpu plain) \
	user/apps/shell/words user/drivers/rtc/date $(RING_CODE) $(addprefix user/drivers/,pci/mptable \
	pci/bars $(addprefix console/,line history screen font owner)))
UTEST_CFL := $(filter-out -Iabi/arch/host -Ikernel% -Itests/core/host,$(HOST_CFL)) -Iabi/arch/$(ARCH) -Iuser
UTEST_CFL += -Iuser/lib/l4/include -Iuser/lib/pecan/include -I$(O)/gen

$(O)/userobj/%.c.o: %.c $(O)/settings | $(STUBS)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(UTEST_CFL) -c -o $@ $<

$(O)/user-test: $(UTEST_SRC:%=$(O)/userobj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

$(eval $(call cov_test,user-test,$(UTEST_SRC) tests/lib/parsers/campaign.c))

# Their ring code, with devices and clients that lie, under libFuzzer.
RING_SRC := $(wildcard tests/lib/rings/*.c) $(RING_CODE:%=%.c)
$(RING_SRC:%=$(O)/fuzzobj/%.o): FUZZ_CFL = $(UTEST_CFL) -O2 -fsanitize=fuzzer-no-link
$(RING_SRC:%=$(O)/fuzzobj/%.o): | $(STUBS)
$(O)/fuzz/rings: $(RING_SRC:%=$(O)/fuzzobj/%.o)
	$(call say,FUZZLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fsanitize=fuzzer,address,undefined -o $@ $^
