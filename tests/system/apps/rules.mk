# SPDX-License-Identifier: BSD-2-Clause
# Programs that test the running system, and boot images that have them besides all others: tests/boot.tar,
# and tests/ports.tar with the programs of ports and scripts of Lua.
APP_DIRS    := $(patsubst %/,%,$(sort $(dir $(wildcard tests/system/apps/*/*.c))))
MUSL_APPS   := $(patsubst %/libc,%,$(wildcard tests/system/apps/*/libc))
NATIVE_APPS := $(filter-out $(MUSL_APPS),$(APP_DIRS))
built_apps   = $(patsubst tests/system/apps/%,$(O)/tests/%,$(1))
PORT_FILES  := $(wildcard tests/system/ports/lua/*.lua)
TEST_APPS   := $(call built_apps,$(APP_DIRS))
GUESTS      += $(call built_apps,$(NATIVE_APPS))

$(O)/obj/tests/system/apps/%: UFLAGS += $(NO_VECTORS)
$(foreach d,$(NATIVE_APPS),$(eval $(call program,$(call built_apps,$(d)),$(d),$(PROGRAM_BASE))))
$(foreach d,$(MUSL_APPS),$(eval $(call musl_program,$(call built_apps,$(d)),$(d))))

# They use what the C library does not have, too.
PECAN_OBJ   := $(addprefix $(O)/musl/tests/system/apps/,filetest/killed.c.o socktest/rings.c.o)
$(PECAN_OBJ): MUSL_CFLAGS += -Iabi -Iabi/arch/$(ARCH) -Iuser/lib/l4/include \
	-Iuser/lib/pecan/include -I$(O)/gen
$(PECAN_OBJ): | $(STUBS)

$(O)/tests/boot.init: user/init tests/system/apps/init
$(O)/tests/ports.init: $(O)/ports.init tests/system/apps/init
$(O)/tests/boot.init $(O)/tests/ports.init:
	$(Q)mkdir -p $(@D) && cat $^ >$@

$(O)/tests/boot.tar: $(O)/tests/boot.init $(call in_image,$(PROGRAMS)) $(call built_apps,$(NATIVE_APPS))
$(O)/tests/ports.tar: $(O)/tests/ports.init $(call in_image,$(PROGRAMS) $(MUSL_PROGRAMS)) $(TEST_APPS)
$(O)/tests/ports.tar: MORE = -- $(PORT_FILES)
$(O)/tests/ports.tar: $(PORT_FILES)
$(O)/tests/boot.tar $(O)/tests/ports.tar: | $(O)/pecan-check
