# SPDX-License-Identifier: BSD-2-Clause
# Programs that run on the kernel.

# Below SUITE a folder with a main.c is a root server of its own, the others hold tests by clause.
SUITE     := tests/guest/interface
# The last one for <arch/registers.h> only, which states the binding (tools/check-includes).
SUITE_INC := -I$(SUITE) -I$(SUITE)/arch/$(ARCH) -Ikernel/arch/$(ARCH)/include
GUEST_DIRS := $(patsubst %/main.c,%,$(sort $(wildcard $(SUITE)/*/main.c)))
# Those of them with a folder arch are built on the machines that it has.
GUEST_ROOTS := $(foreach d,$(GUEST_DIRS),$(if $(wildcard $(d)/arch),$(wildcard $(d)/arch/$(ARCH)),$(d)))
GUEST_ROOTS := $(GUEST_ROOTS:%/arch/$(ARCH)=%)
GUEST_TESTS := $(dir $(wildcard $(SUITE)/*.c $(SUITE)/*/*.c))
GUEST_TESTS += $(patsubst %arch/$(ARCH)/,%,$(dir $(wildcard $(SUITE)/*/arch/$(ARCH)/*.c)))
GUEST_TESTS := $(patsubst %/,%,$(sort $(GUEST_TESTS)))
# A folder with a name of libl4's machines has tests of that machine alone.
OTHER_TESTS := $(filter-out $(LIBL4),$(shell sed -n s/^LIBL4=//p tools/machine/*/values))
GUEST_TESTS := $(filter-out $(GUEST_DIRS) $(OTHER_TESTS:%=$(SUITE)/%),$(GUEST_TESTS))
# What stands for the headers of the machine where the foreign root server was written.
$(O)/obj/$(SUITE)/foreign/%: UFLAGS += -I$(SUITE)/foreign/arch/$(ARCH)
$(O)/obj/$(SUITE)/twin/%: UFLAGS += -I$(SUITE)/twin/arch/$(ARCH)
# Where the links of system calls are different in each space.
$(O)/tests/twin: $(call objects,$(SUITE)/args.c $(wildcard $(SUITE)/arch/$(ARCH)/links.S))
GUESTS    := $(addprefix $(O)/tests/,guest $(notdir $(GUEST_ROOTS)) messages hostile racer reuse part station)

$(eval $(call program,$(O)/tests/guest,$(GUEST_TESTS),$(ROOT_BASE)))
$(foreach t,messages hostile racer reuse part station,$(eval \
	$(call program,$(O)/tests/$(t),tests/guest/$(t),$(PROGRAM_BASE))))
$(foreach d,$(GUEST_ROOTS),$(eval $(call program,$(O)/tests/$(notdir $(d)),$(d),$(ROOT_BASE))))
# What several of these programs know of the machine.
$(O)/obj/tests/guest/%: UFLAGS += -Itests/guest/arch/$(FAMILY)
$(O)/obj/tests/guest/interface/%: UFLAGS += $(SUITE_INC) -DCHOSEN_LEVELS=$(if $(OPTIMIZE),0,1)

# ---- attack ----
# The attacks: tests/guest/attack/table.py, docs/security.md.
.PHONY: attack attack-build

ATTACK_HELP := $(call objects,tests/guest/interface/ipc/string_actors.c)
$(eval $(call program,$(O)/tests/attack,tests/guest/interface tests/guest/attack/guest,$(ROOT_BASE)))
$(O)/tests/attack: $(ATTACK_HELP)
$(O)/obj/tests/guest/attack/%: UFLAGS += $(SUITE_INC) -Itests/guest/attack/guest \
	$(addprefix -Itests/guest/attack/guest/arch/,$(ARCH) $(FAMILY)) $(NO_VECTORS)

# The client of drivers into which tests/guest/attack/faults injects faults.
$(eval $(call program,$(O)/tests/worker,tests/guest/attack/worker,$(PROGRAM_BASE)))

# A program of the real system that attacks its servers: tests/guest/attack/system.py.
$(eval $(call program,$(O)/tests/intruder,tests/guest/attack/intruder,$(PROGRAM_BASE)))
$(O)/tests/intruder: $(call objects,tests/guest/messages/breaker.c)

# Victims and adversaries of the rows about time: tests/guest/attack/late, tests/guest/attack/shares.
$(eval $(call program,$(O)/tests/rival,tests/guest/attack/rival,$(PROGRAM_BASE)))
$(O)/tests/rival: $(call objects,tests/guest/messages/breaker.c tests/guest/attack/intruder/requests.c)

# Debug kernels: for faults, with the settings that tools/test has for this folder; and one whose checks of
# everything are rare enough for tests/guest/attack/forever.
$(O)/gcc-debug/pecan: force
	$(Q)MAKEFLAGS= $(MAKE) -s O=$(O)/gcc-debug CC=gcc MODE=debug PORTS=no $@
$(O)/checked/pecan: force
	$(Q)MAKEFLAGS= $(MAKE) -s O=$(O)/checked MODE=debug CHECK_PERIOD=6101 PORTS=no $@

attack-build: $(IMAGES) $(O)/tests/attack $(O)/tests/intruder $(O)/tests/worker $(O)/host-test-64 \
	$(O)/user-test $(O)/words $(O)/model-64
attack-build: $(O)/tests/rival $(O)/tests/racer $(O)/gcc-debug/pecan $(O)/checked/pecan

attack: attack-build | deps-test ## What an adversary gains: a table; LONG=1: all rounds; ROWS='row ...'
	@tests/guest/attack/run $(ROWS)

# All guest tests of ppc32, with a release and a debug kernel, by each way of entry, and many rounds; and the
# section of tools/test.
.PHONY: test-ppc32
PPC32_TESTED := $(O)/ppc32 $(O)/ppc32/gcc-debug
test-ppc32: | deps-test ## All guest tests of ppc32 with a debug kernel too, more rounds and attacks
	@tools/test ppc32
	@for folder in $(PPC32_TESTED); do for way in on c off; do \
		ARCH=ppc32 O=$$folder tests/guest/interface/run --cpu 750 --option fastpath=$$way G || exit 1; \
	done; done
	@ARCH=ppc32 O=$(O)/ppc32 tests/guest/interface/run --rounds 1000
	@ARCH=ppc32 O=$(O)/ppc32 tests/guest/attack/forever 2000000

# All guest tests of ia32 under Bochs, which checks segment limits: with large spaces, with small ones where
# there is room, and mixed as each seed says.
.PHONY: test-ia32
test-ia32: | deps-test ## All guest tests of ia32 under Bochs, with small spaces in several ways
	$(Q)MAKEFLAGS= $(MAKE) -s ARCH=ia32 O=$(O)/ia32 PORTS=no all $(O)/ia32/tests/guest $(O)/ia32/tests/foreign
	@for n in 0 1 34 35 36 37; do \
		ARCH=ia32 O=$(O)/ia32 tests/guest/interface/run --cpu bochs small=$$n || exit 1; \
	done
	@ARCH=ia32 O=$(O)/ia32 tests/guest/interface/run --cpu bochs slots=10000 steps=2000 GSML0012 GSML0033
