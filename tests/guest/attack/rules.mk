# SPDX-License-Identifier: BSD-2-Clause
# The attacks: tests/guest/attack/table.py, docs/security.md.
.PHONY: attack attack-build

ATTACK_HELP := $(call objects,tests/guest/interface/ipc/string_actors.c)
$(eval $(call program,$(O)/tests/attack,tests/guest/interface tests/guest/attack/guest,$(ROOT_BASE)))
$(O)/tests/attack: $(ATTACK_HELP)
$(O)/obj/tests/guest/attack/%: UFLAGS += -Itests/guest/interface -mgeneral-regs-only

# The client of drivers into which tests/guest/attack/faults injects faults.
$(eval $(call program,$(O)/tests/worker,tests/guest/attack/worker,$(PROGRAM_BASE)))

# A program of the real system that attacks its servers: tests/guest/attack/system.py.
$(eval $(call program,$(O)/tests/intruder,tests/guest/attack/intruder,$(PROGRAM_BASE)))
$(O)/tests/intruder: $(call objects,tests/guest/messages/breaker.c)

# Victims and adversaries of the rows about time: tests/guest/attack/late, tests/guest/attack/shares.
$(eval $(call program,$(O)/tests/rival,tests/guest/attack/rival,$(PROGRAM_BASE)))
$(O)/tests/rival: $(call objects,tests/guest/messages/breaker.c tests/guest/attack/intruder/requests.c)

# What reads what boot loader and firmware give, on the host; trace-pc counts its steps (tests/lib/parsers).
BOARD := $(addprefix kernel/plat/pc/,acpi memory multiboot screen)
COUNTED := $(BOARD:%=%.c) $(wildcard kernel/boot/*.c)
define counted
$(O)/host-test-$(1): $(BOARD:%=$(O)/host$(1)/%.c.o) $(O)/host$(1)/tests/lib/parsers/campaign.c.o
$(COUNTED:%=$(O)/host$(1)/%.o): HOST_CFL += -fsanitize-coverage=trace-pc -Ikernel/arch/x86/include
endef
$(foreach w,64 32,$(eval $(call counted,$(w))))
$(O)/fuzz-replay: $(O)/host64/tests/lib/parsers/campaign.c.o
$(O)/cov/host-test: $(BOARD:%=$(O)/covobj/%.c.o) $(O)/covobj/tests/lib/parsers/campaign.c.o
$(BOARD:%=$(O)/covobj/%.c.o): COV_CFL += -Ikernel/arch/x86/include

# Words that another thread rewrites as soon as the kernel has read them.
WORDS_SRC := $(filter-out tests/core/fuzz/replay/%,$(PLAY_SRC)) $(wildcard tests/core/fuzz/words/*.c)
$(O)/words: $(WORDS_SRC:%=$(O)/host64/%.o) $(O)/host64/tests/lib/parsers/campaign.c.o $(O)/host64/fast.o
$(O)/words: tests/core/fuzz/words/wrap
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined @tests/core/fuzz/words/wrap -o $@ $(filter %.o,$^)

# The same as BOARD of what root, sigma0 and the PCI server read.
$(addprefix $(O)/userobj/user/,root/tar.c.o root/config.c.o lib/pecan/elf.c.o sigma0/regions.c.o \
	drivers/pci/mptable.c.o): UTEST_CFL += -fsanitize-coverage=trace-pc
$(O)/user-test: $(O)/userobj/tests/lib/parsers/campaign.c.o

# Debug kernels: for faults, with the settings that tools/test has for this folder; and one whose checks of
# everything are rare enough for tests/guest/attack/forever.
$(O)/gcc-debug/pecan: force
	$(Q)MAKEFLAGS= $(MAKE) -s O=$(O)/gcc-debug CC=gcc MODE=debug PORTS=no $@
$(O)/checked/pecan: force
	$(Q)MAKEFLAGS= $(MAKE) -s O=$(O)/checked MODE=debug CHECK_PERIOD=6101 PORTS=no $@

attack-build: $(IMAGES) $(O)/tests/attack $(O)/tests/intruder $(O)/tests/worker $(O)/host-test-64 \
	$(O)/user-test $(O)/words $(O)/model-64
attack-build: $(O)/tests/rival $(O)/gcc-debug/pecan $(O)/checked/pecan

attack: attack-build | deps-test ## What an adversary gains: a table; LONG=1: all rounds; ROWS='row ...'
	@tests/guest/attack/run $(ROWS)
