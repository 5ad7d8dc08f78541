//! The tests of this package compare the runtime with Stakker; there is nothing in the library.
