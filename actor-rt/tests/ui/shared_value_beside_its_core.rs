//! The `Core` that comes with a `Share2`'s value gives no way to that value, nor the context back.
use actor_rt::*;

struct Plain {
    value: Share2<u32>,
}

impl Plain {
    fn both(&mut self, cx: CX![]) {
        let (first, core) = self.value.rw(cx);
        let (second, _) = self.value.rw(core);
        std::mem::swap(first, second);
    }
    fn again(&mut self, cx: CX![]) {
        let (first, _core) = self.value.rw(cx);
        let (second, _core) = self.value.rw(cx);
        std::mem::swap(first, second);
    }
}

fn main() {}
