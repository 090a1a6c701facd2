# SPDX-License-Identifier: BSD-2-Clause
# Pecan's build; parts of it: kernel/kernel.mk, tests/rules.mk, bench/rules.mk. `make` prints what it can do.
# Sources are found by folder: a new .c or .S in a listed folder is built, a new folder in user/servers,
# user/drivers or user/apps is a new program of that name. A stamp in $(O) holds the settings of all objects.

# The machine: a folder of tools/machine, whose values name the folders of its sources and what builds it.
ARCH   ?= x86_64
ARCHES := $(patsubst tools/machine/%/values,%,$(sort $(wildcard tools/machine/*/values)))
$(if $(filter $(ARCHES),$(ARCH)),,$(error ARCH=$(ARCH) is not known: use one of $(ARCHES)))
include tools/machine/$(ARCH)/values
MACHINE_DIRS := $(ARCH) $(filter-out $(ARCH),$(FAMILY)) words$(WORD_BITS)
MODE   ?= release
# OPTIMIZE=-O0 (-Og, -O2, -O3 ...): everything is compiled at this level. Without it, at those chosen below.
OPTIMIZE ?=
O      ?= $(OUTPUT)
DEPS   ?= yes
# INSPECT=no leaves out the inspection call (docs/api/inspect.md); ps, mem, maps and irq then show no data.
INSPECT ?= yes
# KDB=no leaves out the kernel's debugger, the console conventions of int3 and the trace.
KDB    ?= $(if $(wildcard kernel/kdb/arch/$(FAMILY)),yes,no)
# PORTS=yes: with the programs that need sources from Debian (docs/user/libc.md); newest: any version of them.
# make run, iso, install and sdk have them unless PORTS=no, or they cannot be fetched.
# HAS_PORTS: if the machine has them.
ifeq ($(HAS_PORTS),no)
$(if $(filter-out no,$(PORTS))$(filter install sdk,$(MAKECMDGOALS)),$(error on $(ARCH) there are no \
	programs of musl and no SDK (docs/caveats.md): use PORTS=no, without install and sdk))
PORTS ?= no
endif
ifeq ($(origin PORTS)/$(if $(filter run iso install sdk,$(MAKECMDGOALS)),yes)/$(ROOT),undefined/yes/)
PORTS := $(shell for p in $(notdir $(patsubst %/port,%,$(wildcard ports/*/port))); do \
	O=$(O) DEPS=$(DEPS) tools/deps port $$p >&2 || { echo no; exit; }; done; echo yes)
endif
PORTS ?= no
# VARIANT: a folder with headers that take the place of those of the same name in abi (tools/web/rules.mk).
VARIANT ?=
# CC=gcc is the one that makes code of this machine: a make that runs for another machine passes its own.
CC     := $(if $(filter default,$(origin CC))$(filter gcc,$(CC)),$(CROSS)gcc,$(CC))
HOSTCC ?= gcc
Q      := $(if $(V),,@)
say     = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

$(if $(filter debug release,$(MODE)),,$(error MODE=$(MODE) is not known: use MODE=debug or MODE=release))

export ARCH DEPS PORTS O CC HOSTCC MODE QEMU_EXTRA ROOT V
.PHONY: help all run debug terminal iso test host-test host-tests libl4-test guest-test guest-tests
.PHONY: boot-test bench
.PHONY: model-test machine-test screen-test tour-test scope-test fuzz model coverage check-style clean force
.PHONY: linux run-linux run-debian linux-test
.PHONY: install sdk matrix bench-build house offset-mutants longest latency test-browser test-web deps-browser
.PHONY: bench-check bench-accept deps-build deps-image deps-run deps-tour deps-debug deps-test deps-fuzz
.DEFAULT_GOAL := help
.DELETE_ON_ERROR .SECONDARY .SUFFIXES:
MAKEFLAGS += --no-builtin-rules -j$(shell nproc)

help: ## This text
	@echo 'Pecan: make TARGET [MODE=debug|release] [CC=gcc|clang] [OPTIMIZE=-O0] [V=1] [DEPS=no]' \
		'[ARCH=$(ARCH)]'
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## /\1#/p' $(filter %file %.mk,$(MAKEFILE_LIST)) | \
		awk -F'#' '{ printf "  %-12s %s\n", $$1, $$2 }'

