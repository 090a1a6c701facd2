# SPDX-License-Identifier: BSD-2-Clause
# Pecan beside Linux (bench/LINUX.md): the same work in both.
LINUX_WORK := $(O)/bench/linux

# The first program of Linux: static, with musl as its source is, compiled as Pecan's.
LINUX_MUSL   := $(LINUX_WORK)/musl
LINUX_CFLAGS := $(MUSL_CFLAGS) -I$(INSN) -I$(SQLITE) -idirafter /usr/include
LINUX_CFLAGS += -idirafter /usr/include/$(MULTIARCH)

$(LINUX_MUSL)/lib/libc.a: $(MUSL)/lib/libc.a
	$(call say,PORT,musl for Linux)
	$(Q)rm -rf $(LINUX_MUSL) && mkdir -p $(LINUX_MUSL)
	$(Q)tar -xf $(O)/ports/musl/archive -C $(LINUX_MUSL) --strip-components=1
	$(Q){ $(call musl_make,$(LINUX_MUSL),lib/libc.a lib/crt1.o lib/crti.o lib/crtn.o); } \
		>$(LINUX_WORK)/musl.log 2>&1 || { tail -5 ../musl.log | cut -c1-300 >&2; exit 1; }

$(O)/musl/linux/%.c.o: bench/linux/%.c $(O)/settings $(MUSL)/lib/libc.a $(O)/bin/sqlite3
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(LINUX_CFLAGS) -c -o $@ $<

# linux_program(output, objects, objects that are made elsewhere): a static program of Linux.
define linux_program
$(1): $(2) $(LINUX_MUSL)/lib/libc.a
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) -nostdlib -static -no-pie -o $$@ \
		$$(addprefix $$(LINUX_MUSL)/lib/,crt1.o crti.o) $(2) $(3) \
		$$(addprefix $$(LINUX_MUSL)/lib/,libc.a crtn.o)
endef
linux_objects = $(patsubst %,$(O)/musl/linux/%.o,$(1))

# SQLite is the same object file on both systems.
$(eval $(call linux_program,$(LINUX_WORK)/first,\
	$(call linux_objects,linux.c peer.c path.c posix.c net.c mmsg.c sql.c),$(SQLITE)/sqlite3.o))
$(eval $(call linux_program,$(O)/linux/bin/rows,$(call linux_objects,os.c posix.c net.c mmsg.c sql.c),\
	$(SQLITE)/sqlite3.o))
$(eval $(call linux_program,$(O)/linux/bin/tiny,$(call linux_objects,tiny.c)))

$(O)/musl/bench/linux/%: POSIX_CFLAGS += -I$(INSN)
$(O)/musl/bench/linux/sql.c.o: POSIX_CFLAGS += -I$(SQLITE)
$(O)/musl/bench/linux/%.o: bench/linux/% $(O)/settings $(MUSL)/lib/libc.a $(O)/bin/sqlite3 | $(STUBS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(POSIX_CFLAGS) -c -o $@ $<

$(LINUX_WORK)/bin/work: $(patsubst %,$(O)/musl/bench/linux/%.c.o,pecan path posix net ring sql) $(POSIX_OBJ) \
		$(MUSL_LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(MUSL_LINK) -o $@ $(filter %.o,$^) $(SQLITE)/sqlite3.o \
		-Wl,--start-group $(MUSL_LIBS) -Wl,--end-group

# A boot image of its own, with that program.
$(LINUX_WORK)/boot.tar: $(O)/ports.tar $(LINUX_WORK)/bin/work bench/linux/init.work
	$(call say,IMAGE,$@)
	$(Q)cat $(O)/ports.init bench/linux/init.work | sed 's/restart 5 60/restart 16 1/' >$(LINUX_WORK)/init
	$(Q)tools/mkboot $@ $(LINUX_WORK)/init $(call in_image,$(PROGRAMS) $(MUSL_PROGRAMS)) \
		$(LINUX_WORK)/bin/work

bench-linux: $(O)/pecan $(O)/sigma0 $(O)/root $(O)/ports.tar $(O)/bench/scope.so
bench-linux: $(LINUX_WORK)/first $(LINUX_WORK)/boot.tar linux
bench-linux: | deps-tour ## Count the same work in Pecan and in Debian's Linux; build/bench/linux.tsv
	@bench/linux/run
