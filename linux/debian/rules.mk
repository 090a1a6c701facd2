# SPDX-License-Identifier: BSD-2-Clause
# The disk of `make run-debian`: $(DEBIAN)/debian.img, an ext4 file system with packages of Debian. SIZE= and
# PACKAGES= are another size, and more packages (docs/user/linux.md).
DEBIAN          ?= $(O)/linux
DEBIAN_PACKAGES := $(O)/linux/debian
DEBIAN_MORE     := $(DEBIAN)/debian-more
DEBIAN_SHARED   := linux/initramfs/dhcp linux/initramfs/resize

$(DEBIAN_PACKAGES)/fetched: linux/debian/packages
	@tools/deps debian $< $(@D)
	@touch $@

$(DEBIAN)/debian.settings: force
	@mkdir -p $(@D) && linux/debian/settings $(@D) >$@.new && { cmp -s $@.new $@ || mv $@.new $@; }

$(DEBIAN_MORE)/fetched: $(DEBIAN)/debian.settings $(DEBIAN_PACKAGES)/fetched
	@tools/deps debian-more $(DEBIAN_PACKAGES) $(@D) $$(sed -n 's/^PACKAGES=//p' $<)
	@touch $@

$(DEBIAN)/debian.img: $(DEBIAN_MORE)/fetched $(wildcard linux/debian/*) \
		$(DEBIAN_SHARED) $(O)/busybox/busybox
	$(call say,IMAGE,$@)
	$(Q)linux/debian/make $@ $$(sed -n 's/^SIZE=//p' $(DEBIAN)/debian.settings) \
		'$(DEBIAN_PACKAGES) $(DEBIAN_MORE)' $(O)/busybox/busybox

run-debian: linux $(DEBIAN)/debian.img | deps-run ## With Debian's bash, on a disk: SIZE=1G PACKAGES=nano
	@linux/run debian
