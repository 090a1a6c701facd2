# SPDX-License-Identifier: BSD-2-Clause
# musl: the library $(MUSL)/lib/libc.a, its headers in $(MUSL)/include.
MUSL       := $(O)/ports/musl/usr
MUSL_EDGE  := $(shell cd ports/musl/edge && find * -type f)
MUSL_FLAGS := $(WORD_FLAG) $(HOSTED_CODE) -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none

MUSL_CHANGED := $(addprefix $(O)/ports/musl/build/src/network/,res_msend.c lookup_name.c dns_parse.c)

# musl_make(source, targets): in the folder of a source, which is configured first
define musl_make
cd $(1) && unset MAKEFLAGS MFLAGS MAKELEVEL O && CC="$(CC)" CFLAGS="$(MUSL_FLAGS)" ./configure \
	--target=$(MUSL_TARGET) --disable-shared --disable-gcc-wrapper --prefix=/usr && \
	make -j$(shell nproc) AR=$(CROSS)ar RANLIB=$(CROSS)ranlib $(2)
endef

# The library depends on the compiler and these flags, on no others of the build.
$(O)/ports/musl/settings: force
	@mkdir -p $(@D); echo '$(CC) $(MUSL_FLAGS)' | cmp -s - $@ || echo '$(CC) $(MUSL_FLAGS)' >$@

$(MUSL)/lib/libc.a: $(addprefix ports/musl/,port rules.mk changes.sed $(MUSL_EDGE:%=edge/%))
$(MUSL)/lib/libc.a: $(O)/ports/musl/settings
	@tools/deps port musl
	$(call say,PORT,musl)
	$(Q)rm -rf $(O)/ports/musl/build $(MUSL) && mkdir -p $(O)/ports/musl/build $(MUSL)/lib
	$(Q)tar -xf $(O)/ports/musl/archive -C $(O)/ports/musl/build --strip-components=1
	$(Q)cp -R ports/musl/edge/. $(O)/ports/musl/build
	$(Q)for f in $(MUSL_CHANGED); do \
		sed -f ports/musl/changes.sed $$f >$$f.new && ! cmp -s $$f $$f.new && mv $$f.new $$f \
		|| { echo "musl: changes.sed has not changed $$f" >&2; exit 1; }; done
	$(Q){ $(call musl_make,$(O)/ports/musl/build,lib/libc.a) && make DESTDIR=../dest install-headers; } \
		>$(O)/ports/musl/log 2>&1 || { tail -5 ../log | cut -c1-300 >&2; exit 1; }
	$(Q)rm -rf $(MUSL)/include && mv $(O)/ports/musl/dest/usr/include $(MUSL)/include
	$(Q)cp $(O)/ports/musl/build/COPYRIGHT $(O)/ports/musl
	$(Q)cp $(O)/ports/musl/build/lib/libc.a $@ && rm -rf $(O)/ports/musl/build $(O)/ports/musl/dest

# Programs and user/lib/posix see musl's headers and no others of a C library.
MUSL_CFLAGS := -std=gnu11 $(MUSL_FLAGS) $(TLS_CODE) $(or $(OPTIMIZE),-O2) -g $(WARN) -MMD -MP
# No tables for unwinding, which no program reads; and no function that is not called.
MUSL_CFLAGS += -fno-asynchronous-unwind-tables -ffunction-sections
# As in OPT: what is built in another folder has the same bytes.
MUSL_CFLAGS += -ffile-prefix-map=$(CURDIR)=. -nostdinc -isystem $(MUSL)/include
POSIX_CFLAGS = $(MUSL_CFLAGS) $(NO_VECTORS) -Iabi -Iabi/arch/$(ARCH) -Iuser/lib/l4/include
POSIX_CFLAGS += -Iuser/lib/pecan/include -Iuser -I$(O)/gen
POSIX_CFLAGS += -iquote user/lib/posix -iquote user/lib/posix/arch/$(ARCH)
POSIX_CFLAGS += $(if $(findstring clang,$(CC)),,-fno-ipa-reference)
POSIX_SRC   := $(call parts,user/lib/posix)

