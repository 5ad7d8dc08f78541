// An extension of Python's in C++ that uses a runtime of Python's: for test_capsule.py.
#include <actor_rt/python.hpp>

#include <cstdint>

namespace {
struct token {
    static constexpr std::string_view tag_name = "ring.token";
    std::uint64_t left;
};
using passes_tokens = actor_rt::actor_ref<actor_rt::protocol<token>>;

struct member : actor_rt::actor<member, token> {
    explicit member(passes_tokens to) : next(to) {}
    void on(actor_rt::context& cx, const token& message)
    {
        if (message.left != 0) {
            cx.post(next, token{message.left - 1});
        }
    }
    passes_tokens next;
};

PyObject* number(long long value) { return PyLong_FromLongLong(value); }

/// spawn(runtime, id): the id of a C++ actor that passes tokens on to that one.
PyObject* spawn(PyObject*, PyObject* args)
{
    PyObject* object = nullptr;
    unsigned long long id = 0;
    if (PyArg_ParseTuple(args, "OK", &object, &id) == 0) {
        return nullptr;
    }
    actor_rt::python_runtime rt(object);
    return rt ? PyLong_FromUnsignedLongLong(rt.spawn<member>(passes_tokens(id)).id()) : nullptr;
}

/// post(runtime, id, left): the status.
PyObject* post(PyObject*, PyObject* args)
{
    PyObject* object = nullptr;
    unsigned long long id = 0;
    unsigned long long left = 0;
    if (PyArg_ParseTuple(args, "OKK", &object, &id, &left) == 0) {
        return nullptr;
    }
    actor_rt::python_runtime rt(object);
    return rt ? number(rt.post(passes_tokens(id), token{left}).code()) : nullptr;
}

/// later(runtime, id, seconds): a token comes to that actor then.
PyObject* later(PyObject*, PyObject* args)
{
    PyObject* object = nullptr;
    unsigned long long id = 0;
    double seconds = 0;
    if (PyArg_ParseTuple(args, "OKd", &object, &id, &seconds) == 0) {
        return nullptr;
    }
    actor_rt::python_runtime rt(object);
    return rt ? PyBool_FromLong(static_cast<bool>(rt.after(passes_tokens(id), std::chrono::duration<double>(seconds), token{0}))) : nullptr;
}

/// kill(runtime, id): the status.
PyObject* kill(PyObject*, PyObject* args)
{
    PyObject* object = nullptr;
    unsigned long long id = 0;
    if (PyArg_ParseTuple(args, "OK", &object, &id) == 0) {
        return nullptr;
    }
    actor_rt::python_runtime rt(object);
    return rt ? number(rt.kill(passes_tokens(id)).code()) : nullptr;
}

/// host_functions(capsule): the statuses of what is a host's alone.
PyObject* host_functions(PyObject*, PyObject* capsule)
{
    const art_python* const there = art_python_of(capsule);
    if (there == nullptr) {
        return nullptr;
    }
    const art_api_table& api = *there->api;
    return Py_BuildValue("iiii", api.step(there->runtime, ART_NOW, nullptr, nullptr), api.run_host_calls(there->runtime, 0, nullptr),
                         api.adopt_thread(there->runtime), api.destroy(there->runtime));
}

/// status(capsule): that of a call that anybody may make.
PyObject* status(PyObject*, PyObject* capsule)
{
    const art_python* const there = art_python_of(capsule);
    std::uint64_t now = 0;
    return there == nullptr ? nullptr : number(there->api->now(there->runtime, &now));
}

/// make(): an id of an actor in a runtime of this extension's own, which it ends again.
PyObject* make(PyObject*, PyObject*)
{
    const auto* const api = static_cast<const art_api_table*>(PyCapsule_Import("actor_rt._core._C_API", 0));
    art_runtime* rt = nullptr;
    if (api == nullptr || api->create(nullptr, &rt, nullptr, 0) != ART_OK) {
        return nullptr;
    }
    art_step_result result = ART_STEP_RESULT_INIT;
    const art_status stepped = api->step(rt, ART_NOW, nullptr, &result);
    const art_status destroyed = api->destroy(rt);
    return Py_BuildValue("iiK", stepped, destroyed, static_cast<unsigned long long>(result.step));
}

PyMethodDef functions[] = {
    {"spawn", &spawn, METH_VARARGS, nullptr},  {"post", &post, METH_VARARGS, nullptr},
    {"later", &later, METH_VARARGS, nullptr},  {"kill", &kill, METH_VARARGS, nullptr},
    {"host_functions", &host_functions, METH_O, nullptr}, {"status", &status, METH_O, nullptr},
    {"make", &make, METH_NOARGS, nullptr},     {nullptr, nullptr, 0, nullptr},
};
PyModuleDef module = {PyModuleDef_HEAD_INIT, "extension", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr};
} // namespace

PyMODINIT_FUNC PyInit_extension() { return PyModule_Create(&module); }
