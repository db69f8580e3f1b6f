//! What the program runs on, and when.

use crate::results::Machine;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

impl Machine {
    /// This one. What the system does not tell is told as unknown.
    pub(crate) fn here() -> Self {
        let asked = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
        let system = System::new_with_specifics(asked.with_memory(MemoryRefreshKind::nothing().with_ram()));
        let processor = system.cpus().first().map_or("", |cpu| cpu.brand()).trim();
        Self {
            processor: if processor.is_empty() { "unknown".into() } else { processor.into() },
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: (system.total_memory() as f64 / f64::from(1 << 30) * 10.0).round() / 10.0,
            system: System::long_os_version().unwrap_or_else(|| std::env::consts::OS.into()),
        }
    }
}

/// The time, UTC, to the second: `2026-01-31T08:00:00Z`.
pub(crate) fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_there_and_time_is_after_this_was_written() {
        let machine = Machine::here();
        assert!(machine.cores > 0 && machine.memory_gib > 0.0 && !machine.processor.is_empty(), "{machine:?}");
        let now = now();
        assert!(now.len() == 20 && now.ends_with('Z') && now.as_str() > "2026-11-01T00:00:00Z", "{now}");
    }
}
