# SPDX-License-Identifier: BSD-2-Clause
# The ISO: included by the Makefile.

# The boot image by the name that GRUB's menu has for it: another one when PORTS has changed.
$(O)/iso/boot.tar: $(lastword $(IMAGES)) force
	$(Q)mkdir -p $(@D) && { cmp -s $< $@ || cp $< $@; }

ISO_FILES := $(O)/pecan $(O)/sigma0 $(O)/root $(O)/iso/boot.tar
$(O)/pecan.iso: $(ISO_FILES) tools/grub.cfg tools/mkiso | deps-image
	$(call say,ISO,$@)
	$(Q)tools/mkiso $@ $(ISO_FILES)

# A machine without GRUB has an archive of the modules, which its firmware loads with the kernel.
$(O)/pecan.archive: $(filter-out $(O)/pecan,$(ISO_FILES)) tools/bootarchive
	$(call say,ARCHIVE,$@)
	$(Q)tools/bootarchive $@ $(filter-out tools/%,$^)

iso: $(O)/pecan.$(if $(GRUB),iso,archive) ## An ISO for BIOS, UEFI, CD and USB stick (ppc32: an archive)
