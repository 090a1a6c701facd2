# SPDX-License-Identifier: BSD-2-Clause
# Small spaces of ia32: small.c with page tables and mapping database, against a model of the CPU.
SMALL_SRC := $(wildcard kernel/mem/*.c kernel/lib/*.c tests/core/small/*.c) $(HARNESS)
SMALL_SRC += $(addprefix kernel/arch/,generic/kept.c x86/ptab_arch.c x86/ptes.c ia32/kmap.c ia32/small.c)
SMALL_INC := -Itests/core/small/include -Itests/lib/harness -Iabi -Iabi/arch/ia32 -Ikernel
SMALL_INC += $(patsubst %,-Ikernel/arch/%/include,ia32 x86 generic)
SMALL_CFL  = $(filter-out -I%,$(HOST32_CFL)) $(SMALL_INC)

$(O)/hostsmall/%.c.o: %.c $(O)/settings
	$(call say,HOSTCC,small $<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) -m32 $(SMALL_CFL) -c -o $@ $<

$(O)/small-test: $(SMALL_SRC:%=$(O)/hostsmall/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -m32 $(SANITIZED_32) -o $@ $^
