//! Names, groups and scopes.

use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::ptr;

impl World {
    pub fn name(&self, rt: *mut art_runtime) {
        let program = &self.program;
        let (one, (name, len), (scope, scope_len)) = (self.id(), self.text(), self.text());
        let (tag, (data, length)) = (self.tag(), self.bytes());
        let (mut id, mut count, mut ids, mut buffer) = (0, 0, [0; 4], [0; 16]);
        let size = program.below(17);
        let group = art_group {
            struct_size: size_of::<art_group>() as u32,
            reserved: u32::from(program.one_in(32)),
            name,
            name_len: len,
            scope,
            scope_len,
        };
        let mut group = Sized::new(program, group);
        let group = if program.one_in(32) { ptr::null() } else { group.as_mut_ptr().cast_const() };
        // SAFETY: NULL or living; texts end with a NUL or are as long as said, buffers as large.
        unsafe {
            match program.below(17) {
                0 | 1 => call!(art_name_register(rt, name, len, one)),
                2 => call!(art_name_unregister(rt, name, len, &raw mut id)),
                3 => call!(art_name_lookup(rt, name, len, &raw mut id)),
                4 => call!(art_name_list(rt, buffer.as_mut_ptr(), size, &raw mut count)),
                5 => call!(art_name_monitor(rt, one, name, len)),
                6 => call!(art_name_demonitor(rt, one, name, len)),
                7 | 8 => call!(art_group_join(rt, group, one)),
                9 => call!(art_group_leave(rt, group, one)),
                10 => {
                    call!(art_group_members(rt, group, ids.as_mut_ptr(), program.below(5), &raw mut count));
                    ids.iter().for_each(|id| self.remember(*id));
                }
                11 => call!(art_group_list(rt, scope, scope_len, buffer.as_mut_ptr(), size, &raw mut count)),
                12 => call!(art_group_post(rt, group, tag, data, length, &raw mut count)),
                13 => drop(match program.below(2) {
                    0 => status!(art_group_monitor(rt, one, group)),
                    _ => status!(art_group_demonitor(rt, one, group)),
                }),
                14 => drop(match program.below(2) {
                    0 => status!(art_scope_monitor(rt, one, scope, scope_len)),
                    _ => status!(art_scope_demonitor(rt, one, scope, scope_len)),
                }),
                15 => call!(art_scope_list(rt, buffer.as_mut_ptr(), size, &raw mut count)),
                _ => call!(art_tag_from_name(name, len, &raw mut id)),
            }
        }
        self.remember(id);
    }
}
