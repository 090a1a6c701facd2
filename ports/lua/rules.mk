# SPDX-License-Identifier: BSD-2-Clause
# Lua: the program $(O)/bin/lua. Its sources are known only when they are unpacked, so one rule compiles all.
LUA := $(O)/ports/lua/build

$(O)/bin/lua: ports/lua/port ports/lua/rules.mk $(MUSL)/lib/libc.a $(POSIX_OBJ) $(MUSL_LIBS) $(O)/settings
	@tools/deps port lua
	$(call say,PORT,lua)
	$(Q)rm -rf $(LUA) && mkdir -p $(LUA) $(@D)
	$(Q)tar -xf $(O)/ports/lua/archive -C $(LUA) --strip-components=1 && rm $(LUA)/src/luac.c
	$(Q)sed -n '/Copyright (C)/,/\*\*\*/p' $(LUA)/src/lua.h >$(O)/ports/lua/COPYRIGHT
	$(Q)printf '%s\n' $(LUA)/src/*.c | sed 's/\.c$$//' | \
		xargs -P $(shell nproc) -I{} $(CC) $(filter-out $(WARN) -MMD -MP,$(MUSL_CFLAGS)) \
		-DLUA_USE_POSIX -c -o {}.o {}.c
	$(Q)$(MUSL_LINK) -o $@ $(LUA)/src/*.o $(POSIX_OBJ) -Wl,--start-group $(MUSL_LIBS) -Wl,--end-group
	$(Q)$(MUSL_CHECK)

MUSL_PROGRAMS += $(O)/bin/lua
