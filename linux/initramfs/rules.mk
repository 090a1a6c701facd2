# SPDX-License-Identifier: BSD-2-Clause
# The first files of a Linux: $(O)/linux/initramfs. Debian's busybox and programs of ours.
INITRAMFS := $(O)/linux/initramfs
INITRAMFS_FILES := $(shell find linux/initramfs -type f)

# Programs that tests/system/linux and bench/linux build.
INITRAMFS_BIN := $(addprefix $(O)/linux/bin/,check rows tiny intruder spoof)
INITRAMFS_HAS := $(foreach p,$(INITRAMFS_BIN),bin/$(notdir $(p))=$(p))

$(O)/busybox/busybox:
	@tools/deps busybox

$(INITRAMFS): $(INITRAMFS_FILES) tools/cpio.py $(O)/busybox/busybox $(INITRAMFS_BIN)
	$(call say,IMAGE,$@)
	$(Q)mkdir -p $(@D) && linux/initramfs/make $@ $(O)/busybox/busybox $(INITRAMFS_HAS)
