//! One text, compiled against Stakker and against this runtime.

/// The same item in `theirs` and in `ours`.
macro_rules! both {
    ($body:item) => {
        mod theirs {
            #[allow(unused_imports)]
            use super::*;
            use stakker::*;
            $body
        }
        mod ours {
            #[allow(unused_imports)]
            use super::*;
            use actor_rt::*;
            $body
        }
    };
}
