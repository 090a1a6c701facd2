# SPDX-License-Identifier: BSD-2-Clause
# What tests reach of the kernel and of user level, on the host and in the guest: docs/testing.md.
$(O)/cov/executed.so: tests/coverage/executed.c bench/scope/qplugin.h $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $<

coverage: $(O)/cov/host-test $(O)/cov/fuzz-replay $(O)/cov/posix-test $(O)/cov/executed.so
coverage: $(O)/pecan.iso $(O)/ports.tar $(GUESTS) | deps-fuzz deps-test ## Lines that tests reach: host, guest
	@tests/coverage/run