$(O)/musl/user/lib/posix/%.o: user/lib/posix/% $(O)/settings $(MUSL)/lib/libc.a | $(STUBS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(POSIX_CFLAGS) -c -o $@ $<

# Each call that musl has a number for is in the table of call.c, or in the list of docs/user/libc.md.
MUSL_CALLS := $(O)/ports/musl/calls
$(MUSL_CALLS): $(O)/musl/user/lib/posix/call.c.o docs/user/libc.md tools/check-calls
	$(Q)$(CC) $(filter-out -MMD -MP,$(POSIX_CFLAGS)) -E -P -o $@.i user/lib/posix/call.c
	$(Q)tools/check-calls $(MUSL)/include/bits/syscall.h $@.i && mv $@.i $@

# Servers: with the interface of the system, and what their sources need (SERVER_CFLAGS of a port).
$(O)/musl/user/servers/%.o: user/servers/% $(O)/settings $(MUSL)/lib/libc.a | $(STUBS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(POSIX_CFLAGS) $(SERVER_CFLAGS) -c -o $@ $<

# Programs: ordinary C.
$(O)/musl/%.o: % $(O)/settings $(MUSL)/lib/libc.a
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(MUSL_CFLAGS) -c -o $@ $<

# The linker's own script: it has what musl wants (thread-local storage, program headers in memory).
MUSL_LINK = $(CC) $(LDFLAGS) $(TLS_LINK) -Wl,--gc-sections
# What compilers call for numbers of 64 bits, where a word has 32: a part of user/lib/c.
COMPILER_OBJ := $(call objects,$(wildcard $(MACHINE_DIRS:%=user/lib/c/arch/%/*.[cS])))
MUSL_LIBS = $(MUSL)/lib/libc.a $(O)/libpecan.a $(O)/libl4.a $(if $(COMPILER_OBJ),$(O)/libcompiler.a)
POSIX_OBJ = $(POSIX_SRC:%=$(O)/musl/%.o)

$(O)/libcompiler.a: $(COMPILER_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(CROSS)ar rcs $@ $^

# What checks a program that was linked, if there is such a check for the machine (CHECK_PROGRAM of flags.mk),
# with its objects if it finds more there (CHECK_OBJECTS).
MUSL_CHECK = $(CHECK_PROGRAM:%=% $@ $(if $(CHECK_OBJECTS),$(filter %.o,$^)))

# musl_program(output, source folder)
define musl_program
$(1): $(patsubst %,$(O)/musl/%.o,$(call all_parts,$(2))) $$(POSIX_OBJ) $$(MUSL_LIBS) | $$(MUSL_CALLS)
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(MUSL_LINK) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(MUSL_LIBS) \
		-Wl,--end-group
	$$(Q)$$(MUSL_CHECK)
endef

# What the SDK has of it (docs/sdk.md): $(MUSL)/lib. The start code is in libposix.a: the linker takes it with
# the option -u _start. libm and others are empty: musl has their functions in libc.a.
MUSL_EMPTY  := m pthread rt dl util crypt resolv xnet
MUSL_SDK    := $(MUSL)/lib/libposix.a $(MUSL_EMPTY:%=$(MUSL)/lib/lib%.a)

$(MUSL)/lib/libposix.a: $(POSIX_OBJ) | $(MUSL_CALLS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(CROSS)ar rcs $@ $^

$(MUSL_EMPTY:%=$(MUSL)/lib/lib%.a): $(MUSL)/lib/libc.a
	$(Q)rm -f $@ && $(CROSS)ar rc $@

# HAS_MUSL is empty without the source of musl: then the SDK has no such library.
ifneq ($(filter install sdk,$(MAKECMDGOALS)),)
HAS_MUSL := $(shell O=$(O) DEPS=$(DEPS) PORTS=$(PORTS) tools/deps port musl >&2 && echo yes)
$(if $(HAS_MUSL),,$(info sdk: the C library is left out: there is no source of musl (docs/user/libc.md)))
install sdk: $(if $(HAS_MUSL),$(MUSL_SDK))
endif
