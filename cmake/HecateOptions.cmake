# SPDX-License-Identifier: GPL-3.0-or-later
# Switches of the build, warnings, and the rules for floating point.
option(BUILD_SHARED_LIBS "Build the library as a shared one" ON)
option(HECATE_TESTS "Build the tests" ON)
option(HECATE_BENCHMARKS "Build the benchmarks" ON)
option(HECATE_WERROR "Treat warnings as errors" OFF)
set(HECATE_SANITIZE "" CACHE STRING "Sanitizers, such as address,undefined")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden) # public headers make their functions visible again
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The same bits everywhere: no contraction of a*b+c behind our back, never -ffast-math.
add_compile_options(-ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
                    -Wmissing-prototypes -Wconversion -Wno-sign-conversion -Wvla)
add_compile_definitions(_GNU_SOURCE)
if(HECATE_WERROR)
  add_compile_options(-Werror)
endif()
if(HECATE_SANITIZE)
  if(HECATE_SANITIZE MATCHES thread AND NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "HECATE_SANITIZE=thread needs Clang and libomp (preset tsan): the thread "
                        "sanitizer cannot see the barriers inside libgomp")
  endif()
  add_compile_options(-fsanitize=${HECATE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HECATE_SANITIZE})
endif()
