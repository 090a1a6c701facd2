# SPDX-License-Identifier: BSD-2-Clause
# Programs that gcc compiles when it links them, as it does a release kernel (docs/decisions/hot-and-cold.md),
# with the library `pecan`. Their objects are in $(O)/whole/. The file server is another one: its objects are
# musl's (ports/e2fsprogs/rules.mk), and on ppc32 ordinary ones. For other compilers and debug builds all of
# this is empty.
WHOLE       := $(if $(findstring clang,$(CC))$(filter debug,$(MODE)),,net virtio-net e1000e)
WHOLE_C     := $(if $(WHOLE),-flto -flto-partition=one)
WHOLE_PECAN := $(if $(WHOLE),$(O)/whole/libpecan.a)
# As for the kernel: the options of the link are those of its debug information.
WHOLE_LINK  := $(if $(WHOLE),$(WHOLE_C) $(OPT))

# A program's objects; its libraries. (program's output, source folders)
program_objects = $(patsubst $(O)/obj/%.c.o,$(O)/$(if $(filter $(notdir $(1)),$(WHOLE)),whole,obj)/%.c.o, \
	$(call objects,$(foreach d,$(2),$(call parts,$(d)))))
program_libs    = $(if $(filter $(notdir $(1)),$(WHOLE)),$(WHOLE_PECAN)) $(LIBS)

$(O)/whole/%: UFLAGS += $(NO_VECTORS) $(WHOLE_C)
$(O)/whole/%.c.o: %.c $(O)/settings | $(STUBS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(UFLAGS) -c -o $@ $<

# What is no C is in the other one.
$(O)/whole/libpecan.a: $(patsubst %.c,$(O)/whole/%.c.o,$(filter %.c,$(call lib_src,pecan)))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(CROSS)gcc-ar rcs $@ $(filter %.o,$^)

$(WHOLE:%=$(O)/bin/%): LDFLAGS += $(WHOLE_LINK)
