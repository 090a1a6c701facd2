# SPDX-License-Identifier: BSD-2-Clause
# Larger parts of the running system as programs of the host, and programs that count on it.

# ---- drivers ----
# The drivers and the name service as a host program: on the kernel of tests/lib/posix, with devices of tests.
DRIVERS    := $(wildcard user/drivers/*) user/servers/names user/servers/bridge
DTEST_SRC  := $(wildcard tests/system/drivers/*.c) user/lib/l4/arch/$(ARCH)/init.c
DTEST_SRC  += $(addprefix tests/lib/harness/,harness.c table.c)
DTEST_SRC  += $(addprefix tests/lib/posix/,kernel.c kip.c main.c gateway.S root_common.c)
DTEST_SRC  += $(foreach d,$(DRIVERS),$(call parts,$(d)))
DTEST_SRC  += user/lib/pecan/arch/$(FAMILY)/thread_entry.c $(call pecan,console device disk disk_clients \
	disk_driver disk_table dma exchange link link_driver link_virtio link_watch memory names pci places \
	plain root server stub system task thread virtio virtq)
# The headers in tests/system/drivers/include stand in for those with instructions and memory of devices.
DTEST_CFL   = -Itests/system/drivers/include $(UTEST_CFL) -D_GNU_SOURCE -Dstrlcpy=drivers_strlcpy
DTEST_CFL  += -include tests/system/drivers/host.h
# Functions of two programs with one name.
DTEST_OWN   = -Dmain=$(subst -,_,$(notdir $(1)))_main
DTEST_BRIDGE := $(foreach f,permit_link serve_link_attach serve_link_bell serve_link_info,-D$(f)=bridge_$(f))
DTEST_PCI  := -Dvirtio_reset=pci_virtio_reset -Dvirtio_is=pci_virtio_is
$(foreach o,obj cov,$(foreach d,$(DRIVERS),$(eval $(addprefix $(O)/drivershost/$(o)/$(d)/,main.c.o \
	arch/$(FAMILY)/main.c.o): DTEST_CFL += $(call DTEST_OWN,$(d)))))
$(foreach o,obj cov,$(eval $(O)/drivershost/$(o)/user/drivers/pci/%.o: DTEST_CFL += $(DTEST_PCI)))
$(foreach o,obj cov,$(eval $(O)/drivershost/$(o)/user/servers/bridge/%.o: DTEST_CFL += $(DTEST_BRIDGE)))

$(eval $(call hosted,drivers,DTEST_CFL,$(DTEST_SRC)))

# The network server with lwIP on the same machine, at a card of virtio-net.
NTEST_SRC  := $(wildcard tests/system/drivers/net/*.c user/drivers/virtio-net/*.c)
NTEST_SRC  += $(call all_parts,user/servers/net)
NTEST_SRC  += $(filter-out user/drivers/% user/servers/bridge/% $(addprefix tests/system/drivers/,t_% usb_%),\
	$(DTEST_SRC))
NTEST_SRC  += $(call parts,user/drivers/pci) $(call pecan,random sockets socket_ring)
NTEST_CFL  := $(LWIP_INC) -fno-sanitize=alignment -DLWIP_NO_UNISTD_H -include sys/types.h
$(foreach o,obj cov,$(foreach d,user/servers/net tests/system/drivers/net,$(eval \
	$(O)/drivershost/$(o)/$(d)/%.o: DTEST_CFL += $(NTEST_CFL))))
$(foreach o,obj cov,$(eval $(O)/drivershost/$(o)/user/servers/net/main.c.o: DTEST_CFL += -Dmain=net_main))
$(foreach o,obj cov,$(NTEST_SRC:%=$(O)/drivershost/$(o)/%.o)): | $(LWIP)/host.o

$(O)/netserver-test: $(NTEST_SRC:%=$(O)/drivershost/obj/%.o) $(LWIP)/host.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

$(O)/cov/netserver-test: $(NTEST_SRC:%=$(O)/drivershost/cov/%.o) $(LWIP)/host.o
	$(call say,COVLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fsanitize=address,undefined -fprofile-instr-generate -o $@ $^

coverage: $(O)/cov/netserver-test

# ---- net, files, shell ----
# The network server's sockets and lwIP against malformed packets. lwIP reads headers at any address.
NET_TEST := $(addprefix tests/system/net/host/,cards.c cases.c clients.c cold.c connects.c heap.c hosts.c \
	      ipv6.c main.c neighbors.c packet.c packet6.c truncated.c windows.c)
NET_TEST += $(filter-out %/timers.c,$(call all_parts,user/servers/net/interface)) $(call pecan,places)
NET_TEST += $(call all_parts,user/servers/net/socket)
NET_TEST += $(addprefix user/servers/net/,base/checksum.c base/siphash.c card/offload.c client/client.c \
	      client/host.c client/ring.c)
LWIP_CFL := $(filter-out $(WARN) -M% -I%,$(HOST_CFL)) -fno-sanitize=alignment -w
$(eval $(call lwip_object,host,$(HOSTCC) $(LWIP_CFL)))
$(NET_TEST:%=$(O)/userobj/%.o): UTEST_CFL += $(LWIP_INC) -fno-sanitize=alignment
$(NET_TEST:%=$(O)/userobj/%.o): | $(LWIP)/src/include/lwip/init.h
$(eval $(call cov_test,net-test,$(NET_TEST),$(LWIP_INC),$(LWIP)/host.o,$(LWIP)/src/include/lwip/init.h))
$(O)/net-test: $(NET_TEST:%=$(O)/userobj/%.o) $(LWIP)/host.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

# fetch as a host program: with the library of TLS of the guest, which needs nothing but some functions of C.
FETCH_TEST := $(wildcard user/apps/fetch/*.c tests/system/net/fetchhost/*.c)
$(FETCH_TEST:%=$(O)/fetchhost/%.o): $(O)/fetchhost/%.o: % $(O)/settings $(BEARSSL_LIB)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(filter-out -I%,$(HOST_CFL)) -D_GNU_SOURCE -isystem $(BEARSSL)/inc \
		-c -o $@ $<

$(O)/fetch-test: $(FETCH_TEST:%=$(O)/fetchhost/%.o) $(BEARSSL_LIB)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -Wl,--wrap=getaddrinfo -o $@ $^

# The core of the file server, with a fake disk and libext2fs, as a host program under sanitizers.
FILES_CORE := $(filter-out %/main.c,$(call all_parts,user/servers/files))
FILES_HOST := $(FILES_CORE) $(wildcard tests/system/files/host/*.c)
FILES_HOST += tests/lib/user/main.c $(addprefix tests/lib/harness/,harness.c table.c)
FILES_HOST += $(call pecan,disk_table files_path places file_clients file_locks file_permits)
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

# The shell, all of it, as a host program: with the kernel and the servers of tests/lib/posix.
SHELL_TEST := $(wildcard tests/system/shell/*.c) tests/lib/harness/harness.c user/lib/l4/arch/$(ARCH)/init.c
SHELL_TEST += $(addprefix tests/lib/posix/,gateway.S $(addsuffix .c,kernel kip main host root root_common \
	names console stream files file_rings))
SHELL_TEST += $(wildcard user/apps/shell/*.c) $(addprefix user/drivers/console/,line.c history.c)
SHELL_TEST += user/lib/pecan/arch/$(FAMILY)/thread_entry.c $(call pecan,console date dma files files_copy \
	files_path files_text memory names places plain print random root server special stream stub system \
	task thread)
STEST_CFL = $(UTEST_CFL) -Dstrlcpy=px_strlcpy -include tests/lib/posix/host.h
# What the host's C library has too: text of the shell goes to its console.
define shell_own
$(O)/$(1)/user/%.o: STEST_CFL += -include tests/system/shell/output.h
$(O)/$(1)/user/apps/shell/main.c.o: STEST_CFL += -Dmain=shell_main
endef
$(foreach d,shellhost/obj shellhost/cov,$(eval $(call shell_own,$(d))))

$(eval $(call hosted,shell,STEST_CFL,$(SHELL_TEST)))

# ---- stretch ----
# How many instructions root's message loop executes for a message (docs/decisions/root.md).
$(O)/bench/stretch.so: bench/stretch/stretch.c $(wildcard bench/scope/*.h) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(SCOPE_CFL) -o $@ $<

.PHONY: stretch
stretch: $(addprefix $(O)/,tests/boot.tar tests/rival bench/stretch.so)
stretch: $(IMAGES) ## The longest time that root takes for a message
	@tests/system/stretch/run --limit listed

# ---- child spaces ----
# The example monitor, in a boot image with a program of Debian: tests/system/spaces/run.
ifeq ($(ARCH),x86_64)
$(eval $(call program,$(O)/tests/monitor,examples/monitor,$(PROGRAM_BASE)))
GUESTS += $(O)/tests/monitor
endif