# ---- flags ----
include tools/machine/$(ARCH)/flags.mk
WARN    := -Wall -Wextra -Werror
OPT     := $(or $(OPTIMIZE),$(if $(filter debug,$(MODE)),-O1,-O2)) -g -ffile-prefix-map=$(CURDIR)=.
COMMON  := $(WORD_FLAG) -std=gnu11 -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none
COMMON  += -fno-common -fno-asynchronous-unwind-tables $(MACHINE_CODE) $(OPT) $(WARN) -MMD -MP
# No header of the host's C library: there may be none.
COMMON  += $(if $(findstring clang,$(CC)),-nostdlibinc,-isysroot /nowhere)
UINC    := $(VARIANT:%=-I%) -Iabi -Iabi/arch/$(ARCH) -Iuser/lib/l4/include -Iuser/lib/c/include
UINC    += -Iuser/lib/pecan/include -Iuser -I$(O)/gen
# gcc assumes that an asm statement, so a system call, changes no static variable whose address is not taken;
# other threads do change them meanwhile. -fno-ipa-reference turns that off (docs/libl4.md).
UFLAGS  := $(COMMON) $(UINC) $(if $(findstring clang,$(CC)),,-fno-ipa-reference)
LDFLAGS := $(WORD_FLAG) -nostdlib -static -Wl,--build-id=none -Wl,-z,max-page-size=4096
LDFLAGS += -Wl,-z,noexecstack

# ---- user libraries and programs ----

ULIBS    := l4 c pecan
ULD      := user/lib/user.ld
# The sources of a folder: what is the machine's, or is shared with machines like it or with those that have
# words of this size, is in arch/. folders: it, and those in it with sources that are no machine's; all_parts:
# the sources of these.
parts     = $(wildcard $(addprefix $(1)/,*.[cS] $(MACHINE_DIRS:%=arch/%/*.[cS])))
folders   = $(sort $(1) $(patsubst %/,%,$(dir $(wildcard $(1)/*/*.c))))
all_parts = $(foreach d,$(call folders,$(1)),$(call parts,$(d)))
lib_src   = $(call all_parts,user/lib/$(1))
objects   = $(patsubst %,$(O)/obj/%.o,$(subst /./,/,$(1)))
LIBS     := $(ULIBS:%=$(O)/lib%.a)

define library
$(O)/lib$(1).a: $(call objects,$(call lib_src,$(1)))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $(CROSS)ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(ULIBS),$(eval $(call library,$(l))))

# How many bytes a word has, by the ABI headers of a machine.
word_bytes = $(shell sed -n 's/^\#define L4_WORD_BYTES[[:space:]]*\([0-9]*\).*/\1/p' $(1)/x2/arch.h)

# The headers <proto/NAME*.h> of a protocol are made from its interface file (docs/user/protocols.md).
vpath %.idl user/proto examples/counter tests/guest/messages
STUBS   := $(patsubst %.idl,$(O)/gen/proto/%.h,$(notdir $(wildcard user/proto/*.idl)) counter.idl every.idl)
$(O)/gen/proto/%.h: %.idl tools/stubs tools/idl.py | deps-build
	$(call say,STUBS,$<)
	$(Q)tools/stubs --word $(call word_bytes,abi/arch/$(ARCH)) $< $(@D)

$(O)/obj/%.c.o: %.c $(O)/settings | $(STUBS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(UFLAGS) -c -o $@ $<

$(O)/obj/%.S.o: %.S $(O)/settings
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(UFLAGS) -c -o $@ $<

# Native programs have no vector state (docs/user/libc.md#vector-state). The guest tests watch the vector
# registers, the benchmark counts what their use costs.
$(O)/obj/user/% $(O)/obj/tests/guest/interface/% $(O)/obj/bench/%: UFLAGS += $(NO_VECTORS)

include user/whole.mk ports/musl/rules.mk $(filter-out ports/musl/%,$(wildcard ports/*/rules.mk))

# program(output, source folders, link address)
define program
$(1): $(call program_objects,$(1),$(2)) $(call program_libs,$(1)) $(ULD)
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(LDFLAGS) -Wl,-T,$(ULD) -Wl,-Ttext-segment=$(3) -o $$@ \
		$$(filter %.o,$$^) -Wl,--start-group $(call program_libs,$(1)) -Wl,--end-group
endef

# What the kernel does not load lives in a space of its own.
base = $(if $(filter %/loader,$(1)),$(LOADER_BASE),$(PROGRAM_BASE))

# Drivers of which all is in arch/ are programs of that machine alone.
PROG_DIRS := $(dir $(wildcard user/servers/*/*.c user/drivers/*/*.c user/apps/*/*.c))
PROG_DIRS += $(foreach d,$(MACHINE_DIRS),$(patsubst %/arch/$(d)/,%/,$(dir \
	$(wildcard user/drivers/*/arch/$(d)/main.c))))
