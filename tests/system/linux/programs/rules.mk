# SPDX-License-Identifier: BSD-2-Clause
# The disk of tests/system/linux/suite: that of `make run-debian`, with stress-ng and bash's tests.
LINUX_PROGRAMS := $(O)/linux/programs
BASH_SOURCE    := $(O)/linux/bash
# What bash's tests call beside itself.
BASH_HELPERS   := recho zecho xcase printenv

$(LINUX_PROGRAMS)/fetched: tests/system/linux/programs/packages
	@tools/deps debian $< $(@D)
	@touch $@

$(BASH_SOURCE)/tree/made: tests/system/linux/programs/bash
	@tools/deps bash-suite
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)tar -xf $(BASH_SOURCE)/archive -C $(@D) --strip-components=1 --wildcards '*/tests' '*/support' \
		'*/include' '*/*.h'
	$(Q)for p in $(BASH_HELPERS); do \
		gcc -O1 -w -static -DHAVE_UNISTD_H -DHAVE_STDLIB_H -DHAVE_STRING_H -I$(@D) -I$(@D)/include \
			-o $(@D)/tests/$$p $(@D)/support/$$p.c || exit; done
	@touch $@

$(O)/linux/programs.img: $(LINUX_PROGRAMS)/fetched $(O)/linux/debian/fetched $(BASH_SOURCE)/tree/made \
		$(wildcard linux/debian/* tests/system/linux/programs/play/*) $(O)/busybox/busybox
	$(call say,IMAGE,$@)
	$(Q)linux/debian/make $@ 256M "$(DEBIAN_PACKAGES) $(LINUX_PROGRAMS)" $(O)/busybox/busybox \
		play=tests/system/linux/programs/play bash/tests=$(BASH_SOURCE)/tree/tests

linux-test: | deps-run ## All tests of programs in Linux on Pecan, and in Debian's kernel
	@tests/system/linux/suite tour check suite stress bash linux
	@tests/system/linux/suite tour check suite stress bash pecan
