# SPDX-License-Identifier: BSD-2-Clause
# pecan.cmake - CMake toolchain file for Pecan programs:
#
#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=PREFIX/lib/pecan/pecan.cmake
#
# The flags are those of pecan.pc. A root server adds -Wl,-Ttext-segment=@ROOT_BASE@ to its link
# options.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR @ARCH@)
set(PECAN_SDK "${CMAKE_CURRENT_LIST_DIR}")

if(NOT CMAKE_C_COMPILER)
	set(CMAKE_C_COMPILER @CROSS@gcc)
endif()
# A test program of CMake has no main that the start code could call.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# Threads share static variables; clang needs no option for that (docs/libl4.md).
if(NOT CMAKE_C_COMPILER MATCHES "clang")
	set(GCC "-fno-ipa-reference @GCC@")
endif()
set(CMAKE_C_FLAGS_INIT "@CFLAGS@")
set(CMAKE_EXE_LINKER_FLAGS_INIT "@LDFLAGS@")
set(CMAKE_C_STANDARD_LIBRARIES "@LIBS@")

set(CMAKE_FIND_ROOT_PATH "${PECAN_SDK}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
