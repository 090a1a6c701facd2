# SPDX-License-Identifier: BSD-2-Clause
# The supervisor's reader of system descriptions as a program of the host: tools/mkboot, pecan-image.
CHECK_SRC := tools/description/check.c $(addprefix user/supervisor/,config.c conflict.c sizes.c word.c) \
	$(addprefix user/lib/pecan/format/,grants.c promise.c)
CHECK_CFL := $(filter -std% -O% -fno-builtin -I% $(WARN),$(UTEST_CFL))
# Where the machine has words of 32 bits the host has others: its own ABI headers, and protocols made for it.
ifeq ($(WORD_BITS),32)
CHECK_CFL := $(CHECK_CFL:-Iabi/arch/$(ARCH)=-Iabi/arch/x86_64)
CHECK_CFL := $(CHECK_CFL:-I$(O)/gen=-I$(O)/gen/host)
$(O)/pecan-check: $(addprefix $(O)/gen/host/proto/,root.h disk.h)
$(O)/gen/host/proto/%.h: %.idl tools/stubs tools/idl.py | deps-build
	$(call say,STUBS,$@)
	$(Q)tools/stubs --word 8 $< $(@D)
endif
# Tests that make boot images of their own have root.
$(O)/root $(O)/boot.tar $(O)/ports.tar: | $(O)/pecan-check $(O)/bin/supervisor
$(O)/pecan-check: $(CHECK_SRC) $(wildcard user/supervisor/*.h user/proto/*.h) $(O)/settings | $(STUBS)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(CHECK_CFL) -o $@ $(CHECK_SRC)
