# SPDX-License-Identifier: GPL-3.0-or-later
# Run as a script: files of the policy library as rows of C, from their keys.
#   cmake -DPOLICIES=inputs/policies -DPATTERN=bundles/*.yaml -DKEYS=policy,title,status
#         -DOUT=rows.h -P HecateMechanisms.cmake
# `family` is no key, but the file's folder without its letter: A-tariffs. The file comes last.
file(GLOB files RELATIVE ${POLICIES} ${POLICIES}/${PATTERN})
list(SORT files)
string(REPLACE "," ";" keys "${KEYS}")

# The value of a key at the root, as a string of C; "" where there is none, which a test sees.
function(hecate_read_key text key file result)
  if(NOT text MATCHES "\n${key}:[ \t]*([^\n]*)")
    message("${POLICIES}/${file} has no `${key}`")
    set(${result} "\"\"" PARENT_SCOPE)
    return()
  endif()
  string(STRIP "${CMAKE_MATCH_1}" value)
  if(value MATCHES "^\"(.*)\"( +#.*)?$" OR value MATCHES "^'(.*)'( +#.*)?$")
    set(value "${CMAKE_MATCH_1}")
  else()
    string(REGEX REPLACE " +#.*$" "" value "${value}")
    string(REPLACE "\\" "\\\\" value "${value}")
    string(REPLACE "\"" "\\\"" value "${value}")
  endif()
  set(${result} "\"${value}\"" PARENT_SCOPE)
endfunction()

set(rows "/* Written by cmake/HecateMechanisms.cmake from the files of the policy library. */\n")
foreach(file IN LISTS files)
  file(READ ${POLICIES}/${file} text)
  set(row "")
  foreach(key IN LISTS keys)
    if(key STREQUAL "family")
      string(REGEX REPLACE "^[A-Z]-([^/]*)/.*$" "\"\\1\"" cell "${file}")
    else()
      hecate_read_key("\n${text}" ${key} ${file} cell)
    endif()
    string(APPEND row "${cell}, ")
  endforeach()
  string(APPEND rows "{${row}\"${file}\"},\n")
endforeach()
file(WRITE ${OUT} "${rows}")
