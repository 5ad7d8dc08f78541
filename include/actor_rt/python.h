/*
 * actor_rt/python.h - a runtime of Python's for C in the same process. In C++ see python.hpp.
 *
 *     PyObject *capsule = art_python_capsule(runtime);    // of an actor_rt.Runtime, or what its capsule() returned
 *     const art_python *there = capsule == NULL ? NULL : art_python_of(capsule);
 *     if (there != NULL) {
 *         there->api->post(there->runtime, actor, art_tag("counter.add"), &amount, sizeof(amount));
 *     }
 *
 * An extension links no actor_rt and finds no symbols of it: the table has the functions of the copy inside of the
 * Python module. `actor_rt.get_include()` is the folder that this file is in.
 *
 * Ownership  The capsule keeps the memory of the runtime, not the runtime: hold a reference to it as long as you use what
 *            is in it. When Python has closed the runtime every call answers ART_CLOSED.
 * Host       Python is: it steps, closes and makes host calls. art_step, art_run_host_calls, art_destroy, art_adopt_thread
 *            and art_pool_stats answer ART_UNSUPPORTED. What is posted from here wakes Python's loop as it should.
 * Threads    Calls on the owner thread are made with the interpreter's lock held: what they end or lose may be Python's.
 *            Handlers of C actors run inside of Python's step and have it; one that takes long may let it go meanwhile, and
 *            takes it again before its next call. art_remote and art_waker, for other threads, need no lock.
 * Payloads   What Python sends may be Python's memory, lent: read only, also when art_context_take has taken it. To let go of
 *            it takes the interpreter's lock, on whatever thread.
 * Observers  A runtime has one observer, one byte budget and one listener for escalations, in all languages together: what
 *            is set here takes the place of what Python has set, and the other way round.
 * Actors     Python's actors take messages with a tag and bytes, as any: see the module `actor_rt.packed`. What is said of
 *            failures goes to Python's logger `actor_rt`.
 */
#ifndef ACTOR_RT_PYTHON_H
#define ACTOR_RT_PYTHON_H

/* First, as Python asks for. */
#include <Python.h>

#include "../actor_rt.h"

/* Name of the capsules. */
#define ART_PYTHON_CAPSULE "actor_rt.Runtime"

/* What a capsule holds. */
typedef struct art_python {
    uint32_t struct_size;     /* size of this struct in the loaded module */
    uint32_t abi_version;     /* ART_ABI_VERSION of the loaded module */
    const art_api_table *api; /* its functions */
    art_runtime *runtime;
} art_python;

/* A new reference to the capsule of an `actor_rt.Runtime`; or to the object itself, if it is such a capsule. NULL with an
 * exception otherwise. On the runtime's thread. */
static inline PyObject *art_python_capsule(PyObject *runtime)
{
    if (PyCapsule_CheckExact(runtime)) {
        Py_INCREF(runtime);
        return runtime;
    }
    return PyObject_CallMethod(runtime, "capsule", NULL);
}

/* What a capsule holds: valid as long as the capsule. NULL with an exception if it is another one, or that of a module
 * that is too old for this header. */
static inline const art_python *art_python_of(PyObject *capsule)
{
#ifdef __cplusplus
    const art_python *const held = static_cast<const art_python *>(PyCapsule_GetPointer(capsule, ART_PYTHON_CAPSULE));
#else
    const art_python *const held = PyCapsule_GetPointer(capsule, ART_PYTHON_CAPSULE);
#endif
    if (held != NULL && (held->abi_version != ART_ABI_VERSION || held->api->struct_size < sizeof(art_api_table))) {
        PyErr_Format(PyExc_ImportError, "this module was built for actor_rt %d.%d.%d or newer: upgrade the package actor-rt",
                     ART_VERSION_MAJOR, ART_VERSION_MINOR, ART_VERSION_PATCH);
        return NULL;
    }
    return held;
}

#endif /* ACTOR_RT_PYTHON_H */
