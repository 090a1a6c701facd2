# SPDX-License-Identifier: BSD-2-Clause
# What reads what boot loader and firmware give, on the host; trace-pc counts its steps (tests/lib/parsers).
BOARD := $(addprefix kernel/plat/pc/,acpi memory multiboot screen)
COUNTED := $(BOARD:%=%.c) $(wildcard kernel/boot/*.c)
# Those of a Power Macintosh, which both byte orders run, and its interrupt controller, on a model.
PMAC := $(addprefix kernel/plat/pmac/,archive heathrow properties)
PMAC_CFL := -Itests/core/parsers/include -Ikernel/arch/ppc32/include
PMAC_CFL += $(foreach f,usable mask unmask,-Darch_irq_$(f)=heathrow_$(f))
$(foreach w,64 32 32-mr3 ppc,$(eval $(O)/host-test-$(w): $(PMAC:%=$(O)/host$(w)/%.c.o)))
$(foreach w,64 32,$(PMAC:%=$(O)/host$(w)/%.c.o)): HOST_CFL += $(PMAC_CFL)
$(PMAC:%=$(O)/host32-mr3/%.c.o): MR3_CFL += $(PMAC_CFL)
$(PMAC:%=$(O)/hostppc/%.c.o): PPC_CFL += $(PMAC_CFL)
$(O)/cov/host-test: $(PMAC:%=$(O)/covobj/%.c.o)
$(PMAC:%=$(O)/covobj/%.c.o): COV_CFL += $(PMAC_CFL)
BOARD_INC := -Ikernel/arch/x86/include -Ikernel/arch/x86_64/include
define counted
$(O)/host-test-$(1): $(BOARD:%=$(O)/host$(1)/%.c.o) $(O)/host$(1)/tests/lib/parsers/campaign.c.o
$(COUNTED:%=$(O)/host$(1)/%.o): HOST_CFL += -fsanitize-coverage=trace-pc $(BOARD_INC)
endef
$(foreach w,64 32,$(eval $(call counted,$(w))))
$(O)/fuzz-replay: $(O)/host64/tests/lib/parsers/campaign.c.o
$(O)/cov/host-test: $(BOARD:%=$(O)/covobj/%.c.o) $(O)/covobj/tests/lib/parsers/campaign.c.o
$(BOARD:%=$(O)/covobj/%.c.o): COV_CFL += $(BOARD_INC)
