# SPDX-License-Identifier: BSD-2-Clause
# e2fsprogs: the library $(E2FS)/libext2fs.a (lib/ext2fs and lib/et), for the file server alone. Its sources
# are known only when they are unpacked, so one rule compiles all.
E2FS     := $(O)/ports/e2fsprogs/build
E2FS_INC := -I$(E2FS)/include -I$(E2FS)/lib -I$(E2FS)/lib/ext2fs -I$(E2FS)/lib/et
# Input and output by system calls, tests, tools, and what the file server does not use.
E2FS_OUT := unix_io windows_io nt_io dosio undo_io sparse_io test_io inode_io tst_* *tool tdb qcow2 imager \
	    dupfs bmove finddev getsize getsectsize bb_compat brel_ma irel_ma write_bb_file read_bb_file \
	    flushb

$(E2FS)/libext2fs.a: ports/e2fsprogs/port ports/e2fsprogs/rules.mk ports/e2fsprogs/config.h \
		$(MUSL)/lib/libc.a $(O)/settings
	@tools/deps port e2fsprogs
	$(call say,PORT,e2fsprogs)
	$(Q)rm -rf $(E2FS) && mkdir -p $(E2FS)/include
	$(Q)tar -xf $(O)/ports/e2fsprogs/archive -C $(E2FS) --strip-components=1
	$(Q){ cat $(E2FS)/NOTICE; sed '/\*\//q' $(E2FS)/lib/et/error_message.c; } >$(O)/ports/e2fsprogs/COPYRIGHT
	$(Q)cp ports/e2fsprogs/config.h $(E2FS)/include
	$(Q)cd $(E2FS)/lib/ext2fs && rm -f $(E2FS_OUT:%=%.c) && sed -e 's/@[A-Z_]*HEADER@//' \
		-e 's/@SIZEOF_SHORT@/2/' -e 's/@SIZEOF_INT@/4/' -e 's/@SIZEOF_LONG@/8/' \
		-e 's/@SIZEOF_LONG_LONG@/8/' ext2_types.h.in >ext2_types.h && cp ext2_err.et.in ext2_err.et
	$(Q)sed -i 's/free_count) >= ext2fs_blocks_count/free_count) > ext2fs_blocks_count/' \
		$(E2FS)/lib/ext2fs/punch.c
	$(Q)cd $(E2FS)/lib/ext2fs && for kind in h c; do awk -f ../et/et_$$kind.awk outfile=ext2_err.$$kind \
		outfn=ext2_err.$$kind ext2_err.et; done
	$(Q)$(HOSTCC) -I$(E2FS)/include -I$(E2FS)/lib -I$(E2FS)/lib/ext2fs -o $(E2FS)/gen \
		$(E2FS)/lib/ext2fs/gen_crc32ctable.c && $(E2FS)/gen >$(E2FS)/lib/ext2fs/crc32c_table.h && \
		rm $(E2FS)/lib/ext2fs/gen_crc32ctable.c
	$(Q)ls $(E2FS)/lib/ext2fs/*.c $(E2FS)/lib/et/*.c | sed 's/\.c$$//' | xargs -P $(shell nproc) -I{} \
		$(CC) $(filter-out $(WARN) -MMD -MP,$(MUSL_CFLAGS)) -w $(E2FS_INC) -c -o {}.o {}.c
	$(Q)rm -f $@ && ar rcs $@ $(E2FS)/lib/ext2fs/*.o $(E2FS)/lib/et/*.o

SERVER_CFLAGS += $(E2FS_INC:-I%=-isystem %) -DHAVE_SYS_TYPES_H
$(patsubst %,$(O)/musl/%.o,$(wildcard user/servers/files/*.c)): | $(E2FS)/libext2fs.a
$(O)/bin/files: MUSL_LIBS += $(E2FS)/libext2fs.a
