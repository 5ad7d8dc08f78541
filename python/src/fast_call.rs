//! Methods that are called for each message. They get their arguments as the interpreter has them, so that they are copied once, to where they
//! go with the message; PyO3 makes a tuple of them before, wherever there are names. The unsafe code is the calling convention.

use crate::args::Args;
use crate::given::Given;
use pyo3::impl_::trampoline::{MethodDef, fastcall_cfunction_with_keywords};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{Borrowed, PyClass, ffi};
use std::ffi::CStr;
use std::marker::PhantomData;

/// The arguments of a call.
pub(crate) struct Arguments<'a, 'py> {
    py: Python<'py>,
    places: &'a [*mut ffi::PyObject],
    /// The values behind those of the places, by these names.
    named: &'a [*mut ffi::PyObject],
    names: Option<Borrowed<'a, 'py, PyTuple>>,
}

impl<'a, 'py> Arguments<'a, 'py> {
    /// # Safety
    /// As the interpreter calls a function with METH_FASTCALL | METH_KEYWORDS, for the length of that call.
    pub(crate) unsafe fn new(
        py: Python<'py>,
        values: *const *mut ffi::PyObject,
        count: ffi::Py_ssize_t,
        names: *mut ffi::PyObject,
    ) -> PyResult<Self> {
        // SAFETY: by the caller; NULL if there are none.
        let names = unsafe { Borrowed::from_ptr_or_opt(py, names) };
        let names = names.map(|names| names.cast::<PyTuple>()).transpose()?;
        let (count, more) = (count.unsigned_abs(), names.map_or(0, |names| names.len()));
        let all = match count + more {
            0 => &[],
            // SAFETY: by the caller: so many values, those with names behind the others.
            all => unsafe { std::slice::from_raw_parts(values, all) },
        };
        let (places, named) = all.split_at(count);
        Ok(Arguments { py, places, named, names })
    }

    fn value(&self, value: *mut ffi::PyObject) -> Borrowed<'_, 'py, PyAny> {
        // SAFETY: a value of this call's, alive for its length.
        unsafe { Borrowed::from_ptr(self.py, value) }
    }
}

impl<'py> Given<'py> for Arguments<'_, 'py> {
    fn py(&self) -> Python<'py> {
        self.py
    }

    #[inline]
    fn first(&self) -> Option<(Borrowed<'_, 'py, PyAny>, bool)> {
        let first = self.places.first()?;
        Some((self.value(*first), self.places.len() == 1 && self.named.is_empty()))
    }

    #[inline]
    fn for_actor(&self, actor: &Bound<'py, PyAny>) -> PyResult<Args> {
        let rest = self.places.get(1..).unwrap_or_default();
        Args::new(actor, rest.iter().map(|&value| self.value(value).to_owned()))
    }

    #[inline]
    fn named(&self) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(names) = self.names else { return Ok(None) };
        let named = PyDict::new(self.py);
        for (name, &value) in names.iter_borrowed().zip(self.named) {
            named.set_item(name, self.value(value))?;
        }
        Ok(if named.is_empty() { None } else { Some(named) })
    }
}

/// A method of a class.
pub(crate) trait Method {
    type Class: PyClass;

    const NAME: &CStr;

    /// The signature, `--` and what it does, as CPython wants it.
    const DOC: &CStr;

    fn call<'py>(this: &Bound<'py, Self::Class>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// A method as PyO3's trampoline has it, which sees to panics and exceptions.
struct Definition<M>(PhantomData<M>);

impl<M: Method> MethodDef<fastcall_cfunction_with_keywords::Func> for Definition<M> {
    const METH: fastcall_cfunction_with_keywords::Func = enter::<M>;
}

/// # Safety
/// As for `Arguments::new`; `this` is an object of the class, of which the descriptor has made sure.
unsafe fn enter<M: Method>(
    py: Python<'_>,
    this: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> PyResult<*mut ffi::PyObject> {
    // SAFETY: by the caller.
    let (this, given) = unsafe {
        let this = Borrowed::from_ptr(py, this).cast_unchecked::<M::Class>();
        (this, Arguments::new(py, values, count, names)?)
    };
    Ok(M::call(&this, &given)?.into_ptr())
}

/// Adds a method to its class.
pub(crate) fn add<M: Method>(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<M::Class>();
    // As long as the class lives, which is that of the process.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: M::NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFastWithKeywords: fastcall_cfunction_with_keywords::<Definition<M>>,
        },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: M::DOC.as_ptr(),
    }));
    // SAFETY: a type, and a definition that stays and keeps to the convention that it names.
    let method =
        unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyDescr_NewMethod(class.as_type_ptr(), definition)) }?;
    class.setattr(M::NAME.to_string_lossy(), method)
}
