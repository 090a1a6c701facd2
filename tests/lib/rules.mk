# SPDX-License-Identifier: BSD-2-Clause
# Libraries and parts of programs as programs of the host.

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

# Files of user/lib/pecan by their names.
pecan = $(foreach f,$(1),$(or $(wildcard user/lib/pecan/*/$(f).c),$(error user/lib/pecan has no $(f).c)))

# ---- user, rings ----
# The parts of programs that do not call the kernel, with their tests, as one more host program.
RING_CODE := $(call pecan,virtq exchange places disk_clients disk_table)
UTEST_SRC := $(filter-out tests/lib/rings/main.c,$(wildcard tests/lib/user/*.c tests/lib/rings/*.c))
UTEST_SRC += $(addprefix tests/lib/harness/,harness.c table.c) $(addsuffix .c,\
	$(addprefix user/sigma0/,regions owners policy) $(addprefix user/root/,device/dma task/share task/stack) \
	$(addprefix user/root/memory/,demand frame layout pool tar vtab) user/root/job/queue \
	user/root/memory/keep $(addprefix user/supervisor/,config conflict sizes word) \
	user/root/job/waiting \
	$(addprefix user/servers/,names/table bridge/mac \
	net/base/chacha net/base/siphash $(addprefix status/,model drawing page http)) \
	user/lib/pecan/arch/$(FAMILY)/cpu ports/musl/edge/src/string/memcmp \
	$(addprefix user/apps/,shell/words shell/list ntp/packet) user/drivers/rtc/date \
	$(addprefix user/drivers/,pci/arch/x86/mptable \
	pci/bars $(addprefix console/,line history log screen font owner)))
UTEST_SRC += $(RING_CODE) $(call pecan,elf grants plain promise)
UTEST_CFL := $(filter-out -Iabi/arch/host -Ikernel% -Itests/core/host,$(HOST_CFL)) -Iabi/arch/$(ARCH) -Iuser
UTEST_CFL += -Iuser/lib/l4/include -Iuser/lib/pecan/include -I$(O)/gen
$(O)/userobj/ports/musl/% $(O)/covobj/user-test/ports/musl/%: UTEST_CFL += -Dmemcmp=port_memcmp

$(O)/userobj/%.c.o: %.c $(O)/settings | $(STUBS)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(UTEST_CFL) -c -o $@ $<

$(O)/user-test: $(UTEST_SRC:%=$(O)/userobj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

$(eval $(call cov_test,user-test,$(UTEST_SRC) tests/lib/parsers/campaign.c))

# What devices and networks see as bytes, here and, big-endian, by qemu-ppc.
ORDER_SRC := $(wildcard tests/lib/order/*.c) tests/lib/user/virtq.c tests/lib/rings/virtq.c $(HARNESS)
ORDER_SRC += user/lib/pecan/driver/virtq.c user/servers/net/base/checksum.c
ORDER_CFL  = $(UTEST_CFL)
ORDERPPC_CFL = $(filter-out -fsan% -fno-san%,$(UTEST_CFL))
$(eval $(call hosted,order,ORDER_CFL,$(ORDER_SRC)))
$(O)/orderppc/%.c.o: %.c $(O)/settings | $(STUBS) deps-test
	$(call say,HOSTCC,ppc $<)
	$(Q)mkdir -p $(@D) && powerpc-linux-gnu-gcc $(ORDERPPC_CFL) -c -o $@ $<

$(O)/order-test-ppc: $(ORDER_SRC:%=$(O)/orderppc/%.o)
	$(call say,HOSTLD,$@)
	$(Q)powerpc-linux-gnu-gcc -static -o $@ $^

# Their ring code, with devices and clients that lie, under libFuzzer.
RING_SRC := $(wildcard tests/lib/rings/*.c) $(RING_CODE)
$(RING_SRC:%=$(O)/fuzzobj/%.o): FUZZ_CFL = $(UTEST_CFL) -O2 -fsanitize=fuzzer-no-link
$(RING_SRC:%=$(O)/fuzzobj/%.o): | $(STUBS)
$(O)/fuzz/rings: $(RING_SRC:%=$(O)/fuzzobj/%.o)
	$(call say,FUZZLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fsanitize=fuzzer,address,undefined -o $@ $^

# As BOARD in tests/core/parsers/rules.mk: what root, sigma0 and the PCI server read, with its steps counted.
$(addprefix $(O)/userobj/user/,root/memory/tar.c.o supervisor/config.c.o supervisor/word.c.o \
	lib/pecan/format/elf.c.o sigma0/regions.c.o drivers/pci/arch/x86/mptable.c.o): \
	UTEST_CFL += -fsanitize-coverage=trace-pc
$(O)/user-test: $(O)/userobj/tests/lib/parsers/campaign.c.o

# ---- posix, root, pecan ----
# user/lib/posix, the system calls of musl, as a host program: with a kernel and servers made for it.
PTEST_SRC := $(wildcard tests/lib/posix/*.c) tests/lib/harness/harness.c tests/lib/posix/gateway.S
PTEST_SRC += $(wildcard user/lib/posix/*.c)
PTEST_SRC += $(wildcard user/lib/posix/arch/x86_64/*.[cS]) user/lib/l4/arch/$(ARCH)/init.c
PTEST_SRC += $(filter-out %/exit.c %/print.c,$(wildcard user/lib/pecan/*/*.c))
PTEST_SRC += user/lib/pecan/arch/$(FAMILY)/thread_entry.c
# The start code's names are those of the host's as well; its C library has no strlcpy. The parts of a
# message are counted by an int in musl's headers.
PTEST_CFL = $(filter-out -fno-builtin,$(UTEST_CFL)) -Wno-sign-compare -D_start=px_first -Dstrlcpy=px_strlcpy
PTEST_CFL += -include tests/lib/posix/host.h -iquote user/lib/posix -iquote user/lib/posix/arch/x86_64
PTEST_LINK := -Wl,--wrap=px_unlock
PTEST_OWN := -D__libc_start_main=px_libc_start_main -Dmain=px_main
$(foreach d,posixhost/obj posixhost/cov,$(eval $(O)/$(d)/user/lib/posix/start.c.o: PTEST_CFL += $(PTEST_OWN)))

# For the lines and branches that programs of user level reach (make coverage).
PTEST_COV = $(filter-out $(PLAIN_CFL) $(HOST_CFL),$(COV_CFL))
$(eval $(call hosted,posix,PTEST_CFL,$(PTEST_SRC),$(PTEST_LINK)))

# All of root as a host program, on the kernel of tests/lib/posix.
ROOT_TEST := $(wildcard tests/lib/root/*.c) $(addprefix tests/lib/posix/,kernel.c kip.c main.c gateway.S)
ROOT_TEST += user/lib/l4/arch/$(ARCH)/init.c tests/lib/harness/harness.c
ROOT_TEST += $(filter-out user/root/report/output.c %/serial.c,$(call all_parts,user/root))
ROOT_TEST += user/lib/pecan/arch/$(FAMILY)/cpu.c $(call pecan,elf grants places plain promise stub)
# And the supervisor, as one of its threads: with memory of the host (tests/lib/root/supervisor.c).
ROOT_TEST += $(wildcard user/supervisor/*.c)
RTEST_CFL = $(UTEST_CFL) -D_GNU_SOURCE -Dstrlcpy=root_strlcpy -include tests/lib/root/host.h
# What the link script of programs has.
ROOT_ENDS := -Wl,--defsym=__program_start=kernel_call,--defsym=__program_end=kernel_call
RTEST_OWN := -Dmain=root_main -D_exit=root_exit
$(foreach d,roothost/obj roothost/cov,$(eval $(O)/$(d)/user/root/main.c.o: RTEST_CFL += $(RTEST_OWN)))
RTEST_STACKS := -Dstack_begin=host_stack_begin -Dstack_switch=host_stack_switch
$(foreach d,roothost/obj roothost/cov,$(eval $(O)/$(d)/user/root/job/step.c.o: RTEST_CFL += $(RTEST_STACKS)))
RTEST_JOBS := $(foreach f,account_raw account_free_block step_begin step_run,-D$(f)=host_$(f))
$(foreach d,roothost/obj roothost/cov,$(eval $(O)/$(d)/user/root/job/job.c.o: RTEST_CFL += $(RTEST_JOBS)))

RTEST_SUPERVISOR := -Dmain=supervisor_main -include tests/lib/root/supervisor.h
$(foreach d,obj cov,$(eval $(O)/roothost/$(d)/user/supervisor/%.o: RTEST_CFL += $(RTEST_SUPERVISOR)))
$(foreach d,obj cov,$(eval $(O)/roothost/$(d)/user/root/supervised/handover.c.o: RTEST_CFL += \
	-Dvtab_get=host_vtab_get))

$(eval $(call hosted,root,RTEST_CFL,$(ROOT_TEST),$(ROOT_ENDS)))

# user/lib/pecan, what programs call of it, as a host program, with kernel and servers of tests/lib/posix.
LIB_TEST := $(wildcard tests/lib/pecan/*.c) tests/lib/harness/harness.c user/lib/l4/arch/$(ARCH)/init.c
LIB_TEST += $(addprefix tests/lib/posix/,gateway.S $(addsuffix .c,kernel kip main host root root_common \
	names console stream files file_rings))
LIB_TEST += user/lib/pecan/arch/$(FAMILY)/thread_entry.c $(call pecan,console date demo dma file_ring files \
	files_copy files_path files_text memory names places plain print random root server special stream \
	stub system task thread)
LTEST_CFL = $(UTEST_CFL) -Dstrlcpy=px_strlcpy -include tests/lib/posix/host.h
# What the host's C library has too: text of the library goes to its console.
$(foreach d,obj cov,$(eval $(O)/libhost/$(d)/user/%.o: LTEST_CFL += -include tests/system/shell/output.h))

$(eval $(call hosted,lib,LTEST_CFL,$(LIB_TEST)))

# ---- tmp ----
# The server of /tmp without its message loop, as a host program under sanitizers.
TMP_SRC := $(wildcard tests/lib/tmp/*.c) tests/lib/user/main.c tests/lib/harness/harness.c
TMP_SRC += $(filter-out %/main.c,$(wildcard user/servers/tmp/*.c))
TMP_SRC += $(call pecan,files_path places file_clients file_locks file_permits)

$(O)/tmp-test: $(TMP_SRC:%=$(O)/userobj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

$(eval $(call cov_test,tmp-test,$(TMP_SRC)))
