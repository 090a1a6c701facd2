# SPDX-License-Identifier: BSD-2-Clause
# How the kernel is built: included by the Makefile, which has the settings and the common flags.

# ---- flags ----
KINC    := $(VARIANT:%=-I%) -Iabi -Iabi/arch/$(ARCH) -Ikernel -Ikernel/arch/$(ARCH)
KINC    += $(MACHINE_DIRS:%=-Ikernel/arch/%/include) -Ikernel/arch/generic/include
KINC    += -Ikernel/plat/$(PLAT)/include -I$(O)/gen
# Each function is a section, which kernel.ld puts in order. gcc optimises the whole release kernel at link
# time (KLTO). KERNEL_CODE, KERNEL_STACK: tools/machine/$(ARCH)/flags.mk.
# The kernel stack has 8 KiB.
KTIGHT  := $(KERNEL_CODE) -ffunction-sections -fdata-sections -falign-functions=1
KTIGHT  += -Wframe-larger-than=3072 $(KERNEL_STACK)
KTIGHT  += $(if $(findstring clang,$(CC)),,-fno-align-loops -fno-align-jumps -fno-caller-saves \
	-fno-ipa-reference -freorder-blocks-algorithm=simple --param=max-inline-insns-auto=10 \
	--param=max-jump-thread-duplication-stmts=8)
KLTO    := $(if $(findstring clang,$(CC))$(filter debug,$(MODE)),,-flto -flto-partition=one)
KFLAGS  := $(COMMON) $(KTIGHT) $(KLTO) $(KINC)
# The value: after how many entries a debug kernel checks all invariants.
KFLAGS  += $(if $(filter debug,$(MODE)),-DPECAN_DEBUG=$(or $(CHECK_PERIOD),61))

KMACHINE := $(FAMILY) $(filter-out $(FAMILY),$(MACHINE_DIRS))
KDIRS    := core mem boot sys lib kdb $(KMACHINE:%=kdb/arch/%) $(KMACHINE:%=arch/%) plat/$(PLAT)
KTWIN    := kernel/sys/sys_inspect$(if $(filter no,$(INSPECT)),,_off).c
KTWIN    += $(if $(filter no,$(KDB)),$(filter-out %_off.c,$(wildcard kernel/kdb/*.c kernel/kdb/arch/*/*.c)),\
	kernel/kdb/kdb_off.c)
KSRC     := $(foreach d,$(KDIRS),$(wildcard kernel/$(d)/*.c kernel/$(d)/*.S))
# generic(machine's folders): the sources of kernel/arch/generic whose header none of these has.
generic = $(foreach f,$(wildcard kernel/arch/generic/*.c),$(if $(wildcard $(patsubst \
	%,kernel/arch/%/include/arch/$(basename $(notdir $(f))).h,$(1))),,$(f)))
KSRC     += $(call generic,$(MACHINE_DIRS))
OFFSETS  := kernel/arch/$(ARCH)/offsets_machine.c
KOBJ     := $(patsubst %,$(O)/obj/%.o,$(filter-out $(OFFSETS) $(KTWIN),$(KSRC)))
KLD      := kernel/arch/$(ARCH)/kernel.ld

$(O)/pecan: $(KOBJ) $(KLD)
	$(call say,LD,$@)
	$(Q)$(CC) $(if $(KLTO),$(KFLAGS)) $(LDFLAGS) -Wl,--gc-sections -Wl,-T,$(KLD) -o $@ $(KOBJ)

$(O)/obj/kernel/%.o: kernel/% $(O)/settings | $(O)/gen/offsets.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(KFLAGS) -c -o $@ $<

# HOT: files that most operations of bench/METHOD.md use, optimised for speed. All others: for size.
KSMALL := $(if $(OPTIMIZE),,-Oz $(if $(KLTO),--param=max-jump-thread-duplication-stmts=2 -fno-tree-loop-im \
	-fno-move-loop-invariants))
HOT := lib/tree mem/mapping mem/range mem/range_unmap \
	$(addprefix core/,fault ipc ipc_wait msg sched strcopy thread) \
	$(addprefix core/sched,_queue _slice) sys/leave sys/sys_unmap_short sys/table \
	$(addprefix arch/$(FAMILY)/,exception fpu irq_arch lapic ptes time) \
	$(addprefix arch/$(ARCH)/,context trap) arch/generic/hook \
	$(addprefix plat/$(PLAT)/,irq_pc) \
	$(addprefix sys/sys_,exchange_registers ipc thread_control thread_switch)
$(filter-out $(HOT:%=$(O)/obj/kernel/%.c.o),$(KOBJ)): private KFLAGS += $(KSMALL)
# Without LTO: files that kernel.ld puts into .init by their names must still be separate objects.
BOOT := $(foreach f,$(shell sed -n 's/^\t*\*\(.*\.c\.o\).*/\1/p' $(KLD)),$(filter %/$(f),$(KOBJ)))
$(BOOT) $(filter $(O)/obj/kernel/kdb/%,$(KOBJ)): private KFLAGS += -fno-lto

# Structure offsets for assembly: offsets.c emits lines "->NAME value" into its assembler text.
# -O1, because only an optimising compiler evaluates its values to constants.
define offsets
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(1) -O1 -fno-lto -MMD -MF $(@:.h=.d) -MT $@ -S -o $(@:.h=.s) $<
	$(Q)sed -n 's/.*->\([A-Za-z0-9_]*\) [$$]*\(-*[0-9][0-9]*\).*/#define \1 \2/p' $(@:.h=.s) >$@
endef

$(O)/gen/offsets.h: $(OFFSETS) $(O)/settings
	$(call offsets,$(CC) $(KFLAGS))
