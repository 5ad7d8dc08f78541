//! How the world uses the interface: what is counted is the very text that is executed.

/// Calls a function by its path, and counts the path.
macro_rules! item {
    ($type:ident :: $function:ident ( $($argument:expr),* $(,)? )) => {{
        hit(concat!(stringify!($type), "::", stringify!($function)));
        $type::$function($($argument),*)
    }};
}

/// Executes what is written, and counts it as it is written. For macros.
macro_rules! form {
    ($($form:tt)+) => {{
        hit(stringify!($($form)+));
        $($form)+
    }};
}

/// Gives a value a type that a macro writes, and counts the macro as it is written.
macro_rules! typed {
    ($value:ident : $($type:tt)+) => {{
        hit(stringify!($($type)+));
        let value: $($type)+ = $value;
        value
    }};
}
