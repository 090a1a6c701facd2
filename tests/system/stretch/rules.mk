# SPDX-License-Identifier: BSD-2-Clause
# How many instructions root's message loop executes for a message (docs/decisions/root.md).
$(O)/bench/stretch.so: bench/stretch/stretch.c $(wildcard bench/scope/*.h) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $<

.PHONY: stretch
stretch: $(IMAGES) $(O)/tests/boot.tar $(O)/bench/stretch.so ## The longest time that root takes for a message
	@tests/system/stretch/run --limit 5000
