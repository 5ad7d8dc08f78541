/*
 * Owns: `python_runtime`, a runtime of Python's for C++ in the same process. Include it before any other header of actor_rt;
 * an extension links none.
 *
 *     actor_rt::python_runtime rt(object);                        // an actor_rt.Runtime, or its capsule()
 *     const auto meter = rt.spawn<meter>();
 *     rt.post(actor_rt::actor_ref<actor_rt::protocol<add>>(id), add{3}); // a Python actor: `Ref.id`
 *
 * The contract is that of python.h. Needs Python.h, and nothing else of Python.
 */
#ifndef ACTOR_RT_PYTHON_HPP
#define ACTOR_RT_PYTHON_HPP

#if defined(ACTOR_RT_API_HPP) && !defined(ACTOR_RT_API_TABLE)
#error "include actor_rt/python.hpp before any other header of actor_rt: an extension calls through the table of the Python module"
#endif
#ifndef ACTOR_RT_API_TABLE
#define ACTOR_RT_API_TABLE 1
#endif

#include "python.h"

#include "guest.hpp"

#include <memory>

ACTOR_RT_BEGIN_NAMESPACE

/// A runtime of Python's, for its own thread, with the interpreter's lock held. Copies refer to the same runtime.
class python_runtime : public guest {
public:
    /// `runtime` is an `actor_rt.Runtime` or what its `capsule()` returned. On failure this is empty and a Python exception is
    /// set: for functions that Python calls, which return NULL then.
    explicit python_runtime(PyObject* runtime) : capsule_(art_python_capsule(runtime), &release)
    {
        const art_python* const there = raw();
        if (there == nullptr) {
            return;
        }
        status result(detail::take_table(there->api));
        if (!result.ok()) {
            PyErr_SetString(PyExc_ImportError, "this module has used another copy of actor_rt before");
            return;
        }
        take(there->runtime, result);
        if (!result.ok()) {
            PyErr_SetString(PyExc_RuntimeError, result.text());
        }
    }

    /// What C has of it; null if there is none.
    const art_python* raw() const noexcept { return capsule_ == nullptr ? nullptr : art_python_of(capsule_.get()); }

private:
    static void release(PyObject* capsule) noexcept { Py_XDECREF(capsule); }

    std::shared_ptr<PyObject> capsule_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_PYTHON_HPP
