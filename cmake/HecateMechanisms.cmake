# SPDX-License-Identifier: GPL-3.0-or-later
# Run as a script: the mechanisms of the policy library as rows of C, from the keys of their files.
#   cmake -DPOLICIES=inputs/policies -DOUT=mechanism_rows.h -P HecateMechanisms.cmake
# A file is FAMILY/ID-words.yaml, such as A-tariffs/A04-session-limit.yaml.
file(GLOB files RELATIVE ${POLICIES} ${POLICIES}/[A-Z]-*/[A-Z][0-9][0-9]-*.yaml)
list(SORT files)

# The value of a key at the root, as a string of C; a file without it is refused.
function(hecate_read_key text key file result)
  if(NOT text MATCHES "\n${key}:[ \t]*([^\n]*)")
    message(FATAL_ERROR "${POLICIES}/${file} has no `${key}`")
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
  string(PREPEND text "\n")
  string(REGEX REPLACE "^[A-Z]-([^/]*)/.*$" "\"\\1\"" family "${file}")
  set(row "")
  foreach(key policy title level form status)
    hecate_read_key("${text}" ${key} ${file} cell)
    string(APPEND row "${cell}, ")
    if(key STREQUAL "title")
      string(APPEND row "${family}, ")
    endif()
  endforeach()
  string(APPEND rows "{${row}\"${file}\"},\n")
endforeach()
file(WRITE ${OUT} "${rows}")
