# SPDX-License-Identifier: BSD-2-Clause
# The SDK: what programs outside of this tree need (docs/sdk.md). DESTDIR and PREFIX as usual.
PREFIX ?= /usr/local
SDK    := pecan-sdk-$(file <VERSION)
# By name: build/bin may have others, of builds before.
SDK_PORTS    := $(if $(HAS_MUSL),$(filter-out no,$(PORTS)))
SDK_PROGRAMS := $(PROGRAMS) $(if $(SDK_PORTS),$(MUSL_PROGRAMS))
SDK_LICENCES := $(if $(HAS_MUSL),musl) $(if $(SDK_PORTS),$(patsubst ports/%/port,%,$(wildcard ports/*/port)))
SDK_FILES    := $(O)/pecan $(O)/sigma0 $(O)/root $(O)/pecan-check $(LIBS) $(O)/sdk/libl4.a $(SDK_PROGRAMS)
SDK_FILES    += $(filter $(O)/libcompiler.a,$(MUSL_LIBS))
INSTALL       = HAS_MUSL='$(HAS_MUSL)' WITH_PORTS='$(SDK_PORTS)' PROGRAMS='$(SDK_PROGRAMS)' \
		HAS_LINUX_HEADERS='$(HAS_LINUX_HEADERS)' LICENCES='$(sort $(SDK_LICENCES))' tools/sdk/install

# Linux's headers, which the SDK has beside musl's, and no program of this tree sees. HAS_LINUX_HEADERS is
# empty without their package: then the SDK has none.
LINUX_HEADERS := $(O)/linux-headers/usr
ifneq ($(and $(filter install sdk,$(MAKECMDGOALS)),$(HAS_MUSL)),)
HAS_LINUX_HEADERS := $(shell ARCH=$(ARCH) O=$(O) DEPS=$(DEPS) PORTS=$(PORTS) tools/deps linux-headers >&2 && \
	echo yes)
$(if $(HAS_LINUX_HEADERS),,$(info sdk: Linux's headers are left out: their package is missing (docs/sdk.md)))
install sdk: $(if $(HAS_LINUX_HEADERS),$(LINUX_HEADERS))
endif

$(LINUX_HEADERS): $(O)/linux-headers/archive
	$(Q)rm -rf $@ && dpkg-deb -x $< $(@D) && touch $@

# libl4.a with the SDK's version.
$(O)/sdk/libl4.a: $(O)/libl4.a tools/sdk/version.S VERSION $(O)/settings
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(WORD_FLAG) -DVERSION='"$(file <VERSION)"' -c -o $(@D)/version.o \
		tools/sdk/version.S
	$(Q)cp $< $@ && ar rs $@ $(@D)/version.o

install: $(SDK_FILES) ## Kernel, programs, libraries, tools for programs elsewhere: PREFIX=/usr/local DESTDIR=
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' $(INSTALL)

sdk: $(SDK_FILES) ## The same as a tar file that can be unpacked anywhere: build/pecan-sdk-VERSION.tar.gz
	$(call say,TAR,$(O)/$(SDK).tar.gz)
	$(Q)rm -rf $(O)/$(SDK)
	$(Q)DESTDIR=$(abspath $(O))/$(SDK) PREFIX= $(INSTALL) >/dev/null
	$(Q)tar -C $(O) --owner=0 --group=0 --sort=name --mtime=@0 -czf $(O)/$(SDK).tar.gz $(SDK)
