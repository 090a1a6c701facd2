# SPDX-License-Identifier: BSD-2-Clause
# Pecan beside Linux (bench/LINUX.md): the same work in both.
LINUX_WORK := $(O)/bench/linux

# The first program of Linux: static, with the C library of the host.
$(LINUX_WORK)/first: $(addprefix bench/linux/,linux.c peer.c posix.c net.c) \
		$(wildcard bench/linux/*.h) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) -std=gnu11 -O2 $(WARN) -static -o $@ $(filter %.c,$^)

$(O)/musl/bench/linux/%.o: bench/linux/% $(O)/settings $(MUSL)/lib/libc.a | $(STUBS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(POSIX_CFLAGS) -c -o $@ $<

$(LINUX_WORK)/bin/work: $(patsubst %,$(O)/musl/bench/linux/%.c.o,pecan posix net) $(POSIX_OBJ) $(MUSL_LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(MUSL_LINK) -o $@ $(filter %.o,$^) -Wl,--start-group $(MUSL_LIBS) -Wl,--end-group

# A boot image of its own, with that program.
$(LINUX_WORK)/boot.tar: $(O)/ports.tar $(LINUX_WORK)/bin/work bench/linux/init.work
	$(call say,IMAGE,$@)
	$(Q)cat $(O)/ports.init bench/linux/init.work | sed 's/restart 5 60/restart 16 1/' >$(LINUX_WORK)/init
	$(Q)tools/mkboot $@ $(LINUX_WORK)/init $(call in_image,$(PROGRAMS) $(MUSL_PROGRAMS)) \
		$(LINUX_WORK)/bin/work

bench-linux: $(O)/pecan $(O)/sigma0 $(O)/root $(O)/ports.tar $(O)/bench/scope.so
bench-linux: $(LINUX_WORK)/first $(LINUX_WORK)/boot.tar
bench-linux: | deps-tour ## Count the same work in Pecan and in Debian's Linux; build/bench/linux.tsv
	@bench/linux/run