PROG_DIRS := user/supervisor $(patsubst %/,%,$(sort $(PROG_DIRS)))
# A program that is linked with musl (docs/user/libc.md) has a file `libc` with this word.
MUSL_DIRS := $(foreach d,$(PROG_DIRS),$(if $(filter musl,$(file <$(d)/libc)),$(d)))
# One that is linked with a port is built by the port's rules.mk: PORT_DIRS.
PROG_DIRS := $(filter-out $(MUSL_DIRS) $(PORT_DIRS),$(PROG_DIRS))
PROGRAMS  := $(foreach d,$(PROG_DIRS),$(O)/bin/$(notdir $(d)))
MUSL_PROGRAMS += $(foreach d,$(MUSL_DIRS),$(O)/bin/$(notdir $(d)))

$(eval $(call program,$(O)/sigma0,user/sigma0,$(SIGMA0_BASE)))
ROOT_DIRS := $(call folders,user/root)
$(eval $(call program,$(O)/root,$(ROOT_DIRS),$(ROOT_BASE)))
$(foreach d,$(PROG_DIRS) $(PORT_DIRS),$(eval \
	$(call program,$(O)/bin/$(notdir $(d)),$(call folders,$(d)),$(call base,$(d)))))
$(foreach d,$(MUSL_DIRS),$(eval $(call musl_program,$(O)/bin/$(notdir $(d)),$(d))))

# ---- images ----

in_image = $(patsubst $(O)/bin/%,$(O)/image/%,$(1))
$(O)/image/%: $(O)/bin/% tools/pack # they stay in memory: without what only gdb reads
	$(Q)mkdir -p $(@D) && tools/pack $< $@

# The boot image with the programs of musl and of the ports too: PORTS=yes.
$(O)/ports.init: user/init user/init.ports; $(Q)mkdir -p $(@D) && cat $^ >$@

$(O)/ports.tar: $(O)/ports.init $(call in_image,$(PROGRAMS) $(MUSL_PROGRAMS))
$(O)/boot.tar: user/init $(call in_image,$(PROGRAMS))
# Each image of this kind: those of tests/system/apps have its programs, and MORE files.
$(O)/ports.tar $(O)/boot.tar $(O)/tests/ports.tar $(O)/tests/boot.tar: tools/mkboot $(wildcard user/etc/*)
	$(call say,IMAGE,$@)
	$(Q)tools/mkboot $@ $(filter %init,$^) $(filter $(O)/image/% $(TEST_APPS),$^) $(MORE)

IMAGES := $(O)/pecan $(O)/sigma0 $(O)/root $(O)/$(if $(filter no,$(PORTS)),boot,ports).tar
all: $(IMAGES) ## Kernel, sigma0, root task, programs, boot image

# ---- use ----
run: $(IMAGES) $(O)/boot.tar | deps-run ## Boot under QEMU; DISK=FILE, ROOT=file.elf another root server
	@tools/run

debug: $(IMAGES) | deps-debug ## QEMU stopped at the first instruction, gdb attached, all symbols loaded
	@tools/debug

terminal: ## The serial line of the machine of make debug, on this terminal
	@tools/terminal

# The kernel; what tests it and what counts its instructions.
include kernel/kernel.mk tests/rules.mk bench/rules.mk
include $(wildcard $(addsuffix /rules.mk,bench/linux linux linux/* tests/system/linux tests/system/linux/* \
	tools/*))

# ---- the rest ----
deps-build deps-image deps-run deps-tour deps-debug deps-test deps-fuzz deps-browser:
	@tools/deps $(@:deps-%=%)

SETTINGS := $(CC) | $(KFLAGS) | $(UFLAGS) | $(HOSTCC) $(HOST_CFL) | $(LDFLAGS) $(HOT) $(INSPECT) $(KDB)
$(O)/settings: force | deps-build
	@mkdir -p $(@D); echo '$(SETTINGS)' | cmp -s - $@ || echo '$(SETTINGS)' >$@

clean: ## Remove everything built
	rm -rf $(O)

DEP_DIRS := $(wildcard $(addprefix $(O)/,obj whole musl host*/ userobj fuzzobj covobj filesobj *host/*))
-include $(O)/gen/offsets.d $(if $(DEP_DIRS),$(shell find $(DEP_DIRS) -name '*.d'))
