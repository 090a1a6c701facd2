# SPDX-License-Identifier: BSD-2-Clause
# e2fsprogs: the library $(E2FS)/libext2fs.a (lib/ext2fs, lib/et), for the file server; $(E2FS)/libe2fsck.a,
# which has main, for e2fsck. The sources are known only when they are unpacked: one rule compiles a library.
E2FS     := $(O)/ports/e2fsprogs/build
E2FS_INC := -I$(E2FS)/include -I$(E2FS)/lib -I$(E2FS)/lib/ext2fs -I$(E2FS)/lib/et
# Input and output by system calls, tests, tools, and what the file server does not use.
E2FS_OUT := unix_io windows_io nt_io dosio undo_io sparse_io test_io inode_io tst_* *tool tdb qcow2 imager \
	    dupfs bmove finddev getsize getsectsize bb_compat brel_ma irel_ma write_bb_file \
	    flushb

# e2fs_library(sources, more options): compile them, and make the library that is the target of them.
e2fs_library = cd $(E2FS) && ls $(1) | sed 's/\.c$$//' | (cd $(CURDIR) && xargs -P $(shell nproc) -I{} $(CC) \
	$(filter-out $(WARN) -MMD -MP,$(MUSL_CFLAGS)) $(2) -w $(E2FS_INC) -DROOT_SYSCONFDIR='"/etc"' \
	-c -o $(E2FS)/{}.o $(E2FS)/{}.c) && rm -f $(@F) && $(CROSS)ar rcs $(@F) $(patsubst %.c,%.o,$(1))

$(E2FS)/libext2fs.a: ports/e2fsprogs/port ports/e2fsprogs/rules.mk ports/e2fsprogs/config.h \
		$(MUSL)/lib/libc.a $(O)/settings
	@tools/deps port e2fsprogs
	$(call say,PORT,e2fsprogs)
	$(Q)rm -rf $(E2FS) && mkdir -p $(E2FS)/include
	$(Q)tar -xf $(O)/ports/e2fsprogs/archive -C $(E2FS) --strip-components=1
	$(Q){ cat $(E2FS)/NOTICE; sed '/\*\//q' $(E2FS)/lib/et/error_message.c; \
		cat $(E2FS)/lib/uuid/COPYING; } >$(O)/ports/e2fsprogs/COPYRIGHT
	$(Q)cp ports/e2fsprogs/config.h $(E2FS)/include
	$(Q)cd $(E2FS)/lib/ext2fs && rm -f $(E2FS_OUT:%=%.c) && sed -e 's/@[A-Z_]*HEADER@//' \
		-e 's/@SIZEOF_SHORT@/2/' -e 's/@SIZEOF_INT@/4/' -e 's/@SIZEOF_LONG@/__SIZEOF_LONG__/' \
		-e 's/@SIZEOF_LONG_LONG@/8/' ext2_types.h.in >ext2_types.h && cp ext2_err.et.in ext2_err.et
	$(Q)sed -i 's/free_count) >= ext2fs_blocks_count/free_count) > ext2fs_blocks_count/' \
		$(E2FS)/lib/ext2fs/punch.c
	$(Q)cd $(E2FS)/lib/ext2fs && for kind in h c; do awk -f ../et/et_$$kind.awk outfile=ext2_err.$$kind \
		outfn=ext2_err.$$kind ext2_err.et; done
	$(Q)$(HOSTCC) -I$(E2FS)/include -I$(E2FS)/lib -I$(E2FS)/lib/ext2fs -o $(E2FS)/gen \
		$(E2FS)/lib/ext2fs/gen_crc32ctable.c && $(E2FS)/gen >$(E2FS)/lib/ext2fs/crc32c_table.h && \
		rm $(E2FS)/lib/ext2fs/gen_crc32ctable.c
	$(Q)$(call e2fs_library,lib/ext2fs/*.c lib/et/*.c)

# e2fsck, what it uses of lib/support, lib/e2p and lib/uuid. absent.c in user/apps/e2fsck has the rest.
E2FSCK_OUT := e2fsck/extend e2fsck/flushb e2fsck/iscan e2fsck/mtrace e2fsck/scantest e2fsck/emptydir \
	      lib/support/argv_parse lib/support/cstring lib/support/devname lib/support/plausible \
	      lib/support/profile_helpers lib/uuid/tst_uuid lib/uuid/gen_uuid_nt

$(E2FS)/libe2fsck.a: $(E2FS)/libext2fs.a
	$(call say,PORT,e2fsck)
	$(Q)cd $(E2FS) && rm -f $(E2FSCK_OUT:%=%.c) && touch lib/dirpaths.h && \
		cp lib/uuid/uuid.h.in lib/uuid/uuid.h && cp lib/blkid/blkid.h.in lib/blkid/blkid.h && \
		cp lib/ext2fs/ext2_types.h lib/blkid/blkid_types.h && cp lib/ext2fs/ext2_types.h lib/uuid/uuid_types.h
	$(Q)sed -i 's/^\t\t\treturn c;/{ char d = c; while (d != 10 \&\& read(0, \&d, 1) == 1); return c; }/' \
		$(E2FS)/e2fsck/util.c
	$(Q)cd $(E2FS)/lib/support && for kind in h c; do awk -f ../et/et_$$kind.awk outfile=prof_err.$$kind \
		outfn=prof_err.$$kind prof_err.et; done
	$(Q)$(call e2fs_library,e2fsck/*.c lib/support/*.c lib/e2p/*.c lib/uuid/*.c,-Os)

SERVER_CFLAGS += $(E2FS_INC:-I%=-isystem %) -DHAVE_SYS_TYPES_H
$(patsubst %,$(O)/musl/%.o,$(call all_parts,user/servers/files)): | $(E2FS)/libext2fs.a
# Compiled at once with the library (user/whole.mk), but where a check needs code in the objects.
ifeq ($(CHECK_OBJECTS),)
$(O)/musl/user/servers/files/%.o: SERVER_CFLAGS += $(WHOLE_C)
$(O)/bin/files: $(WHOLE_PECAN)
$(O)/bin/files: MUSL_LIBS := $(WHOLE_PECAN) $(MUSL_LIBS)
$(O)/bin/files $(O)/bin/e2fsck: LDFLAGS += $(WHOLE_LINK)		# which has partition.c.o
endif
$(O)/bin/files: MUSL_LIBS += $(E2FS)/libext2fs.a

E2FSCK_OBJ := $(patsubst %,$(O)/musl/%.o,$(wildcard user/apps/e2fsck/*.c))
$(E2FSCK_OBJ): MUSL_CFLAGS += -Iabi -Iabi/arch/$(ARCH) -Iuser/lib/l4/include -Iuser/lib/pecan/include -Iuser \
	-I$(O)/gen $(E2FS_INC:-I%=-isystem %) -DHAVE_SYS_TYPES_H
$(E2FSCK_OBJ): | $(E2FS)/libe2fsck.a $(STUBS)
$(O)/bin/e2fsck: $(E2FS)/libe2fsck.a $(O)/musl/user/servers/files/volume/partition.c.o
$(O)/bin/e2fsck: MUSL_LIBS += $(E2FS)/libe2fsck.a $(E2FS)/libext2fs.a
