# SPDX-License-Identifier: BSD-2-Clause
# The kernel's core as a program, with 64-bit and with 32-bit words; what other folders build from its parts.
HOST_DIRS := kernel/core kernel/mem kernel/boot kernel/sys kernel/lib kernel/kdb kernel/kdb/arch/host \
	kernel/arch/host tests/core/host
HOST_SRC := $(filter-out $(KTWIN),$(wildcard $(HOST_DIRS:%=%/*.c))) $(call generic,host host/ptes)
# The host machine of 64 bits has ranges of PTEs of its own, that of 32 bits those of kernel/arch/generic.
HOST_PTES := -Ikernel/arch/host/ptes/include
HOST_INC := -Iabi -Iabi/arch/host -Ikernel -Ikernel/arch/host/include $(HOST_PTES)
HOST_INC += -Ikernel/arch/generic/include -Itests/core/host
# The fast path of x86_64 is part of the host programs of 64 bits: fast.o. It wants data at low addresses.
FAST_SRC := $(wildcard kernel/arch/x86_64/fast*.S) kernel/arch/host/x86_64/enter.S
HOST_64  := kernel/arch/host/x86_64/enter.c kernel/arch/host/ptes/ptes.c
HOST_32  := kernel/arch/host/by_c/enter.c kernel/arch/generic/ptes.c
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
	$$(Q)mkdir -p $$(@D) && $$(HOSTCC) -m$(1) \
		$$(filter-out $(if $(filter 32,$(1)),$$(HOST_PTES)),$$(HOST_CFL)) -c -o $$@ $$<

$(O)/host-test-$(1): $$(patsubst %,$(O)/host$(1)/%.o,$$(HOST_SRC) $$(HOST_$(1)))
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -m$(1) -no-pie -fsanitize=address,undefined -o $$@ $$^
endef
$(foreach w,64 32,$(eval $(call host,$(w))))
$(eval $(call fast,host64,HOSTCC,HOST_CFL))
$(O)/host-test-64: $(O)/host64/fast.o
portable: $(filter $(O)/host64/kernel/%,$(HOST_SRC:%=$(O)/host64/%.o))

offset-mutants: $(O)/host-test-64 ## A wrong displacement in the fast path is noticed by a host test
	@tests/core/offsets/run
