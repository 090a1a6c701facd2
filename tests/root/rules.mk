# SPDX-License-Identifier: BSD-2-Clause
# All of root as a host program, on the kernel of tests/posix.
ROOT_TEST := $(wildcard tests/root/*.c) $(addprefix tests/posix/,kernel.c main.c gateway.S) user/lib/l4/init.c
ROOT_TEST += tests/user/tests.c
ROOT_TEST += $(filter-out user/root/voice.c,$(wildcard user/root/*.c user/root/arch/$(ARCH)/*.S))
ROOT_TEST += $(addprefix user/lib/pecan/,cpu.c elf.c places.c plain.c stub.c)
RTEST_CFL = $(UTEST_CFL) -D_GNU_SOURCE -Dstrlcpy=root_strlcpy -include tests/root/host.h
# What the link script of programs has.
ROOT_ENDS := -Wl,--defsym=__program_start=kernel_call,--defsym=__program_end=kernel_call
RTEST_OWN := -Dmain=root_main -D_exit=root_exit
$(foreach d,roothost/obj roothost/cov,$(eval $(O)/$(d)/user/root/main.c.o: RTEST_CFL += $(RTEST_OWN)))

$(O)/roothost/obj/%.o: % $(O)/settings | $(STUBS)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(RTEST_CFL) -c -o $@ $<

$(O)/root-test: $(ROOT_TEST:%=$(O)/roothost/obj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^ $(ROOT_ENDS)

# For the lines that it reaches (make coverage).
$(O)/roothost/cov/%.o: % $(O)/settings | $(STUBS) deps-fuzz
	$(call say,COVCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(filter-out -fsan% -fno-san%,$(RTEST_CFL)) $(PTEST_COV) -c -o $@ $<

$(O)/cov/root-test: $(ROOT_TEST:%=$(O)/roothost/cov/%.o)
	$(call say,COVLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fprofile-instr-generate -o $@ $^ $(ROOT_ENDS)

coverage: $(O)/cov/root-test
