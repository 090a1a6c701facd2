# SPDX-License-Identifier: BSD-2-Clause
# Pecan's only build file. `make` prints what it can do.
# Sources are found by folder: a new .c or .S in a listed folder is built, a new folder in user/servers,
# user/drivers or user/apps is a new program of that name. A stamp in $(O) holds the settings of all objects.

ARCH   := x86_64
FAMILY := x86
PLAT   := pc
MODE   ?= release
O      ?= build
DEPS   ?= yes
# INSPECT=no leaves out the inspection call (docs/api/inspect.md); ps, mem, maps and irq then know nothing.
INSPECT ?= yes
CC     := $(if $(filter default,$(origin CC)),gcc,$(CC))
HOSTCC ?= gcc
Q      := $(if $(V),,@)
say     = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

$(if $(filter debug release,$(MODE)),,$(error MODE=$(MODE) is not known: use MODE=debug or MODE=release))

export DEPS O CC HOSTCC MODE QEMU_EXTRA ROOT V
.PHONY: help all run debug iso test host-test host-tests libl4-test guest-test guest-tests boot-test bench
.PHONY: model-test machine-test screen-test tour-test scope-test fuzz model coverage check-style clean force
.PHONY: bench-check bench-accept deps-build deps-image deps-run deps-tour deps-debug deps-test deps-fuzz
.DEFAULT_GOAL := help
.DELETE_ON_ERROR .SECONDARY .SUFFIXES:
MAKEFLAGS += --no-builtin-rules -j$(shell nproc)

help: ## This text
	@echo 'Pecan: make TARGET [MODE=debug|release] [CC=gcc|clang] [V=1] [DEPS=no]'
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## /\1#/p' Makefile | awk -F'#' '{ printf "  %-12s %s\n", $$1, $$2 }'

# ---- flags ----
WARN    := -Wall -Wextra -Werror
OPT     := $(if $(filter debug,$(MODE)),-O1,-O2) -g
COMMON  := -std=gnu11 -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none -fno-common
COMMON  += -fno-asynchronous-unwind-tables -mno-red-zone $(OPT) $(WARN) -MMD -MP
KINC    := -Iabi -Iabi/arch/$(ARCH) -Ikernel -Ikernel/arch/$(ARCH)/include -Ikernel/arch/$(FAMILY)/include
KINC    += -Ikernel/plat/$(PLAT)/include -I$(O)/gen
# Each function is a section, which kernel.ld puts in order. Nothing needs a stack aligned to more than a
# word. gcc looks at the whole of a release kernel at once when it links it (KLTO).
KTIGHT  := -mcmodel=kernel -mgeneral-regs-only -ffunction-sections -fdata-sections -falign-functions=1
KTIGHT  += $(if $(findstring clang,$(CC)),-mstack-alignment=8,-mpreferred-stack-boundary=3 -fno-align-loops \
	-fno-align-jumps -fno-caller-saves -fno-ipa-reference -freorder-blocks-algorithm=simple \
	--param=max-inline-insns-auto=10 --param=max-jump-thread-duplication-stmts=8)
KLTO    := $(if $(findstring clang,$(CC))$(filter debug,$(MODE)),,-flto -flto-partition=one)
KFLAGS  := $(COMMON) $(KTIGHT) $(KLTO) $(KINC) $(if $(filter debug,$(MODE)),-DPECAN_DEBUG)
UINC    := -Iabi -Iabi/arch/$(ARCH) -Iuser/lib/l4/include -Iuser/lib/c/include -Iuser/lib/pecan/include -Iuser
# gcc takes it that an asm statement, so a system call, changes no static variable whose address is not
# taken - which other threads do meanwhile; -fno-ipa-reference makes it look again (docs/libl4.md).
UFLAGS  := $(COMMON) $(UINC) $(if $(findstring clang,$(CC)),,-fno-ipa-reference)
LDFLAGS := -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack

