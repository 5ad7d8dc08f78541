//! The rules of supervision in one program. Who breaks the sources a thousand times, as the suite `mutants` does, links it a thousand times,
//! and one program is linked sooner than twenty. `cargo test` runs the same tests in their own programs, and this one only by its name.

#![allow(clippy::duplicate_mod, reason = "each of the programs has what they share in a module of its own")]

#[path = "../rules_children.rs"]
mod rules_children;
#[path = "../rules_control.rs"]
mod rules_control;
#[path = "../rules_diagnosis.rs"]
mod rules_diagnosis;
#[path = "../rules_door.rs"]
mod rules_door;
#[path = "../rules_ends.rs"]
mod rules_ends;
#[path = "../rules_heartbeat.rs"]
mod rules_heartbeat;
#[path = "../rules_later.rs"]
mod rules_later;
#[path = "../rules_log.rs"]
mod rules_log;
#[path = "../rules_mailbox.rs"]
mod rules_mailbox;
#[path = "../rules_messages.rs"]
mod rules_messages;
#[path = "../rules_moving_timers.rs"]
mod rules_moving_timers;
#[path = "../rules_numbered_timers.rs"]
mod rules_numbered_timers;
#[path = "../rules_output_port.rs"]
mod rules_output_port;
#[path = "../rules_panic_places.rs"]
mod rules_panic_places;
#[path = "../rules_priorities.rs"]
mod rules_priorities;
#[path = "../rules_registry.rs"]
mod rules_registry;
#[path = "../rules_registry_mishaps.rs"]
mod rules_registry_mishaps;
#[path = "../rules_running.rs"]
mod rules_running;
#[path = "../rules_snapshot.rs"]
mod rules_snapshot;
#[path = "../rules_state_machine.rs"]
mod rules_state_machine;
#[path = "../rules_status.rs"]
mod rules_status;
#[path = "../rules_supervision_admin.rs"]
mod rules_supervision_admin;
#[path = "../rules_supervision_children.rs"]
mod rules_supervision_children;
#[path = "../rules_supervision_drain.rs"]
mod rules_supervision_drain;
#[path = "../rules_supervision_end.rs"]
mod rules_supervision_end;
#[path = "../rules_supervision_end_mishaps.rs"]
mod rules_supervision_end_mishaps;
#[path = "../rules_supervision_intensity.rs"]
mod rules_supervision_intensity;
#[path = "../rules_supervision_opening.rs"]
mod rules_supervision_opening;
#[path = "../rules_supervision_restart.rs"]
mod rules_supervision_restart;
#[path = "../rules_supervision_restart_mishaps.rs"]
mod rules_supervision_restart_mishaps;
#[path = "../rules_supervision_start.rs"]
mod rules_supervision_start;
#[path = "../rules_supervision_start_mishaps.rs"]
mod rules_supervision_start_mishaps;
#[path = "../rules_supervision_strategies.rs"]
mod rules_supervision_strategies;
#[path = "../rules_supervision_strategy_mishaps.rs"]
mod rules_supervision_strategy_mishaps;
#[path = "../rules_supervision_watch.rs"]
mod rules_supervision_watch;
#[path = "../rules_supervision_watch_mishaps.rs"]
mod rules_supervision_watch_mishaps;
#[path = "../rules_system.rs"]
mod rules_system;
#[path = "../rules_system_mishaps.rs"]
mod rules_system_mishaps;
#[path = "../rules_typed.rs"]
mod rules_typed;
#[path = "../rules_unsupervised_hooks.rs"]
mod rules_unsupervised_hooks;
