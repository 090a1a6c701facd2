# SPDX-License-Identifier: BSD-2-Clause
# What tests/system/linux/suite runs in a Linux: an initramfs with busybox's own tests.
BUSYBOX_SUITE := $(O)/busybox/suite/tree

# With the settings of Debian's package, by which a test knows what this busybox has, and without those tests
# that left-out.txt names.
$(BUSYBOX_SUITE)/.config: $(addprefix tests/system/linux/,busybox leave-out left-out.txt)
	@tools/deps busybox-suite
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)tar -xf $(@D)/../archive -C $(@D) --strip-components=1 --wildcards '*/testsuite'
	$(Q)tests/system/linux/leave-out $(@D)/testsuite <tests/system/linux/left-out.txt
	$(Q)ln -s /bin/busybox $(@D)/busybox
	$(Q)tar -xOf $(@D)/../settings debian/config/pkg/static >$@

$(O)/linux/suite: $(BUSYBOX_SUITE)/.config $(INITRAMFS)
	$(call say,IMAGE,$@)
	$(Q)linux/initramfs/make $@ $(O)/busybox/busybox $(INITRAMFS_HAS) suite=$(BUSYBOX_SUITE)

# The program that plays part `check`: static, with musl as its source is.
CHECK_PARTS := $(wildcard tests/system/linux/check/*.[cS])
CHECK_OBJ   := $(CHECK_PARTS:%=$(O)/musl/linux/%.o)

$(O)/musl/linux/tests/%.o: tests/% $(O)/settings $(MUSL)/lib/libc.a
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(LINUX_CFLAGS) -c -o $@ $<

$(eval $(call linux_program,$(O)/linux/bin/check,$(CHECK_OBJ)))

# One that sends frames with another sender's address.
$(eval $(call linux_program,$(O)/linux/bin/spoof,$(O)/musl/linux/tests/system/linux/spoof/spoof.c.o))

# A process of Linux on Pecan that makes system calls of Pecan.
INTRUDER := $(call objects,$(wildcard tests/system/linux/intruder/*.[cS]))

$(O)/linux/bin/intruder: $(INTRUDER) $(O)/libl4.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && ld -static --build-id=none -z noexecstack -o $@ $^

# What tests/system/linux/disk/run has: a disk with scripts, and a server that keeps a secret.
DISK_PLAYS := $(wildcard tests/system/linux/disk/play/*)

$(O)/linux/debian-test.img: $(DEBIAN_PACKAGES)/fetched $(wildcard linux/debian/*) $(DEBIAN_SHARED) \
		$(O)/busybox/busybox $(DISK_PLAYS)
	$(call say,IMAGE,$@)
	$(Q)linux/debian/make $@ 96M $(DEBIAN_PACKAGES) $(O)/busybox/busybox \
		$(foreach f,$(DISK_PLAYS),play/$(notdir $(f))=$(f))

$(eval $(call program,$(O)/tests/keeper,tests/system/linux/keeper,$(PROGRAM_BASE)))
