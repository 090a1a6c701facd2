# SPDX-License-Identifier: BSD-2-Clause
# Tests: included by the Makefile. What one folder needs is in its rules.mk; one that comes before another has
# what that uses at once.

test-browser: | deps-browser ## Pictures and the page of the running system, in a Chromium
	+@tests/system/pictures/chromium
	+@tests/system/net/chromium

test-web: web | deps-browser ## The page in which Pecan runs (make web), in a Chromium
	+@tests/system/web/chromium

test: | deps-test ## Tests of all kinds, an hour and more; ends with "N passed, N failed"
	@tools/test

.PHONY: check
check: | deps-test ## What to run before a commit: host tests, guest tests, style and tour, in minutes
	@tools/test check

# The random tests of all machines. MINUTES: of all together; SEED: of an earlier run.
.PHONY: night night-build
$(if $(filter night,$(MAKECMDGOALS)),$(if $(filter x86_64,$(ARCH)),,$(error make night plays all machines: \
	leave out ARCH)))
MINUTES ?= 60
NIGHT_ROOTS := pecan sigma0 tests/twin tests/attack
night-build: $(addprefix $(O)/,fuzz/fuzz model-64 model-32 checked/pecan $(NIGHT_ROOTS)) | deps-test deps-fuzz
	$(Q)for m in ia32 ppc32; do env -u CC MAKEFLAGS= $(MAKE) -s ARCH=$$m O=$(O)/$$m PORTS=no \
		$(addprefix $(O)/$$m/,$(NIGHT_ROOTS)) || exit 1; done

night: ## Random tests with a new seed, for an hour: MINUTES=, SEED=N again, PARTS='twin-ia32 ...'
	@tools/night --minutes $(MINUTES) $(PARTS) \
		$(if $(filter command environment,$(origin SEED)),--seed $(SEED))	# not that of mutants

house: portable ## How large and how tangled the kernel and the folders of user/ are: name, value, limit
	@tools/house; kernel=$$?; tools/rooms && exit $$kernel

check-style: portable ## Directions of includes and calls, style limits; self-tests first
	@cd tools && for t in includes symbols style; do ./check-$$t --self-test && ./check-$$t || exit 1; done

CORE_TESTS := core core/parsers core/offsets core/nomachine core/small core/hash
include $(patsubst %,tests/%/rules.mk,guest system/apps $(CORE_TESTS) lib system lib/abi32)

host-tests: $(addprefix $(O)/,host-test-64 host-test-32 host-test-ia32 small-test hash-test fuzz-replay)
host-tests: $(addprefix $(O)/,user-test posix-test root-test drivers-test tmp-test shell-test lib-test)
guest-tests: $(GUESTS)

.PHONY: pictures
pictures: ## Draw docs/pictures of the tables that they are made of (docs/building.md)
	@tools/pictures

matrix: | deps-test ## Guest tests at every optimisation level, by both compilers; writes docs/matrix.md
	@tools/matrix

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
