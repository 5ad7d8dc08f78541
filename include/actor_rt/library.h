/*
 * actor_rt/library.h - a shared library with actors, for a program that loads it at run time: what Python's
 * `Runtime.load_library` calls. In C++ see library.hpp.
 *
 * Such a library links no actor_rt: it is given the table of the functions of the copy that its host has, and calls
 * through that, api->post(...) where a linked program says art_post(...). It exports one function, with C linkage:
 *
 *     art_status actor_rt_spawn(const art_api_table *api, art_runtime *rt, const char *kind, size_t kind_len,
 *                               const void *argument, size_t argument_len, art_actor *out, char *error, size_t error_size);
 *
 * That makes an actor of the kind that is asked for, in `rt`, and writes its id to `*out`. `kind` is UTF-8 without a NUL,
 * `argument` the bytes that the caller has for it; both are borrowed for the call. Called on the runtime's thread, outside
 * of handlers or inside.
 *
 * The table stays where it is. `rt` may be used, on its thread, until the last actor that the library has made in it has
 * been destroyed; then it may end.
 *
 * Returns ART_OK; ART_NOT_FOUND if there is no such kind; ART_VERSION_MISMATCH if the table lacks something that the
 * library needs (ART_API_FITS); else why it could not be made, and if `error` is not NULL a NUL-terminated text there, cut
 * to `error_size` bytes, may say more. Nothing may be thrown out of it.
 */
#ifndef ACTOR_RT_LIBRARY_H
#define ACTOR_RT_LIBRARY_H

#include "../actor_rt.h"

#ifdef __cplusplus
#define ART_LIBRARY_LINKAGE extern "C"
#else
#define ART_LIBRARY_LINKAGE extern
#endif

/* In front of the definition of actor_rt_spawn: exports it. */
#if defined(_WIN32)
#define ART_LIBRARY_EXPORT ART_LIBRARY_LINKAGE __declspec(dllexport)
#elif defined(__GNUC__)
#define ART_LIBRARY_EXPORT ART_LIBRARY_LINKAGE __attribute__((visibility("default")))
#else
#define ART_LIBRARY_EXPORT ART_LIBRARY_LINKAGE
#endif

/* Whether a table has all that this header knows. */
#define ART_API_FITS(api) ((api)->abi_version == ART_ABI_VERSION && (api)->struct_size >= sizeof(art_api_table))

/* The type of actor_rt_spawn, for programs that load such libraries. */
typedef art_status (*art_library_spawn_fn)(const art_api_table *api, art_runtime *rt, const char *kind, size_t kind_len,
                                           const void *argument, size_t argument_len, art_actor *out, char *error,
                                           size_t error_size);

ART_LIBRARY_EXPORT art_status actor_rt_spawn(const art_api_table *api, art_runtime *rt, const char *kind, size_t kind_len,
                                             const void *argument, size_t argument_len, art_actor *out, char *error,
                                             size_t error_size);

#endif /* ACTOR_RT_LIBRARY_H */
