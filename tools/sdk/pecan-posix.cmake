# SPDX-License-Identifier: BSD-2-Clause
# pecan-posix.cmake - CMake toolchain file for ordinary C programs on Pecan, linked with musl:
#
#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=PREFIX/lib/pecan/pecan-posix.cmake
#
# The flags are those of pecan-posix.pc.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR @ARCH@)
set(PECAN_SDK "${CMAKE_CURRENT_LIST_DIR}")

if(NOT CMAKE_C_COMPILER)
	set(CMAKE_C_COMPILER @CROSS@gcc)
endif()
# Threads share static variables; clang needs no option for that (docs/libl4.md).
if(NOT CMAKE_C_COMPILER MATCHES "clang")
	set(GCC "-fno-ipa-reference @GCC@")
endif()
set(CMAKE_C_FLAGS_INIT "@CFLAGS@")
set(CMAKE_EXE_LINKER_FLAGS_INIT "@LDFLAGS@")
set(CMAKE_C_STANDARD_LIBRARIES "@LIBS@")

set(CMAKE_FIND_ROOT_PATH "${PECAN_SDK}/musl")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
