# SPDX-License-Identifier: GPL-2.0-only
# Linux as a program of Pecan: $(O)/linux/linux, and images with it.
LINUX        := $(O)/linux
LINUX_SOURCE := $(LINUX)/source
LINUX_KBUILD := $(LINUX)/kbuild
# Without vector registers: they are its user threads'. Linked below 2 GiB.
LINUX_CODE   := -mno-sse -mno-mmx -mno-sse2 -mno-avx -mcmodel=small -fno-asynchronous-unwind-tables
LINUX_MAKE    = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u O -u ARCH -u CC -u V make -s -j$(shell nproc) \
	-C $(LINUX_SOURCE) ARCH=um SUBARCH=x86_64 OS=Pecan CC=gcc O=$(abspath $(LINUX_KBUILD))
LINUX_LOG     = || { tail -20 $(abspath $(LINUX))/log | cut -c1-300 >&2; exit 1; }
# What no kernel of this architecture is built from, most of the source: but its Kconfig files are read.
LINUX_OTHER  := $(addprefix arch/,alpha arc arm arm64 csky hexagon ia64 loongarch m68k microblaze mips nios2 \
	openrisc parisc powerpc riscv s390 sh sparc xtensa) $(addprefix drivers/,gpu media net/ethernet \
	net/wireless staging scsi infiniband iio usb hwmon) sound
LINUX_ABSENT := --exclude='*/Documentation/*.[rty][sxa]*' --exclude='*/tools/testing' \
	$(foreach d,$(LINUX_OTHER),--exclude='*/$(d)/*.[chS]' --exclude='*/$(d)/*.dts*')

$(LINUX)/linux-source-6.1.tar.xz: linux/source
	@tools/deps linux-source
	@touch $@

$(LINUX_SOURCE)/Makefile: $(LINUX)/linux-source-6.1.tar.xz linux/changes
	$(call say,UNPACK,Linux)
	$(Q)rm -rf $(LINUX_SOURCE) $(LINUX_KBUILD) && mkdir -p $(LINUX_SOURCE)
	$(Q)tar -xf $< -C $(LINUX_SOURCE) --strip-components=1 $(LINUX_ABSENT)
	$(Q)linux/changes $(LINUX_SOURCE)
	@touch $@

# Our files, in the source.
LINUX_FILES := $(wildcard linux/arch/* linux/x86/* linux/include/*) linux/edge/edge.h linux/Makefile-os-Pecan
$(LINUX)/files: $(LINUX_SOURCE)/Makefile $(LINUX_FILES)
	$(Q)mkdir -p $(LINUX_SOURCE)/arch/um/os-Pecan $(LINUX_SOURCE)/arch/x86/um/os-Pecan
	$(Q)cp -u linux/arch/* linux/edge/edge.h $(LINUX_SOURCE)/arch/um/os-Pecan
	$(Q)cp -u linux/include/* $(LINUX_SOURCE)/arch/um/include/asm
	$(Q)cp -u linux/x86/Makefile $(LINUX_SOURCE)/arch/x86/um/os-Pecan
	$(Q)cp -u linux/x86/pecan-offsets.c $(LINUX_SOURCE)/arch/x86/um
	$(Q)cp -u linux/Makefile-os-Pecan $(LINUX_SOURCE)/arch/um
	@touch $@

$(LINUX_KBUILD)/.config: linux/config $(LINUX)/files
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_MAKE) KCONFIG_ALLCONFIG=$(CURDIR)/linux/config allnoconfig >$(LINUX)/log 2>&1 $(LINUX_LOG)
	@touch $@

$(LINUX_KBUILD)/vmlinux.o: $(LINUX_KBUILD)/.config $(LINUX)/files
	$(call say,LINUX,$@)
	$(Q)$(LINUX_MAKE) KCFLAGS="$(LINUX_CODE)" vmlinux_o >$(LINUX)/log 2>&1 $(LINUX_LOG)

# Pecan's side, in which only the names of edge.h are global: both sides have a memcpy.
LINUX_EDGE := $(call objects,$(wildcard linux/edge/*.[cS]))
$(LINUX_EDGE): UFLAGS += $(NO_VECTORS)

$(LINUX)/edge.o: $(LINUX_EDGE) $(LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && ld -r -u _start -o $@ $(filter %.o,$^) --start-group $(LIBS) --end-group
	$(Q)objcopy --wildcard -G 'edge*' -G _start $@

$(LINUX)/linux: $(LINUX_KBUILD)/vmlinux.o $(LINUX)/edge.o
	$(call say,LD,$@)
	$(Q)ld -static --build-id=none -z max-page-size=4096 -z noexecstack \
		-T $(LINUX_KBUILD)/arch/um/os-Pecan/linux.lds -o $@ $^

$(LINUX)/image/linux: $(LINUX)/linux
	$(Q)mkdir -p $(@D) && strip -g -o $@ $<

linux: $(O)/pecan $(O)/sigma0 $(O)/root $(O)/boot.tar $(LINUX)/image/linux $(O)/linux/initramfs

run-linux: linux | deps-run ## Boot Linux as a server of Pecan, with busybox; the shell's program linux
	@linux/run
