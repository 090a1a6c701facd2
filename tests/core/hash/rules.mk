# SPDX-License-Identifier: BSD-2-Clause
# Page tables and hash table of ppc32 with the mapping database, against a model of the CPU: with C of the host,
# and big-endian with the assembly of the refill.
HASH_SRC := $(wildcard kernel/mem/*.c kernel/lib/*.c) $(HARNESS)
HASH_SRC += $(filter-out %/refill.c,$(wildcard tests/core/hash/*.c))
HASH_SRC += $(addprefix kernel/arch/,generic/kept.c generic/user.c $(addprefix ppc32/,attribute.c hash.c \
	ptab_arch.c ptes.c vsid.c))
HASH_INC := -Itests/core/hash/include -Itests/lib/harness -Iabi -Iabi/arch/ppc32 -Ikernel
HASH_INC += $(patsubst %,-Ikernel/arch/%/include,ppc32 generic)
HASH_CFL := $(filter-out -I%,$(HOST_CFL)) $(HASH_INC)

$(O)/hosthash/%.c.o: %.c $(O)/settings
	$(call say,HOSTCC,hash $<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) -m32 $(HASH_CFL) -c -o $@ $<

$(O)/hash-test: $(HASH_SRC:%=$(O)/hosthash/%.o) $(O)/hosthash/tests/core/hash/refill.c.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -m32 $(SANITIZED) -o $@ $^
