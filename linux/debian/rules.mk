# SPDX-License-Identifier: BSD-2-Clause
# The disk of `make run-debian`: $(O)/linux/debian.img, an ext4 file system with packages of Debian.
DEBIAN_PACKAGES := $(O)/linux/debian
DEBIAN_SIZE     := 256M

$(DEBIAN_PACKAGES)/fetched: linux/debian/packages
	@tools/deps debian $< $(@D)
	@touch $@

$(O)/linux/debian.img: $(DEBIAN_PACKAGES)/fetched $(wildcard linux/debian/*) $(O)/busybox/busybox
	$(call say,IMAGE,$@)
	$(Q)linux/debian/make $@ $(DEBIAN_SIZE) $(DEBIAN_PACKAGES) $(O)/busybox/busybox

run-debian: linux $(O)/linux/debian.img | deps-run ## The same with bash and coreutils of Debian, on a disk
	@linux/run debian
