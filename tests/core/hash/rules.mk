# SPDX-License-Identifier: BSD-2-Clause
# Page tables and hash table of ppc32 with the mapping database, against a model of the CPU: as C on the host,
# and big-endian with the assembly of the refill.
HASH_SRC := $(wildcard kernel/mem/*.c kernel/lib/*.c) $(HARNESS)
HASH_SRC += $(filter-out %/refill.c,$(wildcard tests/core/hash/*.c))
HASH_SRC += $(addprefix kernel/arch/,generic/kept.c generic/user.c $(addprefix ppc32/,attribute.c hash.c \
	ptab_arch.c ptes.c vsid.c))
HASH_INC := -Itests/core/hash/include -Itests/lib/harness -Iabi -Iabi/arch/ppc32 -Ikernel
HASH_INC += $(patsubst %,-Ikernel/arch/%/include,ppc32 generic)
HASH_CFL  = $(filter-out -I%,$(HOST32_CFL)) $(HASH_INC)

$(O)/hosthash/%.c.o: %.c $(O)/settings
	$(call say,HOSTCC,hash $<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) -m32 $(HASH_CFL) -c -o $@ $<

$(O)/hash-test: $(HASH_SRC:%=$(O)/hosthash/%.o) $(O)/hosthash/tests/core/hash/refill.c.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -m32 $(SANITIZED_32) -o $@ $^

# privileged.h of the test takes the place of the kernel's: its folder comes first.
HASH_PPC_CFL := -Itests/core/hash/ppc32/include -I$(O)/hosthashppc/gen
HASH_PPC_CFL += $(filter-out -O1 -fsan% -fno-san%,$(HASH_CFL)) -O2
HASH_PPC_SRC := $(HASH_SRC) $(wildcard tests/core/hash/ppc32/*.[cS]) kernel/arch/ppc32/refill.S

$(O)/hosthashppc/gen/offsets.h: kernel/arch/ppc32/offsets_machine.c $(O)/settings | deps-test
	$(call offsets,powerpc-linux-gnu-gcc $(filter-out -M%,$(HASH_PPC_CFL)) -Wno-error)

$(O)/hosthashppc/%.o: % $(O)/settings $(O)/hosthashppc/gen/offsets.h
	$(call say,HOSTCC,hash-ppc $<)
	$(Q)mkdir -p $(@D) && powerpc-linux-gnu-gcc $(HASH_PPC_CFL) -c -o $@ $<

$(O)/hash-test-ppc: $(HASH_PPC_SRC:%=$(O)/hosthashppc/%.o)
	$(call say,HOSTLD,$@)
	$(Q)powerpc-linux-gnu-gcc -static -o $@ $^
