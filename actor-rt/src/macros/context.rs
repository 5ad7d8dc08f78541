//! `CX!`: the type of the context argument of an actor's methods.

/// The type of a method's context argument: `&mut Cx<'_, Self>`.
///
/// | form | type |
/// |---|---|
/// | `CX![]` | `&mut Cx<'_, Self>` |
/// | `CX![Type]` | `&mut Cx<'_, Type>`, for code outside the actor's `impl` |
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// struct Light {
///     on: bool,
/// }
///
/// impl Light {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { on: false })
///     }
///
///     fn switch(&mut self, cx: CX![]) {
///         self.on = !self.on;
///         report(cx, self.on);
///     }
/// }
///
/// fn report(cx: CX![Light], on: bool) {
///     if !on {
///         stop!(cx);
///     }
/// }
/// ```
#[macro_export]
macro_rules! CX {
    () => { &mut $crate::Cx<'_, Self> };
    ($actor:ty) => { &mut $crate::Cx<'_, $actor> };
}
