# SPDX-License-Identifier: BSD-2-Clause
# BearSSL: the library $(MUSL)/lib/libbearssl.a with its headers in $(MUSL)/include, for fetch and for
# programs of the SDK. The sources are known only when they are unpacked, so one rule compiles all.
BEARSSL     := $(O)/ports/bearssl/build
BEARSSL_LIB := $(MUSL)/lib/libbearssl.a
# Random numbers come from /dev/urandom, the date from time(). No instructions that only some processors have;
# the compiler's headers for them are included all the same.
BEARSSL_DEF := -DBR_USE_URANDOM=1 -DBR_USE_UNIX_TIME=1 -DBR_RDRAND=0 -DBR_AES_X86NI=0 -DBR_SSE2=0
BEARSSL_DEF += -DBR_POWER8=0
BEARSSL_CC   = $(shell $(CC) -print-file-name=include)

$(BEARSSL_LIB): ports/bearssl/port ports/bearssl/rules.mk $(MUSL)/lib/libc.a $(O)/settings
	@tools/deps port bearssl
	$(call say,PORT,bearssl)
	$(Q)rm -rf $(BEARSSL) && mkdir -p $(BEARSSL)
	$(Q)tar -xf $(O)/ports/bearssl/archive -C $(BEARSSL) --strip-components=1
	$(Q)cp $(BEARSSL)/LICENSE.txt $(O)/ports/bearssl/COPYRIGHT
	$(Q)find $(BEARSSL)/src -name '*.c' | sed 's/\.c$$//' | xargs -P $(shell nproc) -I{} $(CC) \
		$(filter-out $(WARN) -MMD -MP -g,$(MUSL_CFLAGS)) -w -Os $(BEARSSL_DEF) -I$(BEARSSL)/inc \
		-I$(BEARSSL)/src -idirafter $(BEARSSL_CC) -c -o {}.o {}.c
	$(Q)rm -f $@ && find $(BEARSSL)/src -name '*.o' | LC_ALL=C sort | xargs $(CROSS)ar rcs $@
	$(Q)cp $(BEARSSL)/inc/*.h $(MUSL)/include

FETCH_OBJ := $(patsubst %,$(O)/musl/%.o,$(wildcard user/apps/fetch/*.c))
$(FETCH_OBJ): | $(BEARSSL_LIB)
$(O)/bin/fetch: $(BEARSSL_LIB)
$(O)/bin/fetch: MUSL_LIBS += $(BEARSSL_LIB)
