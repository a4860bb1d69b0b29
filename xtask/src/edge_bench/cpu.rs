//! The processor time that a server has used.

use anyhow::{Context, Result};
use std::fs;
use std::time::Duration;

/// Of the process and its children, as the kernel counts it: to a hundredth of
/// a second.
pub(super) fn used(process: u32) -> Result<Duration> {
    let mut ticks = 0;
    let mut open = vec![process];
    while let Some(id) = open.pop() {
        let stat = fs::read_to_string(format!("/proc/{id}/stat"))
            .with_context(|| format!("process {id} can't be measured"))?;
        ticks += ticks_in(&stat).with_context(|| format!("process {id}: {stat}"))?;
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let children = children.unwrap_or_default();
        open.extend(children.split(' ').filter_map(|id| id.parse::<u32>().ok()));
    }
    Ok(Duration::from_millis(ticks * MS_PER_TICK))
}

/// Linux counts in hundredths of a second on every architecture (USER_HZ).
const MS_PER_TICK: u64 = 10;

/// User and system time: the 14th and 15th field of proc_pid_stat(5). The
/// second is the name in parentheses, which may itself hold blanks.
fn ticks_in(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_moves_no_field() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 99 0 0 0 120 30 5 6 20 0 1 0";
        assert_eq!(ticks_in(stat), Some(150));
        assert_eq!(ticks_in("7 (a) S 1"), None);
    }

    #[test]
    fn this_process_has_used_some() {
        let own = std::process::id();
        let before = used(own).expect("Linux");
        let mut sum = 0_u64;
        while used(own).expect("Linux") == before {
            sum = std::hint::black_box(sum + 1);
        }
    }
}
