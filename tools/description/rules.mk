# SPDX-License-Identifier: BSD-2-Clause
# The root task's reader of system descriptions as a program of the host: tools/mkboot, pecan-image.
CHECK_SRC := tools/description/check.c user/root/config.c user/root/promise.c
CHECK_CFL := $(filter -std% -O% -fno-builtin -I% $(WARN),$(UTEST_CFL))
# Tests that make boot images of their own have root.
$(O)/root $(O)/boot.tar $(O)/ports.tar: | $(O)/pecan-check
$(O)/pecan-check: $(CHECK_SRC) user/root/config.h user/root/promise.h $(O)/settings | $(STUBS)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(CHECK_CFL) -o $@ $(CHECK_SRC)