# ---- the kernel ----
KDIRS    := core sys lib arch/$(FAMILY) arch/$(ARCH) plat/$(PLAT)
KTWIN    := kernel/sys/sys_inspect$(if $(filter no,$(INSPECT)),,_off).c
KSRC     := $(foreach d,$(KDIRS),$(wildcard kernel/$(d)/*.c kernel/$(d)/*.S))
OFFSETS  := kernel/arch/$(ARCH)/offsets.c
KOBJ     := $(patsubst %,$(O)/obj/%.o,$(filter-out $(OFFSETS) $(KTWIN),$(KSRC)))
KLD      := kernel/arch/$(ARCH)/kernel.ld

$(O)/pecan: $(KOBJ) $(KLD)
	$(call say,LD,$@)
	$(Q)$(CC) $(if $(KLTO),$(KFLAGS)) $(LDFLAGS) -Wl,--gc-sections -Wl,-T,$(KLD) -o $@ $(KOBJ)

$(O)/obj/kernel/%.o: kernel/% $(O)/settings | $(O)/gen/offsets.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(KFLAGS) -c -o $@ $<

# Made fast: what most operations of bench/METHOD.md go through. The rest is made small.
KSMALL := -Oz $(if $(KLTO),--param=max-jump-thread-duplication-stmts=2 -fno-tree-loop-im \
	-fno-move-loop-invariants)
HOT := lib/tree $(addprefix core/,fault_straight ipc_item ipc_plain irq main msg quick sched thread timeout) \
	$(addprefix arch/$(FAMILY)/,irq_arch lapic time) $(addprefix arch/$(ARCH)/,ptab_run trap) sys/table \
	$(addprefix plat/$(PLAT)/,ioapic irq_pc pic) $(addprefix sys/sys_,exchange_registers ipc thread_plain)
$(filter-out $(HOT:%=$(O)/obj/kernel/%.c.o),$(KOBJ)): private KFLAGS += $(KSMALL)
# What kernel.ld puts into .init by the names of files must still be in files then.
BOOT := $(foreach f,$(shell sed -n 's/^\t*\*\(.*\.c\.o\).*/\1/p' $(KLD)),$(filter %/$(f),$(KOBJ)))
$(BOOT): private KFLAGS += -fno-lto

# Structure offsets for assembly: offsets.c emits lines "->NAME value" into its assembler text.
$(O)/gen/offsets.h: $(OFFSETS) $(O)/settings
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(KFLAGS) -fno-lto -MF $(O)/gen/offsets.d -MT $@ -S -o $(O)/gen/offsets.s $<
	$(Q)sed -n 's/.*->\([A-Za-z0-9_]*\) [$$]*\(-*[0-9][0-9]*\).*/#define \1 \2/p' $(O)/gen/offsets.s >$@

# ---- user libraries and programs ----

ULIBS    := l4 c pecan
ULD      := user/lib/user.ld
lib_src   = $(wildcard $(foreach d,. src arch/$(ARCH),user/lib/$(1)/$(d)/*.c user/lib/$(1)/$(d)/*.S))
objects   = $(patsubst %,$(O)/obj/%.o,$(subst /./,/,$(1)))
LIBS     := $(ULIBS:%=$(O)/lib%.a)

define library
$(O)/lib$(1).a: $(call objects,$(call lib_src,$(1)))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(ULIBS),$(eval $(call library,$(l))))

$(O)/obj/user/lib/%.c.o: user/lib/%.c $(O)/settings
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(UFLAGS) -mgeneral-regs-only -c -o $@ $<

$(O)/obj/%.c.o: %.c $(O)/settings
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(UFLAGS) -c -o $@ $<

$(O)/obj/%.S.o: %.S $(O)/settings
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(UFLAGS) -c -o $@ $<

# The guest tests watch the vector registers, the benchmark counts what their use costs.
$(O)/obj/tests/guest/% $(O)/obj/bench/guest/%: UFLAGS += -mgeneral-regs-only
# Who serves everybody keeps no vector registers, so that nothing has to be saved on the way to it.
$(O)/obj/user/sigma0/% $(O)/obj/user/root/% $(O)/obj/user/servers/%: UFLAGS += -mgeneral-regs-only

# program(output, source folder, link address)
define program
$(1): $(call objects,$(wildcard $(2)/*.[cS] $(2)/arch/$(ARCH)/*.[cS])) $(LIBS) $(ULD)
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(LDFLAGS) -Wl,-T,$(ULD) -Wl,-Ttext-segment=$(3) -o $$@ \
		$$(filter %.o,$$^) -Wl,--start-group $(LIBS) -Wl,--end-group
endef

# The kernel loads sigma0 and the root server to physical = virtual; the rest live in their own spaces.
SIGMA0_BASE  := 0xF00000
ROOT_BASE    := 0x1000000
PROGRAM_BASE := 0x400000

PROG_DIRS := $(patsubst %/,%,$(sort $(dir $(wildcard user/servers/*/*.c user/drivers/*/*.c user/apps/*/*.c))))
PROGRAMS  := $(foreach d,$(PROG_DIRS),$(O)/bin/$(notdir $(d)))
GUEST_DIRS := $(filter-out tests/guest/arch,$(patsubst %/,%,$(sort $(dir $(wildcard tests/guest/*/*.c)))))
GUESTS    := $(O)/tests/guest $(foreach d,$(GUEST_DIRS),$(O)/tests/$(notdir $(d)))

$(eval $(call program,$(O)/sigma0,user/sigma0,$(SIGMA0_BASE)))
$(eval $(call program,$(O)/root,user/root,$(ROOT_BASE)))
$(eval $(call program,$(O)/tests/guest,tests/guest,$(ROOT_BASE)))
$(eval $(call program,$(O)/bench/guest,bench/guest,$(ROOT_BASE)))
$(foreach d,$(PROG_DIRS),$(eval $(call program,$(O)/bin/$(notdir $(d)),$(d),$(PROGRAM_BASE))))
$(foreach d,$(GUEST_DIRS),$(eval $(call program,$(O)/tests/$(notdir $(d)),$(d),$(ROOT_BASE))))

# ---- images ----

$(O)/boot.tar: $(PROGRAMS) user/init tools/mkboot
	$(call say,IMAGE,$@)
	$(Q)tools/mkboot $@ user/init $(PROGRAMS)

IMAGES := $(O)/pecan $(O)/sigma0 $(O)/root $(O)/boot.tar
all: $(IMAGES) ## Kernel, sigma0, root task, programs, boot image

$(O)/pecan.iso: $(IMAGES) tools/grub.cfg tools/mkiso | deps-image
	$(call say,ISO,$@)
	$(Q)tools/mkiso $@ $(IMAGES)

iso: $(O)/pecan.iso ## One ISO for BIOS and UEFI: build/pecan.iso

# ---- use ----
run: $(IMAGES) | deps-run ## Boot under QEMU; ROOT=file.elf another root server, QEMU_EXTRA=... more options
	@tools/run

debug: $(IMAGES) | deps-debug ## QEMU stopped at the first instruction, gdb attached, all symbols loaded
	@tools/debug

# ---- tests ----
test: | deps-test ## Everything that can be tested; ends with "N passed, N failed"
	@tools/test

check-style: ## Include directions and style limits, each after its self-test
	@cd tools && for t in check-includes check-style; do ./$$t --self-test && ./$$t || exit 1; done

HOST_DIRS := kernel/core kernel/sys kernel/lib kernel/arch/host tests/host
HOST_SRC := $(filter-out $(KTWIN),$(wildcard $(HOST_DIRS:%=%/*.c)))
HOST_INC := -Iabi -Iabi/arch/host -Ikernel -Ikernel/arch/host/include -Itests/host
HOST_CFL := -std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFL += -fno-builtin -DPECAN_DEBUG $(WARN) -MMD -MP $(HOST_INC)
PLAIN_CFL = $(filter-out -fsan% -fno-san%,$(HOST_CFL))

define host
$(O)/host$(1)/%.c.o: %.c $(O)/settings
	$$(call say,HOSTCC,$(1) $$<)
	$$(Q)mkdir -p $$(@D) && $$(HOSTCC) -m$(1) $$(HOST_CFL) -c -o $$@ $$<

$(O)/host-test-$(1): $$(HOST_SRC:%=$(O)/host$(1)/%.o)
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -m$(1) -fsanitize=address,undefined -o $$@ $$^
endef
$(foreach w,64 32,$(eval $(call host,$(w))))

# Plays of system calls made of bytes (tests/fuzz): as a fuzzer, and to play files again.
FUZZ_CC  := clang
FUZZ_SRC := $(filter-out tests/host/%,$(HOST_SRC)) tests/host/world.c tests/host/user.c
FUZZ_SRC += $(wildcard tests/fuzz/*.c)
FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
# What only looks, and what each play begins with, is not watched: that makes it several times as fast.
FUZZ_FAST := core/mapcheck core/check core/threadcheck lib/str arch/host/ptab arch/host/tlb
$(FUZZ_FAST:%=$(O)/fuzzobj/kernel/%.c.o): FUZZ_CFL := -I$(O)/fuzzobj/include $(HOST_CFL) -O2 -fno-sanitize=all
$(O)/fuzzobj/kernel/core/kmem.c.o $(O)/fuzzobj/tests/fuzz/fuzz.c.o: FUZZ_CFL += -fno-sanitize=address
PLAY_SRC := $(filter-out tests/fuzz/fuzz.c tests/fuzz/mutate.c,$(FUZZ_SRC)) tests/fuzz/replay/main.c
TIME     ?= 60

# Long operations of the fuzzer's kernel are cut into smaller steps: more happens between two of them.
$(O)/fuzzobj/include/core/config.h: kernel/core/config.h
	$(Q)mkdir -p $(@D) && sed '/CFG_STEP/s/32/4/; /CFG_WORK/s/56/24/; /CFG_GRANT/s/16/8/' $< >$@

$(O)/fuzzobj/%.c.o: %.c $(O)/settings $(O)/fuzzobj/include/core/config.h | deps-fuzz
	$(call say,FUZZCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(FUZZ_CFL) -c -o $@ $<

$(O)/fuzz/fuzz: $(FUZZ_SRC:%=$(O)/fuzzobj/%.o) | tests/fuzz/wrap
	$(call say,FUZZLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -fsanitize=fuzzer,address,undefined @tests/fuzz/wrap -o $@ $^

$(O)/fuzz-replay: $(PLAY_SRC:%=$(O)/host64/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -fsanitize=address,undefined -o $@ $^

fuzz: $(O)/fuzz/fuzz | deps-fuzz ## Fuzz the kernel's core for TIME=60 seconds; findings: build/fuzz/
	@tests/fuzz/run $(TIME)
# The core against a model of it, in lock step (docs/model.md): many steps, so without sanitizers.
MODEL_SRC := $(filter-out tests/fuzz/%,$(FUZZ_SRC)) $(wildcard tests/model/*.c)
$(O)/model-%: $(MODEL_SRC) $(shell find abi kernel tests/host tests/model -name '*.h') $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -m$* $(filter-out -O1 -M%,$(PLAIN_CFL)) -O2 -Wl,--wrap=kernel_check -o $@ $(MODEL_SRC)
model: $(O)/model-64 ## Play the kernel's core against a model of it for about TIME=60 seconds
	@setarch -R nice $(O)/model-64 -t $(TIME)
COV_CFL  := $(PLAIN_CFL) -fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation

$(O)/covobj/%.c.o: %.c $(O)/settings | deps-fuzz
	$(call say,COVCC,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(COV_CFL) -c -o $@ $<

$(O)/cov/host-test: $(HOST_SRC:%=$(O)/covobj/%.o)
$(O)/cov/fuzz-replay: $(PLAY_SRC:%=$(O)/covobj/%.o)
$(O)/cov/host-test $(O)/cov/fuzz-replay:
	$(call say,COVLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -fprofile-instr-generate -o $@ $^

coverage: $(O)/cov/host-test $(O)/cov/fuzz-replay | deps-fuzz ## Lines and branches that tests reach
	@tools/coverage

# The parts of programs that do not call the kernel, with their tests, as one more host program.
UTEST_SRC := $(wildcard tests/user/*.c) $(addsuffix .c,$(addprefix user/sigma0/,regions owners policy) \
	$(addprefix user/root/,elf pool vtab tar config stack) user/servers/names/table \
	$(addprefix user/drivers/console/,line history screen font owner))
UTEST_CFL := $(filter-out -Iabi/arch/host -Ikernel% -Itests/host,$(HOST_CFL)) -Iabi/arch/$(ARCH) -Iuser
UTEST_CFL += -Iuser/lib/l4/include

$(O)/userobj/%.c.o: %.c $(O)/settings
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(UTEST_CFL) -c -o $@ $<

$(O)/user-test: $(UTEST_SRC:%=$(O)/userobj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -fsanitize=address,undefined -o $@ $^

host-tests: $(O)/host-test-64 $(O)/host-test-32 $(O)/user-test $(O)/fuzz-replay
guest-tests: $(GUESTS)

host-test: | deps-test ## The kernel's core as a program, under ASan and UBSan, 64 and 32 bit
model-test: | deps-test ## The kernel's core against a model of it
libl4-test: | deps-test ## The library and its headers
guest-test: | deps-test ## The kernel's interface as user code sees it, under QEMU
boot-test: | deps-test ## Ways to boot, CPUs, bad boot inputs
machine-test: | deps-test ## Page tables, NMI, other CPUs, Bochs
screen-test: | deps-test ## The shell, typed at over the serial line
tour-test: | deps-test ## The scripted tour
host-test model-test libl4-test guest-test boot-test machine-test screen-test tour-test:
	@tools/test $(@:-test=)

# ---- figures ----

SCOPE_CFL := -D_GNU_SOURCE -O2 -g $(WARN) -fPIC -shared -fvisibility=hidden
$(O)/bench/scope.so: $(wildcard bench/scope/*.[ch]) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $(wildcard bench/scope/*.c) -ldl

BENCH := $(O)/pecan $(O)/sigma0 $(O)/bench/guest $(O)/bench/scope.so
bench: ## Count instructions of the kernel's operations; build/bench/figures.tsv, .html
bench-accept: ## The same, and agree to the figures: bench/accepted
bench bench-check bench-accept: $(BENCH) | deps-tour
	@bench/run $(patsubst bench-%,--%,$(@:bench=))

scope-test: $(O)/bench/scope.so | deps-test ## The counting plugin against counts known by hand
	@bench/scope/selftest/run

# ---- the rest ----
deps-build deps-image deps-run deps-tour deps-debug deps-test deps-fuzz:
	@tools/deps $(@:deps-%=%)

SETTINGS := $(CC) | $(KFLAGS) | $(UFLAGS) | $(HOSTCC) $(HOST_CFL) | $(LDFLAGS) $(HOT) INSPECT=$(INSPECT)
$(O)/settings: force | deps-build
	@mkdir -p $(@D); echo '$(SETTINGS)' | cmp -s - $@ || echo '$(SETTINGS)' >$@

clean: ## Remove everything built
	rm -rf $(O)

DEP_DIRS := $(wildcard $(addprefix $(O)/,obj host64 host32 userobj fuzzobj covobj))
-include $(O)/gen/offsets.d $(if $(DEP_DIRS),$(shell find $(DEP_DIRS) -name '*.d'))
