# SPDX-License-Identifier: BSD-2-Clause
# SQLite: the program $(O)/bin/sqlite3, its shell. The one file that has all of the library is made from the
# source, by its own scripts, which are in Tcl.
SQLITE     := $(O)/ports/sqlite/build
# Locks of WAL would need memory that programs share; temporary files are in memory.
SQLITE_DEF := -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_WAL -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_TEMP_STORE=3 \
	      -DSQLITE_ENABLE_UPDATE_DELETE_LIMIT -DUSE_PREAD -DHAVE_FDATASYNC=1 -DHAVE_USLEEP=1

$(O)/bin/sqlite3: ports/sqlite/port ports/sqlite/rules.mk $(MUSL)/lib/libc.a $(POSIX_OBJ) $(MUSL_LIBS) \
		$(O)/settings
	@tools/deps port sqlite
	$(call say,PORT,sqlite)
	$(Q)rm -rf $(SQLITE) && mkdir -p $(SQLITE) $(@D)
	$(Q)tar -xf $(O)/ports/sqlite/archive -C $(SQLITE) --strip-components=1
	$(Q)cp $(SQLITE)/LICENSE.md $(O)/ports/sqlite/COPYRIGHT
	$(Q)cd $(SQLITE) && unset MAKEFLAGS MFLAGS MAKELEVEL O && $(MAKE) -f main.mk TOP=. BCC=$(HOSTCC) \
		TCC=$(HOSTCC) TCCX='$(HOSTCC) -I. -Isrc' NAWK=awk sqlite3.c shell.c >../log 2>&1 || \
		{ tail -5 ../log >&2; exit 1; }
	$(Q)sed -i '/cannot find home directory/,+1d' $(SQLITE)/shell.c
	$(Q)printf '%s\n' 'sqlite3' 'shell -Os' | xargs -P $(shell nproc) -L 1 sh -c '$(CC) -w \
		$(filter-out $(WARN) -MMD -MP -g,$(MUSL_CFLAGS)) $(SQLITE_DEF) $$1 -c \
		-o $(SQLITE)/$$0.o $(SQLITE)/$$0.c'
	$(Q)$(MUSL_LINK) -o $@ $(SQLITE)/sqlite3.o $(SQLITE)/shell.o $(POSIX_OBJ) \
		-Wl,--start-group $(MUSL_LIBS) -Wl,--end-group
	$(Q)$(MUSL_CHECK)

MUSL_PROGRAMS += $(O)/bin/sqlite3
