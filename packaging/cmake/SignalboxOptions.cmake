# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings shared by every target, as the interface target signalbox_options.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_AUTOMOC ON)
# moc 6.4 stumbles over "namespace std _GLIBCXX_VISIBILITY(default)" where a file's first include is such a header.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_VISIBILITY=)
set(CMAKE_AUTORCC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(SIGNALBOX_CCACHE ccache)
if(SIGNALBOX_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_DEPEND=1 ${SIGNALBOX_CCACHE})
endif()

add_library(signalbox_options INTERFACE)
target_include_directories(signalbox_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(signalbox_options INTERFACE
    SIGNALBOX_VERSION="${PROJECT_VERSION}"
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_FOREACH QT_NO_KEYWORDS
    QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_compile_options(signalbox_options INTERFACE -Wall -Wextra -Wno-missing-field-initializers)
if(SIGNALBOX_WERROR)
    target_compile_options(signalbox_options INTERFACE -Werror)
endif()
# A precompiled header holds for one set of options, so every target builds with the same ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(signalbox_options INTERFACE -fpch-preprocess)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # gcc 12 sees overflows in std::string and uninitialized members of std::expected that are not there (gcc bug
        # 105329 and others).
        target_compile_options(signalbox_options INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
            -Wno-stringop-overread -Wno-maybe-uninitialized)
    endif()
else()
    target_compile_options(signalbox_options INTERFACE -Xclang -fno-pch-timestamp)
endif()
if(SIGNALBOX_SANITIZE)
    target_compile_options(signalbox_options INTERFACE
        -fsanitize=${SIGNALBOX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(signalbox_options INTERFACE -fsanitize=${SIGNALBOX_SANITIZE})
endif()
find_program(SIGNALBOX_MOLD mold)
if(SIGNALBOX_MOLD)
    target_link_options(signalbox_options INTERFACE -fuse-ld=mold)
endif()

# CMake 3.25 with Ninja does not run moc again when a source is added to a target; forgetting the stamp makes it look.
function(signalbox_watch_sources target)
    file(REMOVE ${CMAKE_CURRENT_BINARY_DIR}/${target}_autogen/timestamp)
endfunction()

# mimalloc instead of glibc's malloc, where it is installed: a request makes some hundred small allocations, and this is a
# quarter of its CPU. Sanitizers bring allocators of their own.
find_package(mimalloc QUIET)
function(signalbox_use_allocator target)
    if(mimalloc_FOUND AND NOT SIGNALBOX_SANITIZE)
        target_link_libraries(${target} PRIVATE mimalloc) # the first library, so that its malloc is found first
        target_link_options(${target} PRIVATE -Wl,--no-as-needed)
    endif()
endfunction()
