# SPDX-License-Identifier: BSD-2-Clause
# User level and guest tests for words of 32 bits, as far as a compiler's warnings: tests/lib/abi32/run. The
# machine is made up; its headers are in include. Known only to the goals that need it, as it is much.
ifneq ($(filter abi32%,$(MAKECMDGOALS)),)
A32      := $(O)/abi32
A32_BASE := tests/lib/abi32/include
A32_CC_gcc   := gcc
A32_CC_clang := clang -Wshorten-64-to-32 -Wno-atomic-alignment

# What is not compiled: docs/porting.md says why.
A32_OUT    := user/servers/files/% user/apps/e2fsck/% $(SUITE)/foreign/% $(SUITE)/amd64/%
A32_BENCH  := $(addprefix bench/,guest latency search idle faults)
A32_SRC    := $(shell find user tests/guest tests/system/apps $(A32_BENCH) -name '*.c' -not -path '*/arch/*')
A32_SRC    := $(sort $(filter-out $(A32_OUT),$(A32_SRC)))
A32_MUSL   := $(filter $(patsubst %,%/%,user/lib/posix $(MUSL_DIRS) $(MUSL_APPS)),$(A32_SRC))
A32_NET    := $(filter user/servers/net/%,$(A32_SRC))
A32_TLS    := $(filter user/apps/fetch/%,$(A32_SRC))
# A32_PORTS: the ports whose sources are there.
A32_PORTS  ?=
A32_SRC    := $(filter-out $(if $(filter musl,$(A32_PORTS)),,$(A32_MUSL)),$(A32_SRC))
A32_SRC    := $(filter-out $(if $(filter lwip,$(A32_PORTS)),,$(A32_NET)),$(A32_SRC))
A32_SRC    := $(filter-out $(if $(filter bearssl,$(A32_PORTS)),,$(A32_TLS)),$(A32_SRC))

# Guest tests and programs of bench take addresses, registers and exceptions of ia32, the table of system
# calls takes the numbers that musl has for it. The device of bench is one without ports.
A32_ALL  := -m32 -D__L4_ARCH__=abi32 -I$(A32_BASE) -I$(SUITE)/arch/ia32 -Itests/guest/arch/x86
A32_ALL  += -Ibench/arch/ia32 -Ibench/arch/ppc32 -Ibench/scope/arch/x86
A32_ALL  += $(filter-out -Iabi/arch/% -Iuser/lib/c/include -I$(O)/gen,$(UINC)) -I$(A32)/gen
A32_CFL  := $(A32_ALL) -mgeneral-regs-only -Iuser/lib/c/include
A32_CFL  += $(filter-out -g -M% $(MACHINE_CODE) -nostdlibinc -isysroot /nowhere,$(COMMON))
A32_LIBC := $(A32_ALL) -isystem $(A32)/musl/include -iquote user/lib/posix
A32_LIBC += -iquote user/lib/posix/arch/ia32
A32_LIBC += $(filter-out -g -M% -isystem $(MUSL)/include,$(MUSL_CFLAGS))
# No header of the host's C library, as in COMMON.
A32_NONE_clang := -nostdlibinc -isysroot /nowhere
A32_STUBS := $(STUBS:$(O)/gen/%=$(A32)/gen/%)

$(A32)/gen/proto/%.h: %.idl tools/stubs tools/idl.py $(A32_BASE)/x2/arch.h
	$(Q)tools/stubs --word $(call word_bytes,$(A32_BASE)) $< $(@D)

# The headers that musl has for i386: long, pointers and registers of 32 bits.
$(A32)/musl/include: ports/musl/port $(MUSL_EDGE:%=ports/musl/edge/%) tests/lib/abi32/rules.mk
	$(Q)rm -rf $(A32)/musl && mkdir -p $(A32)/musl/source
	$(Q)tar -xf $(O)/ports/musl/archive -C $(A32)/musl/source --strip-components=1
	$(Q)cp -R ports/musl/edge/. $(A32)/musl/source
	$(Q)cd $(A32)/musl/source && unset MAKEFLAGS MFLAGS MAKELEVEL O && \
		make -s ARCH=i386 prefix= DESTDIR=.. install-headers >../log 2>&1 || { cat ../log >&2; exit 1; }
	$(Q)rm -rf $(A32)/musl/source && touch $@

$(A32)/bearssl: ports/bearssl/port
	$(Q)rm -rf $@ && mkdir -p $@ && tar -xf $(O)/ports/bearssl/archive -C $@ --strip-components=1

# abi32_part(goal, compiler, name, sources): "plan COMPILER NAME" first, "ok COMPILER NAME" if all compile.
define abi32_part
$(info plan $(2) $(3))
.PHONY: $(1)/$(2)/$(3)
$(1): $(1)/$(2)/$(3)
$(1)/$(2)/$(3): $(4) | $(A32_STUBS)
	@$$(A32_CC_$(2)) $$(A32_NONE_$(2)) $$(A32_OWN) $$(A32_CFL) -fsyntax-only $(4) && echo 'ok $(2) $(3)'
endef
# gcc compiles nearly all of it for the other machines of 32 bits: this one with LONG=1.
A32_CCS := $(if $(LONG)$(filter abi32-planted,$(MAKECMDGOALS)),gcc) clang

# The parts of these files, as targets.
a32_parts = $(foreach c,$(A32_CCS),$(patsubst %/,abi32/$(c)/%,$(sort $(dir $(1)))))
$(call a32_parts,$(filter tests/guest/% bench/%,$(A32_SRC))): A32_OWN := -I$(SUITE) -DCHOSEN_LEVELS=0
$(call a32_parts,$(filter tests/guest/attack/%,$(A32_SRC))): A32_OWN += \
	$(addprefix -Itests/guest/attack/guest/arch/,ia32 x86)
$(call a32_parts,$(filter $(SUITE)/twin/%,$(A32_SRC))): A32_OWN += -I$(SUITE)/twin/arch/ia32
$(call a32_parts,$(filter $(SUITE)/registers/%,$(A32_SRC))): A32_OWN += -Ikernel/arch/ia32/include
$(call a32_parts,$(A32_NET)): A32_OWN := $(LWIP_INC)
$(call a32_parts,$(A32_NET)): | $(LWIP)/src/include/lwip/init.h
$(call a32_parts,$(A32_MUSL)): A32_CFL := $(A32_LIBC)
$(call a32_parts,$(A32_MUSL)): A32_NONE_clang :=
$(call a32_parts,$(A32_MUSL)): | $(A32)/musl/include
$(call a32_parts,$(A32_TLS)): A32_CFL := $(A32_LIBC) -isystem $(A32)/bearssl/inc
$(call a32_parts,$(A32_TLS)): | $(A32)/bearssl

a32_of = $(filter $(wildcard $(1)/*.c),$(A32_SRC))
.PHONY: abi32 abi32-planted
ifneq ($(filter abi32,$(MAKECMDGOALS)),)
$(foreach c,$(A32_CCS),$(foreach d,$(sort $(patsubst %/,%,$(dir $(A32_SRC)))),$(eval \
	$(call abi32_part,abi32,$(c),$(d),$(call a32_of,$(d))))))
else
$(foreach c,$(A32_CCS),$(foreach f,$(wildcard tests/lib/abi32/planted/*.c),$(eval \
	$(call abi32_part,abi32-planted,$(c),$(f),$(f)))))
endif
endif
