# The adapters that need a library of somebody else's. Each is looked for only when it is asked for, by a component of
# find_package(actor_rt COMPONENTS uv) or by ACTOR_RT_ADAPTERS before add_subdirectory.
#
# actor_rt_find_adapter(name) defines actor_rt::<name> and sets actor_rt_<name>_FOUND, or sets it to FALSE and
# actor_rt_<name>_MISSING to a sentence that says what to install. The names are uv, qt, glib, asio and
# boost_asio.

# Defines actor_rt::<name>, the wrapper with the libraries given.
function(actor_rt_define_adapter name)
    add_library(actor_rt::${name} INTERFACE IMPORTED GLOBAL)
    set_target_properties(actor_rt::${name} PROPERTIES INTERFACE_LINK_LIBRARIES "actor_rt::cpp;${ARGN}")
endfunction()

# Looks for the library of an adapter whose headers are all of it. The system's own include directory is left out: it is
# searched anyway, and named again it would come before the compiler's.
macro(actor_rt_find_header_adapter actor_rt_adapter header)
    find_path(ACTOR_RT_${actor_rt_adapter}_INCLUDE_DIR "${header}")
    mark_as_advanced(ACTOR_RT_${actor_rt_adapter}_INCLUDE_DIR)
    if(ACTOR_RT_${actor_rt_adapter}_INCLUDE_DIR)
        find_package(Threads QUIET REQUIRED)
        actor_rt_define_adapter(${actor_rt_adapter} Threads::Threads)
        if(NOT ACTOR_RT_${actor_rt_adapter}_INCLUDE_DIR STREQUAL "/usr/include")
            set_target_properties(actor_rt::${actor_rt_adapter} PROPERTIES
                INTERFACE_INCLUDE_DIRECTORIES "${ACTOR_RT_${actor_rt_adapter}_INCLUDE_DIR}")
        endif()
        set(actor_rt_${actor_rt_adapter}_FOUND TRUE)
    endif()
endmacro()

# Looks for the library of an adapter by its pkg-config file.
macro(actor_rt_find_pkg_config_adapter actor_rt_adapter requirement)
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
        pkg_check_modules(ACTOR_RT_${actor_rt_adapter} QUIET IMPORTED_TARGET GLOBAL "${requirement}")
    endif()
    if(TARGET PkgConfig::ACTOR_RT_${actor_rt_adapter})
        actor_rt_define_adapter(${actor_rt_adapter} PkgConfig::ACTOR_RT_${actor_rt_adapter})
        set(actor_rt_${actor_rt_adapter}_FOUND TRUE)
    endif()
endmacro()

macro(actor_rt_find_adapter actor_rt_adapter)
    set(actor_rt_${actor_rt_adapter}_FOUND FALSE)
    if(TARGET actor_rt::${actor_rt_adapter})
        set(actor_rt_${actor_rt_adapter}_FOUND TRUE)
    elseif("${actor_rt_adapter}" STREQUAL "uv")
        # libuv has a CMake package where it was built by CMake, and a pkg-config file everywhere.
        find_package(libuv CONFIG QUIET)
        if(TARGET libuv::uv)
            actor_rt_define_adapter(uv libuv::uv)
            set(actor_rt_uv_FOUND TRUE)
        else()
            actor_rt_find_pkg_config_adapter(uv "libuv>=1.44")
        endif()
        if(NOT actor_rt_uv_FOUND)
            set(actor_rt_uv_MISSING "the adapter uv needs libuv 1.44 or newer and pkg-config (Debian: libuv1-dev pkg-config)")
        endif()
    elseif("${actor_rt_adapter}" STREQUAL "glib")
        actor_rt_find_pkg_config_adapter(glib "glib-2.0>=2.36")
        if(NOT actor_rt_glib_FOUND)
            set(actor_rt_glib_MISSING "the adapter glib needs GLib 2.36 or newer and pkg-config (Debian: libglib2.0-dev pkg-config)")
        endif()
    elseif("${actor_rt_adapter}" STREQUAL "asio")
        actor_rt_find_header_adapter(asio asio/io_context.hpp)
        if(NOT actor_rt_asio_FOUND)
            set(actor_rt_asio_MISSING
                "the adapter asio needs the headers of asio 1.18 or newer (Debian: libasio-dev), or for Boost.Asio the adapter boost_asio")
        endif()
    elseif("${actor_rt_adapter}" STREQUAL "boost_asio")
        actor_rt_find_header_adapter(boost_asio boost/asio/io_context.hpp)
        if(actor_rt_boost_asio_FOUND)
            set_target_properties(actor_rt::boost_asio PROPERTIES INTERFACE_COMPILE_DEFINITIONS ACTOR_RT_ASIO_BOOST)
        else()
            set(actor_rt_boost_asio_MISSING "the adapter boost_asio needs the headers of Boost 1.74 or newer (Debian: libboost-dev)")
        endif()
    elseif("${actor_rt_adapter}" STREQUAL "qt")
        get_property(actor_rt_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
        if(NOT TARGET Qt6::Core AND "CXX" IN_LIST actor_rt_languages) # Qt's package stops with an error where C++ is off.
            find_package(Qt6 COMPONENTS Core QUIET)
            # As with GLOBAL, which find_package has from CMake 3.24 on: a project that has this one as a subdirectory links
            # actor_rt::qt, so it has to see what that links.
            foreach(actor_rt_library Qt6::Core Qt6::Platform WrapAtomic::WrapAtomic)
                if(TARGET ${actor_rt_library})
                    set_target_properties(${actor_rt_library} PROPERTIES IMPORTED_GLOBAL TRUE)
                endif()
            endforeach()
        endif()
        if(TARGET Qt6::Core)
            actor_rt_define_adapter(qt Qt6::Core)
            set(actor_rt_qt_FOUND TRUE)
        else()
            set(actor_rt_qt_MISSING "the adapter qt needs Qt 6 (Debian: qt6-base-dev) and a project with the language CXX")
        endif()
    else()
        set(actor_rt_${actor_rt_adapter}_MISSING "there is no adapter called ${actor_rt_adapter}")
    endif()
endmacro()
