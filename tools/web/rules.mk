# SPDX-License-Identifier: BSD-2-Clause
# The page in which a browser runs Pecan, on the emulator v86 (docs/web.md): included by the Makefile.
WEB := build/web

.PHONY: web web-site deps-v86
web: deps-v86 ## A folder for any web server: a page in which Pecan runs: build/web/site
	@MAKEFLAGS= $(MAKE) --no-print-directory ARCH=ia32 O=$(WEB) VARIANT=tools/web/include PORTS=no web-site
	@echo 'web: serve it, for example: python3 -m http.server -d $(WEB)/site'

deps-v86:
	@O=$(WEB) tools/deps v86

# The rest is for that make, and for its folder.
SITE := $(addprefix $(O)/site/,index.html terminal.js pecan.image libv86.js v86.wasm LICENSE.v86)
web-site: $(SITE)

$(O)/site/index.html $(O)/site/terminal.js: $(O)/site/%: tools/web/%
	$(Q)mkdir -p $(@D) && cp $< $@

$(O)/site/LICENSE.v86: $(O)/v86/archive
	$(Q)mkdir -p $(@D) && tar -xzOf $< package/LICENSE >$@
$(O)/site/libv86.js $(O)/site/v86.wasm: $(O)/v86/archive
	$(Q)mkdir -p $(@D) && tar -xzOf $< package/build/$(@F) >$@

# The bytes in memory, with those that the kernel's file does not contain, as they are 0.
$(O)/web/kernel.bin: $(O)/pecan
	$(Q)mkdir -p $(@D) && $(CROSS)objcopy -O binary $(foreach s,.bss .boot.bss,\
		--set-section-flags $(s)=alloc,load,contents) $< $@
$(O)/web/sigma0 $(O)/web/root: $(O)/web/%: $(O)/%
	$(Q)mkdir -p $(@D) && $(CROSS)strip -g -o $@ $<

WEB_PARTS := $(O)/web/kernel.bin $(O)/web/sigma0 $(O)/web/root $(O)/boot.tar
$(O)/site/pecan.image: tools/web/image.S $(WEB_PARTS)
	$(call say,IMAGE,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(WORD_FLAG) -Wa,-I$(O)/web,-I$(O) -c -o $(O)/web/image.o $<
	$(Q)$(CC) $(LDFLAGS) -Wl,-N,-e,0,-Ttext=0x100000,--oformat=binary \
		-Wl,--just-symbols=$(O)/pecan -o $@ $(O)/web/image.o
