# SPDX-License-Identifier: BSD-2-Clause
# The core of the file server, with a fake disk and libext2fs, as a host program under sanitizers.
FILES_CORE := $(filter-out user/servers/files/main.c,$(wildcard user/servers/files/*.c))
FILES_HOST := $(FILES_CORE) $(wildcard tests/system/files/host/*.c)
FILES_HOST += $(addprefix tests/lib/user/,main.c tests.c)
FILES_HOST += $(addprefix user/lib/pecan/,files_path.c places.c file_clients.c \
	file_locks.c file_permits.c)
E2FS_HOST  := $(O)/ports/e2fsprogs/host

# Of the library memory is checked, not what the language leaves undefined.
$(E2FS_HOST)/libext2fs.a: $(E2FS)/libext2fs.a
	$(call say,PORT,e2fsprogs for tests)
	$(Q)rm -rf $(E2FS_HOST) && mkdir -p $(E2FS_HOST)
	$(Q)cd $(E2FS)/lib && ls ext2fs/*.c et/*.c | sed 's/\.c$$//' | xargs -P $(shell nproc) -I{} sh -c \
		'$(HOSTCC) -O1 -g1 -fsanitize=address -fno-pie -w $(E2FS_INC:-I%=-I$(abspath .)/%) -c {}.c \
		-o $(abspath $(E2FS_HOST))/$$(echo {} | tr / _).o'
	$(Q)ar rcs $@ $(E2FS_HOST)/*.o

$(O)/filesobj/%.c.o: %.c $(O)/settings $(E2FS)/libext2fs.a | $(STUBS)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(UTEST_CFL) $(E2FS_INC:-I%=-isystem %) -DHAVE_SYS_TYPES_H -c -o $@ $<

$(eval $(call cov_test,files-host,$(FILES_HOST),$(E2FS_INC:-I%=-isystem %) -DHAVE_SYS_TYPES_H,\
	$(E2FS_HOST)/libext2fs.a,$(E2FS)/libext2fs.a))
$(O)/files-host: $(FILES_HOST:%=$(O)/filesobj/%.o) $(E2FS_HOST)/libext2fs.a
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

# What one message to the server costs, on the system: tests/system/files/pieces/run.
$(eval $(call program,$(O)/tests/pieces,tests/system/files/pieces,$(PROGRAM_BASE)))
